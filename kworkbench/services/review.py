"""A review as data: the rows of a gesture in groups, which of them go, and what they add up to. Pure.

Source: product.md section 9, screens.md section 7.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from kworkbench.domain.actions import Action
from kworkbench.domain.catalog import ResourceCatalog
from kworkbench.domain.changes import Args
from kworkbench.domain.records import Values
from kworkbench.lean import dataclass, replace
from kworkbench.lean import field as with_default
from kworkbench.store.rows import Row


class Group(StrEnum):
    """Why a row stands where it stands; the order is that of the screen."""

    WILL_GO = "will go"
    EXPECTED_REFUSED = "expected to be refused"
    NOT_IN_VIEW = "not in view"
    TOGETHER = "together with them"


class ReviewVerb(StrEnum):
    """What a review is about."""

    DELETE = "delete"
    PAY = "pay"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row under review.

    Attributes:
        reason: why a refusal is expected, in a few words; empty where none is.
        warning: what to look at before it goes ("exported to accounting"); empty where nothing is.
        going: part of what `y` does.
        barred: may not be put in at all (a closed period).
        notes: what else is told of it, a line each (recipients, payments).
    """

    row: Row
    group: Group
    reason: str = ""
    warning: str = ""
    going: bool = False
    barred: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewSum:
    """A sum of `rows` rows in `minor` units of `currency`."""

    minor: int
    currency: str
    rows: int


@dataclass(frozen=True, slots=True)
class Review:
    """A gesture on several rows before it is confirmed.

    Attributes:
        rows: in group order, inside a group in list order.
        hidden_by: the query that keeps rows out of view, as text; empty where nothing is hidden.
        verb: what `y` does.
        field: the amount that is added up; empty: the one whose sums stand under the list.
        stopped: why nothing at all can be done as it stands; empty where it can.
        action: of `ReviewVerb.ACT` what is done; an edit of several rows is an action that sets what was typed.
        args: what was asked for before the review. told: the same as label and text, for the reader.
        replaces: the refused change that this gesture is the corrected form of.
    """

    catalog: ResourceCatalog
    rows: tuple[ReviewRow, ...]
    hidden_by: str = ""
    verb: ReviewVerb = ReviewVerb.DELETE
    field: str = ""
    stopped: str = ""
    action: Action | None = None
    args: Args = with_default(default_factory=dict)
    told: tuple[tuple[str, str], ...] = ()
    replaces: int | None = None

    @property
    def word(self) -> str:
        """What `y` does, as the footer says it."""
        return self.action.title if self.action else self.verb.value

    def asks(self, what: str) -> str:
        """The question without its mark: `approve 3 expenses`."""
        return self.action.of(what) if self.action else f"{self.verb.value} {what}"

    @property
    def sum_field(self) -> str:
        """The amount that is added up."""
        return self.field or self.catalog.resource.sum_field

    @property
    def asked(self) -> int:
        """How many rows the gesture began with."""
        return len(self.rows)

    @property
    def going(self) -> tuple[ReviewRow, ...]:
        """The rows `y` deletes."""
        return tuple(row for row in self.rows if row.going)

    @property
    def going_sums(self) -> tuple[ReviewSum, ...]:
        """What goes, per currency, the one with most rows first."""
        return self._sums(row for row in self.rows if row.going)

    @property
    def staying_sums(self) -> tuple[ReviewSum, ...]:
        """What stays, per currency, the one with most rows first."""
        return self._sums(row for row in self.rows if not row.going)

    @property
    def requests(self) -> str:
        """What is sent, and what a refusal means, in a sentence or two."""
        count = len(self.going)
        if self.action is not None:
            return _sent(self.action, self.catalog, [row.row.values for row in self.going])
        most = self.catalog.bulk_delete if self.verb is ReviewVerb.DELETE else 0
        if count < 2:
            return "1 request." if count else "Nothing is sent."
        if not most:
            return f"{count} requests, one for each row. Each row is settled by itself."
        requests = -(-count // most)
        named = f"{requests} {_plural(requests, 'request')} for {count} ids"
        if self.catalog.bulk_is_atomic:
            return f"{named}, all or nothing. After a refusal all rows come back."
        return f"{named}. After a refusal each id is read again and settled by itself."

    def in_group(self, group: Group) -> tuple[ReviewRow, ...]:
        """The rows of one group."""
        return tuple(row for row in self.rows if row.group is group)

    def toggle(self, lid: str) -> Review:
        """The review with that row taken out, or put in; a barred row stays out. Rows of one request go together."""
        own = next((row for row in self.rows if row.row.lid == lid), None)
        if own is None or own.barred:
            return self
        tie = self.action.together if self.action and self.action.whole else ""
        shared = own.row.values.get(tie) if tie else None
        turned = {lid} if not tie else {row.row.lid for row in self.rows if row.row.values.get(tie) == shared}
        return replace(
            self,
            rows=tuple(
                replace(row, going=not own.going) if row.row.lid in turned and not row.barred else row
                for row in self.rows
            ),
        )

    def toggle_group(self, group: Group) -> Review:
        """The review with a whole group put in, or taken out when all of it that can go was in."""
        movable = [row for row in self.in_group(group) if not row.barred]
        wanted = not all(row.going for row in movable)
        review = self
        for row in movable:
            if next(one for one in review.rows if one.row.lid == row.row.lid).going is not wanted:
                review = review.toggle(row.row.lid)
        return review

    def _sums(self, rows: Iterable[ReviewRow]) -> tuple[ReviewSum, ...]:
        totals: dict[str, tuple[int, int]] = {}
        for row in rows:
            minor = row.row.values.get(self.sum_field)
            currency = row.row.values.get("currency")
            if isinstance(minor, int) and isinstance(currency, str):
                so_far, count = totals.get(currency, (0, 0))
                totals[currency] = (so_far + minor, count + 1)
        sums = (ReviewSum(minor, currency, count) for currency, (minor, count) in totals.items())
        return tuple(sorted(sums, key=lambda each: (-each.rows, each.currency)))


def _sent(action: Action, catalog: ResourceCatalog, rows: list[Values]) -> str:
    """What is sent for an action, and what a refusal means."""
    if not rows:
        return "Nothing is sent."
    most = catalog.bulk_update if action.request is None else action.most
    if action.together:
        requests = len({values.get(action.together) for values in rows})
        each = catalog.resource.field(action.together).label.removesuffix(" id")
        said = f"{requests} {_plural(requests, 'request')}, one for each {each}."
    elif most and len(rows) > 1:
        requests = -(-len(rows) // most)
        said = f"{requests} {_plural(requests, 'request')} for {len(rows)} ids."
        said += " After a refusal each id is read again and settled by itself."
    else:
        said = "1 request." if len(rows) == 1 else f"{len(rows)} requests, one for each row."
    once = "It is never sent a second time by itself." if action.unrepeatable else ""
    return " ".join(sentence for sentence in (said, once, action.unforeseen) if sentence)


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"

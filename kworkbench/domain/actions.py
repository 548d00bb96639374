"""Actions: what a provider does with records besides making, changing and deleting them, as tables.

The `i` menu, the palette, help, the review and the requests are derived from them (product.md sections 5 and 9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from kworkbench.domain.catalog import FormField, Lock
from kworkbench.domain.records import Value, Values
from kworkbench.lean import dataclass, field


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How an action is asked for at its provider.

    Attributes:
        path: below the base URL; `{id}` is the record, any other name in braces one of the change's values.
        wrap: the object that its arguments stand in; Productive needs none, its documents say it by `type`.
        type: what the body is, where that is something else than the record (`line_items`).
        own: the member of the body that names the record; empty where the path does.
        many: the member of the body that lists all records of one request.
        also: members of the body that the change's values fill: `(member, value)`.
        flat: the body is one plain object of ids and values, not a resource. fixed: members that are always the same.
    """

    method: str
    path: str
    wrap: str = ""
    type: str = ""
    own: str = ""
    many: str = ""
    also: tuple[tuple[str, str], ...] = ()
    flat: bool = False
    fixed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One action of one resource.

    Attributes:
        name: how changes and requests call it.
        title: the verb in a menu: `approve`.
        phrase: the title with its object, `{}` being "3 expenses"; empty: the title and then the object.
        about: what it does, for menu, palette and help.
        request: None where it is an ordinary edit that sets `sets` and what it asks for.
        bulk: one request for several records, at most `most` of them; None: one by one.
        asks: what it asks for before the review. asks_one: the same, where a single record is meant.
        alone: it is done with one record at a time.
        locks: values for which the server is expected to refuse, or to change nothing. Never enforced.
        expects: values that the record is expected to have afterwards.
        days: fields of which one that is empty is expected to get the day on which it is done.
        outside: somebody else hears of it (an e-mail, an accounting program).
        once: a second time would be a second one, so that it is never sent again by itself; what is outside is, too.
        held: it can be taken back for a while before it is sent.
        together: the field whose value names the one request that concerns all records with that value.
        whole: that request concerns every record with that value, asked for or not; the review lists them all.
        tells: what the review tells of each record besides: `recipients`, `payments`.
        undone_by: the action that takes it back; empty where none does.
        other: the answer is about something else, so that the record itself has to be read again.
        unforeseen: what of its effect cannot be told beforehand, a sentence for the review.
    """

    name: str
    title: str
    about: str
    request: Endpoint | None = None
    phrase: str = ""
    bulk: Endpoint | None = None
    most: int = 0
    sets: Mapping[str, Value] = field(default_factory=dict)
    asks: tuple[FormField, ...] = ()
    asks_one: tuple[FormField, ...] = ()
    alone: bool = False
    locks: tuple[Lock, ...] = ()
    expects: Values = field(default_factory=dict)
    days: tuple[str, ...] = ()
    outside: bool = False
    once: bool = False
    held: bool = False
    together: str = ""
    whole: bool = False
    tells: tuple[str, ...] = ()
    undone_by: str = ""
    other: bool = False
    unforeseen: str = ""

    @property
    def unrepeatable(self) -> bool:
        """True where a second time would be a second one: it is never sent again by itself."""
        return self.once or self.outside

    def fields(self, count: int) -> tuple[FormField, ...]:
        """What it asks for, for that many records."""
        return (*self.asks, *self.asks_one) if count == 1 else self.asks

    def expected(self, today: date, before: Sequence[Values]) -> Values:
        """What its records are expected to say afterwards, if it is done today; `before`: what they say now."""
        empty = (name for name in self.days if not any(values.get(name) for values in before))
        return {**self.expects, **dict.fromkeys(empty, today.isoformat())}

    def of(self, what: str) -> str:
        """The verb with its object: `mark 3 expenses as paid`."""
        return self.phrase.format(what) if self.phrase else f"{self.title} {what}"


def find_action(actions: tuple[Action, ...], name: str) -> Action | None:
    """The action of that name, or None."""
    return next((one for one in actions if one.name == name), None)

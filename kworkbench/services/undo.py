"""Undo of what was sent, and redo: what the inverse does at the provider, under review, and then done.

Source: product.md section 10. Nothing that reached a provider is taken back without a trace there: the inverse is a
change of its own, and the journal says what undid what.
"""

from __future__ import annotations

from concurrent.futures import Future

from kworkbench.domain.changes import Change, Draft, Idem, Op
from kworkbench.lean import dataclass, replace
from kworkbench.services.change_words import sentence_of
from kworkbench.services.changes import NotPossible
from kworkbench.services.deeds import Deed, Deeds
from kworkbench.services.ground import Ground
from kworkbench.services.inverse import Inverse, Inverses, key_of
from kworkbench.services.marking import Marking, marking_of
from kworkbench.services.review import ReviewSum

NOTHING_TO_UNDO = "There is nothing to undo. The journal on 5 holds this machine's changes."
NOTHING_TO_REDO = "There is nothing to redo."


@dataclass(frozen=True, slots=True)
class UndoReview:
    """An undo or a redo before it is done.

    Attributes:
        deed: what is taken back, or done again.
        rows: one for each record, the newest first.
        out: keys of rows that are taken out.
        asked: the changes that its title names: those of the deed, or those that are done again.
        redo: it does again what was taken back.
    """

    deed: Deed
    rows: tuple[Inverse, ...]
    asked: tuple[Change, ...]
    out: frozenset[str] = frozenset()
    redo: bool = False

    @property
    def going(self) -> tuple[Inverse, ...]:
        """The rows that `y` acts on."""
        return tuple(row for row in self.rows if row.draft is not None and not row.why_not and row.key not in self.out)

    @property
    def sums(self) -> tuple[ReviewSum, ...]:
        """What goes, per currency, the one with most rows first."""
        totals: dict[str, tuple[int, int]] = {}
        for row in self.going:
            if row.minor is not None:
                minor, count = totals.get(row.currency, (0, 0))
                totals[row.currency] = minor + row.minor, count + 1
        found = (ReviewSum(minor, currency, count) for currency, (minor, count) in totals.items())
        return tuple(sorted(found, key=lambda each: (-each.rows, each.currency)))

    @property
    def moves_money(self) -> bool:
        """A payment is made, something is deleted or goes outside: nothing of that happens without a look."""
        drafts = [row.draft for row in self.rows if row.draft is not None]
        outside = any(draft.op is Op.ACTION and draft.idem is Idem.UNMARKED for draft in drafts)
        return outside or any(draft.op is Op.DELETE or draft.kind == "payments" for draft in drafts)

    def toggle(self, key: str) -> UndoReview:
        """The review with that row taken out, or put in."""
        return replace(self, out=self.out ^ {key})


class UndoService:
    """Undo and redo of one connection's deeds."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._inverses = Inverses(ground, ground.changes.canonical(ground.account))

    def waiting(self) -> tuple[Change, ...]:
        """Changes of the newest deed that wait to be sent: they can be taken back without a trace."""
        deed = self._deeds().to_undo
        return () if deed is None or deed.on_its_way else deed.waiting

    def undo(self) -> UndoReview:
        """The review of taking back the newest deed that stands.

        Raises:
            NotPossible: there is none, or it has to be waited for.
        """
        deed = self._deeds().to_undo
        if deed is None:
            raise NotPossible(NOTHING_TO_UNDO)
        return self._review(deed)

    def undo_of(self, change: Change) -> UndoReview:
        """The review of taking back the deed that a change is part of.

        Raises:
            NotPossible: it was taken back already, did nothing, or has to be waited for.
        """
        deeds = self._deeds()
        deed = deeds.of(change)
        if deed is None or change.account != self._ground.account:
            raise NotPossible("This change belongs to another connection. ctrl+o switches there.")
        if (by := deeds.undone_by(deed.gesture)) is not None:
            raise NotPossible(f"It was taken back already, by change {by.changes[0].seq}.")
        return self._review(deed)

    def redo(self) -> UndoReview:
        """The review of doing again what was taken back last.

        Raises:
            NotPossible: there is nothing, or it has to be waited for.
        """
        deed = self._deeds().to_redo
        if deed is None:
            raise NotPossible(NOTHING_TO_REDO)
        if deed.was_taken_back:
            rows = tuple(self._once_more(change, deed) for change in deed.changes)
            return UndoReview(deed, rows, deed.changes, redo=True)
        before = self._deeds().named(deed.undoes or "")
        return replace(self._review(deed), redo=True, asked=deed.changes if before is None else before.changes)

    def confirm(self, review: UndoReview) -> Future[tuple[Change, ...]]:
        """Save what the review has going as one deed."""
        return self._ground.changes.submit(tuple(row.draft for row in review.going if row.draft is not None))

    def _deeds(self) -> Deeds:
        return self._ground.changes.deeds(self._ground.account)

    def _review(self, deed: Deed) -> UndoReview:
        if deed.on_its_way:
            what = sentence_of(deed.on_its_way[0])
            raise NotPossible(f"{what} is on its way, or may have arrived. Undo waits for the answer.")
        if not deed.done:
            raise NotPossible("Nothing of it reached the server, so there is nothing to undo.")
        attempt = self._deeds().tries(deed.gesture)
        those = [one for one in reversed(deed.done) if not _is_first_step(one, deed)]
        rows = [row for change in those for row in self._inverses.of(change, attempt)]
        return UndoReview(deed, tuple(rows), deed.changes)

    def _once_more(self, change: Change, deed: Deed) -> Inverse:
        """What was taken back before it was sent, asked for again as it was."""
        ground = self._ground
        amount, currency = change.args.get("amount", change.pre.get("amount")), change.args.get("currency")
        currency = currency or change.pre.get("currency")
        known = isinstance(amount, int) and isinstance(currency, str)
        key = key_of(change, self._deeds().tries(deed.gesture))
        marking = (
            marking_of(ground, change.kind, change.wanted(change.records[0]))
            if change.op is Op.CREATE
            else Marking(change.idem, None)
        )
        draft = Draft(
            account=change.account,
            op=change.op,
            kind=change.kind,
            lid=ground.new_lid() if change.op is Op.CREATE else change.lid,
            args=change.args,
            pre=change.pre,
            targets=change.targets,
            idem=marking.idem,
            marker=marking.marker,
            hold_seconds=ground.hold_seconds if change.kind == "payments" or change.op is not Op.UPDATE else 0.0,
            key=key,
            action=change.action,
            each=change.each,
            befores=change.befores,
            expects=change.expects,
            undoes=change.seq,
        )
        return Inverse(
            key,
            sentence_of(change),
            draft,
            minor=amount if isinstance(amount, int) and known else None,
            currency=currency if isinstance(currency, str) else "",
        )


def _is_first_step(change: Change, deed: Deed) -> bool:
    """True for the delete of a payment that the same deed records again."""
    return change.deletes and any(one.again in change.records for one in deed.changes if one.again)

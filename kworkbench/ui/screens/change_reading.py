"""What the changes screen looks up to tell of a change: its record and payments, names, what undid it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from kworkbench.domain.changes import Attempt, Change, Op
from kworkbench.domain.dates import moment
from kworkbench.services.deeds import DONE
from kworkbench.services.undo_words import undo_sentence, undoes_sentence
from kworkbench.ui.screens.change_detail import DetailFacts, Way, ways_of
from kworkbench.ui.screens.changes_lines import answer_of, local

if TYPE_CHECKING:
    from kworkbench.domain.records import Values
    from kworkbench.services.session import Session


class ChangeReading:
    """Reads over one session; changes of another connection are told of without its books."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def facts(self, change: Change, attempts: tuple[Attempt, ...]) -> DetailFacts:
        """What the detail shows beside the change itself."""
        session = self._session
        own = self._is_own(change)
        catalog = session.catalog.resources.get(change.kind) if own else None
        row = session.reader.row(catalog.resource, change.lid) if catalog and change.op is Op.UPDATE else None
        theirs: Values = {} if row is None else row.values
        return DetailFacts(
            sentence=session.changes.sentence(change),
            reason=session.changes.reason(change),
            catalog=catalog,
            theirs=theirs,
            name=self._name_of if own else lambda _kind, _id: "",
            attempts=attempts,
            ways=self.ways(change),
            style=session.style,
            now=self._now(),
            undo=self._undo_state(change),
            connection=session.connection.name if own else "",
        )

    def answer(self, change: Change) -> str:
        """What came back, in a few words; for what was taken back at the server, when."""
        if change.state in DONE:
            deeds = self._session.changes.deeds(change.account)
            deed = deeds.of(change)
            by = None if deed is None else deeds.undone_by(deed.gesture)
            if by is not None:
                return f"undone {self._ended(by.changes[-1])}" if by.changes[-1].closed_at else "is being undone"
        return answer_of(change, self._now())

    def ways(self, change: Change) -> tuple[Way, ...]:
        """The decisions an unclear change leaves to a person, over the payments its invoice has now."""
        invoice = change.args.get("invoice_id", change.pre.get("invoice_id"))
        own = self._is_own(change) and change.kind == "payments"
        payments = self._session.reader.payments_of(invoice) if own and isinstance(invoice, str) else ()
        return ways_of(change, payments, self._session.style)

    def _is_own(self, change: Change) -> bool:
        return change.account == self._session.connection.account

    def _undo_state(self, change: Change) -> tuple[str, ...]:
        deeds = self._session.changes.deeds(change.account)
        return undoes_sentence(change, deeds), undo_sentence(change, deeds, self._ended)

    def _ended(self, change: Change) -> str:
        return moment(local(change.closed_at or change.created_at, self._now()), self._now())

    def _name_of(self, kind: str, record_id: str) -> str:
        values = self._session.reader.lookup(kind, record_id) or {}
        name = values.get("number" if kind == "invoices" else "name")
        return name if isinstance(name, str) else ""

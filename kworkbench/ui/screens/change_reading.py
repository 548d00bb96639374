"""What the changes screen looks up to tell of a change: its record and payments, names, what undid it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from kworkbench.domain.changes import Attempt, Change, Op, State
from kworkbench.domain.dates import moment
from kworkbench.services.deeds import DONE
from kworkbench.services.undo_words import undo_sentence, undoes_sentence
from kworkbench.ui.screens.change_detail import DetailFacts
from kworkbench.ui.screens.change_ways import UNCLEAR, Way, ways_of_attention, ways_of_conflict, ways_of_unclear
from kworkbench.ui.screens.changes_lines import answer_of, local

if TYPE_CHECKING:
    from kworkbench.services.attention import Attention
    from kworkbench.services.conflicts import Conflict
    from kworkbench.services.session import Session

_LOOKED_FOR = "It is looked for every minute, and settles by itself when it is found."


class ChangeReading:
    """Reads over one session; changes of another connection are told of without its books."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def facts(self, change: Change, attempts: tuple[Attempt, ...], picks: frozenset[str]) -> DetailFacts:
        """What the detail shows beside the change itself; `picks` are fields of which the server's value is picked."""
        session = self._session
        own = self._is_own(change)
        return DetailFacts(
            sentence=session.changes.sentence(change),
            reason=self.reason(change),
            catalog=session.catalog.resources.get(change.kind) if own else None,
            name=self._name_of if own else lambda _kind, _id: "",
            attempts=attempts,
            ways=self.ways(change, picks),
            style=session.style,
            now=self._now(),
            undo=self._undo_state(change),
            connection=session.connection.name if own else "",
            known=tuple(self._known(change)),
            conflict=self.conflict(change),
            picks=picks,
        )

    def attention(self, change: Change) -> Attention | None:
        """Why a change that is over waits for a word of a person."""
        return self._session.changes.attention().get(change.seq)

    def attention_ids(self, change: Change) -> tuple[str, ...]:
        """The server's ids of the rows that stand there for one change; empty where it is one."""
        attention = self.attention(change)
        return () if attention is None else attention.ids

    def conflict(self, change: Change) -> Conflict | None:
        """With what a change conflicts."""
        return self._session.conflicts.of(change) if change.state is State.CONFLICTED else None

    def reason(self, change: Change) -> str:
        """Why a change stands where it stands, and the key to press next."""
        attention = self.attention(change)
        return attention.sentence if attention is not None else self._session.changes.reason(change)

    def answer(self, change: Change) -> str:
        """What came back, in a few words; for what was taken back at the server, when."""
        if self.attention(change) is not None:
            return "otherwise than shown" if not self.attention_ids(change) else "stands there twice"
        if change.state in DONE:
            deeds = self._session.changes.deeds(change.account)
            deed = deeds.of(change)
            by = None if deed is None else deeds.undone_by(deed.gesture)
            if by is not None:
                return f"undone {self._ended(by.changes[-1])}" if by.changes[-1].closed_at else "is being undone"
        return answer_of(change, self._now())

    def ways(self, change: Change, picks: frozenset[str]) -> tuple[Way, ...]:
        """The decisions a change leaves to a person, over the payments its invoice has now."""
        style = self._session.style
        attention = self.attention(change)
        if attention is not None:
            return ways_of_attention(attention)
        if change.state is State.CONFLICTED:
            return ways_of_conflict(self.conflict(change), picks, style)
        invoice = change.args.get("invoice_id", change.pre.get("invoice_id"))
        own = self._is_own(change) and change.kind == "payments"
        payments = self._session.reader.payments_of(invoice) if own and isinstance(invoice, str) else ()
        return ways_of_unclear(change, payments, style)

    def _known(self, change: Change) -> Iterator[str]:
        """What is known of an unclear change, and when it is looked for again."""
        if change.state not in UNCLEAR:
            return
        minutes = self._session.catalog.payments.settle_seconds // 60
        if not self._session.refresh.status().online:
            yield "It is looked for as soon as the server answers."
        elif change.op is not Op.CREATE:
            yield "It is read again, and settles by itself."
        elif change.state is State.AMBIGUOUS:
            again = self._session.changes.goes_again(change, wanted=self._session.connection.send_again)
            yield f"{_LOOKED_FOR} After {minutes} min without it {'it is sent again' if again else 'you decide'}."
        else:
            yield _LOOKED_FOR
        if change.marker and change.op is Op.CREATE:
            yield f"Its marker {change.marker} tells it apart from any other."

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

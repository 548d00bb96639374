"""The events in which the sender tells how things ended: with time, jitter, and how often it has failed in a row.

Source: sync-engine.md section 4, "What an outcome means".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kworkbench.domain.changes import Change, Refusal
from kworkbench.domain.records import Record
from kworkbench.lean import replace
from kworkbench.sync.clock import Clock, iso, ms
from kworkbench.sync.events import Answered, Checked, Compared, Outcome
from kworkbench.sync.reading import asked_to_wait, read_outcome
from kworkbench.sync.transport import TransportError

MOST_ANSWER = 256 * 1024
"""An answer that is longer is read anew after a crash instead of being kept in the outbox."""


class Reports:
    """Makes them; used on the engine's thread.

    Args:
        jitter: draws from 0..1.
    """

    def __init__(self, clock: Clock, jitter: Callable[[], float]) -> None:
        self._clock = clock
        self._jitter = jitter
        self._tries: dict[int, int] = {}

    def clear(self, seq: int) -> None:
        """What failed for this change has worked."""
        self._tries.pop(seq, None)

    def failed(self, seq: int) -> int:
        """It has failed once more; how often that is in a row."""
        self._tries[seq] = self._tries.get(seq, 0) + 1
        return self._tries[seq]

    def answered(
        self,
        change: Change,
        outcome: Outcome,
        *,
        records: tuple[Record, ...] = (),
        refusal: Refusal | None = None,
        response: str | None = None,
        wait: float | None = None,
        detail: str = "",
    ) -> Answered:
        """A send came to an end."""
        at = self._clock.now()
        kept = response if response is None or len(response) <= MOST_ANSWER else None
        return Answered(change.seq, iso(at), ms(at), outcome, records, refusal, kept, wait, self._jitter(), detail)

    def lost(self, change: Change, problem: TransportError) -> Answered:
        """No answer came; whether anything left is what the transport knows."""
        if problem.sent:
            self.clear(change.seq)
            return self.answered(change, Outcome.UNKNOWN, detail=str(problem))
        unsent = self.answered(change, Outcome.NOT_SENT, detail=str(problem))
        return replace(unsent, tries=self.failed(change.seq))

    def unsent(self, change: Change, problem: Exception) -> Answered:
        """Nothing of the write has left: what was to be known before it could not be read."""
        outcome = read_outcome(problem)
        known = outcome if outcome in (Outcome.SIGN_IN, Outcome.BUSY) else Outcome.NOT_SENT
        unsent = self.answered(change, known, wait=asked_to_wait(problem), detail=str(problem))
        return replace(unsent, tries=self.failed(change.seq))

    def unchecked(self, seq: int, problem: Exception) -> Checked:
        """What stands at the server could not be learnt before a send."""
        return Checked(
            seq,
            ms(self._clock.now()),
            None,
            None,
            read_outcome(problem),
            wait_seconds=asked_to_wait(problem),
            jitter=self._jitter(),
            tries=self.failed(seq),
            detail=str(problem),
        )

    def compared(self, change: Change, records: tuple[Record, ...], named: Mapping[str, str]) -> Compared:
        """What a change is about was read again."""
        self.clear(change.seq)
        at = self._clock.now()
        return Compared(change.seq, iso(at), ms(at), records, jitter=self._jitter(), named=named)

    def uncompared(self, change: Change, problem: Exception) -> Compared:
        """It could not be read; a line that is down does not count towards the most looks."""
        tries = 1 if read_outcome(problem) is Outcome.NOT_SENT else self.failed(change.seq)
        at = self._clock.now()
        return Compared(change.seq, iso(at), ms(at), (), reached=False, jitter=self._jitter(), tries=tries)

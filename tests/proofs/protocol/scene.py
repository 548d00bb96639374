"""What one model run is about: how long things take, how often they go wrong, and which rules are broken on purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kworkbench.domain.changes import Args, Change, Idem, Op
from kworkbench.sync.events import Admission, EngineState
from tests.sync.making import ACCOUNT, MARKER, a_bulk, a_change

BACKEND = ACCOUNT.rpartition("|")[0]


def lid_of_owner(owner: int) -> str:
    """The local id of what the person records: of a payment its change's number, of a row its place."""
    return f"new:{owner}"


def owners_of(change: Change) -> tuple[int, ...]:
    """What a change is still about."""
    return tuple(int(lid.partition(":")[2]) for lid in change.records)


class Broken(StrEnum):
    """Rules of the protocol that the shell keeps, by the sentence that says how each is broken."""

    NO_INTENT = "the send goes out before its row is durable"
    JUDGED_LATE = "absence is judged when the answer comes, not when the question left"
    OLD_CLOCK = "the wait of an earlier send counts for the one after it"
    OLD_LOOK = "a look that began before a send is heard after it"
    JUMPING = "the wait is measured by a clock that can jump"
    IMPATIENT = "the person sends again before the wait is over"


@dataclass(frozen=True)
class Scene:
    """One model run. Times are in ticks.

    Attributes:
        life: how long a request that was given up may still take effect.
        delay: until a new row shows in lists.
        settle: T_settle, counted from the first look; right where it is `life + delay` or more.
        sends, kills, others, doubles: how often each may happen: a send, the end of the process, a payment of a
            colleague, an answer or a reading that comes a second time.
        payments: how many payments of the person stand in the lane; all but the first go whatever the balance is.
        rows: so many expenses in one request, in place of payments; a server may take a part of them.
        marked: payments bear a marker.
        guarded: the server refuses a second payment of the invoice.
        learnt: it was seen to do so before.
        again: the person wants payments to be sent again by themselves, and markers were seen to come back.
        trusting: A1 and A2 hold: absence after T_settle is final. Where it is not, the person sends nothing again.
        hasty: the person sends again while it is unclear, by luck never while a request still lives.
    """

    life: int = 2
    delay: int = 2
    settle: int = 4
    sends: int = 3
    kills: int = 0
    others: int = 0
    doubles: int = 0
    payments: int = 1
    rows: int = 0
    marked: bool = True
    guarded: bool = False
    learnt: bool = False
    again: bool = False
    trusting: bool = True
    hasty: bool = False
    broken: frozenset[Broken] = frozenset()

    def beginning(self) -> EngineState:
        """What is known of the server, and of the person's wishes, when the payments are queued."""
        guard = {f"guard:{BACKEND}": "refused"} if self.learnt else {}
        marker = {f"marker:{BACKEND}": "kept"} if self.again else {}
        admission = Admission({ACCOUNT: ""}, frozenset({ACCOUNT} if self.again else ()))
        return EngineState(facts={**guard, **marker}, admission=admission)

    def changes(self) -> tuple[Change, ...]:
        """The payments of the person, or the expenses in one request, as they are queued."""
        if self.rows:
            return (self._several(),)
        return tuple(self._change(seq) for seq in range(1, self.payments + 1))

    def _several(self) -> Change:
        each: dict[str, Args] = {lid_of_owner(owner): {"amount": owner} for owner in range(1, self.rows + 1)}
        asked = {"targets": tuple(each), "each": each, "op": Op.CREATE, "lid": "new:0", "marker": MARKER}
        return a_bulk(1, idem=Idem.MARKED, lane="expenses:new:0", **asked)

    def _change(self, seq: int) -> Change:
        if not self.marked:
            return a_change(seq, idem=Idem.UNMARKED, marker=None)
        marked = a_change(seq, marker=f"{MARKER[:-1]}{seq + 1}")
        return marked if seq == 1 else replace(marked, pre={"currency": "EUR"})

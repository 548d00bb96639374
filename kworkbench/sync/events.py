"""What can happen to the engine (events) and what it then has done (effects). Plain data, no I/O.

Source: sync-engine.md sections 2 and 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import TypeAlias

from kworkbench.domain.changes import Change, Refusal, Resolution
from kworkbench.domain.records import Record
from kworkbench.lean import dataclass, field


class Outcome(Enum):
    """What an answer, or its absence, says about a write (sync-engine.md section 4, "What an outcome means")."""

    DONE = auto()
    DONE_UNREADABLE = auto()
    NOT_SENT = auto()
    REFUSED = auto()
    GONE = auto()
    CONFLICT = auto()
    SIGN_IN = auto()
    BUSY = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Started:
    """The process became the sender; `changes` are those found open in the outbox."""

    epoch: int
    now_ms: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Resumed:
    """There is an engine from now on; until then nothing is on its way, whatever is saved."""

    now_ms: int


@dataclass(frozen=True, slots=True)
class Enqueued:
    """Changes became durable."""

    changes: tuple[Change, ...]
    now_ms: int
    replaces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Woken:
    """Time passed; whatever is due may go on."""

    now_ms: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The person took a gesture back that was still held."""

    gesture: str
    now: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The invoice and its payments as they stand before a payment is sent; None where that could not be learnt.

    Attributes:
        tries: how often it was tried to learn it, this time included.
        detail: why it could not be learnt, a sentence.
    """

    seq: int
    now_ms: int
    invoice: Record | None
    payments: tuple[Record, ...] | None
    outcome: Outcome = Outcome.DONE
    wait_seconds: float | None = None
    jitter: float = 1.0
    tries: int = 1
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A write came to an end of its own or was given up.

    Attributes:
        records: what the answer brought, the record itself first.
        wait_seconds: what a BUSY server asked to wait.
        jitter: a random number in 0..1 for the back-off, drawn by the shell.
    """

    seq: int
    now: str
    now_ms: int
    outcome: Outcome
    records: tuple[Record, ...] = ()
    refusal: Refusal | None = None
    response: str | None = None
    wait_seconds: float | None = None
    jitter: float = 1.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Probed:
    """The server was asked what became of an unclear change.

    Attributes:
        found: the payment bearing the marker.
        candidates: ids of new rows that look alike but bear no marker of ours.
        settled: absence is final, T_settle has passed in this process.
        reached: False where the question itself failed.
        looked: False where there is nothing by which the record could be found.
    """

    seq: int
    now: str
    now_ms: int
    found: Record | None
    candidates: tuple[str, ...] = ()
    settled: bool = False
    reached: bool = True
    looked: bool = True


@dataclass(frozen=True, slots=True)
class Compared:
    """The records a natural write was about, read again after its answer was lost or a bulk request was refused.

    Attributes:
        records: those still there, by their ids.
        reached: False where the question itself failed.
    """

    seq: int
    now: str
    now_ms: int
    records: tuple[Record, ...]
    reached: bool = True
    jitter: float = 1.0


@dataclass(frozen=True, slots=True)
class Applied:
    """The answer of a confirmed change stands in the cache."""

    seq: int
    now: str


@dataclass(frozen=True, slots=True)
class Retried:
    """The person asked to try again."""

    seq: int
    now_ms: int


@dataclass(frozen=True, slots=True)
class Discarded:
    """The person gave a change up."""

    seq: int
    now: str
    reason: str = "discarded by you"


@dataclass(frozen=True, slots=True)
class Resolved:
    """The person said what became of an unclear change."""

    seq: int
    now: str
    now_ms: int
    resolution: Resolution
    payment_id: str = ""


@dataclass(frozen=True, slots=True)
class Reconnected:
    """An account's server answered again; what waited for it may go on."""

    account: str
    now_ms: int


Event: TypeAlias = (
    Started
    | Resumed
    | Enqueued
    | Woken
    | TakenBack
    | Checked
    | Answered
    | Probed
    | Compared
    | Applied
    | Retried
    | Discarded
    | Resolved
    | Reconnected
)


@dataclass(frozen=True, slots=True)
class Check:
    """Read the invoice and its payments before this payment is sent."""

    seq: int


@dataclass(frozen=True, slots=True)
class Send:
    """Send this change; its `sending` row is durable."""

    seq: int


@dataclass(frozen=True, slots=True)
class Probe:
    """Look for this unclear payment now, and again at the protocol's times."""

    seq: int


@dataclass(frozen=True, slots=True)
class Compare:
    """Read again what this change is about."""

    seq: int
    after_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Apply:
    """Bring the answer of this confirmed change into the cache."""

    seq: int
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Wake:
    """Come back with `Woken` at this wall time in ms."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Tell:
    """Let the screens know that this change came to an end a person should hear of."""

    seq: int


Effect: TypeAlias = Check | Send | Probe | Compare | Apply | Wake | Tell


@dataclass(frozen=True, slots=True)
class Step:
    """What a reduction gives: the changes that are to be saved, then the effects to perform, in order."""

    changed: tuple[Change, ...] = ()
    effects: tuple[Effect, ...] = ()

    def then(self, *others: Step) -> Step:
        """This step and the ones after it, as one."""
        steps: Sequence[Step] = (self, *others)
        return Step(
            tuple(change for step in steps for change in step.changed),
            tuple(effect for step in steps for effect in step.effects),
        )


@dataclass(frozen=True, slots=True)
class EngineState:
    """All the reducer knows.

    Attributes:
        changes: seq -> open change, or confirmed and not yet applied.
        busy: numbers of changes that are being checked before their send.
        epoch: counts senders of this outbox.
        paused: no engine runs, so nothing may be marked as on its way.
    """

    changes: dict[int, Change] = field(default_factory=dict)
    busy: frozenset[int] = frozenset()
    epoch: int = 0
    paused: bool = False

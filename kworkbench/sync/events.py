"""What can happen to the engine (events) and what it then has done (effects). Plain data, no I/O.

Source: sync-engine.md sections 2 and 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
class Admission:
    """What the configuration says of the accounts of this run.

    Attributes:
        accounts: account -> empty where changes may be sent to it, else the sentence why not; one that is missing
            belongs to another sign-in.
        again: accounts whose marked payments are sent again by themselves once their absence is final.
    """

    accounts: Mapping[str, str]
    again: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Started:
    """The process became the sender.

    Attributes:
        changes: those found open in the outbox.
        facts: what earlier processes learnt, see `Fact`.
        admission: which accounts may be sent to; None: all.
    """

    epoch: int
    now_ms: int
    changes: tuple[Change, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    admission: Admission | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """The configuration was read anew: accounts that were not known are, and some may be written to now, or no more.

    Accounts that `admission` does not name are what they were.
    """

    admission: Admission
    now_ms: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """There is an engine from now on; until then nothing is on its way, whatever is saved."""

    now_ms: int


@dataclass(frozen=True, slots=True)
class Enqueued:
    """Changes became durable.

    Attributes:
        replaces: numbers of the changes whose place some of them take: the one about the same record, else of the kind.
    """

    changes: tuple[Change, ...]
    now_ms: int
    replaces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Replaced:
    """Another process made `by` as the corrected form of `seq`."""

    seq: int
    by: int
    now: str
    now_ms: int


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
    """What stands at the server before a money create is sent; None where that could not be learnt.

    Attributes:
        invoice: the payment's invoice; None for a create that has none, and where the server no longer has it.
        payments: its payments; for a create without an invoice the records among which it would stand.
        tries: how often it was tried to learn it, this time included.
        detail: why it could not be learnt, a sentence.
        guarded: the provider is said to refuse a second payment.
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
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """A write came to an end of its own or was given up.

    Attributes:
        records: what the answer brought, the record itself first.
        wait_seconds: what a BUSY server asked to wait.
        jitter: a random number in 0..1 for the back-off, drawn by the shell.
        tries: how often in a row nothing left this machine, this time included.
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
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Probed:
    """The server was asked what became of an unclear change.

    Attributes:
        found: the record bearing the marker; for a create without an amount the one that equals it.
        rows: of a bulk create the local ids of the rows whose markers were found, each with its record.
        candidates: ids of new rows that look alike but bear no marker of ours.
        settled: absence is final, T_settle has passed in this process since the request was given up.
        reached: False where the question itself failed.
        looked: False where there is nothing by which the record could be found.
        others: ids of payments of others that have come to the invoice since the first send.
        attempts: how often the change had been sent when the question was asked; an answer to an older question tells
            nothing about absence. None: it was asked for something else and happened to find the record.
    """

    seq: int
    now: str
    now_ms: int
    found: Record | None
    candidates: tuple[str, ...] = ()
    settled: bool = False
    reached: bool = True
    looked: bool = True
    others: tuple[str, ...] = ()
    attempts: int | None = None
    rows: tuple[tuple[str, Record], ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """The records a natural write was about, read again after its answer was lost or a bulk request was refused.

    Attributes:
        records: those still there.
        reached: False where the question itself failed.
        tries: how often it has failed in a row, this time included.
        named: local id of a record made here -> the one it goes by since the server named it.
    """

    seq: int
    now: str
    now_ms: int
    records: tuple[Record, ...]
    reached: bool = True
    jitter: float = 1.0
    tries: int = 1
    named: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """The answer of a confirmed change stands in the cache; `records` are what the change left, its parent among them.

    Where that is not known any more (another process ended between the two steps), there are none.
    """

    seq: int
    now: str
    now_ms: int | None = None
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A read brought these records of an account, newer than what stood here; `gone` are no longer at the server.

    `gone` are local ids, and follow the Gone rule (sync-engine.md section 5).
    """

    account: str
    now: str
    now_ms: int
    records: tuple[Record, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubled:
    """A read showed several rows with the marker of one change; `ids` are theirs. The change may be over.

    Attributes:
        row: of a bulk create the number of the row that bears that marker.
    """

    change: Change
    ids: tuple[str, ...]
    row: int = 0


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
    """The person said what became of an unclear change, or to go on after a first write that came out otherwise.

    For `Resolution.GO_ON`, `seq` is the number of that first write, which may be over already.
    """

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
    | Admitted
    | Resumed
    | Enqueued
    | Replaced
    | Woken
    | TakenBack
    | Checked
    | Answered
    | Probed
    | Compared
    | Applied
    | Seen
    | Doubled
    | Retried
    | Discarded
    | Resolved
    | Reconnected
)


@dataclass(frozen=True, slots=True)
class Check:
    """Read what stands at the server before this change is sent: a money create, or a delete that another is to follow.

    Of a payment the invoice and its payments, of any other create the records among which it would stand.
    """

    seq: int


@dataclass(frozen=True, slots=True)
class Send:
    """Send this change; its `sending` row is durable."""

    seq: int


@dataclass(frozen=True, slots=True)
class Probe:
    """Look for this unclear create now, and again at the protocol's times."""

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
class Landed:
    """Some rows of this bulk create stand at the server, each under its local id; they have left the change."""

    seq: int
    rows: tuple[tuple[str, Record], ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """This change was sent more than once and is there: look again later whether it is there twice."""

    change: Change


@dataclass(frozen=True, slots=True)
class Wake:
    """Come back with `Woken` at this wall time in ms."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Tell:
    """Let the screens know that this change came to an end a person should hear of."""

    seq: int


Effect: TypeAlias = Check | Send | Probe | Compare | Apply | Landed | Watch | Wake | Tell


@dataclass(frozen=True, slots=True)
class Fact:
    """Something learnt that later processes must know too; kept with the changes. An empty value forgets it.

    Keys: see `facts.py`.
    """

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a reduction gives: the changes and facts that are to be saved, then the effects to perform, in order."""

    changed: tuple[Change, ...] = ()
    effects: tuple[Effect, ...] = ()
    facts: tuple[Fact, ...] = ()

    def then(self, *others: Step) -> Step:
        """This step and the ones after it, as one."""
        steps: Sequence[Step] = (self, *others)
        return Step(
            tuple(change for step in steps for change in step.changed),
            tuple(effect for step in steps for effect in step.effects),
            tuple(fact for step in steps for fact in step.facts),
        )


@dataclass(frozen=True, slots=True)
class EngineState:
    """All the reducer knows.

    Attributes:
        changes: seq -> open change, or confirmed and not yet applied.
        busy: numbers of changes that are being checked before their send.
        paid: numbers of payments before whose send the invoice was seen to be paid: their answers tell whether the
            server refuses a second payment.
        epoch: counts senders of this outbox.
        paused: no engine runs, so nothing may be marked as on its way.
        facts, admission: see `Started`.
    """

    changes: dict[int, Change] = field(default_factory=dict)
    busy: frozenset[int] = frozenset()
    paid: frozenset[int] = frozenset()
    epoch: int = 0
    paused: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    admission: Admission | None = None

"""A change: one queued write, what it wants, and the state it is in.

States and their shown words are the one table of product.md section 3; the columns those of sync-engine.md section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from kworkbench.domain.records import NEW, Value, Values, lid_of
from kworkbench.lean import dataclass, field


class Op(StrEnum):
    """What a change asks of the server."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    BULK_DELETE = "bulk_delete"


class Idem(StrEnum):
    """What makes sending a change twice harmless, or not (sync-engine.md section 6)."""

    NATURAL = "natural"
    GUARDED = "guarded"
    MARKED = "marked"
    UNMARKED = "unmarked"


class State(StrEnum):
    """The engine's state of a change (sync-engine.md section 4)."""

    QUEUED = "queued"
    HELD = "held"
    BLOCKED = "blocked"
    SENDING = "sending"
    AMBIGUOUS = "ambiguous"
    NEEDS_YOU = "needs_you"
    REJECTED = "rejected"
    CONFLICTED = "conflicted"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Shown:
    """How a state is named and marked on screen and in JSON."""

    word: str
    mark: str


SHOWN: Mapping[State, Shown] = {
    State.QUEUED: Shown("queued", "~"),
    State.HELD: Shown("queued", "~"),
    State.BLOCKED: Shown("queued", "~"),
    State.SENDING: Shown("sending", "~"),
    State.AMBIGUOUS: Shown("unclear", "?"),
    State.NEEDS_YOU: Shown("unclear", "?"),
    State.REJECTED: Shown("refused", "!"),
    State.CONFLICTED: Shown("conflict", "#"),
    State.CONFIRMED: Shown("done", ""),
    State.CLOSED: Shown("done", ""),
    State.CANCELLED: Shown("discarded", ""),
}

IN_VIEW = frozenset(
    {
        State.QUEUED,
        State.HELD,
        State.BLOCKED,
        State.SENDING,
        State.AMBIGUOUS,
        State.NEEDS_YOU,
        State.CONFIRMED,
    }
)
"""States whose effect is folded into the view; a confirmed change stays until its answer is applied."""

OPEN = frozenset(State) - {State.CONFIRMED, State.CLOSED, State.CANCELLED}
"""States that are not over: counted on screen, listed by `changes list`."""

WAITING = frozenset({State.QUEUED, State.HELD, State.BLOCKED, State.SENDING})
"""States counted as unsent."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A field as it was typed, where it could not be read; it is sent as typed and no sum counts it."""

    text: str


Arg: TypeAlias = Value | Raw
Args: TypeAlias = Mapping[str, Arg]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One message of the server.

    Attributes:
        field: the name of the form field it stands under; None for the form's head.
        message: the server's own words.
        row: for a bulk change, the server's id of the row it is about.
    """

    field: str | None
    message: str
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a server said when it refused: HTTP status, every message, and the body (at most 64 KiB, secrets masked)."""

    status: int
    errors: tuple[FieldError, ...]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A change as a service asks for it, before it is durable.

    Attributes:
        kind: resource written.
        lid: the record's local id; `new:…` for a create.
        targets: local ids of a bulk change.
        args: values wanted, keyed as in the catalog's form; never a predicted value.
        pre: base values of the same fields, and what the parent's prediction needs (amount, invoice_id, currency).
        hold_seconds: how long it may be taken back without a trace.
        replaces: the refused or conflicting change this one is the corrected form of.
    """

    account: str
    op: Op
    kind: str
    lid: str
    args: Args = field(default_factory=dict)
    pre: Values = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    idem: Idem = Idem.NATURAL
    marker: str | None = None
    hold_seconds: float = 0.0
    key: str | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A durable change: one row of the outbox.

    Attributes:
        seq: the only order that counts.
        gesture: groups what one keypress made.
        pre_image: ids of the invoice's payments seen before the first send.
        reason: a sentence why it is in this state.
        not_before: wall time in ms before which it is not sent.
        response: the answer's body once confirmed; `applied` once it is in the cache.
        created_at, closed_at: ISO times in UTC.
    """

    seq: int
    mid: str
    account: str
    op: Op
    kind: str
    lid: str
    targets: tuple[str, ...]
    lane: str
    gesture: str
    args: Args
    pre: Values
    idem: Idem
    marker: str | None
    state: State
    created_at: str
    pre_image: tuple[str, ...] | None = None
    reason: str | None = None
    error: Refusal | None = None
    attempts: int = 0
    epoch: int | None = None
    not_before: int | None = None
    response: str | None = None
    applied: bool = False
    closed_at: str | None = None
    key: str | None = None

    @property
    def shown(self) -> Shown:
        """Its word and mark."""
        return SHOWN[self.state]

    @property
    def invoice_lid(self) -> str | None:
        """The local id of the invoice a payment belongs to."""
        invoice = self.args.get("invoice_id", self.pre.get("invoice_id"))
        return lid_of("invoices", invoice) if self.kind == "payments" and isinstance(invoice, str) else None

    @property
    def touched(self) -> tuple[str, ...]:
        """Local ids of every record whose view it changes: its own, its targets, and the parent invoice."""
        own = self.targets if self.op is Op.BULK_DELETE else (self.lid,)
        return own if self.invoice_lid is None else (*own, self.invoice_lid)


def lane_of(draft: Draft) -> str:
    """The lane in which a change is sent in order: its invoice's, else its record's (sync-engine.md section 7)."""
    invoice = draft.args.get("invoice_id", draft.pre.get("invoice_id"))
    if draft.kind == "payments" and isinstance(invoice, str):
        return f"invoice:{lid_of('invoices', invoice)}"
    if draft.kind == "invoices":
        return f"invoice:{draft.lid}"
    return f"{draft.kind}:{draft.lid}"


class Resolution(StrEnum):
    """What a person decides about an unclear change (sync-engine.md section 4)."""

    SEND_AGAIN = "send-again"
    FOUND = "found"
    GIVE_UP = "give-up"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a change, or to look for it: what was done when, and what came back."""

    seq: int
    n: int
    phase: str
    at: str
    status: int | None = None
    outcome: str = ""
    request_id: str | None = None


def is_new(lid: str) -> bool:
    """True for a record made here that the server has not named yet."""
    return lid.startswith(NEW)

"""A change: one queued write, what it wants, and the state it is in.

States and their shown words are the one table of product.md section 3; the columns those of sync-engine.md section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from kworkbench.domain.marker import row_marker
from kworkbench.domain.records import NEW, Value, Values, lid_of
from kworkbench.lean import dataclass, field


class Op(StrEnum):
    """What a change asks of the server."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    BULK_DELETE = "bulk_delete"
    ACTION = "action"


RESTORE = "restore"
"""The action that brings a deleted record back under its own id, where its provider keeps what was deleted."""


DAYS_OF_THE_SERVER = frozenset({"approved_on", "finalized", "sent_on"})
"""Days that a server sets by itself: expected and shown, never compared, for its day may be another one than here."""


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
class Difference:
    """A field of an answer that is not what was sent, or not what was shown beforehand.

    Attributes:
        field: its key in the record's values; `invoice.outstanding` for the parent of a payment.
        record: the server's id of the record, empty for the change's own.
    """

    field: str
    asked: Value
    got: Value
    record: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A change as a service asks for it, before it is durable.

    An update, an action, a delete or a create with `targets` is one bulk request about all of them; its own `lid` is
    `new:…` and names the request. Without targets it is about `lid` alone.

    Attributes:
        kind: resource written.
        lid: the record's local id; `new:…` for a create and for a bulk request.
        action: for `Op.ACTION` the name of the catalog's action.
        targets: local ids of a bulk request.
        args: values wanted, keyed as in the catalog's form; never a predicted value.
        pre: base values of the same fields, and what the parent's prediction needs (amount, invoice_id, currency).
        each: of a bulk create what each row wants, by local id; together with `args`. One with a marker names every
            row here, for their order tells the rows' markers apart.
        befores: of a bulk request what `pre` is for each row, by local id.
        expects: values that the server is expected to give the record by itself: shown with `~`, compared with the
            answer, never sent (I12). For an action they say how its effect is recognised.
        hold_seconds: how long it may be taken back without a trace.
        replaces: the refused or conflicting change this one is the corrected form of.
        needs: numbers of changes that have to be confirmed before this one is sent.
        after: the same for drafts of the same gesture, by their place in it.
        again: the record that this create records again; the delete it needs goes first (product.md section 8).
        undoes: the number of the change that this one takes back at the server.
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
    action: str = ""
    each: Mapping[str, Args] = field(default_factory=dict)
    befores: Mapping[str, Values] = field(default_factory=dict)
    expects: Values = field(default_factory=dict)
    needs: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    again: str = ""
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A durable change: one row of the outbox. What a draft has too means the same here.

    Attributes:
        seq: the only order that counts.
        gesture: groups what one keypress made.
        pre_image: ids of the invoice's payments seen before the first send.
        reason: a sentence why it is in this state.
        not_before: wall time in ms before which it is not sent.
        response: the answer's body once confirmed; `applied` once it is in the cache.
        theirs: with a conflict, the server's values of the fields in question; `args` are yours, `pre` those before.
        differences: what the answer says otherwise than what was sent or shown beforehand.
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
    action: str = ""
    each: Mapping[str, Args] = field(default_factory=dict)
    befores: Mapping[str, Values] = field(default_factory=dict)
    expects: Values = field(default_factory=dict)
    needs: tuple[int, ...] = ()
    again: str = ""
    undoes: int | None = None
    theirs: Values | None = None
    differences: tuple[Difference, ...] = ()

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
        own = self.records
        return own if self.invoice_lid is None else (*own, self.invoice_lid)

    @property
    def is_bulk(self) -> bool:
        """True for one request about several records."""
        return bool(self.targets) or self.op is Op.BULK_DELETE

    @property
    def restores(self) -> bool:
        """True where it brings a deleted record back, which is therefore in no list before."""
        return self.op is Op.ACTION and self.action == RESTORE

    @property
    def records(self) -> tuple[str, ...]:
        """Local ids of the records it is about: its targets, else its own."""
        return self.targets if self.is_bulk else (self.lid,)

    @property
    def markers(self) -> Mapping[str, str]:
        """The markers its records bear at the server, by local id; of a bulk create also of those that left it."""
        if self.marker is None or self.op is not Op.CREATE:
            return {}
        if not self.is_bulk:
            return {self.lid: self.marker}
        rows = ((lid, row_marker(self.marker, number)) for number, lid in enumerate(self.each))
        return {lid: marker for lid, marker in rows if marker is not None}

    @property
    def shared(self) -> Args:
        """What it wants of all of its records alike."""
        first, *others = (self.wanted(lid) for lid in self.records)
        return {key: arg for key, arg in first.items() if all(one.get(key) == arg for one in others)}

    @property
    def deletes(self) -> bool:
        """True where its records are gone afterwards."""
        return self.op in (Op.DELETE, Op.BULK_DELETE)

    def wanted(self, lid: str) -> Args:
        """What it wants of one of its records."""
        return {**self.args, **self.each.get(lid, {})}

    def before(self, lid: str) -> Values:
        """What one of its records was before."""
        return self.befores.get(lid, self.pre)


def lane_of(draft: Draft) -> str:
    """The lane in which a change is sent in order: its invoice's, else its record's (sync-engine.md section 7)."""
    invoice = draft.args.get("invoice_id", draft.pre.get("invoice_id"))
    if draft.kind == "payments" and isinstance(invoice, str):
        return lane_of_record("invoices", lid_of("invoices", invoice))
    return lane_of_record(draft.kind, draft.lid)


def lane_of_record(kind: str, lid: str) -> str:
    """The lane of a record that is not a payment of an invoice."""
    return f"invoice:{lid}" if kind == "invoices" else f"{kind}:{lid}"


class Resolution(StrEnum):
    """What a person decides about an unclear change (sync-engine.md section 4), or about a first write.

    GO_ON: the first write of a verb came out other than shown, which holds its connection's queue; it may go on.
    """

    SEND_AGAIN = "send-again"
    FOUND = "found"
    GIVE_UP = "give-up"
    GO_ON = "go-on"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a change, or to look for it: what was done when, and what came back.

    `sent` is the request's line and body, `answer` the body of what came back: at most 64 KiB each, secrets masked.
    """

    seq: int
    n: int
    phase: str
    at: str
    status: int | None = None
    outcome: str = ""
    request_id: str | None = None
    sent: str = ""
    answer: str = ""


def is_new(lid: str) -> bool:
    """True for a record made here that the server has not named yet."""
    return lid.startswith(NEW)

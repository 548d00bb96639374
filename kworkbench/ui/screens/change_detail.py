"""One change in full: what was asked, its state in a plain sentence, every message, its tries, the ways out.

Source: screens.md section 8; the ways out of an unclear payment are those of sync-engine.md section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from kworkbench.domain.catalog import FormField, ResourceCatalog, ValueType
from kworkbench.domain.changes import OPEN, Arg, Attempt, Change, Op, Raw, Resolution, State
from kworkbench.domain.dates import moment
from kworkbench.domain.numbers import NumberStyle, format_money
from kworkbench.domain.records import Value, Values
from kworkbench.domain.validation import show_field
from kworkbench.lean import dataclass
from kworkbench.services.changes import without_refused
from kworkbench.store.rows import Row
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import Content, safe_text, wrapped
from kworkbench.ui.screens.change_trail import attempt_lines, journal_lines, undo_lines
from kworkbench.ui.screens.changes_lines import amount_of, local
from kworkbench.ui.tokens import MARKS
from kworkbench.ui.widgets.line_list import BLANK, Line
from kworkbench.ui.words import spoken

UNCLEAR = (State.AMBIGUOUS, State.NEEDS_YOU)
CORRECTABLE = (State.REJECTED, State.CONFLICTED)
RETRYABLE = (State.REJECTED, State.CONFLICTED, State.HELD, State.QUEUED)
_LABEL = 14


@dataclass(frozen=True, slots=True)
class Way:
    """A decision about an unclear change; without a resolution it is only looked for again.

    Attributes:
        payment_id: the payment at the server that is this change.
    """

    resolution: Resolution | None
    title: str
    about: str
    payment_id: str = ""

    @property
    def key(self) -> str:
        """Its line in the detail."""
        return f"{self.title}:{self.payment_id}"


@dataclass(frozen=True, slots=True)
class DetailFacts:
    """What the detail shows beside the change itself.

    Attributes:
        sentence, reason: the change in plain words, and why it is in its state.
        theirs: the record's values at the server as last read, empty where none are known.
        name: the display name of a picked id, by kind and id; empty where unknown.
        undo: what can be undone of it, and what it undid, in sentences.
        connection: the name its account has here, empty where none has it any more.
    """

    sentence: str
    reason: str
    catalog: ResourceCatalog | None
    theirs: Values
    name: Callable[[str, str], str]
    attempts: tuple[Attempt, ...]
    ways: tuple[Way, ...]
    style: NumberStyle
    now: datetime
    undo: tuple[str, ...] = ()
    connection: str = ""


def ways_of(change: Change, payments: Sequence[Row], style: NumberStyle) -> tuple[Way, ...]:
    """The decisions an unclear change leaves to a person; a payment found on the invoice may be it."""
    if change.state not in UNCLEAR:
        return ()
    seen = set(change.pre_image or ())
    asked = amount_of(change)
    found = [row for row in payments if row.id and row.id not in seen]
    same = [row for row in found if asked is None or row.values.get("amount") == asked.minor]
    return (
        *(Way(Resolution.FOUND, "it is there", _payment(row, style), row.id or "") for row in same),
        Way(None, "look again", "read what stands there now; nothing is sent"),
        Way(Resolution.SEND_AGAIN, "send again", "only if it is not there: else it stands there twice"),
        Way(Resolution.GIVE_UP, "give up", "nothing more is sent; what may be there stays there"),
    )


def detail_title(change: Change, sentence: str) -> list[Piece]:
    """`# Conflict: edit INV-1374`."""
    shown = change.shown
    ink = f"{MARKS.get(shown.mark, 'strong')} bold"
    mark = f"{shown.mark} " if shown.mark else ""
    return [(safe_text(f"{mark}{shown.word.capitalize()}: {sentence}", 40), ink)]


def detail_lines(change: Change, facts: DetailFacts, room: int) -> list[Line]:
    """All lines of the detail in `room` cells."""
    lines = [BLANK]
    lines += _said(f"You asked at {moment(local(change.created_at, facts.now), facts.now)}: {facts.sentence}.", room)
    lines += _plain(facts.reason, room) if facts.reason and change.state is not State.REJECTED else []
    lines += _messages(change, facts, room)
    lines += _balances(change, facts.style) if change.state in UNCLEAR else []
    lines += _choices(facts.ways, room)
    lines += _asked(change, facts, room)
    lines += _keys(change)
    lines += undo_lines(facts.undo, room)
    lines += attempt_lines(facts.attempts, facts.now, room)
    lines += journal_lines(change, facts.connection, room)
    return lines


def _messages(change: Change, facts: DetailFacts, room: int) -> list[Line]:
    if change.error is None:
        return []
    lines = [BLANK, _head("The server said")]
    for error in change.error.errors:
        about = error.field or (f"row {error.row}" if error.row else "")
        text = f"{about}: {error.message}" if about else error.message
        for number, line in enumerate(wrapped(text, room - 3)):
            lines.append(Line([("! " if not number else "  ", "refused bold"), (line, "text")]))
    if not change.error.errors and facts.reason:
        lines += _plain(facts.reason, room)
    return lines


def _balances(change: Change, style: NumberStyle) -> list[Line]:
    """What is outstanding if the payment arrived, and if it did not."""
    amount, before = amount_of(change), change.pre.get("outstanding")
    if amount is None or not isinstance(before, int):
        return []
    return [
        BLANK,
        _head("Outstanding"),
        _pair("if it is there", format_money(before - amount.minor, amount.currency, style)),
        _pair("if it is not", format_money(before, amount.currency, style)),
    ]


def _choices(ways: Sequence[Way], room: int) -> list[Line]:
    if not ways:
        return []
    lines = [BLANK, _head("What became of it?")]
    for way in ways:
        lines.append(Line([(" ", ""), ("► ", "accent"), (way.title, "strong bold")], way.key))
        lines += [Line([("  ", ""), (line, "muted")]) for line in safe_text(way.about).wrap(room - 3)]
    return lines


def _asked(change: Change, facts: DetailFacts, room: int) -> list[Line]:
    if change.op is Op.BULK_DELETE:
        return [BLANK, _head("Asked"), _pair("rows", str(len(change.targets)))]
    if not change.args:
        return []
    lines = [BLANK, _head("Asked")]
    for key, arg in change.args.items():
        field = _field(facts.catalog, key)
        label = field.name if field else key
        yours = _value(arg, field, change, facts)
        if change.op is not Op.UPDATE:
            lines += _long(label, yours, room)
            continue
        lines.append(Line([(safe_text(label, room), "strong")]))
        lines += _long("  yours", yours, room)
        theirs = facts.theirs.get(key)
        if change.state is State.CONFLICTED:
            lines += _long("  theirs", _value(theirs, field, change, facts), room)
        lines += _long("  before", _value(change.pre.get(key), field, change, facts), room, "muted")
    if change.marker:
        lines.append(_pair("marker", change.marker, "muted"))
    return lines


def _value(arg: Arg, field: FormField | None, change: Change, facts: DetailFacts) -> str:
    typed = arg.text if isinstance(arg, Raw) else arg
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        return "(empty)"
    if isinstance(arg, Raw):
        return f"{arg.text} (as typed)"
    if field is None:
        return str(arg)
    if field.picker and isinstance(arg, str):
        return facts.name(field.picker, arg) or arg
    currency = _currency(change, facts)
    shown = show_field(field, arg, currency, facts.style)
    return f"{shown} {currency}" if field.type is ValueType.AMOUNT and currency else shown


def _currency(change: Change, facts: DetailFacts) -> str:
    values: list[Arg | Value] = [change.args.get("currency"), change.pre.get("currency"), facts.theirs.get("currency")]
    return next((each for each in values if isinstance(each, str) and each), "")


def _keys(change: Change) -> list[Line]:
    keys: list[tuple[str, str]] = []
    editable = change.op in (Op.CREATE, Op.UPDATE)
    if change.state in CORRECTABLE and editable:
        keys.append(("e", "edit and send again"))
    if change.state in CORRECTABLE:
        keys.append(("t", "send it again without them" if without_refused(change) else "send it again as it is"))
    if change.state in UNCLEAR:
        keys.append(("Enter", "decide: pick a line above"))
    if change.state in OPEN and change.state is not State.SENDING:
        keys.append(("d", "discard it"))
    return [BLANK, *(Line([(key.ljust(7), "accent bold"), (about, "text")]) for key, about in keys)] if keys else []


def _payment(row: Row, style: NumberStyle) -> str:
    minor, currency, day = row.values.get("amount"), row.values.get("currency"), row.values.get("date")
    money = format_money(minor, currency, style) if isinstance(minor, int) and isinstance(currency, str) else ""
    return ", ".join(part for part in (f"payment {row.id}", str(day or ""), money) if part)


def _field(catalog: ResourceCatalog | None, key: str) -> FormField | None:
    return next((field for field in catalog.form if field.key == key), None) if catalog else None


def _head(text: str) -> Line:
    return Line([(text, "strong bold")])


def _pair(label: str, value: str, ink: str = "text") -> Line:
    return Line(
        [(safe_text(label, _LABEL), "muted"), (" " * max(1, _LABEL - len(label) + 1), ""), (safe_text(value, 200), ink)]
    )


def _long(label: str, value: str, room: int, ink: str = "text") -> list[Line]:
    """A label and all of a value, which goes on below itself where it is longer than its place."""
    rows = wrapped(value, max(1, room - _LABEL - 1)) or (safe_text(""),)
    head = [_pair(label, rows[0].plain, ink)]
    return head + [Line([(" " * (_LABEL + 1), ""), (row, ink)]) for row in rows[1:]]


def _said(text: str, room: int) -> list[Line]:
    return [Line([(line, "strong")]) for line in safe_text(text).wrap(room - 1)]


def _plain(text: str, room: int) -> list[Line]:
    return [Line(spoken(Content(line.plain))) for line in safe_text(text).wrap(room - 1)]

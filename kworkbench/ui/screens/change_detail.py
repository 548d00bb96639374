"""One change in full: what was asked, its state in a plain sentence, every message, its tries, the ways out.

Source: screens.md section 8; the ways out of an unclear payment are those of sync-engine.md section 4.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kworkbench.domain.catalog import FormField, ResourceCatalog, ValueType
from kworkbench.domain.changes import OPEN, Arg, Attempt, Change, Op, Raw, State
from kworkbench.domain.dates import moment
from kworkbench.domain.numbers import NumberStyle, format_money
from kworkbench.domain.records import Value
from kworkbench.domain.validation import show_field
from kworkbench.lean import dataclass
from kworkbench.services.change_words import without_refused
from kworkbench.services.conflicts import Conflict, ConflictKind
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import Content, safe_text, wrapped
from kworkbench.ui.screens.change_trail import attempt_lines, journal_lines, undo_lines
from kworkbench.ui.screens.change_ways import UNCLEAR, Way, field_lines, way_lines
from kworkbench.ui.screens.changes_lines import amount_of, local
from kworkbench.ui.tokens import MARKS
from kworkbench.ui.widgets.line_list import BLANK, Line
from kworkbench.ui.words import spoken

CORRECTABLE = (State.REJECTED, State.CONFLICTED)
RETRYABLE = (State.REJECTED, State.CONFLICTED, State.HELD, State.QUEUED)
_LABEL = 14


@dataclass(frozen=True, slots=True)
class DetailFacts:
    """What the detail shows beside the change itself.

    Attributes:
        sentence, reason: the change in plain words, and why it is in its state.
        name: the display name of a picked id, by kind and id; empty where unknown.
        undo: what can be undone of it, and what it undid, in sentences.
        known: what is known of an unclear change, in sentences.
        conflict: with what it conflicts; `picks` are the fields of which the server's value is picked.
        connection: the name its account has here, empty where none has it any more.
    """

    sentence: str
    reason: str
    catalog: ResourceCatalog | None
    name: Callable[[str, str], str]
    attempts: tuple[Attempt, ...]
    ways: tuple[Way, ...]
    style: NumberStyle
    now: datetime
    undo: tuple[str, ...] = ()
    connection: str = ""
    known: tuple[str, ...] = ()
    conflict: Conflict | None = None
    picks: frozenset[str] = frozenset()


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
    lines += _differences(change, facts, room)
    lines += _known(change, facts, room)
    lines += field_lines(facts.conflict, facts.picks, room)
    lines += way_lines(facts.ways, "What became of it?" if change.state in UNCLEAR else "What now?", room)
    lines += [] if facts.conflict and facts.conflict.fields else _asked(change, facts, room)
    lines += _keys(change, facts)
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


def _differences(change: Change, facts: DetailFacts, room: int) -> list[Line]:
    """What the server made otherwise than was sent or shown."""
    if not change.differences:
        return []
    lines = [BLANK, _head("The server made it otherwise")]
    for each in change.differences:
        field = _field(facts.catalog, each.field)
        name = each.field.replace("_", " ").replace(".", " ")
        lines.append(Line([(safe_text(field.name if field else name, room), "strong")]))
        for label, value in (("  shown", each.asked), ("  now", each.got)):
            money = isinstance(value, int) and not isinstance(value, bool) and field is None
            shown = format_money(int(value or 0), _currency(change), facts.style) if money else None
            lines += _long(label, shown or _value(value, field, change, facts), room)
    return lines


def _known(change: Change, facts: DetailFacts, room: int) -> list[Line]:
    """What is known of an unclear payment, and of the balance a payment conflicts with."""
    lines = [BLANK] if facts.known else []
    for text in facts.known:
        lines += _plain(text, room)
    if change.state in UNCLEAR:
        return lines + _balances(change, facts.style)
    conflict = facts.conflict
    if conflict is None or conflict.kind is not ConflictKind.BALANCE:
        return lines
    shown = (("when asked", conflict.asked_on), ("now", conflict.owed_now))
    pairs = [
        _pair(label, format_money(minor, conflict.currency, facts.style)) for label, minor in shown if minor is not None
    ]
    return [*lines, BLANK, _head("Outstanding"), *pairs]


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
    currency = _currency(change)
    shown = show_field(field, arg, currency, facts.style)
    return f"{shown} {currency}" if field.type is ValueType.AMOUNT and currency else shown


def _currency(change: Change) -> str:
    values: list[Arg | Value] = [change.args.get("currency"), change.pre.get("currency")]
    return next((each for each in values if isinstance(each, str) and each), "")


def _keys(change: Change, facts: DetailFacts) -> list[Line]:
    keys: list[tuple[str, str]] = []
    editable = not change.deletes
    if change.state in CORRECTABLE and editable:
        keys.append(("e", "edit and send again"))
    if change.state in CORRECTABLE:
        keys.append(("t", "send it again without them" if without_refused(change) else "send it again as it is"))
    if facts.ways:
        keys.append(("Enter", "decide: choose a line above"))
    if change.state in OPEN and change.state is not State.SENDING:
        keys.append(("d", "discard it"))
    return [BLANK, *(Line([(key.ljust(7), "accent bold"), (about, "text")]) for key, about in keys)] if keys else []


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

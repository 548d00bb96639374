"""The lines of a record's detail: amounts, fields, payments, changes, related records, raw document. Pure."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import LISTED_WHOLE, Field, Resource, ValueType
from kworkbench.domain.changes import Change
from kworkbench.domain.dates import moment
from kworkbench.domain.marker import split_marker
from kworkbench.domain.numbers import TO_COME, NumberStyle, format_amount
from kworkbench.domain.records import Value, Values, lid_of
from kworkbench.lean import dataclass
from kworkbench.ui.paint import Piece, Pieces, clip, spread
from kworkbench.ui.safe import Content, fill, safe_text, wrapped
from kworkbench.ui.tokens import MARKS
from kworkbench.ui.widgets.line_list import BLANK, Line
from kworkbench.ui.words import server_sentence

if TYPE_CHECKING:
    from kworkbench.store.reader import Row

LABEL = 15
RAW = "raw"
TOP = "top"
"""The first line bears the cursor too, so that what stands above the first thing to open can be scrolled to."""
_HEADS = {"invoices": ("client", "project"), "payments": ("client", "project"), "expenses": ("text", "project")}
_UNLISTED = frozenset(
    {"number", "status", "late", "currency", "archived", "external", "several_projects", "project_ids", "budget_ids"}
)
_SELDOM = frozenset({"written_off", "credit_net", "credit_total"})
"""Amounts that most records have none of."""
_RELATED = (("invoice_id", "invoices", "invoice"), ("client", "client", "client"), ("project", "project", "project"))


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything the detail shows of one record.

    Attributes:
        payments: of an invoice. changes: its changes with their sentences and reasons.
        raw: the record's document as JSON text, None where there is none here.
    """

    row: Row
    payments: tuple[Row, ...] = ()
    changes: tuple[tuple[Change, str, str], ...] = ()
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class DetailLook:
    """How it is drawn: in how many cells, how figures and times are written, and whether the document is open."""

    total: int
    style: NumberStyle
    now: datetime
    raw_open: bool = False


def title_of(resource: Resource, row: Row) -> Content:
    """What the rule above the detail says."""
    number = row.values.get("number")
    return safe_text(str(number)) if number else safe_text(f"{resource.singular} {row.id or 'not sent yet'}")


def detail_lines(resource: Resource, subject: Subject, look: DetailLook) -> list[Line]:
    """All lines, the cursor's cell left out."""
    values = subject.row.values
    urgent = any(change.shown.mark and change.shown.mark in "!?#" for change, _, _ in subject.changes)
    changes = _changes(subject, look)
    lines = [
        *_heads(resource, values, look),
        BLANK,
        *_amounts(resource, subject, look),
        *(changes if urgent else []),
        BLANK,
        *_fields(resource, subject.row, look),
        *_payments(subject, look),
        *([] if urgent else changes),
        *_related(resource, values, look),
    ]
    if subject.raw is not None:
        mark = "▼" if look.raw_open else "►"
        lines += [BLANK, Line([(f"{mark} ", "accent"), ("Raw record", "text")], RAW)]
        if look.raw_open:
            raw = enumerate(raw_lines(subject.raw, look.total - 4))
            lines += [Line([("  ", ""), (line, "muted")], f"{RAW}\x1f{index}") for index, line in raw]
    return [line if line.key or not line.pieces else Line([(" ", ""), *line.pieces]) for line in lines]


def raw_lines(raw: str, total: int) -> list[Content]:
    """A document, indented, every line wrapped and harmless."""
    try:
        text = json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except ValueError:
        text = raw
    return [part for line in text.splitlines() for part in wrapped(line, total)]


def _heads(resource: Resource, values: Values, look: DetailLook) -> list[Line]:
    first, second = _HEADS[resource.name]
    room = look.total - 2
    lines = [Line([(safe_text(_text(values.get(first)), room), "strong bold")], TOP)]
    late = values.get("late")
    status = _text(values.get("status") or values.get("approval") or values.get("kind"))
    late_ink = "overdue bold" if isinstance(late, int) and late > 90 else "overdue"
    shown: Piece = (f"overdue {late} days", late_ink) if isinstance(late, int) else (safe_text(status), "text")
    lines.append(Line(spread([(safe_text(_text(values.get(second))), "text")], [shown], room)))
    return lines


def _amounts(resource: Resource, subject: Subject, look: DetailLook) -> list[Line]:
    row = subject.row
    currency = _text(row.values.get("currency"))
    lines: list[Line] = []
    for field in resource.known:
        minor = TO_COME if field.name == "amount" and row.to_come else row.values.get(field.name)
        if field.type is not ValueType.AMOUNT or minor is None or (not minor and field.name in _SELDOM):
            continue
        ink = "strong bold" if field.name == resource.sum_field else "text"
        figure = format_amount(minor, currency, look.style) if isinstance(minor, int) else str(minor)
        predicted: list[Piece] = [("~ ", "unsent bold")] if field.name in row.predicted else []
        right = [*predicted, (safe_text(figure), ink), (" ", ""), (safe_text(currency, 4), "muted")]
        lines.append(Line(spread([(_label(field), "muted")], right, look.total - 2)))
        if field.name == "outstanding" and isinstance(minor, int):
            lines += _if_it_is_there(minor, currency, subject, look)
    if bar := _paid_bar(row.values, look):
        lines.append(Line(bar))
    return lines


def _if_it_is_there(outstanding: int, currency: str, subject: Subject, look: DetailLook) -> list[Line]:
    """The other balance of an invoice with a payment that may have reached the server."""
    from kworkbench.domain.predictions import unsure_of  # noqa: PLC0415 - behind the first frame

    unsure = unsure_of(outstanding, [change for change, _, _ in subject.changes if change.kind == "payments"])
    if unsure is None:
        return []
    at = _local(unsure.change, look)
    figure = format_amount(unsure.outstanding, currency, look.style)
    left: list[Piece] = [("? ", "unclear bold"), (f"if that of {moment(at, look.now)} is there", "muted")]
    right: list[Piece] = [(safe_text(figure), "text"), (" ", ""), (safe_text(currency, 4), "muted")]
    return [Line(spread(left, right, look.total - 2))]


def _paid_bar(values: Values, look: DetailLook) -> list[Piece]:
    total, outstanding = values.get("total"), values.get("outstanding")
    if not isinstance(total, int) or not isinstance(outstanding, int) or total <= 0 or not 0 < outstanding < total:
        return []
    share = (total - outstanding) * 100 // total
    words = f" {share} % paid"
    room = look.total - 2 - len(words)
    done = max(1, room * (total - outstanding) // total)
    return [("■" * done, "done"), ("·" * (room - done), "muted"), (words, "muted")]


def _fields(resource: Resource, row: Row, look: DetailLook) -> list[Line]:
    lines: list[Line] = []
    heads = _HEADS[resource.name]
    rare = {field.name for field in resource.rare}
    for field in resource.known:
        value = row.values.get(field.name)
        hidden = field.type in (ValueType.AMOUNT, ValueType.ID) or field.name in _UNLISTED or field.name in heads
        if hidden or value is None or value == "" or (value is False and field.name in rare):
            continue
        lines.extend(_field_lines(field, value, look, predicted=field.name in row.predicted))
    return lines


def _field_lines(field: Field, value: Value, look: DetailLook, *, predicted: bool) -> list[Line]:
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    if field.type in LISTED_WHOLE:
        text = text.replace("\n", ", ")
    if field.name == "note":
        text = split_marker(text)[0]
    parts = wrapped(text, max(8, look.total - LABEL - 4))
    mark: Piece = ("~ ", "unsent bold") if predicted else ("", "")
    first = Line([(fill(Content(_label(field)), LABEL), "muted"), mark, (parts[0], "text")])
    return [first, *(Line([(" " * LABEL, ""), (part, "text")]) for part in parts[1:])]


def _payments(subject: Subject, look: DetailLook) -> list[Line]:
    if not subject.payments:
        return []
    lines = [BLANK, _group("Payments", len(subject.payments), look)]
    for row in subject.payments:
        minor, currency = row.values.get("amount"), _text(row.values.get("currency"))
        figure = format_amount(minor, currency, look.style) if isinstance(minor, int) else _text(minor)
        note = split_marker(_text(row.values.get("note")))[0]
        mark = row.mark or ("~" if row.predicted else "")
        pieces: list[Piece] = [
            (fill(safe_text(_text(row.values.get("date"))), 10), "text"),
            (f" {mark or ' '} ", f"{MARKS.get(mark, 'text')} bold"),
            (fill(safe_text(figure), 12, right=True), "strong"),
            ("  ", ""),
            (safe_text(note), "muted"),
        ]
        lines.append(Line(clip(pieces, look.total - 2), f"record\x1fpayments\x1f{row.lid}"))
    return lines


def _changes(subject: Subject, look: DetailLook) -> list[Line]:
    if not subject.changes:
        return []
    lines = [BLANK, _group("Changes", len(subject.changes), look)]
    for change, sentence, why in subject.changes:
        at = _local(change, look)
        shown = change.shown
        ink = MARKS.get(shown.mark, "muted")
        left: list[Piece] = [
            (f"{shown.mark or ' '} ", f"{ink} bold"),
            (f"{moment(at, look.now)}  ", "muted"),
            (safe_text(sentence), "text"),
        ]
        lines.append(Line(spread(left, [("  ", ""), (shown.word, ink)], look.total - 2), f"change\x1f\x1f{change.seq}"))
        if why and shown.mark in ("!", "?", "#"):
            lines += [Line([("  ", ""), *part]) for part in _wrapped_pieces(why, look.total - 4)]
    return lines


def _local(change: Change, look: DetailLook) -> datetime:
    """When a change was made, as times are shown here."""
    return datetime.fromisoformat(change.created_at).astimezone(look.now.tzinfo).replace(tzinfo=look.now.tzinfo)


def _wrapped_pieces(text: str, total: int) -> list[Pieces]:
    return [server_sentence(part.plain, "muted") for part in wrapped(text, total)]


def _related(resource: Resource, values: Values, look: DetailLook) -> list[Line]:
    lines: list[Line] = []
    for key, kind, word in _RELATED:
        value = _text(values.get(key))
        if not value:
            continue
        shown = _text(values.get("invoice")) if key == "invoice_id" else value
        target = (
            f"record\x1finvoices\x1f{lid_of('invoices', value)}"
            if kind == "invoices"
            else f"same\x1f{resource.name}\x1f{key}\x1f{value}"
        )
        label = word if kind == "invoices" else f"same {word}"
        pieces: list[Piece] = [
            ("► ", "accent"),
            (fill(Content(_up(label)), LABEL - 2), "muted"),
            (safe_text(shown), "text"),
        ]
        lines.append(Line(clip(pieces, look.total - 2), target))
    return [BLANK, Line([("Related", "strong bold")]), *lines] if lines else []


def _group(title: str, count: int, look: DetailLook) -> Line:
    return Line(spread([(title, "strong bold")], [(str(count), "muted")], look.total - 2))


def _label(field: Field) -> str:
    return _up(field.label)


def _up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _text(value: Value) -> str:
    return "" if value is None else str(value)

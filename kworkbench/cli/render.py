"""Rows as a table, CSV (RFC 4180, formula-safe), JSON or NDJSON. Source: product.md 11, sync-engine.md 8."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from kworkbench.cli.console import Console
from kworkbench.cli.plain import encodable, escaped, visible
from kworkbench.cli.ports import Row
from kworkbench.cli.values import Column, Plain
from kworkbench.domain.text import formula_safe

WIDEST_TEXT = 40
GAP = "  "
CUT = "…"


class Format(StrEnum):
    """How data is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    NDJSON = "ndjson"


Line = Sequence[Plain]


def write(console: Console, names: Sequence[str], numbers: Sequence[bool], lines: Iterable[Line], way: Format) -> int:
    """Write lines of values to stdout and return how many there were.

    Args:
        console: where to.
        names: the columns.
        numbers: for each column, whether its texts are numbers.
        lines: one value per column each.
        way: the format; all but the table are written as the lines come.
    """
    if way is Format.TABLE:
        return _table(console, names, numbers, list(lines))
    if way is Format.CSV:
        return _csv(console, names, numbers, lines)
    return _json(console, (dict(zip(names, line, strict=True)) for line in lines), way)


def document(value: object, indent: int | None = None) -> str:
    """A JSON text of one value, in UTF-8 and harmless in a terminal."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=indent))


def objects(console: Console, values: Iterable[Mapping[str, object]], way: Format) -> int:
    """Write JSON objects, as an array or one per line."""
    return _json(console, values, way)


def _json(console: Console, values: Iterable[Mapping[str, object]], way: Format) -> int:
    before, between, after = ("", "", "") if way is Format.NDJSON else ("[", ",", "]\n")
    count = 0
    console.data(before)
    for value in values:
        lead = "" if way is Format.NDJSON else "\n"
        console.data(f"{between if count else ''}{lead}{document(value)}{'' if lead else chr(10)}")
        count += 1
    console.data(f"\n{after}" if count and after else after)
    return count


def _csv(console: Console, names: Sequence[str], numbers: Sequence[bool], lines: Iterable[Line]) -> int:
    clean = encodable if console.width is None else visible
    console.data(_record(names))
    count = 0
    for line in lines:
        console.data(_record([clean(_cell(value, number)) for value, number in zip(line, numbers, strict=True)]))
        count += 1
    return count


def _record(cells: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Plain, number: bool) -> str:
    text = _text(value)
    return text if number and _is_number(text) else formula_safe(text)


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def _text(value: Plain) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _table(console: Console, names: Sequence[str], numbers: Sequence[bool], lines: Sequence[Line]) -> int:
    cells = [[visible(_text(value)) for value in line] for line in lines]
    widths = [_width([row[at] for row in (names, *cells)], number) for at, number in enumerate(numbers)]
    for row in (names, *cells):
        padded = (_pad(text, width, number) for text, width, number in zip(row, widths, numbers, strict=True))
        console.data(f"{GAP.join(padded).rstrip()}\n")
    return len(lines)


def _width(texts: Iterable[str], number: bool) -> int:
    widest = max(_cells(text) for text in texts)
    return widest if number else min(widest, WIDEST_TEXT)


def table_width(column: Column, rows: Sequence[Row]) -> int:
    """How many cells a column takes in a table of these rows."""
    texts = (visible(_text(column.read(row))) for row in rows)
    return _width((column.name, *texts), column.number)


def _pad(text: str, width: int, number: bool) -> str:
    blanks = " " * (width - _cells(text))
    if number:
        return f"{blanks}{text}"
    return f"{text}{blanks}" if _cells(text) <= width else _clip(text, width)


def _clip(text: str, width: int) -> str:
    used, kept = 0, []
    for character in text:
        used += _cells(character)
        if used > width - 1:
            break
        kept.append(character)
    clipped = "".join(kept) + CUT
    return clipped + " " * (width - _cells(clipped))


def _cells(text: str) -> int:
    """How many cells a text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_character_cells(each) for each in text)


def _character_cells(character: str) -> int:
    from unicodedata import combining, east_asian_width  # noqa: PLC0415 - cached by the interpreter, rarely needed

    if combining(character):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1


def fitting(widths: Iterator[tuple[str, int]], room: int | None) -> tuple[str, ...]:
    """Names of the columns that fit beside each other into `room` cells; all of them when there is no limit."""
    kept: list[str] = []
    used = 0
    for name, width in widths:
        used += width + (len(GAP) if kept else 0)
        if room is not None and kept and used > room:
            break
        kept.append(name)
    return tuple(kept)

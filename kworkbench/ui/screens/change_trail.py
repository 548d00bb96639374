"""The trail of one change: every try with what was sent and answered, its undo state, the journal's facts. Pure.

Source: product.md sections 4 (Changes) and 10. Bodies come from servers: all of it goes through `ui.safe`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from kworkbench.domain.changes import Attempt, Change
from kworkbench.domain.dates import moment
from kworkbench.services.inverse import UNDO_KEY
from kworkbench.ui.safe import safe_text, wrapped
from kworkbench.ui.screens.changes_lines import local
from kworkbench.ui.widgets.line_list import BLANK, Line
from kworkbench.ui.words import server_sentence

MOST_LINES = 40
"""Lines of one body that are shown; the export holds all that was kept."""
_AT = 7


def attempt_lines(attempts: Sequence[Attempt], now: datetime, room: int) -> list[Line]:
    """Every try, oldest first: when, what it was, what came of it, and both bodies."""
    if not attempts:
        return []
    lines = [BLANK, Line([("Attempts", "strong bold")])]
    for each in attempts:
        lines += _attempt(each, now, room)
    return lines


def _attempt(each: Attempt, now: datetime, room: int) -> list[Line]:
    at = moment(local(each.at, now), now)
    asked, _, body = each.sent.partition("\n")
    asked = asked.partition("?")[0]
    status = f" {each.status}" if each.status else ""
    came = f"{each.phase}{status} {each.outcome}".rstrip()
    named = f"{came}, request {each.request_id}" if each.request_id else came
    indent = max(_AT, len(at) + 2)
    lines = _hung(at, asked or named, indent, room, "text")
    if asked:
        lines += _hung("", named, indent, room, "text")
    return [*lines, *_body("sent", body, indent, room), *_body("answer", each.answer, indent, room)]


def _hung(label: str, text: str, indent: int, room: int, ink: str) -> list[Line]:
    """A text in lines of its own column, its label before the first."""
    rows = wrapped(text, max(8, room - indent - 1)) or (safe_text(""),)
    return [
        Line([((label if not number else "").ljust(indent), "muted"), (row, ink)]) for number, row in enumerate(rows)
    ]


def _body(label: str, body: str, indent: int, room: int) -> list[Line]:
    if not body.strip():
        return []
    lines = [line for row in _pretty(body).splitlines() for line in _hung("", row, indent, room, "muted")]
    more = len(lines) - MOST_LINES
    head = Line([(" " * indent, ""), (f"{label}:", "muted")])
    tail = _hung("", f"{more} more lines; x exports all of it", indent, room, "muted")
    return [head, *lines[:MOST_LINES], *(tail if more > 0 else [])]


def _pretty(body: str) -> str:
    """A JSON document one member a line; anything else as it came."""
    try:
        return json.dumps(json.loads(body), indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def undo_lines(sentences: Sequence[str], room: int) -> list[Line]:
    """What can be undone of it, and what it undid."""
    told = [text for text in sentences if text]
    if not told:
        return []
    lines = [BLANK, Line([("Undo", "strong bold")])]
    for text in told:
        lines += [Line(server_sentence(line.plain)) for line in safe_text(text).wrap(room - 1)]
    return lines


def journal_lines(change: Change, connection: str, room: int) -> list[Line]:
    """When it was asked and ended, in UTC, and of whom: what the journal keeps for good."""
    facts = [
        ("number", str(change.seq)),
        ("asked", _utc(change.created_at)),
        ("ended", _utc(change.closed_at) if change.closed_at else ""),
        ("connection", connection),
        ("account", change.account),
        ("key", change.key if change.key and not change.key.startswith(UNDO_KEY) else ""),
    ]
    lines = [BLANK, Line([("Journal", "strong bold")])]
    for label, value in facts:
        if value:
            lines += _hung(label, value, 12, room, "muted")
    return lines


def _utc(text: str) -> str:
    """A stored time as `2026-11-28 22:50:08 UTC`."""
    return f"{text[:19].replace('T', ' ')} UTC"

"""Sentences on the grid: keys in backticks become keys, counts agree with their noun (screens.md section 11)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from kworkbench.domain.numbers import NumberStyle, format_count
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import Content, safe_text
from kworkbench.ui.tokens import MARKS

_BARE_KEY = re.compile(
    r"(?<![\w`])([etdurx5]|Enter)(?= (?:edits|tries|sends|discards|takes|decides|shows|looks|reads|undoes|exports)\b)"
)


def spoken(*parts: str | Content, ink: str = "text") -> list[Piece]:
    """A sentence as pieces: what stands between backticks is drawn as a key, a leading mark in the mark's colour.

    `Content` parts are text of records or servers and are drawn as they are.
    """
    pieces: list[Piece] = []
    for part in parts:
        if isinstance(part, Content):
            pieces.append((part, ink))
            continue
        for index, words in enumerate(part.split("`")):
            if words:
                pieces.append((words, "accent bold" if index % 2 else ink))
    return pieces


def server_sentence(text: str, ink: str = "text") -> list[Piece]:
    """A sentence that may hold words of a server: made safe first, then its keys are drawn as keys.

    Sentences of the services name keys without backticks, for the command line prints them too.
    """
    return spoken(_BARE_KEY.sub(r"`\1`", safe_text(text).plain), ink=ink)


def marked_sentence(mark: str, pieces: Iterable[Piece]) -> list[Piece]:
    """A sentence behind its mark."""
    return [(mark, f"{MARKS.get(mark, 'text')} bold"), (" ", ""), *pieces] if mark else list(pieces)


def counted(count: int, noun: str, style: NumberStyle, plural: str = "") -> str:
    """`1 row`, `2 rows`, `9,616 rows`."""
    return f"{format_count(count, style)} {noun if count == 1 else plural or noun + 's'}"


def is_old(at: datetime, now: datetime) -> bool:
    """True where data of that age deserves a warning: older than a day."""
    return now - at > timedelta(days=1)


def lasting(seconds: float) -> str:
    """A duration: `3 s`, `2 min`, `1 h`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"


def progress(loaded: int, total: int, cells: int) -> list[Piece]:
    """A bar of whole cells: `■■■■····`."""
    done = 0 if total <= 0 else max(0, min(cells, loaded * cells // total))
    if loaded and not done:
        done = 1
    return [("■" * done, "done"), ("·" * (cells - done), "muted")]

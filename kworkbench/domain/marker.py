"""The marker that makes a new record recognizable at the server after a lost answer: `kw:` and 10 characters.

It stands at the end of a payment's note or of an expense's text, and is hidden wherever that is shown or exported.
Source: sync-engine.md section 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ROWS = len(ALPHABET) ** 2
"""So many rows of one request can be told apart."""
LENGTH = len("kw:") + 10
"""Characters of a marker; beside a note one blank comes before it."""

CARRIERS: Mapping[str, str] = {"payments": "note", "expenses": "text"}
"""The field at whose end it stands, by resource."""

_AT_END = re.compile(r"(?:^|\s)(kw:[A-Z2-7]{10})\s*\Z")


def new_marker(below: Callable[[int], int]) -> str:
    """A fresh marker; `below(n)` gives a random number from 0 to n - 1."""
    return "kw:" + "".join(ALPHABET[below(len(ALPHABET))] for _ in range(10))


def row_marker(marker: str, number: int) -> str | None:
    """The marker of a row of a request with that marker: the last two characters are the row's number, from 0.

    None beyond `ROWS`: such a row bears none.
    """
    if not 0 <= number < ROWS:
        return None
    high, low = divmod(number, len(ALPHABET))
    return f"{stem_of(marker)}{ALPHABET[high]}{ALPHABET[low]}"


def stem_of(marker: str) -> str:
    """What the markers of all rows of one request have in common."""
    return marker[:-2]


def with_marker(note: str, marker: str | None, limit: int | None) -> str:
    """The note as it is sent: the marker at its end, the note cut where both are longer than `limit` characters.

    The marker is never cut: without it a lost answer cannot be resolved.
    """
    if marker is None:
        return note if limit is None else note[:limit]
    kept = note if limit is None else note[: max(0, limit - len(marker) - 1)]
    return f"{kept} {marker}" if kept else marker


def split_marker(note: str) -> tuple[str, str | None]:
    """The note without the marker at its end, and the marker or None."""
    if "kw:" not in note:
        return note, None
    found = _AT_END.search(note)
    return (note[: found.start()], found[1]) if found else (note, None)

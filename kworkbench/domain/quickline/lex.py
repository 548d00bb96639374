"""Cutting a line into pieces by shape alone; what they mean is settled in `parse`.

Tokens come first, in any order; the note starts at the first word that is no token, or at `"`, and runs to the end.
Source: product.md section 7.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from kworkbench.domain.quickline.context import LineContext
from kworkbench.domain.quickline.currencies import codes_of
from kworkbench.domain.quickline.days import is_date_shape, read_day
from kworkbench.domain.quickline.tokens import Part, Piece

_Cutter: TypeAlias = Callable[[str, int, LineContext], Piece | None]

_BLANK = r"[ \u00a0\u202f]"
_CURRENCY = r"(?:[A-Za-z]{3}|[€$£¥])"
_GROUPED = rf"[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+(?:[.,][0-9]*)?"
_COMPACT = r"(?=[.,'’]*[0-9])[0-9.,'’]+"
_END = r'(?=\s|"|$)'
_AMOUNTS = tuple(
    re.compile(rf"[-−+]?{_CURRENCY}?{number}{_CURRENCY}?(?:\s*\+\s*{_CURRENCY}?{number}{_CURRENCY}?)*%?{_END}")
    for number in (rf"(?:{_GROUPED}|{_COMPACT})", _COMPACT)
)
_ARITHMETIC = re.compile(rf"[-−=+(]*[€$£¥]?[0-9][0-9.,'’+*/()\-−=×÷%]*{_END}")
_LETTERS = re.compile(r"[A-Za-z]+|[€$£¥]")
_REFERENCE = re.compile(r'([#@])(?:"([^"]*)"?|([^\s"]*))')
_WORD = re.compile(r'[^\s"]+')
_KEYWORDS = {
    "rest": Part.AMOUNT,
    "refund": Part.REFUND,
    "writeoff": Part.WRITE_OFF,
    "write-off": Part.WRITE_OFF,
    "rest=writeoff": Part.REST_WRITTEN_OFF,
}
KEYWORDS = ("today", "yesterday", "rest", "rest=writeoff", "refund", "writeoff")
"""Words a line understands, for completion."""


def cut(text: str, context: LineContext) -> tuple[Piece, ...]:
    """The pieces of a line, in order; a note, if there is one, is the last."""
    pieces: list[Piece] = []
    start = 0
    while True:
        while start < len(text) and text[start].isspace():
            start += 1
        if start == len(text):
            return tuple(pieces)
        piece = next((found for cutter in _CUTTERS if (found := cutter(text, start, context))), None)
        pieces.append(piece or _note(text, start))
        if pieces[-1].part is Part.NOTE:
            return tuple(pieces)
        start = pieces[-1].end


def is_whole_number(word: str) -> bool:
    """Whether a word alone may be an invoice's number: it holds a letter, `-` or `/`."""
    return any(char.isalpha() or char in "-/" for char in word)


def is_amount_shape(word: str, expected: str = "") -> bool:
    """Whether a word would be read as an amount if it stood before the note."""
    return any(found.end() == len(word) and _words_known(found[0], expected) for found in _shapes(word, 0))


def _note(text: str, start: int) -> Piece:
    end = len(text.rstrip())
    body, sign = text[start:end], ""
    if body.startswith('"'):
        body, sign = body[1:], '"'
        body = body.removesuffix('"')
    return Piece(Part.NOTE, start, end, body.strip(), sign)


def _quoted(text: str, start: int, _context: LineContext) -> Piece | None:
    return _note(text, start) if text[start] == '"' else None


def _reference(text: str, start: int, _context: LineContext) -> Piece | None:
    found = _REFERENCE.match(text, start)
    if not found:
        return None
    part = Part.INVOICE if found[1] == "#" else Part.PROJECT
    return Piece(part, start, found.end(), (found[2] or found[3] or "").strip(), found[1])


def _word(text: str, start: int) -> str:
    found = _WORD.match(text, start)
    return found[0] if found else ""


def _known_number(text: str, start: int, context: LineContext) -> Piece | None:
    word = _word(text, start)
    if not is_whole_number(word):
        return None
    if context.chosen:
        # Only `#` changes a fixed invoice; its own number, typed again, says nothing new.
        own = context.fixed is not None and word.casefold() == context.fixed.number.casefold()
        known = own and not is_date_shape(word)
    else:
        known = bool(context.find_invoices(word))
    return Piece(Part.INVOICE, start, start + len(word), word) if known else None


def _day(text: str, start: int, context: LineContext) -> Piece | None:
    word = _word(text, start)
    if read_day(word, context.today, context.date_order) is None:
        return None
    return Piece(Part.DATE, start, start + len(word), word)


def _keyword(text: str, start: int, _context: LineContext) -> Piece | None:
    word = _word(text, start)
    part = _KEYWORDS.get(word.lower())
    return Piece(part, start, start + len(word), word.lower()) if part else None


def _amount(text: str, start: int, context: LineContext) -> Piece | None:
    expected = context.chosen[0].currency if context.chosen else ""
    for found in _shapes(text, start):
        if _words_known(found[0], expected):
            return Piece(Part.AMOUNT, start, found.end(), found[0])
    computed = _ARITHMETIC.match(text, start)
    return Piece(Part.AMOUNT, start, computed.end(), computed[0]) if computed else None


def _currency(text: str, start: int, context: LineContext) -> Piece | None:
    expected = context.chosen[0].currency if context.chosen else ""
    word = _word(text, start)
    return Piece(Part.CURRENCY, start, start + len(word), word) if codes_of(word, expected) else None


def _shapes(text: str, start: int) -> list[re.Match[str]]:
    return [found for shape in _AMOUNTS if (found := shape.match(text, start))]


def _words_known(text: str, expected: str) -> bool:
    return all(codes_of(word, expected) for word in _LETTERS.findall(text))


_CUTTERS: tuple[_Cutter, ...] = (_quoted, _reference, _known_number, _day, _keyword, _amount, _currency)

"""What every typed line is cut from: amounts, days, currency words, names behind a sign, quoted text. By shape alone.

A cutter looks at one place of a text and gives the piece that begins there, or None. Source: product.md section 7.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from kworkbench.domain.quickline.context import LineGround
from kworkbench.domain.quickline.currencies import codes_of
from kworkbench.domain.quickline.days import read_day
from kworkbench.domain.quickline.tokens import Part, Piece

_Ground = TypeVar("_Ground", bound=LineGround)
Cutter: TypeAlias = Callable[[str, int, _Ground], Piece | None]

_BLANK = r"[ \u00a0\u202f]"
_CURRENCY = r"(?:[A-Za-z]{3}|[€$£¥])"
_GROUPED = rf"[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+(?:[.,][0-9]*)?"
_COMPACT = r"(?=[.,'’]*[0-9])[0-9.,'’]+"
_END = r'(?=[\s"])'
_AMOUNTS = tuple(
    re.compile(
        rf"[-−+]?{_CURRENCY}?{number}(?:(?:\s*{_CURRENCY})?\s*\+\s*(?:{_CURRENCY}\s*)?{number})*{_CURRENCY}?%?{_END}"
    )
    for number in (rf"(?:{_GROUPED}|{_COMPACT})", _COMPACT)
)
_ARITHMETIC = re.compile(r"[-−=+(]*[€$£¥]?[0-9][0-9.,'’+*/()\-−=×÷%]*(?=\s|\"|$)")
_LETTERS = re.compile(r"[A-Za-z]+|[€$£¥]")
_WORD = re.compile(r'[^\s"]+')
_NAMED = r'(?:"([^"]*)("?)|([^\s"]*))'


def cut_line(
    text: str, ground: _Ground, cutters: Sequence[Cutter[_Ground]], rest: Callable[[str, int], Piece]
) -> tuple[Piece, ...]:
    """The pieces of a line, in order; what no cutter takes is for `rest`, which takes at least one character."""
    pieces: list[Piece] = []
    start = 0
    while True:
        while start < len(text) and text[start].isspace():
            start += 1
        if start == len(text):
            return tuple(pieces)
        piece = next((found for cutter in cutters if (found := cutter(text, start, ground))), None)
        pieces.append(piece or rest(text, start))
        start = pieces[-1].end


def word_at(text: str, start: int) -> str:
    """The word that begins there, up to a blank or a quote."""
    found = _WORD.match(text, start)
    return found[0] if found else ""


def named_by(signs: dict[str, Part]) -> Cutter[LineGround]:
    """A cutter of names behind a sign, quoted or not: `#acme`, `@"Harbour app"`."""
    shape = re.compile(f"([{re.escape(''.join(signs))}]){_NAMED}")

    def cut_named(text: str, start: int, _ground: LineGround) -> Piece | None:
        found = shape.match(text, start)
        if not found:
            return None
        sign, still_open = found[1], found[3] == ""
        body = (found[2] or found[4] or "").strip()
        return Piece(signs[sign], start, found.end(), body, f'{sign}"' if still_open else sign)

    return cut_named


def keyword_of(words: dict[str, Part]) -> Cutter[LineGround]:
    """A cutter of fixed words, whatever their case."""

    def cut_keyword(text: str, start: int, _ground: LineGround) -> Piece | None:
        word = word_at(text, start)
        part = words.get(word.lower())
        return Piece(part, start, start + len(word), word.lower()) if part else None

    return cut_keyword


def day(text: str, start: int, ground: LineGround) -> Piece | None:
    """A date, readable or not."""
    word = word_at(text, start)
    if read_day(word, ground.today, ground.date_order) is None:
        return None
    return Piece(Part.DATE, start, start + len(word), word)


def amount(text: str, start: int, ground: LineGround) -> Piece | None:
    """An amount with its currency words, or figures that are none."""
    for end in _amount_ends(text, start, ground.expected):
        return Piece(Part.AMOUNT, start, end, text[start:end])
    computed = _ARITHMETIC.match(text, start)
    return Piece(Part.AMOUNT, start, computed.end(), computed[0]) if computed else None


def currency(text: str, start: int, ground: LineGround) -> Piece | None:
    """A currency word that stands alone."""
    word = word_at(text, start)
    return Piece(Part.CURRENCY, start, start + len(word), word) if codes_of(word, ground.expected) else None


def currency_words(text: str) -> list[str]:
    """The currency words in an amount, or the one that stands alone."""
    return _LETTERS.findall(text)


def is_amount_shape(word: str, expected: str = "") -> bool:
    """Whether a word would be read as an amount if it stood before the note."""
    return any(end == len(word) for end in _amount_ends(word, 0, expected))


def _amount_ends(text: str, start: int, expected: str) -> Iterator[int]:
    """Where an amount that begins there can end, the likeliest first; it ends before a word that is no currency."""
    line = f"{text} "
    for shape in _AMOUNTS:
        end = len(line)
        while found := shape.match(line, start, end):
            strange = next((word for word in _LETTERS.finditer(found[0]) if not codes_of(word[0], expected)), None)
            if strange is None:
                yield found.end()
                break
            end = start + strange.start()

"""Cutting a payment line into pieces by shape alone; what they mean is settled in `parse`.

Tokens come first, in any order; the note starts at the first word that is no token, or at `"`, and runs to the end.
Source: product.md section 7.
"""

from __future__ import annotations

from kworkbench.domain.quickline.context import LineContext
from kworkbench.domain.quickline.days import is_date_shape
from kworkbench.domain.quickline.shapes import Cutter, amount, currency, cut_line, day, keyword_of, named_by, word_at
from kworkbench.domain.quickline.tokens import Part, Piece

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
    return cut_line(text, context, _CUTTERS, _note)


def is_whole_number(word: str) -> bool:
    """Whether a word alone may be an invoice's number: it holds a letter, `-` or `/`."""
    return any(char.isalpha() or char in "-/" for char in word)


def _note(text: str, start: int) -> Piece:
    end = len(text.rstrip())
    body, sign = text[start:end], ""
    if body.startswith('"'):
        body, sign = body[1:], '"'
        body = body.removesuffix('"')
    return Piece(Part.NOTE, start, end, body.strip(), sign)


def _quoted(text: str, start: int, _context: LineContext) -> Piece | None:
    return _note(text, start) if text[start] == '"' else None


def _known_number(text: str, start: int, context: LineContext) -> Piece | None:
    word = word_at(text, start)
    if not is_whole_number(word):
        return None
    if context.chosen:
        # Only `#` changes a fixed invoice; its own number, typed again, says nothing new.
        own = context.fixed is not None and word.casefold() == context.fixed.number.casefold()
        known = own and not is_date_shape(word)
    else:
        known = bool(context.find_invoices(word))
    return Piece(Part.INVOICE, start, start + len(word), word) if known else None


_CUTTERS: tuple[Cutter[LineContext], ...] = (
    _quoted,
    named_by({"#": Part.INVOICE, "@": Part.PROJECT}),
    _known_number,
    day,
    keyword_of(_KEYWORDS),
    amount,
    currency,
)

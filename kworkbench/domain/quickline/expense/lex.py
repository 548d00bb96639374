"""Cutting an expense line into pieces by shape alone; what they mean is settled in `parse`.

Tokens come first, in any order; the text starts at the first word that is no token. `@` and `%` are tokens wherever
they stand, and after them tokens are looked for again: `12.50+3 lunch @harbour %meals -1d billable`. What stands in
quotes is text whatever it holds, and they open after a blank: the inches of `cable 5" @harbour` are none.
"""

from __future__ import annotations

import re

from kworkbench.domain.quickline.expense.context import ExpenseContext
from kworkbench.domain.quickline.shapes import Cutter, amount, currency, cut_line, day, keyword_of, named_by
from kworkbench.domain.quickline.tokens import Part, Piece

NOT = "non-"
"""What begins the opposite of a word."""

_WORDS = (("billable", Part.BILLABLE), ("reimbursable", Part.REIMBURSABLE))
_KEYWORDS = {f"{opposite}{word}": part for word, part in _WORDS for opposite in ("", NOT, "non", "not-", "un")}
KEYWORDS = ("today", "yesterday", "billable", f"{NOT}billable", "reimbursable", f"{NOT}reimbursable")
"""Words a line understands, for completion."""

_TEXT_END = re.compile(r'\s+(?=[@%]\S|")')
_QUOTED = re.compile(r'"([^"]*)"?')


def cut(text: str, context: ExpenseContext) -> tuple[Piece, ...]:
    """The pieces of a line, in order."""
    return cut_line(text, context, _CUTTERS, _text)


def says_yes(word: str) -> bool:
    """Whether `billable` or `reimbursable` was meant, and not its opposite."""
    return any(word == name for name, _ in _WORDS)


def part_named(word: str) -> Part | None:
    """What one of the fixed words says; None for another word."""
    return _KEYWORDS.get(word.lower())


def _text(text: str, start: int) -> Piece:
    found = _TEXT_END.search(text, start)
    end = found.start() if found else len(text.rstrip())
    return Piece(Part.TEXT, start, end, text[start:end].strip())


def _quoted(text: str, start: int, _context: ExpenseContext) -> Piece | None:
    found = _QUOTED.match(text, start)
    return Piece(Part.TEXT, start, found.end(), found[1].strip(), '"') if found else None


_CUTTERS: tuple[Cutter[ExpenseContext], ...] = (
    _quoted,
    named_by({"@": Part.PROJECT, "%": Part.CATEGORY}),
    day,
    keyword_of(_KEYWORDS),
    amount,
    currency,
)

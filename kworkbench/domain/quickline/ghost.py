"""Suggestions shown behind the cursor: text that `Tab` would type, never a value. Source: product.md section 7."""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.domain.numbers import format_amount
from kworkbench.domain.quickline.candidates import BY_ID
from kworkbench.domain.quickline.context import LineContext
from kworkbench.domain.quickline.lex import KEYWORDS, cut
from kworkbench.domain.quickline.tokens import Line, Part


def ghost(text: str, context: LineContext) -> str:
    """What could follow `text`: the full payment where nothing was typed, else the end of the word begun."""
    if not text.strip():
        return _full_payment(context)
    word = text.rsplit(maxsplit=1)[-1]
    if text[-1].isspace() or any(piece.part is Part.NOTE and piece.body != word for piece in cut(text, context)):
        return ""
    if word.startswith("#"):
        return _number(word[1:], context)
    return next((_end(known, word) for known in _words(context) if len(word) > 1 and _end(known, word)), "")


def endings(text: str, line: Line) -> list[str]:
    """The whole lines that the last word could become: the invoices that it fits, else words."""
    if not line.candidates:
        return word_endings(text, KEYWORDS)
    head = text.rpartition(" ")[0]
    return [f"{head} #{quoted(invoice.number, invoice.id)}".lstrip() for invoice in line.candidates]


def word_endings(text: str, known: Sequence[str]) -> list[str]:
    """The whole lines that the last word could become by these words."""
    head, _, word = text.rpartition(" ")
    before = f"{head} " if head else ""
    return [f"{before}{each}" for each in known if word and each.startswith(word.lower()) and each != word]


def quoted(name: str, record_id: str) -> str:
    """A name as it is written behind its sign: in quotes where it holds a blank, by its id where it holds quotes."""
    if '"' in name:
        return f"{BY_ID}{record_id}"
    return f'"{name}"' if " " in name else name


def _full_payment(context: LineContext) -> str:
    owed = sum(max(0, invoice.outstanding) for invoice in context.chosen)
    currencies = {invoice.currency for invoice in context.chosen}
    if len(currencies) != 1 or not owed:
        return ""
    amount = format_amount(owed, currencies.pop(), context.shown)
    return f"{amount} today" if context.rules.dated else amount


def _words(context: LineContext) -> tuple[str, ...]:
    rules = context.rules
    offered = {"refund": rules.refunds, "writeoff": rules.write_offs, "rest=writeoff": rules.write_offs}
    return tuple(word for word in KEYWORDS if offered.get(word, True))


def _number(begun: str, context: LineContext) -> str:
    if not begun:
        return ""
    ends = (_end(invoice.number, begun) for invoice in context.match_invoices(begun))
    return next(filter(None, ends), "")


def _end(known: str, begun: str) -> str:
    return known[len(begun) :] if known.casefold().startswith(begun.casefold()) else ""

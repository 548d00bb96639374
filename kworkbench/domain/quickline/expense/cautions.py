"""What needs a second `Enter` (command line: `--accept NAME`) before an expense is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kworkbench.domain.numbers import format_money
from kworkbench.domain.quickline.cautions import Caution, CautionName, future_date
from kworkbench.domain.quickline.currencies import codes_of, is_plain_currency
from kworkbench.domain.quickline.days import is_iso_shape, read_day
from kworkbench.domain.quickline.expense.context import ExpenseContext
from kworkbench.domain.quickline.expense.facts import PastExpense
from kworkbench.domain.quickline.expense.lex import part_named
from kworkbench.domain.quickline.expense.parse import ExpenseLine
from kworkbench.domain.quickline.shapes import currency_words, is_amount_shape
from kworkbench.domain.quickline.tokens import Part

CAUTIONS = (CautionName.FUTURE_DATE, CautionName.SAME_AMOUNT, CautionName.WORD_IN_TEXT)
"""Those that an expense line can bear."""

FIRST = "Write it first, or behind @ and %"


def cautions_of(line: ExpenseLine, day: date, context: ExpenseContext) -> tuple[Caution, ...]:
    """Every caution that applies, accepted ones included."""
    checked = (future_date(day, context), _same_amount(line, day, context), _word_in_text(line, context))
    return tuple(filter(None, checked))


def amount_in_text(line: ExpenseLine) -> str:
    """A word of the text that would have been an amount; empty for none."""
    return next((word for word in _bare_words(line) if is_amount_shape(word)), "")


def _same_amount(line: ExpenseLine, day: date, context: ExpenseContext) -> Caution | None:
    """The same project, amount and currency within a few days: a possible duplicate (product.md section 6)."""
    project, minor = line.place.project, line.amount
    past = None if project is None or not minor else context.find_alike(project.id, minor, line.currency, day)
    if past is None:
        return None
    amount = format_money(minor or 0, line.currency, context.shown)
    return Caution(CautionName.SAME_AMOUNT, "Same amount", f"{amount} {_when(past)}.")


def _when(past: PastExpense) -> str:
    what = f": {past.text}" if past.text else ""
    if past.unclear:
        return f"on this project may have reached the server already{what}"
    if past.unsent:
        return f"on this project is waiting to be sent{what}"
    return "stands on this project" + (f" on {past.date.isoformat()}" if past.date else "") + what


def _word_in_text(line: ExpenseLine, context: ExpenseContext) -> Caution | None:
    """A day, money or a known word, where the text has begun and it is not read; in quotes it is meant."""
    said = {token.part for token in line.tokens}
    for word in _bare_words(line):
        day = read_day(word, context.today, context.date_order)
        part = Part.DATE if isinstance(day, date) or is_iso_shape(word) else part_named(word)
        if (part is not None and part not in said) or _is_money(word, line.currency):
            sentence = f"{word!r} stands in the text and is not read there. {FIRST}."
            return Caution(CautionName.WORD_IN_TEXT, "Word in text", sentence)
    return None


def _is_money(word: str, currency: str) -> bool:
    """Whether a word of the text is an amount with its currency, or the name of another currency than the line's."""
    if is_amount_shape(word):
        words = currency_words(word)
        return bool(words) and all(map(is_plain_currency, words))
    return is_plain_currency(word) and currency not in codes_of(word, currency)


def _bare_words(line: ExpenseLine) -> Iterator[str]:
    for token in line.tokens:
        if token.part is Part.TEXT and not token.text.startswith('"'):
            yield from (word.strip('.,;:!?()[]"') for word in token.text.split())

"""From text to an `ExpenseLine`: every token with its reading, or the sentence why it has none. Nothing typed raises.

Source: product.md section 7, "Expense line".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kworkbench.domain.numbers import format_money
from kworkbench.domain.quickline.amounts import Sum, Unreadable, read_sum
from kworkbench.domain.quickline.currencies import codes_of
from kworkbench.domain.quickline.days import day_text, read_day
from kworkbench.domain.quickline.expense.context import ExpenseContext
from kworkbench.domain.quickline.expense.lex import cut, says_yes
from kworkbench.domain.quickline.expense.place import Place, find_place
from kworkbench.domain.quickline.reading import clashes, is_computed, one_line, token_of, unique
from kworkbench.domain.quickline.shapes import currency_words
from kworkbench.domain.quickline.tokens import Part, Piece, Token
from kworkbench.lean import dataclass


@dataclass(frozen=True, slots=True)
class ExpenseLine:
    """An expense line as it was read.

    Attributes:
        tokens: in the order typed; together they cover every character that is no blank.
        place: project, service and category, as far as they are known.
        currency: the one typed, else the place's; empty where none is known.
        amount: minor units of `currency`; None where none was typed.
        date: the day typed, or None.
        note: what it was, on one line.
        billable, reimbursable: as typed; None where nothing was said.
        errors: sentences, in the order they should be read; empty where everything was understood.
    """

    text: str
    tokens: tuple[Token, ...] = ()
    place: Place = Place()
    currency: str = ""
    amount: int | None = None
    date: date | None = None
    note: str = ""
    billable: bool | None = None
    reimbursable: bool | None = None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    token: Token
    minor: int | None = None
    day: date | None = None


def parse_expense(text: str, context: ExpenseContext) -> ExpenseLine:
    """Read an expense line; what cannot be read stands in the line's errors."""
    pieces = cut(text, context)
    place = find_place(pieces, context)
    currency, wrong = _currency(pieces, place.currency)
    read = tuple(_read(piece, place, currency, context) for piece in pieces)
    tokens = tuple(one.token for one in read)
    amounts = [one.minor for one in read if one.minor is not None]
    days = [one.day for one in read if one.day is not None]
    placed = (place.project_error, place.category_error)
    return ExpenseLine(
        text=text,
        tokens=tokens,
        place=place,
        currency=currency,
        amount=amounts[0] if len(amounts) == 1 else None,
        date=days[0] if len(days) == 1 else None,
        note=" ".join(filter(None, (one_line(piece.body) for piece in pieces if piece.part is Part.TEXT))),
        billable=_said(pieces, Part.BILLABLE),
        reimbursable=_said(pieces, Part.REIMBURSABLE),
        errors=unique(
            [*(token.error for token in tokens), *clashes(tokens, "text"), wrong, *_contradictions(pieces), *placed]
        ),
    )


def _read(piece: Piece, place: Place, currency: str, context: ExpenseContext) -> _Read:
    if piece.part is Part.AMOUNT:
        amount = _amount(piece.body, currency, context)
        if isinstance(amount, Unreadable):
            return _Read(token_of(piece, "", amount.sentence))
        return _Read(token_of(piece, format_money(amount.minor, currency, context.shown).rstrip()), amount.minor)
    if piece.part is Part.DATE:
        day = read_day(piece.body, context.today, context.date_order)
        if isinstance(day, Unreadable):
            return _Read(token_of(piece, "", day.sentence))
        return _Read(token_of(piece, day_text(day) if day else ""), day=day)
    return _Read(_named(piece, place))


def _named(piece: Piece, place: Place) -> Token:
    if piece.part is Part.PROJECT:
        return token_of(piece, place.project.name if place.project else "", place.project_error)
    if piece.part is Part.CATEGORY:
        return token_of(piece, place.category_name, place.category_error)
    return token_of(piece, piece.body.upper() if piece.part is Part.CURRENCY else piece.body)


def _amount(body: str, currency: str, context: ExpenseContext) -> Sum | Unreadable:
    if body.endswith("%"):
        return Unreadable(f"{body} is a share. An expense takes an amount.")
    if body[0] in "-−":
        return Unreadable(f"{body} is negative. An expense line takes amounts above zero.")
    if is_computed(body):
        return Unreadable(f"{body} is no amount: only + calculates.")
    return read_sum(body, currency, context.style)


def _currency(pieces: Sequence[Piece], own: str) -> tuple[str, str]:
    """The currency that all currency words of the line can mean, that of the place first; or why there is none."""
    written = [piece.body for piece in pieces if piece.part in {Part.AMOUNT, Part.CURRENCY}]
    words = [word for body in written for word in currency_words(body)]
    if not words:
        return own, ""
    meant = frozenset.intersection(*(codes_of(word, own) for word in words))
    if own in meant:
        return own, ""
    if len(meant) == 1:
        return next(iter(meant)), ""
    if not meant:
        both = " and ".join(dict.fromkeys(word.upper() for word in words))
        return own, f"{both} are two currencies. Keep one, or put the text in quotes."
    if not own:
        return own, ""
    return own, f"{words[0]} can mean several currencies. Write its code, like 12.50 {min(meant)}."


def _said(pieces: Sequence[Piece], part: Part) -> bool | None:
    words = [says_yes(piece.body) for piece in pieces if piece.part is part]
    return words[-1] if words else None


def _contradictions(pieces: Sequence[Piece]) -> list[str]:
    sentences = []
    for part in (Part.BILLABLE, Part.REIMBURSABLE):
        words = list(dict.fromkeys(piece.body for piece in pieces if piece.part is part))
        if len({says_yes(word) for word in words}) > 1:
            sentences.append(f"{' and '.join(words)} cannot both be. Keep one, or put the text in quotes.")
    return sentences

"""From text to a `Line`: every token with its reading, or the sentence why it has none. Nothing typed raises.

Source: product.md section 7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kworkbench.domain.numbers import format_money
from kworkbench.domain.quickline.amounts import Sum, Unreadable, read_share, read_sum
from kworkbench.domain.quickline.context import LineContext
from kworkbench.domain.quickline.days import day_text, read_day
from kworkbench.domain.quickline.lex import cut
from kworkbench.domain.quickline.reading import clashes, is_computed, one_line, token_of, unique, wrong_currency
from kworkbench.domain.quickline.target import Target, find_target, names_project
from kworkbench.domain.quickline.tokens import Line, Part, Piece, Token
from kworkbench.lean import dataclass

_SPLIT_GROUP = re.compile(r"([0-9]{1,3})[ \u00a0\u202f]([0-9].*)")
_BLANK_GROUP = re.compile(r"[0-9][ \u00a0\u202f][0-9]")


def parse_line(text: str, context: LineContext) -> Line:
    """Read a payment line; what cannot be read stands in the line's errors."""
    pieces = _claim_bare_number(cut(text, context), context)
    target = find_target(pieces, context)
    read = tuple(_read(piece, target, context) for piece in pieces)
    amounts = [one.minor for one in read if one.minor is not None]
    days = [one.day for one in read if one.day is not None]
    note = next((one.piece.body for one in read if one.piece.part is Part.NOTE), "")
    parts = [piece.part for piece in pieces]
    tokens, words = tuple(one.token for one in read), _words(parts, context)
    return Line(
        text=text,
        tokens=tokens,
        invoice=target.invoice,
        project=target.project,
        currency=target.currency,
        amount=amounts[0] if len(amounts) == 1 else None,
        date=days[0] if len(days) == 1 else None,
        note=one_line(note),
        refund=Part.REFUND in parts,
        write_off=Part.WRITE_OFF in parts,
        rest_written_off=Part.REST_WRITTEN_OFF in parts,
        errors=unique([*(token.error for token in tokens), *clashes(tokens, "note"), target.error, *words]),
        candidates=target.candidates,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    piece: Piece
    token: Token
    minor: int | None = None
    day: date | None = None


def _read(piece: Piece, target: Target, context: LineContext) -> _Read:
    if piece.part is Part.AMOUNT:
        return _read_amount(piece, target, context)
    if piece.part is Part.DATE:
        day = read_day(piece.body, context.today, context.date_order)
        if isinstance(day, Unreadable):
            return _Read(piece, token_of(piece, "", day.sentence))
        return _Read(piece, token_of(piece, day_text(day) if day else ""), day=day)
    if piece.part is Part.CURRENCY:
        return _Read(piece, token_of(piece, piece.body.upper(), wrong_currency((piece.body,), target.currency)))
    if piece.part in {Part.INVOICE, Part.PROJECT}:
        return _Read(piece, token_of(piece, target.name, target.error))
    return _Read(piece, token_of(piece, piece.body))


def _read_amount(piece: Piece, target: Target, context: LineContext) -> _Read:
    body = piece.body
    amount = _amount(body, target, context)
    if isinstance(amount, Unreadable):
        return _Read(piece, token_of(piece, "", amount.sentence))
    error = wrong_currency(amount.words, target.currency)
    if body == "rest" and target.invoice is None:
        return _Read(piece, token_of(piece, "the rest of each"))
    if _two_readings(body, amount.minor, target, context):
        parts = " and ".join(body.split())
        return _Read(
            piece, token_of(piece, "", f"{body} can be one amount or two, {parts}. Write it without the blank.")
        )
    return _Read(piece, token_of(piece, _money(amount.minor, target, context), error), minor=amount.minor)


def _amount(body: str, target: Target, context: LineContext) -> Sum | Unreadable:
    if body == "rest" or body.endswith("%"):
        return _share(body, target)
    if body[0] in "-−":
        return Unreadable(_negative(body, context))
    if body[0] == "=":
        return Unreadable(f"{body} sets a control total, which only a payment run has.")
    if is_computed(body):
        return Unreadable(f"{body} is no known invoice and no amount: only + calculates.")
    return read_sum(body, target.currency, context.style)


def _share(body: str, target: Target) -> Sum | Unreadable:
    invoice = target.invoice
    if target.error:
        return Unreadable(target.error)
    if target.project is not None:
        return Unreadable(f"{body} is of what is outstanding. A project payment needs an amount.")
    if body == "rest":
        return Sum(max(0, invoice.outstanding) if invoice else 0)
    if invoice is None:
        return Unreadable(f"{body} is of one invoice. Write the total received as an amount.")
    minor = read_share(body, invoice.outstanding)
    return minor if isinstance(minor, Unreadable) else Sum(max(0, minor))


def _two_readings(body: str, minor: int, target: Target, context: LineContext) -> bool:
    """Whether a blank between digits is in doubt: the locale does not group so, and the whole exceeds the invoice."""
    ours = context.style is not None and context.style.group.isspace()
    invoice = target.invoice
    return bool(not ours and invoice and minor > abs(invoice.total) and _BLANK_GROUP.search(body))


def _negative(body: str, context: LineContext) -> str:
    positive = body.lstrip("-−")
    if context.rules.refunds:
        return f"{body} is negative. Write refund {positive} to record money given back."
    return f"{body} is negative. {context.provider} records no refunds."


def _money(minor: int, target: Target, context: LineContext) -> str:
    return format_money(minor, target.currency, context.shown).rstrip()


def _claim_bare_number(pieces: tuple[Piece, ...], context: LineContext) -> tuple[Piece, ...]:
    """Bare digits are an invoice only if none is set, they equal a known number and another token is the amount."""
    if context.chosen or any(piece.part is Part.INVOICE or names_project(piece) for piece in pieces):
        return pieces
    amounts = [piece for piece in pieces if piece.part is Part.AMOUNT]
    if len(amounts) == 1 and (found := _SPLIT_GROUP.fullmatch(amounts[0].body)) and context.find_invoices(found[1]):
        only = amounts[0]
        middle = only.start + found.end(1)
        number = Piece(Part.INVOICE, only.start, middle, found[1])
        rest = Piece(Part.AMOUNT, only.start + found.start(2), only.end, found[2])
        return tuple(new for piece in pieces for new in ((number, rest) if piece is only else (piece,)))
    known = [piece for piece in amounts if piece.body.isdecimal() and context.find_invoices(piece.body)]
    if len(amounts) < 2 or len(known) != 1:
        return pieces
    claimed = Piece(Part.INVOICE, known[0].start, known[0].end, known[0].body)
    return tuple(claimed if piece is known[0] else piece for piece in pieces)


def _words(parts: Sequence[Part], context: LineContext) -> list[str]:
    """What the words `refund`, `writeoff` and `rest=writeoff` need, and whether this provider has them."""
    has = set(parts)
    rules = context.rules
    sentences = []
    if Part.REFUND in has and not rules.refunds:
        sentences.append(f"{context.provider} records no refunds.")
    elif Part.REFUND in has and Part.AMOUNT not in has:
        sentences.append("A refund needs its amount: refund 50.")
    if has & {Part.WRITE_OFF, Part.REST_WRITTEN_OFF} and not rules.write_offs:
        sentences.append(f"{context.provider} records no write-offs.")
    elif Part.REST_WRITTEN_OFF in has and Part.AMOUNT not in has:
        sentences.append("rest=writeoff needs the amount that was paid: 500 rest=writeoff.")
    if len(has & {Part.REFUND, Part.WRITE_OFF, Part.REST_WRITTEN_OFF}) > 1:
        sentences.append("Keep one of refund, writeoff and rest=writeoff.")
    return sentences

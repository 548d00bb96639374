"""What needs a second `Enter` (command line: `--accept NAME`) before it is recorded. Source: product.md section 7.

A caution is about money that would move as asked and may not be meant; what cannot be meant is refused in `rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from kworkbench.domain.numbers import format_money
from kworkbench.domain.quickline.context import LineContext, LineGround
from kworkbench.domain.quickline.days import day_text
from kworkbench.domain.quickline.facts import InvoiceFacts, PastPayment
from kworkbench.domain.quickline.shapes import is_amount_shape
from kworkbench.domain.quickline.tokens import Line, Part
from kworkbench.lean import dataclass


class CautionName(StrEnum):
    """The names `--accept` takes; each kind of line knows those that its plans can bear."""

    OVERPAID = "overpaid"
    FUTURE_DATE = "future-date"
    DRAFT = "draft"
    SAME_AMOUNT = "same-amount"
    NUMBER_IN_NOTE = "number-in-note"
    SEVERAL_CLIENTS = "several-clients"
    WORD_IN_TEXT = "word-in-text"


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to think about: its name, a heading, and the sentence behind it."""

    name: CautionName
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line asks for on one invoice or project; `amount` signed in minor units of the line's currency."""

    line: Line
    invoice: InvoiceFacts | None
    amount: int
    day: date
    write_off: bool


_Check: TypeAlias = Callable[[Asked, LineContext], Caution | None]


def cautions_of(asked: Asked, context: LineContext) -> tuple[Caution, ...]:
    """Every caution that applies, accepted ones included, in the order of the product's table."""
    return tuple(found for check in _CHECKS if (found := check(asked, context)))


def _overpaid(asked: Asked, context: LineContext) -> Caution | None:
    invoice = asked.invoice
    if invoice is None or asked.write_off or asked.amount <= invoice.outstanding:
        return None
    over = format_money(asked.amount - invoice.outstanding, invoice.currency, context.shown)
    owed = format_money(invoice.outstanding, invoice.currency, context.shown)
    return Caution(CautionName.OVERPAID, "Overpaid", f"{over} more than the {owed} outstanding.")


def future_date(day: date, ground: LineGround) -> Caution | None:
    """A day that has not come yet."""
    if day <= ground.today:
        return None
    return Caution(CautionName.FUTURE_DATE, "Future date", f"{day_text(day)} has not come yet.")


def _future_date(asked: Asked, context: LineContext) -> Caution | None:
    return future_date(asked.day, context)


def _draft(asked: Asked, _context: LineContext) -> Caution | None:
    if asked.invoice is None or asked.invoice.state != "draft":
        return None
    return Caution(CautionName.DRAFT, "Draft", f"{asked.invoice.number} has not been issued.")


def _same_amount(asked: Asked, context: LineContext) -> Caution | None:
    invoice = asked.invoice
    past = None if invoice is None else next((one for one in invoice.payments if one.amount == asked.amount), None)
    if invoice is None or past is None:
        return None
    amount = format_money(past.amount, invoice.currency, context.shown)
    return Caution(CautionName.SAME_AMOUNT, "Same amount", f"{amount} {_when(past)}.")


def _when(past: PastPayment) -> str:
    if past.unclear:
        return "on this invoice may have reached the server already"
    if past.unsent:
        return "on this invoice is waiting to be sent"
    return "was paid on this invoice" + (f" on {past.date.isoformat()}" if past.date else "")


def _number_in_note(asked: Asked, context: LineContext) -> Caution | None:
    """A note with something like an amount, or with another invoice's number, where none was read as such."""
    if asked.line.has(Part.AMOUNT):
        return None
    for word in asked.line.note.split():
        bare = word.strip('.,;:!?()[]"')
        if is_amount_shape(bare, asked.line.currency):
            sentence = f"{bare} is in the note and no amount was given."
        elif _names_another(bare, asked.invoice, context):
            sentence = f"{bare} is in the note; only # changes the invoice."
        else:
            continue
        return Caution(CautionName.NUMBER_IN_NOTE, "Number in note", sentence)
    return None


def _names_another(word: str, invoice: InvoiceFacts | None, context: LineContext) -> bool:
    """Whether a word is the number of another invoice; words without a digit are not looked up."""
    if not any(char.isdecimal() for char in word):
        return False
    return any(invoice is None or found.lid != invoice.lid for found in context.find_invoices(word))


_CHECKS: tuple[_Check, ...] = (_overpaid, _future_date, _draft, _same_amount, _number_in_note)

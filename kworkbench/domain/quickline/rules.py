"""What is refused before anything is asked of the server. Source: product.md section 7, "Refused" and "Kantata".

A provider without part payments (`rules.part` is False) pays whole, issued invoices of one project and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from kworkbench.domain.marker import LENGTH
from kworkbench.domain.numbers import format_money
from kworkbench.domain.quickline.cautions import Asked
from kworkbench.domain.quickline.context import LineContext, LineGround
from kworkbench.domain.quickline.tokens import Part

_Check: TypeAlias = Callable[[Asked, LineContext], str]


def refusals_of(asked: Asked, context: LineContext) -> tuple[str, ...]:
    """Every sentence why this cannot be recorded, then what could be; empty where it can."""
    if asked.invoice is not None and (never := _not_payable(asked, context)):
        return (never,)
    return tuple(sentence for check in _CHECKS if (sentence := check(asked, context)))


def _not_payable(asked: Asked, context: LineContext) -> str:
    """Why no payment at all goes on this invoice; other sentences would only add noise."""
    invoice = asked.invoice
    if invoice is None:
        return ""
    number, whole_only = invoice.number, not context.rules.part
    checks = (
        (invoice.state == "cancelled", f"{number} is cancelled. It takes no payments."),
        (invoice.kind == "credit-note", f"{number} is a credit note. It takes no payments."),
        (
            whole_only and invoice.state == "draft",
            f"{number} is a draft. {context.provider} takes payments on issued invoices only.",
        ),
        (
            whole_only and invoice.several_projects,
            f"{number} covers several projects. {context.provider} takes no payment on it from here.",
        ),
        (invoice.outstanding <= 0 and not asked.line.refund, f"{number} has nothing outstanding."),
    )
    return next((sentence for applies, sentence in checks if applies), "")


def _whole_only(asked: Asked, context: LineContext) -> str:
    invoice = asked.invoice
    if invoice is None or context.rules.part or asked.amount == invoice.outstanding:
        return ""
    owed = format_money(invoice.outstanding, invoice.currency, context.shown)
    return f"{context.provider} pays {invoice.number} only in full, {owed}."


def _offer_project(asked: Asked, context: LineContext) -> str:
    """Where only the whole is paid, another amount can still stand on the project; never chosen by itself."""
    if not _whole_only(asked, context) or not context.rules.without_invoice:
        return ""
    return "Add @project to record it on the project. That settles no invoice."


def _no_amount(asked: Asked, _context: LineContext) -> str:
    if asked.amount:
        return ""
    if asked.invoice is None and not asked.line.has(Part.AMOUNT):
        return "A project payment needs its amount: @project 500."
    return "An amount of zero records nothing."


def _too_much_written_off(asked: Asked, context: LineContext) -> str:
    invoice, line = asked.invoice, asked.line
    if invoice is None:
        return ""
    owed = format_money(invoice.outstanding, invoice.currency, context.shown)
    if line.write_off and asked.amount > invoice.outstanding:
        return f"Only {owed} can be written off."
    if line.rest_written_off and asked.amount >= invoice.outstanding:
        return f"Nothing is left to write off of {owed}."
    return ""


def closed(day: date, ground: LineGround) -> str:
    """Why nothing is recorded for a day of the closed period; empty for another day."""
    if ground.closed_until is None or day > ground.closed_until:
        return ""
    return f"{day.isoformat()} is in the closed period, up to {ground.closed_until.isoformat()}."


def _closed(asked: Asked, context: LineContext) -> str:
    return closed(asked.day, context)


def _note_too_long(asked: Asked, context: LineContext) -> str:
    limit = context.rules.note_limit
    room = None if limit is None else limit - LENGTH - 1
    length = len(stored_note(asked, context))
    if room is None or length <= room:
        return ""
    return f"The note has {length} characters and {context.provider} keeps {room}. Shorten it by {length - room}."


def stored_note(asked: Asked, context: LineContext) -> str:
    """The note as it will be stored, without marker; a typed date stands first where payments keep none."""
    day, note = asked.line.date, asked.line.note
    if day is None or context.rules.dated:
        return note
    return f"{day.isoformat()} {note}".rstrip()


_CHECKS: tuple[_Check, ...] = (_no_amount, _whole_only, _offer_project, _too_much_written_off, _closed, _note_too_long)

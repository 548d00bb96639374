"""`kworkbench pay`: payments from quick lines. Source: product.md sections 7 and 11."""

from __future__ import annotations

from collections.abc import Hashable

import click

from kworkbench.cli.exits import Exit
from kworkbench.cli.lines import Asked, LineKind, line_options, record_lines
from kworkbench.cli.ports import Books
from kworkbench.cli.state import Run
from kworkbench.cli.words import WordsCommand
from kworkbench.domain.changes import Draft
from kworkbench.domain.quickline import Caution, CautionName, PaymentPlan, Preview, preview

KINDS = ("invoices", "payments")
ELSEWHERE = frozenset({CautionName.SEVERAL_CLIENTS, CautionName.WORD_IN_TEXT})
"""Cautions of marked invoices and of expenses."""


def _plan(books: Books, text: str, accepted: frozenset[str]) -> PaymentPlan:
    return books.payments.plan(text, None, accepted)


def _drafts(books: Books, plan: PaymentPlan, key: str | None) -> tuple[Draft, ...]:
    return books.payments.drafts(plan, key=key)


def _preview(books: Books, plan: PaymentPlan, accepted: frozenset[str], marker: str | None) -> Preview:
    return preview(plan, books.payments.context((), accepted), marker=marker)


def _same(plan: PaymentPlan) -> set[Hashable]:
    return {(plan.invoice.id, payment.amount) for payment in plan.payments} if plan.invoice else set()


PAYMENTS = LineKind(
    noun="payment",
    example="paid, like: kworkbench pay INV-104 500 yesterday",
    needed=lambda _books: KINDS,
    missing="No invoice is here yet, so nothing was queued.",
    cautions=tuple(name.value for name in CautionName if name not in ELSEWHERE),
    plan=_plan,
    drafts=_drafts,
    preview=_preview,
    same=_same,
    twice=Caution(CautionName.SAME_AMOUNT, "Same amount", "An earlier line pays the same amount on the same invoice."),
)


@click.command("pay", cls=WordsCommand)
@line_options(PAYMENTS.noun)
@click.pass_obj
def pay_command(
    run: Run, words: tuple[str, ...], dry_run: bool, yes: bool, accepted: tuple[str, ...], key: str | None
) -> Exit:
    """Record a payment from a line like: INV-104 500 yesterday wire ref 77812.

    All words make one line. A single - reads one line per line of stdin; a key is then followed by the line's number.
    """
    return record_lines(run, PAYMENTS, Asked(words, dry_run, yes, accepted, key))

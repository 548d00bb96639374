"""`kworkbench expense`: expenses from quick lines. Source: product.md sections 7 and 11."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import click

from kworkbench.cli.exits import Exit
from kworkbench.cli.lines import Asked, LineKind, line_options, record_lines
from kworkbench.cli.ports import Books
from kworkbench.cli.state import Run
from kworkbench.cli.words import WordsCommand
from kworkbench.domain.changes import Draft
from kworkbench.domain.quickline import Caution, CautionName, Preview
from kworkbench.domain.quickline.expense import CAUTIONS, ExpensePlan, preview_expense

PICKED = ("projects", "services", "categories", "people")
"""What a line names, as far as the provider has it."""


def _needed(books: Books) -> Sequence[str]:
    known = {kind.name for kind in books.catalog.related}
    return (*(kind for kind in PICKED if kind in known), "expenses")


def _plan(books: Books, text: str, accepted: frozenset[str]) -> ExpensePlan:
    return books.expenses.plan(text, accepted)


def _drafts(books: Books, plan: ExpensePlan, key: str | None) -> tuple[Draft, ...]:
    return books.expenses.drafts(plan, key)


def _preview(books: Books, plan: ExpensePlan, accepted: frozenset[str], marker: str | None) -> Preview:
    return preview_expense(plan, books.expenses.context(accepted), marker=marker)


def _same(plan: ExpensePlan) -> set[Hashable]:
    expense, project = plan.expense, plan.line.place.project
    return {(project.id, expense.amount, expense.currency, expense.day)} if expense and project else set()


EXPENSES = LineKind(
    noun="expense",
    example="spent, like: kworkbench expense 12.50 lunch @harbour %meals yesterday",
    needed=_needed,
    missing="No project is here yet, so nothing was queued.",
    cautions=tuple(name.value for name in CAUTIONS),
    plan=_plan,
    drafts=_drafts,
    preview=_preview,
    same=_same,
    twice=Caution(
        CautionName.SAME_AMOUNT, "Same amount", "An earlier line adds the same amount on the same project and day."
    ),
)


@click.command("expense", cls=WordsCommand)
@line_options(EXPENSES.noun)
@click.pass_obj
def expense_command(
    run: Run, words: tuple[str, ...], dry_run: bool, yes: bool, accepted: tuple[str, ...], key: str | None
) -> Exit:
    """Record an expense from a line like: 12.50+3 lunch @harbour %meals -1d billable.

    @ names the project, % the category or service. All words make one line. A single - reads one line per line of
    stdin; a key is then followed by the line's number.
    """
    return record_lines(run, EXPENSES, Asked(words, dry_run, yes, accepted, key))

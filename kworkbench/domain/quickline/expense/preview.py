"""What stands under an expense line while it is typed. Source: product.md section 7, screens.md section 5."""

from __future__ import annotations

from kworkbench.domain.numbers import format_money
from kworkbench.domain.quickline.days import day_text
from kworkbench.domain.quickline.expense.context import ExpenseContext
from kworkbench.domain.quickline.expense.plan import ExpensePlan, PlannedExpense
from kworkbench.domain.quickline.preview import Preview, Row, Segment, caution_row, enter_row, refusal_row

VERB = "add"
FORM = "form"
"""What `Enter` does on an empty line."""


def preview_expense(
    plan: ExpensePlan, context: ExpenseContext, *, marker: str | None = None, armed: bool = False
) -> Preview:
    """The preview of one plan.

    `marker` is shown as it will stand in the text, None where it bears none; `armed` means Enter was pressed once on
    these cautions.
    """
    title = _title(plan)
    if plan.refusals or plan.expense is None:
        return Preview(title, tuple(map(refusal_row, plan.refusals)), "")
    rows = [_summary(plan, plan.expense, context), *_conversion(plan.expense, context), *_text(plan.expense, marker)]
    if not plan.open_cautions:
        return Preview(title, tuple(rows), VERB)
    cautions = [caution_row(caution) for caution in plan.open_cautions]
    return Preview(title, (*rows, *cautions, enter_row(VERB, armed=armed)), f"{VERB} anyway" if armed else VERB)


def preview_nothing(context: ExpenseContext) -> Preview:
    """What an empty line says: how one is written, and that the form is one key away."""
    category = "%service" if context.rules.on_service else "%category"
    how = Segment(f"Amount, what it was, @project, {category}, day; billable or reimbursable.", "muted")
    form = (Segment("Enter", "accent"), Segment(" opens the form with all fields.", "muted"))
    return Preview((Segment("New expense", "strong"),), (Row((how,)), Row(form)), FORM)


def _title(plan: ExpensePlan) -> tuple[Segment, ...]:
    project = plan.line.place.project
    if project is None:
        return (Segment("New expense", "strong"),)
    client = (Segment(f"  {project.client}"),) if project.client else ()
    return (Segment(f"New expense on {project.name}", "strong"), *client)


def _summary(plan: ExpensePlan, expense: PlannedExpense, context: ExpenseContext) -> Row:
    line = plan.line
    segments = [
        Segment(format_money(expense.amount, expense.currency, context.shown), "strong"),
        Segment(" on ", "muted"),
        Segment(day_text(expense.day)),
        Segment(", ", "muted"),
        Segment(line.place.category_name),
        Segment(f", by {context.person}" if context.person else ", by you", "muted"),
    ]
    said = ((line.billable, "billable"), (line.reimbursable, "reimbursable"))
    words = [word if yes else f"not {word}" for yes, word in said if yes is not None]
    segments += [Segment(f", {word}") for word in words]
    return Row(tuple(segments))


def _conversion(expense: PlannedExpense, context: ExpenseContext) -> tuple[Row, ...]:
    if not expense.converted:
        return ()
    sentence = f"{context.provider} converts it; the {expense.converted} amount is to come and in no sum yet."
    return (Row((Segment(sentence, "muted"),)),)


def _text(expense: PlannedExpense, marker: str | None) -> tuple[Row, ...]:
    stored = [Segment(expense.text)] if expense.text else []
    if marker:
        stored.append(Segment(f" {marker}" if expense.text else marker, "muted"))
    return (Row((Segment("Text: ", "muted"), *stored)),) if stored else ()

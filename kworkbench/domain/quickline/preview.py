"""What stands under the line while it is typed, as text with token names; the screen gives the tokens their dress.

Source: product.md section 7, screens.md sections 3 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable

from kworkbench.domain.numbers import format_amount, format_count, format_money
from kworkbench.domain.quickline.batch import BatchPlan
from kworkbench.domain.quickline.cautions import Caution
from kworkbench.domain.quickline.context import LineContext
from kworkbench.domain.quickline.days import day_text
from kworkbench.domain.quickline.plan import Kind, PaymentPlan
from kworkbench.lean import dataclass

REFUSED_MARK = "!"
TEXT = "text"
CAUTION_MARK = "▲"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text and the token it is drawn in: `strong text muted accent unsent refused unclear done`."""

    text: str
    token: str = TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the preview, with the mark in its gutter (empty, `▲` or `!`)."""

    segments: tuple[Segment, ...]
    mark: str = ""

    @property
    def text(self) -> str:
        """The row without dress."""
        return "".join(segment.text for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan in words.

    Attributes:
        title: what is being paid, for the rule above the line.
        rows: what will be recorded, the balance, then cautions and what Enter does about them; refusals stand alone.
        enter: the footer's word for Enter; empty where it does nothing.
    """

    title: tuple[Segment, ...]
    rows: tuple[Row, ...]
    enter: str


_VERBS = {Kind.PAYMENT: "pay", Kind.REFUND: "refund", Kind.WRITE_OFF: "write off", Kind.PROJECT: "record"}
_DOES = {
    "pay": "pays it",
    "refund": "refunds it",
    "write off": "writes it off",
    "record": "records it",
    "add": "adds it",
}
_LEADS = {Kind.PAYMENT: "", Kind.REFUND: "refund ", Kind.WRITE_OFF: "write off ", Kind.PROJECT: "project payment "}


def preview(plan: PaymentPlan, context: LineContext, *, marker: str | None = None, armed: bool = False) -> Preview:
    """The preview of one plan.

    `marker` is shown as it will stand in the note, None where markers are off; `armed` means Enter was pressed once
    on these cautions.
    """
    verb = _VERBS[plan.payments[0].kind] if plan.payments else "pay"
    if plan.refusals:
        return Preview(_title(plan, verb), tuple(map(refusal_row, plan.refusals)), "")
    if not plan.payments:
        return Preview(_title(plan, verb), (), "")
    rows = [_summary(plan, context, marker), *_date_in_note(plan, context), *_balance(plan, context)]
    if not plan.open_cautions:
        return Preview(_title(plan, verb), tuple(rows), verb)
    cautions = [caution_row(caution) for caution in plan.open_cautions]
    enter = enter_row(verb, armed=armed)
    return Preview(_title(plan, verb), (*rows, *cautions, enter), f"{verb} anyway" if armed else verb)


def preview_batch(plan: BatchPlan, context: LineContext, *, not_in_view: int = 0) -> Preview:
    """The preview of several marked invoices; Enter opens the review, where each row stands with its reason."""
    count, payable = len(context.chosen), plan.payable
    unseen = f", {format_count(not_in_view, context.shown)} not in view" if not_in_view else ""
    title = (Segment(f"Pay {format_count(count, context.shown)} {_plural('invoice', count)}{unseen}", "strong"),)
    if plan.refusals:
        return Preview(title, tuple(map(refusal_row, plan.refusals)), "")
    rows = [_batch_summary(plan, context)] if payable else []
    left_out = [one for one in plan.plans if one.refusals]
    if left_out:
        shown = f"{len(left_out)} cannot be paid: {left_out[0].refusals[0]}"
        rows.append(Row((Segment(shown, "text"),), CAUTION_MARK))
    rows += [caution_row(caution) for caution in plan.open_cautions]
    rows.append(Row((Segment("Enter", "accent"), Segment(" opens the review. Nothing is sent before it.", "muted"))))
    return Preview(title, tuple(rows), "review")


def plain(shown: Preview) -> str:
    """The preview as lines of text, for the command line."""
    title = "".join(segment.text for segment in shown.title)
    return "\n".join([title, *(f"{row.mark or ' '} {row.text}".rstrip() for row in shown.rows)])


def _title(plan: PaymentPlan, verb: str) -> tuple[Segment, ...]:
    head = {"record": "Record on"}.get(verb, verb.capitalize())
    if plan.invoice is not None:
        return (Segment(f"{head} {plan.invoice.number}", "strong"), Segment(f"  {plan.invoice.client}"))
    if plan.project is not None:
        return (Segment(f"Record on {plan.project.name}", "strong"), Segment(f"  {plan.project.client}"))
    return (Segment(head, "strong"),)


def _summary(plan: PaymentPlan, context: LineContext, marker: str | None) -> Row:
    segments: list[Segment] = []
    for payment in plan.payments:
        lead = f"{', and ' if segments else ''}{_LEADS[payment.kind]}"
        segments += [Segment(lead, "muted"), Segment(_money(abs(payment.amount), plan, context), "strong")]
    first = plan.payments[0]
    on = first.day if context.rules.dated else context.today
    segments += [Segment(" on ", "muted"), Segment(day_text(on))]
    if first.note or marker:
        segments += [Segment(", note ", "muted"), Segment(first.note)]
    if marker:
        segments.append(Segment(f" {marker}" if first.note else marker, "muted"))
    return Row(tuple(segment for segment in segments if segment.text))


def _date_in_note(plan: PaymentPlan, context: LineContext) -> Iterable[Row]:
    if plan.line.date is None or context.rules.dated or not plan.payments:
        return ()
    day = plan.line.date.isoformat()
    sentence = f"{context.provider} keeps no payment date; {day} goes to the front of the note."
    return (Row((Segment(sentence, "muted"),)),)


def _balance(plan: PaymentPlan, context: LineContext) -> Iterable[Row]:
    invoice = plan.invoice
    if invoice is None or plan.before is None or plan.after is None:
        if plan.project is None:
            return ()
        return (Row((Segment("No invoice is settled by it; the amount stands as not allocated.", "muted"),)),)
    before = format_amount(plan.before, invoice.currency, context.shown)
    return (Row((Segment("Outstanding ", "muted"), Segment(before), Segment(" → ", "muted"), _after(plan, context))),)


def _after(plan: PaymentPlan, context: LineContext) -> Segment:
    after = plan.after or 0
    if after < 0:
        return Segment(f"{_money(-after, plan, context)} overpaid", "unclear")
    if after > 0 or plan.amount < 0:
        return Segment(_money(after, plan, context), "strong")
    return Segment("written off" if plan.line.write_off else "paid", "done")


def refusal_row(sentence: str) -> Row:
    """Why nothing is recorded."""
    return Row((Segment(sentence),), REFUSED_MARK)


def caution_row(caution: Caution) -> Row:
    """What needs a second `Enter`."""
    return Row((Segment(f"{caution.title}: ", "unclear"), Segment(caution.sentence)), CAUTION_MARK)


def enter_row(verb: str, *, armed: bool) -> Row:
    """What `Enter` does about cautions: asks first, once `armed` does it."""
    does = _DOES[verb]
    if not armed:
        return Row((Segment("Enter", "accent"), Segment(f", then Enter again, {does} anyway.", "muted")))
    anyway = Segment(f" again {does} anyway. ")
    back = Segment(" goes back to typing.", "muted")
    return Row((Segment("Enter", "accent"), anyway, Segment("Esc", "accent"), back))


def _batch_summary(plan: BatchPlan, context: LineContext) -> Row:
    payments = [payment for one in plan.payable for payment in one.payments]
    first = payments[0]
    on = first.day if context.rules.dated else context.today
    count = f"{format_count(len(payments), context.shown)} {_plural('payment', len(payments))}, "
    total = format_money(plan.total, plan.currency, context.shown)
    note = [Segment(", note ", "muted"), Segment(first.note)] if first.note else []
    return Row((Segment(count), Segment(total, "strong"), Segment(" on ", "muted"), Segment(day_text(on)), *note))


def _money(minor: int, plan: PaymentPlan, context: LineContext) -> str:
    return format_money(minor, plan.currency, context.shown)


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"

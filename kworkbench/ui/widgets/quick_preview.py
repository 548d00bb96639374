"""What a payment line will do, in words: labels under its tokens, the payment, the balance, cautions and refusals.

Pure: a plan in, lines of pieces out. Source: product.md section 7, screens.md section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from kworkbench.domain.catalog import PaymentRules
from kworkbench.domain.numbers import NumberStyle, format_amount
from kworkbench.domain.quickline.days import day_text
from kworkbench.domain.quickline.plan import Kind, PaymentPlan, PlannedPayment
from kworkbench.domain.quickline.tokens import Part, Token
from kworkbench.ui.paint import Piece, Pieces, cells
from kworkbench.ui.safe import Content, safe_text, visible
from kworkbench.ui.words import marked_sentence, spoken

INDENT: Piece = ("   ", "")

_SHORT: Mapping[Part, tuple[str, ...]] = {
    Part.AMOUNT: ("amount", "sum"),
    Part.INVOICE: ("invoice", "inv"),
    Part.PROJECT: ("project", "proj"),
    Part.CURRENCY: ("currency", "cur"),
    Part.WRITE_OFF: ("write-off", "w-off"),
    Part.REST_WRITTEN_OFF: ("rest written off", "rest", "w-off"),
}
"""Words for a token, the longest first; a part not named here has only its own."""


@dataclass(frozen=True, slots=True)
class PreviewStyle:
    """How a preview is worded.

    Attributes:
        rules: what a payment can say at this provider.
        marker: the marker that will stand at the note's end, empty where it is switched off.
        armed: the cautions were shown and the next `Enter` pays.
    """

    numbers: NumberStyle
    rules: PaymentRules
    marker: str = ""
    armed: bool = False


def token_labels(text: str, tokens: Sequence[Token], room: int) -> list[Piece]:
    """`└sum └date     └note` under the tokens of `text`, each no longer than the way to the next one."""
    shown = visible(text).plain
    starts = [cell_len(shown[: token.start]) for token in tokens]
    pieces: list[Piece] = []
    for index, (token, start) in enumerate(zip(tokens, starts, strict=True)):
        left = (starts[index + 1] if index + 1 < len(tokens) else room) - start
        words = _SHORT.get(token.part, (token.part.value,))
        label = next((word for word in words if len(word) + 2 <= left), words[-1] if len(words[-1]) < left else "")
        pieces.append((" " * (start - cells(pieces)), ""))
        pieces.append((f"└{label}", "refused" if token.error else "unsent"))
    return pieces


def preview_lines(plan: PaymentPlan, style: PreviewStyle, room: int) -> list[Pieces]:
    """The lines under the labels, each at most `room` cells: payment and balance, then what speaks against it."""
    lines: list[Pieces] = []
    if plan.payments and not plan.line.errors:
        lines.append([INDENT, *_payment(plan, style)])
        lines.extend([INDENT, *line] for line in _date_note(plan, style))
        if plan.before is not None and plan.after is not None:
            lines.append([INDENT, *_balance(plan.before, plan.after, plan.currency, style.numbers)])
    if plan.refusals:
        for refusal in plan.refusals:
            lines.extend(_wrapped("!", [(refusal, "text")], room))
        return lines
    for caution in plan.open_cautions:
        lines.extend(_wrapped("▲", [(f"{caution.title}: ", "unclear bold"), (caution.sentence, "text")], room))
    if plan.open_cautions:
        said = (
            "`Enter` again pays it anyway. `Esc` goes back to typing."
            if style.armed
            else "`Enter` twice pays it anyway."
        )
        lines.append([INDENT, *spoken(said)])
    return lines


def full_payment(plan: PaymentPlan, style: NumberStyle) -> str:
    """What `Enter` pays while nothing is typed, as ghost text: `12,450.00 today`."""
    return f"{format_amount(plan.amount, plan.currency, style)} today" if plan.payments else ""


def _payment(plan: PaymentPlan, style: PreviewStyle) -> list[Piece]:
    first, rest = plan.payments[0], plan.payments[1:]
    verb = {Kind.REFUND: "Refund ", Kind.WRITE_OFF: "Write off "}.get(first.kind, "")
    pieces: list[Piece] = [(verb, "text"), *_money(abs(first.amount), plan.currency, style.numbers)]
    if plan.invoice is None and plan.project is not None:
        pieces += [(" for project ", "muted"), (safe_text(plan.project.name, 30), "text")]
    for other in rest:
        pieces += [(", ", "muted"), *_money(other.amount, plan.currency, style.numbers), (" written off", "text")]
    if style.rules.dated:
        pieces += [(" on ", "muted"), (day_text(first.day), "text")]
    note = _note(first, style)
    return [*pieces, (", note ", "muted"), *note] if note else pieces


def _money(minor: int, currency: str, numbers: NumberStyle) -> list[Piece]:
    return [
        (format_amount(minor, currency, numbers), "strong bold"),
        (" ", ""),
        (safe_text(currency, 8), "strong bold"),
    ]


def _note(payment: PlannedPayment, style: PreviewStyle) -> list[Piece]:
    note: list[Piece] = [(safe_text(payment.note), "text")] if payment.note else []
    if style.marker:
        note += [(f"{' ' if note else ''}{style.marker}", "muted")]
    return note


def _date_note(plan: PaymentPlan, style: PreviewStyle) -> list[Pieces]:
    """Where the provider keeps no payment date, a typed one is in the note and the line says so."""
    if style.rules.dated or plan.line.date is None:
        return []
    return [[("No payment date is kept there. The date stands at the front of the note.", "muted")]]


def _balance(before: int, after: int, currency: str, numbers: NumberStyle) -> list[Piece]:
    head: list[Piece] = [
        ("Outstanding ", "muted"),
        (format_amount(before, currency, numbers), "text"),
        (" → ", "muted"),
    ]
    if not after:
        return [*head, ("paid", "done bold")]
    if after < 0:
        return [*head, ("overpaid by ", "unclear bold"), *_money(-after, currency, numbers)]
    return [*head, *_money(after, currency, numbers)]


def _wrapped(mark: str, pieces: Pieces, room: int) -> list[Pieces]:
    """A sentence behind its mark; what does not fit goes on below it, nothing is cut."""
    plain = safe_text("".join(str(text) for text, _ in pieces))
    wrapped = plain.wrap(max(20, room - 4))
    if len(wrapped) == 1:
        return [[(" ", ""), *marked_sentence(mark, [(safe_text(str(text)), token) for text, token in pieces])]]
    title = str(pieces[0][0]) if len(pieces) > 1 else ""
    first = wrapped[0].plain
    head: list[Piece] = [(safe_text(title), pieces[0][1]), (Content(first[len(title) :]), "text")]
    rest: list[Pieces] = [[INDENT, (line, "text")] for line in wrapped[1:]]
    return [[(" ", ""), *marked_sentence(mark, head)], *rest]

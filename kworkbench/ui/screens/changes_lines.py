"""The list of changes: what needs a person, what waits, what was done today; and the sums on its bottom rule. Pure.

Source: screens.md section 8. Amounts are minor units of the change's currency.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from kworkbench.domain.changes import OPEN, WAITING, Change, Op, State
from kworkbench.domain.dates import moment
from kworkbench.domain.numbers import NumberStyle, format_amount, format_count
from kworkbench.lean import dataclass
from kworkbench.ui.paint import Piece, Pieces, cells
from kworkbench.ui.safe import fill, safe_text, width
from kworkbench.ui.tokens import MARKS
from kworkbench.ui.widgets.amount_column import Amount, AmountColumn
from kworkbench.ui.widgets.line_list import BLANK, Line
from kworkbench.ui.words import counted

GUTTER = 4
_STATE_CELLS = 9
_LEAST_WHAT = 16


class Section(StrEnum):
    """The groups, in the order of what a person must do."""

    NEEDS_YOU = "Needs you"
    WAITING = "Waiting"
    DONE = "Done today"
    EARLIER = "Earlier"


OVER = (Section.DONE, Section.EARLIER)


@dataclass(frozen=True, slots=True)
class Item:
    """A change as its row says it."""

    change: Change
    when: str
    what: str
    amount: Amount | None
    answer: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The widths of the columns in a list of `total` cells."""

    when: int
    what: int
    amount: AmountColumn
    answer: int


def local(moment_text: str, now: datetime) -> datetime:
    """A stored UTC time in the zone of `now`; naive where `now` is."""
    at = datetime.fromisoformat(moment_text)
    return at.astimezone(now.tzinfo) if now.tzinfo else at.astimezone().replace(tzinfo=None)


def section_of(change: Change, now: datetime, attention: Container[int] = ()) -> Section:
    """Where a change stands; `attention` are numbers of those that are over and wait for a word all the same."""
    if change.seq in attention:
        return Section.NEEDS_YOU
    if change.state in WAITING:
        return Section.WAITING
    if change.state in OPEN:
        return Section.NEEDS_YOU
    ended = local(change.closed_at or change.created_at, now)
    return Section.DONE if ended.date() == now.date() else Section.EARLIER


def amount_of(change: Change) -> Amount | None:
    """The amount a change moves; None where it has none, or one that cannot be read."""
    minor = change.args.get("amount", change.pre.get("amount"))
    currency = change.args.get("currency") or change.pre.get("currency")
    if (
        isinstance(minor, int)
        and not isinstance(minor, bool)
        and isinstance(currency, str)
        and change.op is not Op.UPDATE
    ):
        return Amount(minor, currency)
    return None


def answer_of(change: Change, now: datetime) -> str:
    """What came back, or what it waits for, in a few words."""
    if change.state is State.REJECTED:
        errors = change.error.errors if change.error is not None else ()
        return errors[0].message if len(errors) == 1 else f"{len(errors)} messages" if errors else change.reason or ""
    if change.state is State.HELD and change.not_before is not None:
        left = round(change.not_before / 1000 - _timestamp(now))
        return f"sends in {max(0, left)} s"
    tried = f"try {change.attempts}" if change.attempts else ""
    return {
        State.SENDING: tried or "try 1",
        State.AMBIGUOUS: "lost after sending",
        State.NEEDS_YOU: "lost after sending",
        State.CONFLICTED: change.reason or "changed there",
        State.BLOCKED: "behind another change",
        State.HELD: change.reason or "waits for you",
        State.QUEUED: f"{tried} waits" if tried else "",
        State.CANCELLED: "nothing was sent" if not change.attempts else "",
    }.get(change.state, "")


def _timestamp(now: datetime) -> float:
    return now.timestamp()


def items_of(
    changes: Iterable[Change],
    sentence: Callable[[Change], str],
    answer: Callable[[Change], str],
    now: datetime,
    attention: Container[int] = (),
) -> dict[Section, tuple[Item, ...]]:
    """The changes in their sections, newest first; sections without any are left out."""
    found: dict[Section, list[Item]] = {section: [] for section in Section}
    for change in changes:
        section = section_of(change, now, attention)
        ended = change.closed_at if section in OVER and change.closed_at else change.created_at
        when = moment(local(ended, now), now)
        found[section].append(Item(change, when, sentence(change), amount_of(change), answer(change)))
    return {section: tuple(items) for section, items in found.items() if items}


def grid_of(sections: dict[Section, tuple[Item, ...]], total: int, style: NumberStyle) -> Grid:
    """Widths for all items: `what` and `answer` share what the others leave."""
    items = [item for group in sections.values() for item in group]
    amount = AmountColumn.of((item.amount for item in items), style)
    when = max((len(item.when) for item in items), default=5)
    left = total - GUTTER - when - 2 - 2 - amount.cells - 2 - _STATE_CELLS - 2 - 1
    wanted = max((width(safe_text(item.answer)) for item in items), default=10)
    what = max((width(safe_text(item.what)) for item in items), default=_LEAST_WHAT)
    answer = max(6, min(wanted, max(left // 3, left - what)))
    return Grid(when, max(_LEAST_WHAT, left - answer), amount, answer)


def head_pieces(grid: Grid) -> list[Piece]:
    """The column heads."""
    amount = "amount".rjust(grid.amount.whole + grid.amount.fraction).ljust(grid.amount.cells)
    words = f"{'when':<{grid.when}}  {'what':<{grid.what}}  {amount}  {'state':<{_STATE_CELLS}}  answer"
    return [(" " * GUTTER, ""), (words, "muted")]


def list_lines(sections: dict[Section, tuple[Item, ...]], grid: Grid, style: NumberStyle) -> list[Line]:
    """All rows under their heads."""
    lines: list[Line] = []
    for section, items in sections.items():
        if lines:
            lines.append(BLANK)
        lines.append(Line([(f" {section.value}", "strong bold"), (f" {format_count(len(items), style)}", "muted")]))
        lines.extend(Line(_row(item, grid, section), str(item.change.seq)) for item in items)
    return lines


def _row(item: Item, grid: Grid, section: Section) -> Pieces:
    shown = item.change.shown
    mark = shown.mark or ("▲" if section is Section.NEEDS_YOU else " ")
    done = section in OVER
    ink = "muted" if done else "text"
    state = "muted" if done else MARKS.get(shown.mark, "text")
    return [
        (" ", ""),
        (mark, f"{MARKS.get(mark, 'muted')} bold"),
        (" ", ""),
        (item.when.ljust(grid.when), "muted"),
        ("  ", ""),
        (fill(safe_text(item.what), grid.what), ink),
        ("  ", ""),
        *grid.amount.pieces(item.amount, "muted" if done else "strong"),
        ("  ", ""),
        (shown.word.ljust(_STATE_CELLS), state),
        ("  ", ""),
        (fill(safe_text(item.answer), grid.answer), "muted" if done or section is Section.WAITING else "text"),
    ]


def sum_pieces(changes: Sequence[Change], style: NumberStyle, room: int) -> list[Piece]:
    """Payments that wait and payments that are unclear, per currency; whole sums only."""
    waiting = [change for change in changes if change.state in WAITING]
    unclear = [change for change in changes if change.state in (State.AMBIGUOUS, State.NEEDS_YOU)]
    groups = [*_sums("payments waiting", "muted", waiting, style), *_sums("unclear", "unclear", unclear, style)]
    pieces: list[Piece] = []
    for place, group in enumerate(groups):
        rest = len(groups) - place
        if cells(pieces) + cells(group) + 2 + (8 if rest > 1 else 0) > room:
            return [*pieces, (f"  {rest} more", "muted")]
        pieces += [("  ", ""), *group] if pieces else group
    return pieces


def _sums(word: str, ink: str, changes: Iterable[Change], style: NumberStyle) -> list[list[Piece]]:
    totals: dict[str, tuple[int, int]] = {}
    for change in changes:
        amount = amount_of(change) if change.kind == "payments" and change.op is Op.CREATE else None
        if amount is not None:
            minor, count = totals.get(amount.currency, (0, 0))
            totals[amount.currency] = (minor + amount.minor, count + 1)
    groups: list[list[Piece]] = []
    for currency, (minor, count) in sorted(totals.items(), key=lambda each: (-each[1][1], each[0])):
        head: list[Piece] = [] if groups else [(f"{word} ", ink)]
        groups.append([
            *head, (format_amount(minor, currency, style), "strong bold"), (" ", ""), (safe_text(currency, 8), "text"),
            (f" ({format_count(count, style)})", "muted"),
        ])  # fmt: skip
    return groups


def count_words(shown: int, known: int, style: NumberStyle) -> str:
    """`11 of 640`."""
    return counted(known, "change", style) if shown == known else f"{shown} of {format_count(known, style)}"

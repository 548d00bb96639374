"""What a list says in words: selection, progress, empty and first states. Pure (screens.md sections 4, 10 and 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource
from kworkbench.domain.numbers import NumberStyle, format_amount, format_count
from kworkbench.lean import dataclass
from kworkbench.ui.paint import Piece, Pieces, joined, spread
from kworkbench.ui.safe import fill, safe_text
from kworkbench.ui.widgets.columns import GUTTER
from kworkbench.ui.words import counted, progress

if TYPE_CHECKING:
    from kworkbench.ui.figures import Selected

_BAR = 20
_COUNT_WORDS = {1: "this filter", 2: "these two filters", 3: "these three filters"}


def selection_pieces(selected: Selected | None, style: NumberStyle, *, roomy: bool) -> list[Piece]:
    """`2 marked  6,120.00 EUR 4,225.00 GBP`; what is not in view is named."""
    if selected is None or not selected.marked:
        return []
    groups: list[Pieces] = [[(f"{format_count(selected.marked, style)} marked", "accent bold")]]
    if selected.hidden:
        groups.append([(f"{format_count(selected.hidden, style)} not in view", "unclear")])
    sums: list[Piece] = [(f"{selected.sums[0].label} ", "muted")] if roomy and selected.sums else []
    for index, each in enumerate(selected.sums):
        if index and each.label != selected.sums[index - 1].label:
            sums.append((f"  {each.label}", "muted"))
        lead = " " if index else ""
        figure = format_amount(each.minor, each.currency, style)
        sums += [(f"{lead}{figure} ", "strong"), (safe_text(each.currency, 4), "text")]
    return joined([*groups, sums])


def progress_pieces(loaded: int, total: int, style: NumberStyle) -> list[Piece]:
    """`syncing ■■■■····  3,200 of 9,616`."""
    if total <= 0:
        return [("syncing", "text")]
    words = f" {format_count(min(loaded, total), style)} of {format_count(total, style)}"
    return [("syncing ", "text"), *progress(loaded, total, _BAR), (words, "text")]


@dataclass(frozen=True, slots=True)
class Drops:
    """What dropping filters would show: the last one's text with its rows, all of them; rows hidden by defaults."""

    last: str
    after_last: int
    after_all: int
    hidden: int


def no_match_lines(
    resource: Resource, filters: int, drops: Drops | None, usual: str, style: NumberStyle
) -> list[Pieces]:
    """No row matches: the sentence, the keys and what each would bring."""
    what = _COUNT_WORDS.get(filters, f"these {filters} filters") if filters else "the usual filters"
    lines: list[Pieces] = [[(f"No {resource.singular} matches {what}.", "strong bold")], []]
    if drops is not None and filters:
        lines.append(_key_line("Esc", f"drop {drops.last}", drops.after_last, style))
        if filters > 1:
            every = "both" if filters == 2 else "all"
            lines.append(_key_line("Esc " * min(filters, 3), f"drop {every}", drops.after_all, style))
    lines += [_key_line("/", "change the query"), _key_line("f", "filters with their counts")]
    if drops is not None and drops.hidden:
        more = f"Hidden by {usual}: {format_count(drops.hidden, style)} more would match."
        lines += [[], [(safe_text(more), "muted")]]
    return lines


def _key_line(key: str, words: str, rows: int | None = None, style: NumberStyle | None = None) -> list[Piece]:
    shown = counted(rows, "row", style) if rows is not None and style is not None else ""
    named = fill(safe_text(words), 28)
    return [(f"{key.strip():>9}  ", "accent bold"), (named, "text"), (f"{shown:>10}", "muted")]


def nothing_here_lines(resource: Resource, *, creates: bool) -> list[Pieces]:
    """The books hold no such record."""
    lines: list[Pieces] = [[(f"There are no {resource.name} yet.", "strong bold")], []]
    if creates:
        lines.append(_key_line("n", f"record the first {resource.singular}"))
    lines.append(_key_line("r", "read again"))
    return lines


def not_read_lines(reason: str) -> list[Pieces]:
    """Nothing was ever read, and the server does not answer."""
    lines: list[Pieces] = [[("Nothing was read yet.", "strong bold")], []]
    if reason:
        lines += [[(safe_text(reason), "text")], []]
    return [*lines, _key_line("r", "try again"), _key_line("ctrl+o", "open another connection")]


def sign_in_lines(provider: str, unsent: int) -> list[Pieces]:
    """The provider no longer accepts the token."""
    waiting = f" {'1 unsent change waits' if unsent == 1 else f'{unsent} unsent changes wait'}." if unsent else ""
    return [
        [(f"{provider} no longer accepts this sign-in.{waiting}", "strong bold")],
        [],
        [("kworkbench connect", "accent bold"), (" signs in again.", "text")],
    ]


def reading_lines(resource: Resource) -> list[Pieces]:
    """The first page is on its way."""
    return [[(f"Reading {resource.name}.", "strong bold")], [], [("The list fills from its first page on.", "muted")]]


@dataclass(frozen=True, slots=True)
class Copied:
    """How far one collection of the first copy is; `left` is words such as `2 min left`."""

    title: str
    loaded: int
    total: int
    done: bool
    left: str = ""


def first_copy_lines(copied: Sequence[Copied], total: int, style: NumberStyle) -> list[Pieces]:
    """One bar per collection, with number and time left, and a sentence."""
    room = total - GUTTER - 1
    bar = max(8, min(_BAR + 4, room - 50))
    lines: list[Pieces] = []
    for each in copied:
        words = f"{format_count(each.loaded, style)} of {format_count(each.total, style)}"
        if not each.loaded and not each.done:
            words = f"waits, {format_count(each.total, style)}" if each.total else "waits"
        left: list[Piece] = [
            (" " * (GUTTER - 1), ""),
            (f"{each.title:<18}", "text"),
            *(progress(1, 1, bar) if each.done else progress(each.loaded, each.total, bar)),
            (f"{words:>19}", "text" if each.loaded or each.done else "muted"),
        ]
        lines.append(spread(left, [("done" if each.done else each.left, "muted"), (" ", "")], total - 1))
    sentence: list[Piece] = [
        (" " * (GUTTER - 1), ""),
        ("Sums say ", "muted"),
        ("partial", "unclear"),
        (" until a list is whole. A stop goes on where it was.", "muted"),
    ]
    return [*lines, [], sentence, []]


def heads_of(resource: Resource, *, dated: bool) -> Mapping[str, str]:
    """Column titles that differ at a provider: without dates of their own, payments show the day of entry."""
    return {"date": "recorded"} if resource.name == "payments" and not dated else {}

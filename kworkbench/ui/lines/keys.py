"""The footer: verbs that work here and now, whole keys only, `? help` at the right edge (screens.md section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from kworkbench.ui.paint import Piece, cells, joined, spread
from kworkbench.ui.safe import width
from kworkbench.ui.verbs import VERBS, Verb, key_name

Entry: TypeAlias = tuple[Verb, str]
"""A verb and its words in the footer."""

HELP: tuple[Piece, ...] = (("?", "accent bold"), (" help", "muted"))
GAP = 2


def size_of(entry: Entry) -> int:
    """How many cells an entry takes."""
    return width(key_name(entry[0].keys[0])) + 1 + width(entry[1])


def fitting(entries: Sequence[Entry], room: int) -> list[Entry]:
    """The entries that fit into `room` cells, chosen by rank, in table order. The verb that leads keeps the lead."""
    kept: list[Entry] = []
    left = room
    for entry in entries:
        size = size_of(entry) + (GAP if kept else 0)
        if size > left:
            break
        kept.append(entry)
        left -= size
    return sorted(kept, key=lambda entry: VERBS.index(entry[0]))


def key_pieces(entries: Sequence[Entry], total: int, *, help_key: bool = True) -> list[Piece]:
    """The footer in `total` cells, one blank cell at both edges."""
    room = total - 2 - (cells(HELP) + GAP if help_key else 0)
    groups = [
        [(key_name(verb.keys[0]), "accent bold"), (f" {words}", "muted")] for verb, words in fitting(entries, room)
    ]
    left = joined(groups, " " * GAP)
    return [(" ", ""), *spread(left, HELP if help_key else [], total - 2), (" ", "")]

"""The footer: verbs that work here and now, whole keys only, help at the right edge (screens.md section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from kworkbench.ui.paint import Piece, cells, joined, spread
from kworkbench.ui.verbs import BY_ID, VERBS, Verb, key_name

Entry: TypeAlias = tuple[Verb, str]
"""A verb and its words in the footer."""

HELP = BY_ID["help"]
GAP = 2


def size_of(entry: Entry) -> int:
    """How many cells an entry takes."""
    return cells(entry_pieces(*entry))


def entry_pieces(verb: Verb, words: str) -> list[Piece]:
    """An entry: the verb's first key and what the footer calls it now."""
    return [(key_name(verb.keys[0]), "accent bold"), (f" {words}", "muted")]


def help_pieces(help_verb: Verb | None) -> list[Piece]:
    """The right edge: how help is opened here, nothing in help itself."""
    return [] if help_verb is None else entry_pieces(help_verb, help_verb.title)


def room_for(total: int, help_verb: Verb | None) -> int:
    """The cells that are left for entries in a footer of `total` cells."""
    at_the_edge = help_pieces(help_verb)
    return total - 2 - (cells(at_the_edge) + GAP if at_the_edge else 0)


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


def key_pieces(entries: Sequence[Entry], total: int, help_verb: Verb | None = HELP) -> list[Piece]:
    """The footer in `total` cells, one blank cell at both edges."""
    groups = [entry_pieces(*entry) for entry in fitting(entries, room_for(total, help_verb))]
    left = joined(groups, " " * GAP)
    return [(" ", ""), *spread(left, help_pieces(help_verb), total - 2), (" ", "")]

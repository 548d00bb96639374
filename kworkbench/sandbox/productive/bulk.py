"""Bulk bodies: all of them or nothing, with `data/N/...` in front of every problem (api/productive.md 11, ours)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from kworkbench.sandbox.books.store import R
from kworkbench.sandbox.productive.bodies import Item, read_items
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.checks import Values
from kworkbench.sandbox.productive.errors import ApiError, Problem, invalid
from kworkbench.sandbox.productive.listing import Listing
from kworkbench.sandbox.productive.reads import shown_row

UNKNOWN = "was not found"


class Checked(Protocol):
    """The checks of one resource."""

    problems: list[Problem]

    def values(self) -> Values:
        """The columns to write."""
        ...


class Batch:
    """The problems of one bulk body."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def rows(self, call: Call, listing: Listing, kind: type[R]) -> list[tuple[int, Item, R]]:
        """The rows that the body names, each with its place and what is said about it; an unknown id is a problem.

        Raises:
            ApiError: 400 or 409, no bulk body of this type.
        """
        return self.named(call, listing, kind, read_items(call.body, listing.kind.name))

    def named(self, call: Call, listing: Listing, kind: type[R], items: Iterable[Item]) -> list[tuple[int, Item, R]]:
        """As `rows`, for a body that was read already."""
        found = []
        for place, item in enumerate(items):
            try:
                found.append((place, item, shown_row(listing, kind, call, item.row_id or 0)))
            except ApiError:
                self.problems.append(Problem("id", UNKNOWN, place))
        return found

    def values(self, place: int, checked: Checked) -> Values:
        """The columns to write for one resource; its problems get its place."""
        found = checked.values()
        self.problems += [replace(problem, item=place) for problem in checked.problems]
        return found

    def fail(self, place: int, name: str, detail: str) -> None:
        """Notes a problem of one resource."""
        self.problems.append(Problem(name, detail, place))

    def refuse(self) -> None:
        """Ends a request that has problems.

        Raises:
            ApiError: 422 with all of them, in the order of the body.
        """
        if self.problems:
            raise invalid(sorted(self.problems, key=lambda problem: problem.item or 0))

"""The shapes of Productive's cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tests.contract.documented import Key
from tests.contract.productive.api import Row
from tests.contract.productive.world import World

Half = Literal["", "in", "out"]
Of = Callable[[World, Row], Any]
Keep = Callable[[World, Row, str], bool | None]
"""Whether a row stays; None where the contract leaves it open."""


def key(resource: str, kind: str, name: str) -> Key:
    """The key of something that Productive documents."""
    return ("productive", resource, kind, name)


@dataclass(frozen=True, slots=True)
class Filter:
    """A value of a filter, with an operation or without, and the rows that it keeps.

    Attributes:
        member: what stands in a second bracket before the operation, as the id of a custom field does.
        repeated: an array filter is written once for each value, with empty brackets.
        bites: some rows must stay and some must go.
        half: where no single value shows rows in and rows out, two cases do: one with rows `in`, one with rows `out`.
    """

    resource: str
    name: str
    operation: str
    value: Callable[[World], str]
    keep: Keep
    member: str = ""
    repeated: bool = False
    bites: bool = True
    half: Half = ""
    label: str = ""

    @property
    def param(self) -> str:
        """The name of the query parameter."""
        inner = "".join(f"[{part}]" for part in (self.name, self.member, self.operation) if part)
        return f"filter{inner}"

    def query(self, value: str) -> list[tuple[str, str]]:
        """The query that asks for `value`."""
        if self.repeated:
            return [(f"{self.param}[]", each) for each in value.split(",")]
        return [(self.param, value)]


@dataclass(frozen=True, slots=True)
class Split:
    """Queries that a client cannot compute the answers of, but whose answers must not overlap.

    Attributes:
        values: the values to try, each of one filter.
        whole: together they must give every row that is not deleted.
        apart: no row is in two of the answers.
    """

    resource: str
    name: str
    values: Callable[[World], Sequence[str]]
    operations: tuple[str, ...] = ("",)
    whole: bool = False
    apart: bool = True


@dataclass(frozen=True, slots=True)
class Bad:
    """A query that must be refused with 400."""

    resource: str
    name: str
    param: str
    value: str
    title: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A sort key and the value it sorts by; `known` leaves out rows for which a client cannot tell."""

    resource: str
    name: str
    of: Of
    known: Callable[[World, Row], bool] = lambda _world, _row: True

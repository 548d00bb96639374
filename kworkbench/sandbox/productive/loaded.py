"""The rows one answer is made of: each is read once, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar, cast

from kworkbench.domain.money import convert, exponent
from kworkbench.sandbox.books.model import Organization, Row
from kworkbench.sandbox.books.moments import local_text
from kworkbench.sandbox.books.rates import rate_text
from kworkbench.sandbox.books.store import Books, marks
from kworkbench.sandbox.productive.wire import Document

R = TypeVar("R", bound=Row)


class Loaded:
    """Rows by type and id, and the children of to-many relationships; with what turns values into wire values."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.organization: Organization = books.organization()
        self._rows: dict[type[Row], dict[int, Row]] = defaultdict(dict)
        self._children: dict[tuple[type[Row], str], dict[int, list[int]]] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Takes rows that were read already."""
        for row in rows:
            self._rows[type(row)][row.id] = row

    def load(self, kind: type[Row], ids: Iterable[int | None]) -> None:
        """Reads the rows that are not here yet."""
        missing = {row_id for row_id in ids if row_id is not None} - self._rows[kind].keys()
        if missing:
            self._rows[kind] |= self.books.many(kind, missing)

    def get(self, kind: type[R], row_id: int | None) -> R | None:
        """A row that is here."""
        return None if row_id is None else cast("R | None", self._rows[kind].get(row_id))

    def load_children(self, kind: type[Row], column: str, parents: Iterable[int]) -> None:
        """Reads all rows of `kind` whose `column` names one of the parents."""
        known = self._children.setdefault((kind, column), {})
        missing = sorted(set(parents) - known.keys())
        for start in range(0, len(missing), 500):
            part = missing[start : start + 500]
            known.update((parent, []) for parent in part)
            for row in self.books.all(kind, f"WHERE {column} IN ({marks(len(part))}) ORDER BY id", part):
                known[getattr(row, column)].append(row.id)
                self._rows[kind][row.id] = row

    def children(self, kind: type[Row], column: str, parent: int) -> list[int]:
        """The ids read by `load_children`, ascending."""
        return self._children.get((kind, column), {}).get(parent, [])

    def moment(self, text: str | None) -> str | None:
        """A moment of the books in the organization's local time."""
        return None if text is None else local_text(text, self.organization.offset_minutes)

    def in_default(self, minor: int, currency: str, rate: str) -> int:
        """Minor units of `currency` in those of the organization's default currency, rounded half up (ours)."""
        return in_currency(minor, currency, self.organization.default_currency, rate)

    def amounts(self, name: str, minor: int, currency: str, rate: str) -> Document:
        """An amount of an invoice's `currency` under its three names; its reporting currency is its own."""
        default = self.in_default(minor, currency, rate)
        return {name: minor, f"{name}_default": default, f"{name}_normalized": minor}


def in_currency(minor: int, source: str, target: str, rate: str) -> int:
    """Minor units of `source` times a decimal text of a rate, in minor units of `target`."""
    return minor if source == target else convert(minor, source, target, Decimal(rate))


def minor_ratio(source: str, target: str, rate: str) -> tuple[int, int]:
    """What minor units of `source` are multiplied with and divided by to give those of `target`."""
    if source == target:
        return 1, 1
    return Decimal(rate).scaleb(exponent(target) - exponent(source)).as_integer_ratio()


def decimal_text(text: str | None) -> str | None:
    """A decimal text with at least one decimal, as the seed prints rates and quantities: `1.25`, `1.0`."""
    return None if text is None else rate_text(Decimal(text))

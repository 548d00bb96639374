"""A row's values as they stand in JSON, CSV and a table: one place for how an amount, a day or nothing is written.

Source: product.md section 3 ("In JSON amounts are strings with the currency's decimals").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from kworkbench.cli.errors import CommandError, unknown
from kworkbench.cli.exits import Exit
from kworkbench.cli.ports import Row
from kworkbench.domain.catalog import Resource, ValueType
from kworkbench.domain.money import decimal_text
from kworkbench.domain.records import Value
from kworkbench.lean import dataclass

Plain: TypeAlias = str | int | bool | None

COMMON = ("connection", "change")
"""Fields of every resource that are not the record's own."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field in the output.

    Attributes:
        number: right-aligned in a table, and a number in CSV.
        read: its plain value in a row, as JSON carries it.
    """

    name: str
    number: bool
    read: Callable[[Row], Plain]


def columns_of(resource: Resource, wanted: str | None, connection: str) -> tuple[Column, ...]:
    """The columns that `--columns` names, else every field of the resource.

    Raises:
        CommandError: a name is no field.
    """
    known = (*resource.listed, *COMMON)
    names = known if wanted is None else _split(wanted)
    if not names:
        raise CommandError(f"--columns names no field. There are: {', '.join(known)}.", Exit.USAGE)
    for name in names:
        if name not in known:
            raise unknown("field", name, known)
    return tuple(_column(resource, name, connection) for name in names)


def plain(value: Value, kind: ValueType, currency: Value) -> Plain:
    """A stored value as JSON carries it; `currency` is that of the amount's minor units."""
    if value is None:
        return None
    if kind is ValueType.AMOUNT and isinstance(value, int):
        return decimal_text(value, currency if isinstance(currency, str) else "")
    return str(value) if kind is ValueType.ID else value


def _column(resource: Resource, name: str, connection: str) -> Column:
    if name == "connection":
        return Column(name, number=False, read=lambda _: connection)
    if name == "change":
        return Column(name, number=False, read=lambda row: row.state)
    if name == "id":
        return Column(name, number=False, read=lambda row: row.id or None)
    kind = resource.field(name).type

    def read(row: Row) -> Plain:
        return plain(row.values.get(name), kind, row.values.get("currency"))

    return Column(name, kind in (ValueType.AMOUNT, ValueType.DAYS), read)


def _split(text: str) -> Sequence[str]:
    return tuple(part.strip() for part in text.split(",") if part.strip())

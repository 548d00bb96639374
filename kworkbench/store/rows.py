"""A row of a list, as the reader hands it out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from kworkbench.domain.catalog import LISTED_WHOLE, Resource, ValueType
from kworkbench.domain.records import Value, Values
from kworkbench.domain.resources import RESOURCES
from kworkbench.domain.status import late_days, status_word
from kworkbench.lean import dataclass
from kworkbench.store.columns import MARKS, SqlValue
from kworkbench.store.schema import quoted


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the view.

    Attributes:
        lid: its local id, for life.
        id: the server's id; None for a record made here.
        values: every field of the resource, `status` and `late` included; amounts in minor units of `currency`. Rare
            fields only where one record was asked for (`Reader.row`).
        state: the shown word of its open change (`queued`, `refused`, …), or None.
        mark: the gutter's mark: `~ ? ! # * -` or empty.
        predicted: names of fields whose value the server has not confirmed.
        counted: False where it is in no sum.
        number: its number in this cache file, by which selections know it; 0 where it was not read from a list.
    """

    lid: str
    id: str | None
    values: Values
    state: str | None = None
    mark: str = ""
    predicted: frozenset[str] = frozenset()
    counted: bool = True
    number: int = 0

    @property
    def to_come(self) -> bool:
        """True where its amount is what the provider will make of another currency (`domain.conversion`)."""
        return self.values.get("amount") is None and "foreign" in self.predicted


def row_columns(resource: Resource, *, rare: bool = False) -> str:
    """The columns `read_row` expects, as SQL; with the `rare` fields behind them."""
    return _row_columns(resource.name, rare=rare)


@lru_cache(maxsize=16)
def _row_columns(kind: str, *, rare: bool) -> str:
    resource = RESOURCES[kind]
    stored = [quoted(field.name) for field in resource.fields if field.stored]
    return ", ".join(["_row", "_lid", *MARKS, *stored, *(quoted(field.name) for field in resource.rare if rare)])


def read_row(resource: Resource, columns: Sequence[SqlValue], today: date) -> Row:
    """The row in the columns that `row_columns` named, its rare fields where they were asked for."""
    number, lid = columns[:2]
    state, mark, counted, predicted, _, _, odd = columns[2 : 2 + len(MARKS)]
    values: dict[str, Value] = {}
    at = 2 + len(MARKS)
    for name, stored, is_flag in _SHAPES[resource.name]:
        if not stored:
            values[name] = None
            continue
        value = columns[at]
        values[name] = bool(value) if is_flag and value is not None else value
        at += 1
    if at < len(columns):
        for field, value in zip(RESOURCES[resource.name].rare, columns[at:], strict=True):
            values[field.name] = _rare(field.type, value)
    if odd:
        values.update(json.loads(str(odd)))
    if "status" in values:
        values["status"], values["late"] = status_word(values, today), late_days(values, today)
    identity = values.get("id")
    return Row(
        str(lid),
        None if identity is None else str(identity),
        values,
        None if state is None else str(state),
        str(mark),
        frozenset(str(predicted).split(",")) if predicted else frozenset(),
        bool(counted),
        int(number or 0),
    )


def _rare(kind: ValueType, value: SqlValue) -> Value:
    if value is None:
        return None
    if kind is ValueType.YES_NO:
        return bool(value)
    return str(value).strip("\n") if kind in LISTED_WHOLE else value


_SHAPES = {
    name: tuple((field.name, field.stored, field.type is ValueType.YES_NO) for field in resource.fields)
    for name, resource in RESOURCES.items()
}

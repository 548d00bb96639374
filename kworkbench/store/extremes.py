"""The least and the greatest amount of a list per column and currency: how wide its columns must be."""

from __future__ import annotations

from kworkbench.domain.catalog import ValueType
from kworkbench.lean import dataclass
from kworkbench.store.schema import quoted
from kworkbench.store.source import Source


@dataclass(frozen=True, slots=True)
class Extreme:
    """The ends of an amount column within one currency, in its minor units; rows in no sum count too."""

    field: str
    currency: str
    lowest: int
    highest: int


def extremes(source: Source) -> tuple[Extreme, ...]:
    """One entry per amount column and currency that has amounts."""
    resource = source.resource
    names = [name for name in resource.order if resource.field(name).type is ValueType.AMOUNT]
    wanted = ", ".join(f"min({quoted(name)}), max({quoted(name)})" for name in names)
    sql = f"SELECT currency, {wanted} FROM {resource.name} WHERE {source.where(lead=source.rare())} GROUP BY currency"
    return tuple(
        Extreme(name, currency or "", ends[2 * at], ends[2 * at + 1])
        for currency, *ends in source.db.execute(sql, source.params)
        for at, name in enumerate(names)
        if ends[2 * at] is not None
    )

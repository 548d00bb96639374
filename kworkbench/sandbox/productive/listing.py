"""What a list is: its type, what of it is shown, its filters and sort keys, and the SQL made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kworkbench.sandbox.productive.filter_table import Filter
from kworkbench.sandbox.productive.resources import ResourceType

THROUGH_PROJECT = """{column} IN (SELECT part.invoice_id FROM invoice_attributions part
    JOIN deals budget ON budget.id = part.deal_id JOIN projects project ON project.id = budget.project_id WHERE {{}})"""
"""Around a condition on `project`, for a column that holds an invoice's id."""


@dataclass(frozen=True, slots=True)
class Money:
    """SQL of an amount in minor units, of its currency and of the rate to the default currency."""

    amount: str
    currency: str
    rate: str


@dataclass(frozen=True, slots=True)
class Walk:
    """The index that a whole list is read along, in the order of a key: `up`, and `down` where that is another one.

    Without `down` the index is read backwards and equal rows are put in order on the way, so they must not be many.
    """

    up: str
    down: str = ""


@dataclass(frozen=True, slots=True)
class Few:
    """A key with few values: `index` holds it, so the rows of each value are counted and only a page of them is read.

    Attributes:
        index: of the table, beginning with the key.
        key: SQL of the column when it only points to what is sorted by.
        names: then the statement that gives that as `name`, by `id`, the values of the column.
    """

    index: str
    key: str = ""
    names: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: its type, its table's alias, what of it is shown, and the tables joined where SQL speaks of them.

    Attributes:
        aggregates: the sums that may be asked for.
        narrow: the index that holds all columns of filters and orders; what is narrowed by more than an id walks it.
        ways: by the SQL of a sort key, how a list that nothing narrows is read in its order.
    """

    kind: ResourceType
    alias: str
    shown: str
    filters: Mapping[str, Filter]
    sorts: Mapping[str, str]
    joins: Mapping[str, str] = field(default_factory=dict)
    aggregates: Mapping[str, Money] = field(default_factory=dict)
    narrow: str = ""
    ways: Mapping[str, Walk | Few] = field(default_factory=dict)

    def source(self, where: str, order: str = "", *, index: str = "") -> str:
        """FROM and WHERE with only the joins that conditions and order need, so that a count walks one index."""
        table = [f"{self.kind.row.TABLE} {self.alias}", *([f"INDEXED BY {index}"] if index else [])]
        for alias, join in self.joins.items():
            if re.search(rf"\b{alias}\.", f"{where} {order}"):
                table.append(f"LEFT JOIN {join}")
        return f"FROM {' '.join(table)} WHERE {self.shown} AND {where}"

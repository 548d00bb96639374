"""Saved views: a query with its order, its columns and its grouping under a name; and the ones that are shipped.

Source: product.md section 6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kworkbench.domain.catalog import Resource, ValueType
from kworkbench.lean import dataclass

LONGEST_NAME = 60

MONTH = "month"
"""Grouped by the month of the list's own day."""

DUPLICATES = "duplicates"
"""Grouped into possible duplicates; rows that are none are not in view."""

_OWN_TO_A_ROW = ("number", "text", "note")

_GROUPED_TYPES = (ValueType.TEXT, ValueType.CHOICE, ValueType.CURRENCY, ValueType.YES_NO)


@dataclass(frozen=True, slots=True)
class View:
    """One view of a list.

    Attributes:
        resource: the list it is of.
        query: what would be typed in the query line, `sort:` included.
        columns: names in screen order; empty: as width allows.
        group: a name of `groupable`, empty for none.
        shown: False hides a shipped view of that name.
    """

    resource: str
    name: str
    query: str = ""
    columns: tuple[str, ...] = ()
    group: str = ""
    shown: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """List and name: no two views share both."""
        return self.resource, self.name


def groupable(resource: Resource) -> tuple[str, ...]:
    """What the rows of a list can be grouped by: its worded columns, the month, and possible duplicates.

    Columns that hardly two rows share come last.
    """
    worded = [name for name in resource.order if resource.field(name).type in _GROUPED_TYPES]
    own = [name for name in worded if name in _OWN_TO_A_ROW]
    shared = [name for name in worded if name not in _OWN_TO_A_ROW]
    return (*shared, MONTH, *((DUPLICATES,) if resource.name == "expenses" else ()), *own)


SHIPPED: Mapping[str, tuple[View, ...]] = {
    "invoices": (
        View("invoices", "open", "status:open"),
        View("invoices", "overdue", "status:overdue"),
        View("invoices", "drafts", "status:draft"),
        View("invoices", "cancelled with payments", "status:cancelled paid:>0"),
        View("invoices", "this month", "issued:this-month"),
    ),
    "payments": (View("payments", "this month", "date:this-month"),),
    "expenses": (
        View("expenses", "unapproved expenses", "approval:none,submitted"),
        View("expenses", "uninvoiced billable expenses", "billable:yes invoiced:no"),
        View("expenses", "without receipt", "receipt:no"),
        View("expenses", "possible duplicates", "", group=DUPLICATES),
        View("expenses", "this month", "date:this-month"),
    ),
}


def combined(own: Sequence[View]) -> Mapping[str, tuple[View, ...]]:
    """The views of each list: the shipped ones, each replaced or hidden by one's own of its name, then the others."""
    mine = {view.key: view for view in own}
    found: dict[str, tuple[View, ...]] = {}
    for resource, shipped in SHIPPED.items():
        names = {view.key for view in shipped}
        views = [mine.get(view.key, view) for view in shipped]
        views += [view for view in own if view.resource == resource and view.key not in names]
        found[resource] = tuple(view for view in views if view.shown)
    return found

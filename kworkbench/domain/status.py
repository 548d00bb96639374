"""The words for where an invoice stands, and how late it is; both depend on the day they are asked.

Source: product.md section 3. Amounts are minor units of the invoice's own currency.
"""

from __future__ import annotations

from datetime import date

from kworkbench.domain.dates import DateError, parse_iso
from kworkbench.domain.records import Value, Values

OPEN_STATUS = "open"
"""In a query: something is outstanding."""

OVERDUE = "overdue"


def is_owed(values: Values) -> bool:
    """True while money is outstanding on an issued invoice; drafts, cancelled ones and credit notes owe nothing."""
    outstanding = values.get("outstanding")
    return (
        values.get("state") == "open"
        and values.get("kind") != "credit-note"
        and isinstance(outstanding, int)
        and outstanding > 0
    )


def due_while_owed(values: Values) -> str | None:
    """The ISO due day of an invoice that is owed, else None: the one column that `late` and `overdue` need."""
    return iso_day(values.get("due")) if is_owed(values) else None


def stage(values: Values) -> str | None:
    """The status word that does not depend on the day: `cancelled`, `draft`, else the settlement."""
    state = values.get("state")
    if state in ("cancelled", "draft"):
        return str(state)
    settlement = values.get("settlement")
    return settlement if isinstance(settlement, str) and settlement else None


def late_days(values: Values, today: date) -> int | None:
    """Days past due while something is outstanding, else None."""
    due = due_while_owed(values)
    days = 0 if due is None else (today - date.fromisoformat(due)).days
    return days if days > 0 else None


def status_word(values: Values, today: date) -> str | None:
    """The most urgent status: the one word in the cell."""
    return stage(values) if late_days(values, today) is None else OVERDUE


def statuses(values: Values, today: date) -> frozenset[str]:
    """Every word that `status:` finds the invoice by: its stage, `open` and `overdue`."""
    found = {stage(values)}
    if is_owed(values):
        found.add(OPEN_STATUS)
    if late_days(values, today) is not None:
        found.add(OVERDUE)
    return frozenset(word for word in found if word is not None)


def iso_day(value: Value) -> str | None:
    """The value where it is an ISO day of the calendar, else None."""
    if not isinstance(value, str):
        return None
    try:
        return parse_iso(value).isoformat()
    except DateError:
        return None

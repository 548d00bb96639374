"""What every filter refuses: a value that it cannot take, and an operation that does not exist."""

from __future__ import annotations

from tests.contract.documented import data
from tests.contract.productive.cases import Bad

FILTER = "Unsupported Filter"
VALUE = "Unsupported Filter Value"
GROUP = "Unsupported Group"

_DATES = "paid_after paid_before date_after date_before pay_on_after pay_on_before paid_on_after paid_on_before date"
_NUMBERS = "profit recognized_revenue billable_amount"
_BOOLEANS = "reimbursable invoiced credited"


def _wrong_value(resource: str, name: str) -> str | None:
    """A value that the filter's type does not have; None for texts, which take any."""
    enumerations = data("productive")["enumerations"].get(resource, {})
    if name in enumerations:
        return "9"
    if name.endswith(("_on", "_at")) or name in _DATES.split():
        return "soon"
    if name.startswith("amount") or name in _NUMBERS.split():
        return "much"
    if name in _BOOLEANS.split():
        return "perhaps"
    if name.endswith("_id") and name != "external_id":
        return "word"
    return None


def _bad_of(resource: str, name: str) -> list[Bad]:
    inner = "77][" if name == "custom_fields" else ""
    detail = f"Filter '{name}.gte' is not supported on this endpoint"
    found = [Bad(resource, name, f"filter[{name}][{inner}gte]", "1", FILTER, None if inner else detail)]
    wrong = _wrong_value(resource, name)
    if wrong is not None:
        found.append(Bad(resource, name, f"filter[{name}]", wrong, VALUE))
    return found


BAD: tuple[Bad, ...] = tuple(
    case
    for resource, documented in data("productive")["resources"].items()
    for name in documented["filters"]
    for case in _bad_of(resource, name)
)

_UNSUPPORTED = (
    ("filter[colour]", "blue", FILTER, "Filter 'colour' is not supported on this endpoint"),
    ("sort", "colour", "Unsupported Sort", "Sort by 'colour' is not supported on this endpoint"),
    ("include", "colour", "Unsupported Include", "Include 'colour' is not supported on this endpoint"),
)

UNSUPPORTED: tuple[Bad, ...] = tuple(
    Bad(resource, param, param, value, title, detail)
    for resource in data("productive")["resources"]
    for param, value, title, detail in _UNSUPPORTED
)

NESTED_TOO_DEEP = "filter" + "[0]" * 12 + "[amount]"
GROUPS: tuple[Bad, ...] = (
    Bad("payments", "group", "filter[$op]", "xor", GROUP),
    Bad("payments", "group", "filter[0][colour]", "blue", FILTER),
    Bad("payments", "group", "filter[0][amount][gte]", "5", FILTER),
    Bad("payments", "group", "filter[0][amount]", "much", VALUE),
    Bad("payments", "group", NESTED_TOO_DEEP, "5", GROUP),
    Bad("payments", "aggregate", "aggregate", "colour", "Unsupported Aggregate"),
    Bad("expenses", "aggregate", "aggregate", "colour", "Unsupported Aggregate"),
)

"""Groups of filters: numbered operands, `$op`, groups within groups, and plain fields beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """What a group looks at in a payment, and the values that its parameters name `$first`, `$last` and `$amount`."""

    paid_on: str
    amount: int
    first: str
    last: str
    limit: int


@dataclass(frozen=True, slots=True)
class Group:
    """Parameters of the list of payments, and which payments of money they keep."""

    name: str
    params: tuple[tuple[str, str], ...]
    keep: Callable[[Found], bool]


_EARLY = ("[paid_on][lt]", "$first")
_LATE = ("[paid_on][gt]", "$last")
_BIG = ("[amount][gt]", "$amount")


def _params(*operands: tuple[str, tuple[str, str]], **ops: str) -> tuple[tuple[str, str], ...]:
    """`filter` and the brackets before each operand; `ops` are the `$op` by the brackets before them."""
    found = [(f"filter{before}[$op]", op) for before, op in ops.items()]
    return (*found, *((f"filter{before}{name}", value) for before, (name, value) in operands))


def _nested(depth: int) -> tuple[tuple[str, str], ...]:
    return _params(("[0]" * depth, _BIG))


GROUPS: tuple[Group, ...] = (
    Group(
        "one field, two operations",
        _params(("", ("[paid_on][gt_eq]", "$first")), ("", ("[paid_on][lt_eq]", "$last"))),
        lambda f: f.first <= f.paid_on <= f.last,
    ),
    Group(
        "or",
        _params(("[0]", _EARLY), ("[1]", _LATE), **{"": "or"}),
        lambda f: f.paid_on < f.first or f.paid_on > f.last,
    ),
    Group(
        "and",
        _params(("[0]", _EARLY), ("[1]", _BIG), **{"": "and"}),
        lambda f: f.paid_on < f.first and f.amount > f.limit,
    ),
    Group(
        "and without saying so",
        _params(("[0]", _EARLY), ("[1]", _BIG)),
        lambda f: f.paid_on < f.first and f.amount > f.limit,
    ),
    Group(
        "several fields in an operand",
        _params(("[0]", _EARLY), ("[0]", _BIG), ("[1]", _LATE), **{"": "or"}),
        lambda f: (f.paid_on < f.first and f.amount > f.limit) or f.paid_on > f.last,
    ),
    Group(
        "an and within an or",
        _params(("[0]", _EARLY), ("[1][0]", _LATE), ("[1][1]", _BIG), **{"": "or", "[1]": "and"}),
        lambda f: f.paid_on < f.first or (f.paid_on > f.last and f.amount > f.limit),
    ),
    Group(
        "an or within an and",
        _params(("[0]", _BIG), ("[1][0]", _EARLY), ("[1][1]", _LATE), **{"": "and", "[1]": "or"}),
        lambda f: f.amount > f.limit and (f.paid_on < f.first or f.paid_on > f.last),
    ),
    Group(
        "a field beside an or",
        _params(("", _BIG), ("[0]", _EARLY), ("[1]", _LATE), **{"": "or"}),
        lambda f: f.amount > f.limit and (f.paid_on < f.first or f.paid_on > f.last),
    ),
    Group(
        "numbers with a gap",
        _params(("[3]", _EARLY), ("[7]", _LATE), **{"": "or"}),
        lambda f: f.paid_on < f.first or f.paid_on > f.last,
    ),
    Group("seven deep", _nested(7), lambda f: f.amount > f.limit),
)

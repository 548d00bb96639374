"""Productive's lists: every filter bites with every operation it has, bad ones are refused, every sort key sorts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.contract.productive.api import attribute
from tests.contract.productive.cases import Bad, Filter, Order, Split
from tests.contract.productive.orders import ORDERS
from tests.contract.productive.tables import FILTERS, REFUSED, SPLITS
from tests.contract.productive.world import World
from tests.contract.steps import check_errors


def named(case: Any) -> str:
    """The case's name in reports."""
    words = [case.resource, case.name, getattr(case, "operation", ""), getattr(case, "label", "")]
    return " ".join(word for word in words if word)


@pytest.mark.parametrize("case", FILTERS, ids=named)
def test_filter_keeps_what_it_should(productive: World, case: Filter) -> None:
    rows = productive.all(case.resource)
    value = case.value(productive)
    verdicts = {row["id"]: case.keep(productive, row, value) for row in rows}
    kept = {id_ for id_, keep in verdicts.items() if keep is True}
    dropped = {id_ for id_, keep in verdicts.items() if keep is False}
    assert not case.bites or (kept and dropped), f"{value} does not bite on the books"
    assert {"": True, "in": bool(kept), "out": bool(dropped)}[case.half]
    found = productive.api.ids(case.resource, case.query(value))
    assert len(found) == len(set(found))
    assert set(found) <= verdicts.keys()
    assert (kept - set(found), dropped & set(found)) == (set(), set()), f"missing and too many for {case.param}={value}"


@pytest.mark.parametrize("case", SPLITS, ids=named)
def test_answers_of_different_values_do_not_overlap(productive: World, case: Split) -> None:
    everything = set(productive.api.ids(case.resource))
    values = case.values(productive)
    operations = case.operations * len(values) if len(case.operations) == 1 else case.operations
    parts = []
    for value, operation in zip(values, operations, strict=True):
        param = f"filter[{case.name}]" + (f"[{operation}]" if operation else "")
        parts.append(set(productive.api.ids(case.resource, [(param, value)])))
    assert not case.apart or sum(map(len, parts)) == len(set().union(*parts))
    assert any(part and part < everything for part in parts), "no value bites on the books"
    living = {row["id"] for row in productive.all(case.resource) if not attribute(row, "deleted_at")}
    assert not case.whole or living <= set().union(*parts)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.resource} {case.param}={case.value}")
def test_refused(productive: World, case: Bad) -> None:
    answer = productive.api.ask("GET", f"/{case.resource}?{case.param}={case.value}")
    assert answer.status == 400, answer
    expected = {"status": "400", "title": case.title} | ({"detail": case.detail} if case.detail else {})
    check_errors(answer.json(), (expected,), str(answer))


def _goes_up(first: Any, second: Any) -> bool:
    """Texts may be compared with or without their case, which the contract leaves open."""
    if isinstance(first, str) and isinstance(second, str):
        return first <= second or first.casefold() <= second.casefold()
    return bool(first <= second)


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("case", ORDERS, ids=named)
def test_sort(productive: World, case: Order, direction: str) -> None:
    rows = {row["id"]: row for row in productive.all(case.resource)}
    ids = productive.api.ids(case.resource, [("sort", case.name if direction == "asc" else f"-{case.name}")])
    assert sorted(ids) == sorted(rows)
    known = [rows[id_] for id_ in ids if case.known(productive, rows[id_])]
    found = [(case.of(productive, row), int(row["id"])) for row in known]
    filled = [pair for pair in found if pair[0] is not None]
    ends = found[: len(filled)] if direction == "asc" else found[len(found) - len(filled) :]
    assert filled == ends, "rows without a value come last when going up and first when going down"
    for (one, one_id), (two, two_id) in pairwise(filled):
        assert _goes_up(one, two) if direction == "asc" else _goes_up(two, one), (one, two)
        assert one != two or one_id < two_id, "ties go up by id"


def test_sort_by_several_keys(productive: World) -> None:
    rows = {row["id"]: row for row in productive.all("expenses")}
    found = [rows[id_] for id_ in productive.api.ids("expenses", [("sort", "-date,amount")])]
    pairs = [(attribute(row, "date"), attribute(row, "amount"), int(row["id"])) for row in found]
    upwards = sorted(pairs, key=lambda each: each[1:])
    assert pairs == sorted(upwards, key=lambda each: str(each[0]), reverse=True)
    assert len({pair[0] for pair in pairs}) < len(pairs)


def test_without_sort_rows_go_up_by_id(productive: World) -> None:
    for resource in ("payments", "invoices", "expenses"):
        found = [int(id_) for id_ in productive.api.ids(resource)]
        assert found == sorted(found)

"""Kantata's lists: every parameter bites, takes bad input, orders and side-loads as documented."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from tests.contract.documented import data
from tests.contract.kantata.api import records
from tests.contract.kantata.cases import Bad, Filter, Include, Order
from tests.contract.kantata.filters import FILTERS, NOBODY
from tests.contract.kantata.lists import BAD, INCLUDES, ORDERS
from tests.contract.kantata.world import WIDEST, World
from tests.contract.steps import check_errors


def named(case: Any) -> str:
    """The case's name in reports."""
    words = [case.resource, getattr(case, "param", None) or case.name, getattr(case, "label", "")]
    return " ".join(word for word in words if word)


@pytest.mark.parametrize("case", FILTERS, ids=named)
def test_filter_keeps_what_it_should(kantata: World, case: Filter) -> None:
    rows = kantata.all(case.resource)
    value = case.value(kantata)
    kept = {row["id"] for row in rows if case.keep(kantata, row, value)}
    dropped = {row["id"] for row in rows} - kept
    assert not case.bites or (kept and dropped), f"{value} does not bite on the books"
    assert {"": True, "in": bool(kept), "out": bool(dropped)}[case.half]
    query = [(name, text) for name, text in WIDEST[case.resource] if name != case.param]
    found = kantata.api.ids(case.resource, [*query, (case.param, value)])
    assert len(found) == len(set(found))
    assert set(found) == kept, f"{case.param}={value}: missing {kept - set(found)}, too many {set(found) - kept}"


@pytest.mark.parametrize(("resource", "param"), sorted({(case.resource, case.param) for case in FILTERS}))
def test_empty_value_is_as_none(kantata: World, resource: str, param: str) -> None:
    assert kantata.api.page(resource, [(param, "")]) == kantata.api.page(resource)


@pytest.mark.parametrize("case", BAD, ids=named)
def test_bad_value(kantata: World, case: Bad) -> None:
    query = [pair for pair in WIDEST[case.resource] if pair[0] != case.param]
    answer = kantata.api.ask("GET", f"/{case.resource}?{case.param}={case.value.replace(' ', '+')}")
    if case.outcome == "refused":
        assert answer.status == 400, answer
        check_errors(answer.json(), ({"type": "system"},), str(answer))
        return
    found = kantata.api.ids(case.resource, [*query, (case.param, case.value)])
    assert found == ([] if case.outcome == "nothing" else kantata.api.ids(case.resource, query))


def _sorted_by(world: World, case: Order, direction: str) -> list[tuple[Any, int]]:
    ids = world.api.ids(case.resource, [*WIDEST[case.resource], ("order", f"{case.name}:{direction}")])
    rows = {row["id"]: row for row in world.all(case.resource)}
    assert sorted(ids) == sorted(rows)
    return [(case.of(world, rows[id_]), int(id_)) for id_ in ids]


def _goes_up(first: Any, second: Any) -> bool:
    """Texts may be compared with or without their case, which the contract leaves open."""
    if isinstance(first, str) and isinstance(second, str):
        return first <= second or first.casefold() <= second.casefold()
    return bool(first <= second)


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("case", ORDERS, ids=named)
def test_order(kantata: World, case: Order, direction: str) -> None:
    found = _sorted_by(kantata, case, direction)
    filled = [pair for pair in found if pair[0] is not None]
    assert len({value for value, _ in filled}) > 2
    assert filled in (found[: len(filled)], found[-len(filled) :]), "rows without a value stand in between"
    for (one, one_id), (two, two_id) in pairwise(filled):
        assert _goes_up(one, two) if direction == "asc" else _goes_up(two, one), (one, two)
        if one == two and not isinstance(one, datetime):  # of which the wire shows no fractions
            assert one_id < two_id, "ties go up by id"


@pytest.mark.parametrize("resource", ["external_payments", "expenses", "invoices"])
def test_default_order_and_direction(kantata: World, resource: str) -> None:
    default = data("kantata")["resources"][resource]["default_order"]
    plain = kantata.api.ids(resource)
    assert plain == kantata.api.ids(resource, [("order", default)])
    upwards = kantata.api.ids(resource, [("order", "created_at:asc")])
    assert upwards != plain
    assert kantata.api.ids(resource, [("order", "created_at:sideways")]) == upwards


@pytest.mark.parametrize("case", INCLUDES, ids=named)
def test_include(kantata: World, case: Include) -> None:
    others = {include.collection for include in INCLUDES} - {case.collection, case.resource}
    linked: set[str] = set()
    for page in kantata.api.pages(case.resource, [*WIDEST[case.resource], ("include", case.name)]):
        assert not others & page.keys(), "a collection that nobody asked for"
        links = [row[case.link] for row in records(page)]
        wanted = {str(id_) for link in links for id_ in (link if isinstance(link, list) else [link]) if id_}
        assert page[case.collection].keys() == wanted
        linked |= wanted
    assert linked or not case.linked, "no row of the books has one"


@pytest.mark.parametrize("case", INCLUDES, ids=named)
def test_include_without_rows(kantata: World, case: Include) -> None:
    page = kantata.api.page(case.resource, [("only", NOBODY), ("include", f"{case.name},nonsense")])
    assert (page["count"], page[case.resource], page[case.collection]) == (0, {}, {})
    assert case.collection not in kantata.api.page(case.resource, [("only", NOBODY)])

"""Every record is of the seed's shape, whichever list it comes with."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import pytest

from kworkbench.sandbox.kantata.collection import Collection
from kworkbench.sandbox.kantata.expense_reports import SUBMISSIONS
from kworkbench.sandbox.kantata.expenses import EXPENSES
from kworkbench.sandbox.kantata.invoices import INVOICES
from kworkbench.sandbox.kantata.payments import PAYMENTS
from tests.sandbox.kantata.conftest import Api, Json
from tests.sandbox.kantata.shapes import NESTED, SHAPES

TYPES: dict[str, Callable[[object], object]] = {
    "s": lambda value: isinstance(value, str),
    "i": lambda value: type(value) is int,
    "n": lambda value: type(value) in (int, float),
    "b": lambda value: isinstance(value, bool),
    "d": lambda value: isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value),
    "t": lambda value: isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value),
    "o": lambda value: isinstance(value, dict),
    "l": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
}

LISTED: dict[str, dict[str, str]] = {
    "external_payments": {},
    "expenses": {},
    "invoices": {},
    "users": {"on_my_account": "true"},
    "workspaces": {},
    "stories": {"show_deleted": "true"},
    "expense_report_submissions": {"all_on_account": "true"},
    "expense_categories": {"only_active": "false"},
    "roles": {"only_active": "false"},
    "vendors": {},
}


def words(text: str) -> dict[str, str]:
    return dict(word.split(":") for word in text.split())


def links(text: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for word in text.split():
        include, _, rest = word.partition("=")
        member, _, kind = rest.partition(":")
        found[include] = (member, kind)
    return found


def check(record: Json, members: dict[str, str]) -> None:
    """That a record has exactly these members, each null or of its type."""
    assert set(record) == set(members)
    for name, kind in members.items():
        value = record[name]
        assert value is None or TYPES[kind](value), (name, value)
        if name in NESTED and isinstance(value, dict) and value:
            check(value, words(NESTED[name]))


@pytest.mark.parametrize("name", list(LISTED))
async def test_a_list_holds_what_always_comes_and_what_was_asked_for(api: Api, name: str) -> None:
    shape, linked = SHAPES[name], links(SHAPES[name].linked)
    params = LISTED[name] | {"per_page": "200"}
    bare = await api.page(f"/{name}", **params)
    for row in bare.rows:
        check(row, words(shape.always))
    params |= {"include": ",".join(linked), "optional_fields": ",".join(words(shape.optional))}
    full = await api.page(f"/{name}", **params)
    members = words(shape.always) | words(shape.optional) | dict(linked.values())
    for row in full.rows:
        check(row, members)


SIDE_LOADS: list[Collection[Any]] = [PAYMENTS, EXPENSES, INVOICES, SUBMISSIONS]


@pytest.mark.parametrize("of", SIDE_LOADS, ids=lambda of: of.name)
async def test_what_comes_along_is_of_its_own_shape(api: Api, of: Collection[Any]) -> None:
    seen = set()
    for include, association in of.includes.items():
        name = association.side.name
        found = await api.page(f"/{of.name}", per_page=200, include=include, **LISTED[of.name])
        seen |= {name} if found.side(name) else set()
        for record in found.side(name).values() if name in SHAPES else ():
            check(record, words(SHAPES[name].always))
    empty = {"time_entries", "billing_milestones"}
    if of is SUBMISSIONS:
        empty |= {"external_references"}
    assert seen == {association.side.name for association in of.includes.values()} - empty


async def test_permissions_of_a_workspace_and_of_a_report(api: Api) -> None:
    workspace = (await api.page("/workspaces", per_page=1)).row
    assert set(cast("Json", workspace["permissions"])) == set(
        "access_level can_change_price can_change_story_billable can_edit can_join can_post can_private_message "
        "can_see_financials can_upload_files is_guest_on_project is_participant restricted team_lead "
        "user_is_client".split()
    )
    report = (await api.page("/expense_report_submissions", all_on_account="true", per_page=1)).row
    assert set(cast("Json", report["permissions"])) == {
        f"can_{verb}_submission" for verb in ("approve", "cancel", "reject", "resubmit")
    }

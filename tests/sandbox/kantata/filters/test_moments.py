"""Moments as parameters of every list, against the whole list; and values that cannot be read."""

from __future__ import annotations

import pytest

from tests.sandbox.kantata.conftest import Api, Json
from tests.sandbox.kantata.filters.support import ALL, Fits, check, moment

EDGE = "2025-06-15T10:00:00Z"
MOMENTS = [
    ("created_after", EDGE, lambda row: moment(row["created_at"]) > moment(EDGE)),
    ("created_before", EDGE, lambda row: moment(row["created_at"]) < moment(EDGE)),
    ("updated_after", EDGE, lambda row: moment(row["updated_at"]) > moment(EDGE)),
    ("updated_before", "2025-06-15T12:00:00+02:00", lambda row: moment(row["updated_at"]) < moment(EDGE)),
]


@pytest.mark.parametrize(("name", "value", "fits"), MOMENTS)
@pytest.mark.parametrize("path", list(ALL))
async def test_moments(api: Api, whole: dict[str, list[Json]], path: str, name: str, value: str, fits: Fits) -> None:
    if path == "/workspaces":
        value, fits = "2023-03-10T00:00:00Z", _workspace_fits(name)
    await check(api, whole, path, {name: value}, fits)


def _workspace_fits(name: str) -> Fits:
    column, _, side = name.partition("_")
    edge = moment("2023-03-10T00:00:00Z")
    if side == "after":
        return lambda row: moment(row[f"{column}_at"]) > edge
    return lambda row: moment(row[f"{column}_at"]) < edge


async def test_moments_are_strict_in_whole_seconds(api: Api) -> None:
    newest = (await api.page("/expenses", order="created_at:desc", per_page=1)).row
    at = newest["created_at"]
    later = await api.page("/expenses", created_after=at)
    earlier = await api.page("/expenses", created_before=at, order="created_at:desc", per_page=200)
    assert newest["id"] not in later.ids + earlier.ids
    assert later.count + earlier.count < (await api.page("/expenses")).count
    assert moment(earlier.rows[0]["created_at"]) < moment(at)


BAD = [
    "/external_payments?created_after=yesterday",
    "/external_payments?invoice_id=abc",
    "/external_payments?invoice_id=99999999999999999999999",
    "/external_payments?search=x",
    "/expenses?date_expensed_between=2025-01-01",
    "/expenses?date_expensed_between=2025-13-01:",
    "/expenses?reimbursable=maybe",
    "/expenses?updated_before=0001-01-01T00:00:00%2B14:00",
    "/expenses?created_after=9999-12-31T23:59:59Z",
    "/invoices?within_dates=a:b",
    "/workspaces?archived=perhaps",
    "/expenses?workspace_id=%00",
    "/expenses?workspace_id=%ff",
    "/expenses?workspace_id=%ED%A0%80",
]


@pytest.mark.parametrize("path", BAD)
async def test_a_value_that_cannot_be_read_is_a_400(api: Api, path: str) -> None:
    (problem,) = await api.refused("GET", path, status=400)
    assert problem["type"] == "system"
    assert set(problem) == {"type", "message"}

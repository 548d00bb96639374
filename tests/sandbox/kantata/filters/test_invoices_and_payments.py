"""Each parameter of invoices and payments against the whole list: exactly the rows that fit come, and not all."""

from __future__ import annotations

from typing import cast

import pytest

from tests.sandbox.kantata.conftest import Api, Json
from tests.sandbox.kantata.filters.support import ALL, Fits, check


@pytest.mark.parametrize("name", ["invoice_id", "workspace_id", "user_id"])
async def test_payments_by_link(api: Api, whole: dict[str, list[Json]], name: str) -> None:
    value = next(row[name] for row in whole["/external_payments"] if row[name] is not None)
    await check(api, whole, "/external_payments", {name: str(value)}, lambda row: row[name] == value)


async def test_the_twelve_parameters_of_payments_work_together(api: Api, whole: dict[str, list[Json]]) -> None:
    row = next(row for row in whole["/external_payments"] if row["invoice_id"])
    found = await api.page(
        "/external_payments",
        created_after="2000-01-01T00:00:00Z",
        created_before="2100-01-01T00:00:00Z",
        updated_after="2000-01-01T00:00:00Z",
        updated_before="2100-01-01T00:00:00Z",
        include="invoice",
        invoice_id=row["invoice_id"],
        user_id=row["user_id"],
        workspace_id=row["workspace_id"],
        only=row["id"],
        order="id:asc",
        page=1,
        per_page=5,
    )
    assert found.rows == [row]


@pytest.mark.parametrize("path", ["/expenses", "/invoices"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service_name", "ledger"),
        ("service_model", "Bill"),
        ("status", "failed"),
        ("external_status", "open"),
        ("external_message", "Kept"),
    ],
)
async def test_by_reference(api: Api, path: str, name: str, value: str) -> None:
    params = ALL[path] | {"include": "external_references"}
    found = await api.page(path, **(params | {f"external_reference_{name}": value}))
    assert 0 < found.count < 6
    assert {reference[name] for reference in found.side("external_references").values()} == {value}
    without = await api.page(path, **(params | {"without_external_reference_service_name": "ledger"}))
    assert without.count == (await api.page(path, **params)).count - len(
        (await api.page(path, **(params | {"external_reference_service_name": "ledger"}))).ids
    )


async def test_by_reference_of_the_other_system(api: Api) -> None:
    rows = (await api.page("/invoices", has_external_references="true", include="external_references")).ids
    assert len(rows) > 2
    assert (await api.page("/invoices", external_reference_service_model_ref=rows[0])).ids == [rows[0]]
    two = await api.page("/invoices", external_reference_service_model_refs=f"{rows[0]},{rows[2]},x")
    assert set(two.ids) == {rows[0], rows[2]}
    problems = await api.refused(
        "GET", f"/invoices?external_reference_service_model_refs={','.join(['1'] * 201)}", status=400
    )
    assert problems[0]["type"] == "system"


def workspaces(row: Json) -> list[str]:
    return cast("list[str]", row["workspace_ids"])


INVOICES: list[tuple[dict[str, str], Fits]] = [
    ({"paid": "true"}, lambda row: row["status"] == "accepted payment"),
    ({"pending": "true"}, lambda row: row["status"] == "new" and not row["draft"]),
    ({"without_drafts": "true"}, lambda row: not row["draft"]),
    ({"user_invoice_number": "1090,1091,x"}, lambda row: row["user_invoice_number"] in (1090, 1091)),
    ({"within_dates": "2025-03-01:2025-03-31"}, lambda row: str(row["created_at"])[:7] == "2025-03"),
    ({"within_dates": "2025-03-01:"}, lambda row: str(row["created_at"]) >= "2025-03-01"),
    ({"workspace_id": "325"}, lambda row: "325" in workspaces(row)),
    (
        {"workspace_id": "325, 337"},
        lambda row: not {"325", "337"}.isdisjoint(workspaces(row)),
    ),
]


@pytest.mark.parametrize(("params", "fits"), INVOICES, ids=lambda part: str(part) if isinstance(part, dict) else "")
async def test_invoices(api: Api, whole: dict[str, list[Json]], params: dict[str, str], fits: Fits) -> None:
    await check(api, whole, "/invoices", params, fits)


async def test_false_flags_of_invoices_hide_nothing(api: Api, whole: dict[str, list[Json]]) -> None:
    found = await api.page("/invoices", paid="false", pending="false", without_drafts="false")
    assert found.count == len(whole["/invoices"])
    assert {row["draft"] for row in whole["/invoices"]} == {True, False}
    assert {row["status"] for row in whole["/invoices"]} == {"new", "cancelled", "accepted payment"}

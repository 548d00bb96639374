"""Each parameter of expenses against the whole list: exactly the rows that fit come back, and it leaves some out."""

from __future__ import annotations

import pytest

from kworkbench.sandbox.context import SandboxContext
from tests.sandbox.kantata.conftest import Api, Json
from tests.sandbox.kantata.filters.support import ALL, Fits, check

EXPENSES: list[tuple[dict[str, str], Fits]] = [
    ({"invoiced": "true"}, lambda row: row["is_invoiced"] is True),
    ({"uninvoiced": "TRUE"}, lambda row: row["is_invoiced"] is False),
    ({"submitted": "1"}, lambda row: row["active_submission_id"] is not None),
    ({"unsubmitted": "true"}, lambda row: row["active_submission_id"] is None),
    ({"mine": "true"}, lambda row: row["user_id"] == "203"),
    ({"created_by": "205"}, lambda row: row["user_id"] == "205"),
    ({"reimbursable": "true"}, lambda row: row["reimbursable"] is True),
    ({"reimbursable": "false"}, lambda row: row["reimbursable"] is False),
    ({"workspace_id": "325"}, lambda row: row["workspace_id"] == "325"),
    ({"date_expensed_between": "2025-01-10:2025-02-20"}, lambda row: "2025-01-10" <= str(row["date"]) <= "2025-02-20"),
    ({"date_expensed_between": "2025-01-10:"}, lambda row: str(row["date"]) >= "2025-01-10"),
    ({"date_expensed_between": ":2025-01-10"}, lambda row: str(row["date"]) <= "2025-01-10"),
    ({"in_active_invoice_id": "true"}, lambda row: row["is_invoiced"] is True),
    ({"in_active_invoice_id": "false"}, lambda row: row["is_invoiced"] is False),
    ({"has_external_references": "true"}, lambda row: row["external_reference_ids"] != []),
    ({"has_external_references": "false"}, lambda row: row["external_reference_ids"] == []),
]


@pytest.mark.parametrize(("params", "fits"), EXPENSES, ids=lambda part: str(part) if isinstance(part, dict) else "")
async def test_expenses(api: Api, whole: dict[str, list[Json]], params: dict[str, str], fits: Fits) -> None:
    await check(api, whole, "/expenses", params, fits)


@pytest.mark.parametrize("name", ["invoiced", "uninvoiced", "submitted", "unsubmitted", "approved", "mine"])
async def test_a_presence_flag_that_is_false_restricts_nothing(
    api: Api, whole: dict[str, list[Json]], name: str
) -> None:
    for value in ("false", "FALSE", "0", ""):
        found = await api.page("/expenses", **(ALL["/expenses"] | {name: value}))
        assert found.count == len(whole["/expenses"])


async def test_approved_and_with_expense_approvals(api: Api, whole: dict[str, list[Json]]) -> None:
    side = await api.page("/expenses", **(ALL["/expenses"] | {"per_page": "200"}))
    needing = {
        row["id"]
        for row in await api.everything("/workspaces", include_archived="true", requiring_expense_approval="true")
    }
    assert side.side("workspaces")
    reports = await _reports(api)

    def approved(row: Json) -> bool:
        return row["workspace_id"] not in needing or reports.get(str(row["active_submission_id"])) == "approved"

    await check(api, whole, "/expenses", {"approved": "true"}, approved)
    await check(api, whole, "/expenses", {"with_expense_approvals": "true"}, lambda row: row["workspace_id"] in needing)


async def _reports(api: Api) -> dict[str, object]:
    found: dict[str, object] = {}
    for page in range(1, 17):
        listing = await api.page("/expenses", **(ALL["/expenses"] | {"per_page": "200", "page": str(page)}))
        for name, report in listing.side("expense_report_submissions").items():
            found[name] = report["status"]
    return found


async def test_by_report(api: Api, whole: dict[str, list[Json]]) -> None:
    rows = whole["/expenses"]
    active = next(row["active_submission_id"] for row in rows if row["active_submission_id"])
    await check(
        api,
        whole,
        "/expenses",
        {"with_expense_report_id": str(active)},
        lambda row: row["active_submission_id"] == active,
    )
    dead = next(
        row["recent_submission_id"] for row in rows if row["recent_submission_id"] and not row["active_submission_id"]
    )
    assert (await api.page("/expenses", **(ALL["/expenses"] | {"with_expense_report_id": str(dead)}))).count == 0
    both = {active, dead}
    await check(
        api,
        whole,
        "/expenses",
        {"with_recent_expense_report_ids": f"{active},{dead}"},
        lambda row: row["recent_submission_id"] in both,
    )


async def test_by_invoice_id(api: Api, shared: SandboxContext, whole: dict[str, list[Json]]) -> None:
    sql = "SELECT invoice_id, id FROM expenses WHERE invoice_id IS NOT NULL AND deleted_at IS NULL"
    pairs = list(shared.books.connection.execute(sql))
    wanted = pairs[0][0]
    ids = {str(row_id) for invoice_id, row_id in pairs if invoice_id == wanted}
    await check(api, whole, "/expenses", {"in_active_invoice_id": str(wanted)}, lambda row: row["id"] in ids)


async def test_defaults_hide_archived_and_external_projects(api: Api, shared: SandboxContext) -> None:
    def hidden(where: str) -> set[str]:
        sql = (
            f"SELECT e.id FROM expenses e JOIN projects p ON p.id = e.project_id WHERE e.deleted_at IS NULL AND {where}"  # noqa: S608
        )
        return {str(row[0]) for row in shared.books.connection.execute(sql)}

    async def ids(**params: str) -> set[str]:
        return {str(row["id"]) for row in await api.everything("/expenses", **params)}

    assert await ids() == hidden("p.archived_at IS NULL AND NOT p.external")
    assert await ids(from_archived_workspaces="true") == hidden("NOT p.external")
    assert await ids(on_my_account="false") == hidden("p.archived_at IS NULL")
    assert await ids(from_archived_workspaces="", on_my_account="") == await ids()


async def test_defaults_apply_to_show_and_only(api: Api, shared: SandboxContext) -> None:
    sql = (
        "SELECT max(e.id) FROM expenses e JOIN projects p ON p.id = e.project_id "
        "WHERE p.archived_at IS NOT NULL AND NOT p.external AND e.deleted_at IS NULL"
    )
    row_id = shared.books.scalar(sql)
    await api.refused("GET", f"/expenses/{row_id}", status=404)
    assert (await api.page("/expenses", only=row_id)).ids == []
    assert (await api.page(f"/expenses/{row_id}", from_archived_workspaces="true")).ids == [str(row_id)]
    assert (await api.page("/expenses", only=row_id, from_archived_workspaces="true")).ids == [str(row_id)]

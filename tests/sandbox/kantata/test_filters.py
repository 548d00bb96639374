"""Each parameter against the whole list: exactly the rows that fit come back, and it leaves some out."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import cast

import pytest

from kworkbench.sandbox.books.money_model import ExternalReference
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.opening import open_context
from tests.sandbox.kantata.conftest import NOW, TOKEN, Api, Json, client_of

Fits = Callable[[Json], bool]

ALL: dict[str, dict[str, str]] = {
    "/external_payments": {},
    "/expenses": {
        "from_archived_workspaces": "true",
        "on_my_account": "false",
        "include": "active_submission,recent_submission,workspace,external_references",
    },
    "/invoices": {"include": "workspaces"},
    "/workspaces": {"include_archived": "true"},
}


@pytest.fixture(scope="module")
def shared(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxContext]:
    """Books that no test here changes, with a second creator of payments and references of their own."""
    path = tmp_path_factory.mktemp("filters") / "books.db"
    shutil.copy(sample_file, path)
    context = open_context(path, token=TOKEN, today=date(2026, 3, 15), clock=lambda: NOW)
    books = context.books
    now = books.now()
    books.connection.execute("UPDATE payments SET creator_id = 205 WHERE id % 3 = 0")
    books.connection.execute("DELETE FROM external_references")
    books.connection.execute("DELETE FROM memberships WHERE person_id = 203 AND project_id % 4 = 0")
    for subject in ("expenses", "invoices"):
        sql = f"SELECT id FROM {subject} WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 40"  # noqa: S608
        for row_id in [row[0] for row in books.connection.execute(sql)][:6]:
            odd = bool(row_id % 2)
            books.insert(
                ExternalReference,
                subject_type=subject,
                subject_id=row_id,
                service_name="ledger" if odd else "vault",
                service_model="Entry" if odd else "Bill",
                service_model_ref=str(row_id),
                status="failed" if odd else "successful",
                external_status="open" if odd else "done",
                external_message="No account" if odd else "Kept",
                created_at=now,
                updated_at=now,
            )
    yield context
    books.close()


@pytest.fixture(scope="module")
def whole(shared: SandboxContext) -> dict[str, list[Json]]:
    async def read() -> dict[str, list[Json]]:
        async with client_of(shared) as client:
            return {path: await Api(client).everything(path, **params) for path, params in ALL.items()}

    return asyncio.run(read())


@pytest.fixture
async def api(shared: SandboxContext) -> AsyncIterator[Api]:
    async with client_of(shared) as client:
        yield Api(client)


def moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


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


async def check(api: Api, whole: dict[str, list[Json]], path: str, params: dict[str, str], fits: Fits) -> None:
    """Asks with `params` on top of what lists everything; exactly the rows that fit must come, and not all or none."""
    expected = [row["id"] for row in whole[path] if fits(row)]
    assert 0 < len(expected) < len(whole[path]), "the sample books cannot tell"
    found = await api.everything(path, **(ALL[path] | params))
    assert [row["id"] for row in found] == expected


async def test_moments_are_strict_in_whole_seconds(api: Api) -> None:
    newest = (await api.page("/expenses", order="created_at:desc", per_page=1)).row
    at = newest["created_at"]
    later = await api.page("/expenses", created_after=at)
    earlier = await api.page("/expenses", created_before=at, order="created_at:desc", per_page=200)
    assert newest["id"] not in later.ids + earlier.ids
    assert later.count + earlier.count < (await api.page("/expenses")).count
    assert moment(earlier.rows[0]["created_at"]) < moment(at)


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


WORKSPACES: list[tuple[dict[str, str], Fits]] = [
    ({"archived": "only"}, lambda row: row["archived"] is True),
    ({"archived": "exclude"}, lambda row: row["archived"] is False),
    ({"include_archived": "false"}, lambda row: row["archived"] is False),
    ({"can_create_line_items": "true"}, lambda row: row["can_create_line_items"] is True),
    ({"requiring_expense_approval": "true"}, lambda row: row["require_expense_approvals"] is True),
    ({"matching": "film"}, lambda row: any(word.lower().startswith("film") for word in str(row["title"]).split(" "))),
    ({"search": "oduct"}, lambda row: "oduct" in str(row["title"]).lower()),
    ({"only": "325,337"}, lambda row: row["id"] in ("325", "337")),
    ({"except": "325,337"}, lambda row: row["id"] not in ("325", "337")),
]


@pytest.mark.parametrize(("params", "fits"), WORKSPACES, ids=lambda part: str(part) if isinstance(part, dict) else "")
async def test_workspaces(api: Api, whole: dict[str, list[Json]], params: dict[str, str], fits: Fits) -> None:
    await check(api, whole, "/workspaces", params, fits)


async def test_workspaces_hide_archived_ones_by_default(api: Api, whole: dict[str, list[Json]]) -> None:
    live = {row["id"] for row in whole["/workspaces"] if not row["archived"]}
    assert {row["id"] for row in await api.everything("/workspaces")} == live
    assert (await api.page("/workspaces", archived="include")).count == len(whole["/workspaces"])
    own = await api.page("/workspaces", on_my_account="true")
    assert 0 < own.count < len(live)
    mine = await api.page("/workspaces", has_participation="true")
    assert 0 < mine.count < len(live)


async def test_users(api: Api, shared: SandboxContext) -> None:
    people = shared.books.scalar("SELECT count(*) FROM people WHERE deactivated_at IS NULL AND is_user")
    staff = await api.page("/users", on_my_account="true", per_page=200)
    assert staff.count == people
    leavers = await api.page("/users", on_my_account="true", show_disabled="true", per_page=200)
    assert leavers.count == shared.books.scalar("SELECT count(*) FROM people WHERE is_user")
    assert leavers.count > staff.count
    one = staff.rows[3]
    assert (await api.page("/users", by_full_name=one["full_name"], on_my_account="true")).ids == [one["id"]]
    assert (await api.page("/users", by_email_address=one["email_address"], on_my_account="true")).ids == [one["id"]]
    first = str(one["full_name"]).split(" ", maxsplit=1)[0]
    assert one["id"] in (await api.page("/users", matching=first[:3], on_my_account="true")).ids
    assert one["id"] in (await api.page("/users", search=first[1:4], on_my_account="true")).ids
    inside = await api.page("/users", participant_in=325, per_page=200)
    assert inside.count == shared.books.scalar(
        "SELECT count(*) FROM memberships m JOIN people p ON p.id = m.person_id "
        "WHERE m.project_id = 325 AND p.deactivated_at IS NULL"
    )
    assert (await api.page("/users", account_id=4711, participant_in=325)).count <= inside.count
    assert (await api.page("/users", account_id=1, on_my_account="true")).count == 0


async def test_small_lists(api: Api, shared: SandboxContext) -> None:
    live = await api.page("/expense_categories", per_page=200)
    every = await api.page("/expense_categories", per_page=200, only_active="false")
    assert live.count == shared.books.scalar("SELECT count(*) FROM service_types WHERE archived_at IS NULL")
    assert every.count == shared.books.scalar("SELECT count(*) FROM service_types")
    assert (await api.page("/expense_categories", matching=str(live.rows[0]["name"])[:4])).ids[0] == live.ids[0]
    vendors = await api.page("/vendors", per_page=200)
    assert (await api.page("/vendors", archived="true")).count + (
        await api.page("/vendors", archived="false")
    ).count == vendors.count
    stories = await api.page("/stories", workspace_id=325)
    assert {row["workspace_id"] for row in stories.rows} == {"325"}


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

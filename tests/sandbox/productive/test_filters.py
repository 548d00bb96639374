from __future__ import annotations

import pytest

from tests.sandbox.productive.support import Api, ids

NOTHING = ("0", "approval = 'approved' AND approver_id IS NULL")
"""Conditions that no row of the sample books meets; every other one bites."""


@pytest.mark.parametrize(
    ("path", "query", "where"),
    [
        (
            "/expenses",
            "filter[date_after]=2025-06-01&filter[date_before]=2025-09-30",
            "date BETWEEN '2025-06-01' AND '2025-09-30'",
        ),
        (
            "/expenses",
            "filter[date][gt]=2025-06-01&filter[date][lt]=2025-09-30",
            "date > '2025-06-01' AND date < '2025-09-30'",
        ),
        ("/expenses", "filter[project_id]=301,302", "project_id IN (301, 302)"),
        ("/expenses", "filter[project_id][]=301&filter[project_id][]=302", "project_id IN (301, 302)"),
        ("/expenses", "filter[project_id][not_eq]=301", "project_id <> 301"),
        ("/expenses", "filter[vendor_id][not_eq]=123", "vendor_id IS NOT 123"),
        ("/expenses", "filter[status]=1", "paid_on IS NOT NULL"),
        ("/expenses", "filter[status]=1,2", "1"),
        ("/expenses", "filter[status][not_eq]=1", "paid_on IS NULL"),
        ("/expenses", "filter[approval_status]=1", "approval = 'approved'"),
        ("/expenses", "filter[approval_status]=3", "approval = 'rejected'"),
        ("/expenses", "filter[reimbursable]=true", "reimbursable"),
        ("/expenses", "filter[reimbursable]=false", "NOT reimbursable"),
        ("/expenses", "filter[invoiced]=true", "invoice_id IS NOT NULL"),
        ("/expenses", "filter[invoicing_status]=1", "invoice_id IS NULL"),
        ("/expenses", "filter[amount][gt_eq]=10000", "amount >= 10000"),
        ("/expenses", "filter[name][contains]=LUNCH", "name LIKE '%lunch%'"),
        ("/expenses", "filter[name][not_contain]=lunch", "name NOT LIKE '%lunch%'"),
        ("/expenses", "filter[created_at][lt_eq]=2025-01-01", "date(created_at, '60 minutes') <= '2025-01-01'"),
        ("/payments", "filter[company_id]=111", "invoice_id IN (SELECT id FROM invoices WHERE company_id = 111)"),
        (
            "/payments",
            "filter[project_id]=301",
            "invoice_id IN (SELECT invoice_id FROM invoice_projects WHERE project_id = 301)",
        ),
        ("/payments", "filter[paid_after]=2025-01-01", "invoice_id IS NOT NULL AND paid_on >= '2025-01-01'"),
        ("/payments", "filter[subsidiary_id]=2", "invoice_id IN (SELECT id FROM invoices WHERE subsidiary_id = 2)"),
        ("/people", "filter[manager_id]=1", "0"),
        ("/invoices", "filter[number]=INV-1010", "number = 'INV-1010'"),
        ("/invoices", "filter[number][contains]=inv-101", "number LIKE '%inv-101%'"),
        ("/invoices", "filter[invoice_state]=1", "state = 'draft'"),
        ("/invoices", "filter[payment_status]=2", "amount_unpaid > 0 AND amount_paid = 0 AND state <> 'cancelled'"),
        ("/invoices", "filter[payment_status]=3", "amount_unpaid > 0 AND amount_paid <> 0 AND state <> 'cancelled'"),
        ("/invoices", "filter[amount_unpaid][gt]=0", "amount_unpaid > 0"),
        (
            "/invoices",
            "filter[project_id]=303",
            "id IN (SELECT invoice_id FROM invoice_projects WHERE project_id = 303)",
        ),
        ("/invoices", "filter[payment_status]=1", "amount_unpaid <= 0"),
        ("/invoices", "filter[status]=1", "state = 'open' AND amount_unpaid <= 0"),
        ("/invoices", "filter[invoice_status]=4", "state = 'draft'"),
        (
            "/invoices",
            "filter[status]=2",
            "state = 'open' AND amount_unpaid > 0 AND pay_on < '2026-03-03' AND sent_on IS NOT NULL",
        ),
        (
            "/invoices",
            "filter[status]=0,3",
            "state = 'open' AND amount_unpaid > 0 AND (sent_on IS NULL OR pay_on >= '2026-03-03')",
        ),
        ("/invoices", "filter[overdue_status]=1", "state = 'open' AND amount_unpaid > 0 AND pay_on < '2026-03-03'"),
        (
            "/invoices",
            "filter[invoice_aging]=1,2,3",
            "state = 'open' AND amount_unpaid > 0 AND pay_on < '2026-03-03'",
        ),
        (
            "/invoices",
            "filter[invoice_aging]=3",
            "state = 'open' AND amount_unpaid > 0 AND pay_on < date('2026-03-03', '-45 days')",
        ),
        (
            "/invoices",
            "filter[invoice_aging]=0,4",
            "NOT (amount_unpaid > 0 AND pay_on < '2026-03-03') OR state <> 'open'",
        ),
        ("/invoices", "filter[credited]=true", "credited_total <> 0"),
        ("/invoices", "filter[amount_credited][gt]=0", "credited_net > 0"),
        ("/invoices", "filter[invoice_type]=2", "kind = 'credit-note'"),
        ("/invoices", "filter[subsidiary_id][not_eq]=1", "subsidiary_id = 2"),
        ("/invoices", "filter[tags]=retainer", "tags LIKE '%retainer%'"),
        (
            "/invoices",
            "filter[fuzzy_dates]=2025-06",
            "invoiced_on || pay_on || coalesce(paid_on, '') || coalesce(sent_on, '') LIKE '%2025-06%'",
        ),
        (
            "/invoices",
            "filter[fuzzy_people]=mARen",
            "creator_id IN (SELECT id FROM people WHERE first_name || ' ' || last_name LIKE '%maren%')",
        ),
        (
            "/invoices",
            "filter[responsible_id]=205",
            (
                "id IN (SELECT invoice_id FROM invoice_projects x JOIN projects r ON r.id = x.project_id "
                "WHERE manager_id = 205)"
            ),
        ),
        ("/invoices", "filter[query]=inv-101", "number LIKE '%inv-101%'"),
        ("/invoices", "filter[full_query]=null", "company_id IN (SELECT id FROM companies WHERE name LIKE '%null%')"),
        ("/line_items", "filter[invoice_id]=5001,5002", "invoice_id IN (5001, 5002)"),
        ("/line_items", "filter[tax_value][gt_eq]=19", "CAST(tax_value AS REAL) >= 19"),
        ("/line_items", "filter[tax_value]=20.0", "tax_value = '20.0'"),
        (
            "/line_items",
            "filter[service_type_id]=1",
            "service_id IN (SELECT id FROM services WHERE service_type_id = 1)",
        ),
        (
            "/expenses",
            "filter[full_query]=HOTEL",
            (
                "name LIKE '%hotel%' OR category LIKE '%hotel%' "
                "OR vendor_id IN (SELECT id FROM companies WHERE name LIKE '%hotel%')"
            ),
        ),
        ("/expenses", "filter[responsible_id]=205", "project_id IN (SELECT id FROM projects WHERE manager_id = 205)"),
        ("/expenses", "filter[recognized_revenue][gt]=0", "approval = 'approved' AND billable_amount > 0"),
        ("/expenses", "filter[approval_status]=4", "approval = 'approved' AND approver_id IS NULL"),
        ("/expenses", "filter[created_at][gt]=2025-01-01", "date(created_at, '60 minutes') > '2025-01-01'"),
        (
            "/expenses",
            "filter[created_at]=2025-12-01,2025-11-03",
            "date(created_at, '60 minutes') IN ('2025-12-01', '2025-11-03')",
        ),
        ("/expenses", "filter[created_at][not_eq]=2025-12-01", "date(created_at, '60 minutes') <> '2025-12-01'"),
        ("/expenses", "filter[created_at][lt]=0001-01-01", "0"),
        ("/expenses", "filter[created_at][lt_eq]=9999-12-31", "1"),
        ("/tax_rates", "filter[subsidiary.id]=1&filter[status]=1", "archived_at IS NULL"),
        ("/tax_rates", "filter[primary_component_value][lt]=10", "CAST(primary_value AS REAL) < 10"),
        ("/document_types", "filter[status]=2", "archived_at IS NOT NULL"),
        ("/subsidiaries", "filter[status]=1", "archived_at IS NULL"),
        ("/exchange_rates", "filter[out_of_date]=false", "date = '2026-03-03'"),
        (
            "/services",
            "filter[person_id]=205",
            (
                "deal_id IN (SELECT d.id FROM deals d JOIN memberships m ON m.project_id = d.project_id "
                "WHERE m.person_id = 205)"
            ),
        ),
        (
            "/invoices",
            "filter[$op]=or&filter[0][company_id]=111&filter[1][amount_unpaid][gt]=0",
            "company_id = 111 OR amount_unpaid > 0",
        ),
        (
            "/invoices",
            "filter[0][company_id]=111&filter[1][$op]=or&filter[1][0][currency]=EUR&filter[1][1][currency]=USD",
            "company_id = 111 AND currency IN ('EUR', 'USD')",
        ),
        (
            "/invoices",
            "filter[currency]=EUR&filter[$op]=or&filter[0][company_id]=111&filter[1][company_id]=113",
            "currency = 'EUR' AND company_id IN (111, 113)",
        ),
    ],
)
async def test_a_filter_finds_what_its_words_say(api: Api, path: str, query: str, where: str) -> None:
    expected = ids(api.books, f"SELECT id FROM {path[1:]} WHERE {where}")  # noqa: S608 - texts of this test
    assert sorted(await api.found(path, query)) == expected
    assert expected or where in NOTHING


async def test_timestamps_keep_their_seconds_when_the_client_asks(api: Api) -> None:
    moment = api.books.connection.execute(
        "SELECT created_at FROM expenses ORDER BY created_at LIMIT 1 OFFSET 20"
    ).fetchone()[0]
    query = f"/expenses?page[size]=200&filter[created_at][lt]={moment[:19]}Z"
    flags = {"X-Feature-Flags": "filteringSkipDatetimeCastToDate"}
    found = (await api.send("GET", query, headers=flags)).json()["meta"]["total_count"]
    assert found == len(ids(api.books, "SELECT id FROM expenses WHERE created_at < ?", moment[:19]))


@pytest.mark.parametrize(
    ("query", "title", "detail"),
    [
        ("filter[after]=2026-01-01", "Unsupported Filter", "Filter 'after' is not supported on this endpoint"),
        ("filter[date][gte]=1", "Unsupported Filter", "Filter 'date.gte' is not supported on this endpoint"),
        ("filter[name][gt]=1", "Unsupported Filter", "Filter 'name.gt' is not supported on this endpoint"),
        ("filter[date_after][lt]=1", "Unsupported Filter", "Filter 'date_after.lt' is not supported on this endpoint"),
        ("filter=1", "Unsupported Filter", "Filter 'filter' is not supported on this endpoint"),
        ("filter[date=1", "Unsupported Filter", "Filter 'filter[date' is not supported on this endpoint"),
        ("filter[0]=1", "Unsupported Filter", "Filter '0' is not supported on this endpoint"),
        ("filter[date]=soon", "Unsupported Filter Value", "Value 'soon' is not supported for filter 'date'"),
        ("filter[date]=", "Unsupported Filter Value", "Value '' is not supported for filter 'date'"),
        ("filter[id]=abc", "Unsupported Filter Value", "Value 'abc' is not supported for filter 'id'"),
        ("filter[amount]=1.5", "Unsupported Filter Value", "Value '1.5' is not supported for filter 'amount'"),
        ("filter[status]=9", "Unsupported Filter Value", "Value '9' is not supported for filter 'status'"),
        ("filter[$op]=xor", "Unsupported Group", "Group operation 'xor' is not supported on this endpoint"),
        (
            "filter" + "[0]" * 9 + "[id]=1",
            "Unsupported Group",
            "Groups deeper than 8 are not supported",
        ),
        ("sort=nothing", "Unsupported Sort", "Sort by 'nothing' is not supported on this endpoint"),
        ("sort=-", "Unsupported Sort", "Sort by '' is not supported on this endpoint"),
    ],
)
async def test_what_is_not_supported_is_said(api: Api, query: str, title: str, detail: str) -> None:
    answer = await api.send("GET", f"/expenses?{query}")
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["status"], error["code"]) == ("400", "unsupported_filter")
    assert (error["title"], error["detail"]) == (title, detail)


async def test_too_much_is_refused(api: Api) -> None:
    many = ",".join(str(one) for one in range(1001))
    assert (await api.send("GET", f"/expenses?filter[id]={many}")).status_code == 400
    much = "&".join("filter[id]=1" for _ in range(201))
    assert (await api.send("GET", f"/expenses?{much}")).status_code == 400


async def test_other_parameters_are_ignored(api: Api) -> None:
    assert (await api.send("GET", "/expenses?foo=1&page[before]=x&fields=1&%FF=%00")).status_code == 200

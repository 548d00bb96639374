"""The parameters, orders and associations of each list are those that the seeds and the contract name."""

from __future__ import annotations

from typing import Any

import pytest

from kworkbench.sandbox.kantata import listing
from kworkbench.sandbox.kantata.budgets import BUDGETS
from kworkbench.sandbox.kantata.collection import Collection
from kworkbench.sandbox.kantata.expense_reports import SUBMISSIONS
from kworkbench.sandbox.kantata.expenses import EXPENSES
from kworkbench.sandbox.kantata.invoices import INVOICES
from kworkbench.sandbox.kantata.payments import PAYMENTS
from kworkbench.sandbox.kantata.people import USERS
from kworkbench.sandbox.kantata.pickers import CATEGORIES, ROLES, VENDORS
from kworkbench.sandbox.kantata.stories import ROUTED_STORIES
from kworkbench.sandbox.kantata.workspaces import WORKSPACES
from tests.sandbox.kantata.conftest import Api

CHANGES = "created_after created_before updated_after updated_before "
REFERENCES = (
    "external_reference_service_name external_reference_service_model external_reference_service_model_ref "
    "external_reference_service_model_refs external_reference_status external_reference_external_status "
    "external_reference_external_message has_external_references without_external_reference_service_name "
)

EXPENSE = (
    "approved created_by date_expensed_between from_archived_workspaces in_active_invoice_id invoiced mine "
    "on_my_account reimbursable submitted uninvoiced unsubmitted with_expense_approvals with_expense_report_id "
    "with_recent_expense_report_ids workspace_id"
)
EXPENSE_ORDERS = "amount category created_at date notes vendor_name"
EXPENSE_INCLUDES = (
    "active_submission recent_submission expense_category external_references receipt role story user vendor "
    "workspace expense_budget"
)
INVOICE = "paid pending without_drafts user_invoice_number within_dates workspace_id"
INVOICE_INCLUDES = (
    "additional_items billing_milestones expenses external_references fixed_fee_items recipient time_entries user "
    "workspaces"
)
WORKSPACE = (
    "include_archived archived matching can_create_line_items requiring_expense_approval "
    "financials_viewable_by_user on_my_account has_participation workspace_groups except"
)
WORKSPACE_ORDERS = "updated_at title created_at due_date start_date status price last_viewed"
USER = "on_my_account participant_in by_full_name by_email_address matching show_disabled account_id"
STORY = (
    "workspace_id with_projects story_type completed uncompleted parents_only time_trackable_on_workspace_id "
    "show_archived show_deleted show_todos show_from_archived_workspaces"
)
REPORT = "all_on_account active not_cancelled statuses user_ids workspace_id workspace_ids"
REPORT_ORDERS = "created_at amount date status title workspace_title"

NAMED: list[tuple[Collection[Any], str, str, str]] = [
    (
        PAYMENTS,
        CHANGES + "invoice_id user_id workspace_id",
        "created_at id updated_at",
        "invoice user workspace",
    ),
    (EXPENSES, CHANGES + REFERENCES + EXPENSE, EXPENSE_ORDERS, EXPENSE_INCLUDES),
    (INVOICES, CHANGES + REFERENCES + INVOICE, "created_at id invoice_date updated_at", INVOICE_INCLUDES),
    (WORKSPACES, WORKSPACE, WORKSPACE_ORDERS, "participants primary_counterpart"),
    (USERS, USER, "alphabetical", "role"),
    (CATEGORIES, "matching only_active", "alphabetical", ""),
    (VENDORS, "archived", "alphabetical", "external_references"),
    (ROLES, CHANGES + "matching only_active", "alphabetical", "external_references"),
    (ROUTED_STORIES, STORY, "updated_at created_at due_date start_date priority_level position", "workspace"),
    (BUDGETS, "workspace_id", "created_at", "workspace"),
    (SUBMISSIONS, CHANGES + REPORT, REPORT_ORDERS, "expenses external_references resolutions user workspace"),
]


@pytest.mark.parametrize(("of", "filters", "orders", "includes"), NAMED, ids=[row[0].name for row in NAMED])
def test_everything_that_is_named_is_there(of: Collection[Any], filters: str, orders: str, includes: str) -> None:
    assert set(filters.split()) <= set(of.filters)
    assert set(orders.split()) <= set(of.orders)
    assert set(includes.split()) <= set(of.includes)


@pytest.mark.parametrize(("of", "count"), [(PAYMENTS, 12), (EXPENSES, 35)], ids=["payments", "expenses"])
def test_the_seeds_name_no_others(of: Collection[Any], count: int) -> None:
    common = {"include", "only", "order", "page", "per_page"} | ({"optional_fields"} if of.optional else set())
    assert len(common | set(of.filters)) == count


async def test_long_lists_are_read_along_an_index_with_the_same_result(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    for order in EXPENSES.orders:
        for way in ("asc", "desc"):
            pages = []
            for walked_from in (0, 10**9):
                monkeypatch.setattr(listing, "WALKED_FROM", walked_from)
                pages.append(
                    await api.page("/expenses", order=f"{order}:{way}", per_page=50, page=3, reimbursable="true")
                )
            assert pages[0].ids == pages[1].ids
            assert len(pages[0].ids) == 50

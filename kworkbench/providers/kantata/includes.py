"""What Kantata sends beside the records of a list where it is asked to, and what of it is asked for here.

Sources: api/kantata.md sections 3.2, 4.2 and 5.2.
"""

from __future__ import annotations

from kworkbench.domain.catalog import Include

B = Include

PAYMENTS = (B("invoice", asked=("invoice",)), B("workspace", asked=("workspace",)), B("user"))

EXPENSES = (
    B("workspace", asked=("workspace",)),
    B("user", asked=("user",)),
    B("expense_category", asked=("expense_category",)),
    B("receipt", asked=("receipt",)),
    B("vendor", asked=("vendor",)),
    B("active_submission", asked=("active_submission",)),
    B("recent_submission", asked=("recent_submission",)),
    B("role", asked=("role",)),
    B("external_references", asked=("external_references",)),
    B("story"),
)

INVOICES = (
    B("workspaces", asked=("workspaces",)),
    B("external_references", asked=("external_references",)),
    B("additional_items"),
    B("billing_milestones"),
    B("expenses"),
    B("fixed_fee_items"),
    B("recipient"),
    B("time_entries"),
    B("user"),
)

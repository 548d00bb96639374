"""What Productive sends beside the records of a list where it is asked to, and what of it is asked for here.

Each is a relationship of the record. Sources: api/productive.md sections 2, 8, 10 and 11.
"""

from __future__ import annotations

from kworkbench.domain.catalog import Include

B = Include

PAYMENTS = (
    B("invoice", asked=("invoice.company", "invoice.invoice_attributions.budget.project")),
    B("organization"),
)

INVOICES = (
    B("company", asked=("company",)),
    B("creator", asked=("creator",)),
    B("invoice_attributions", asked=("invoice_attributions.budget.project",)),
    B("attachment"),
    B("bank_account"),
    B("bill_from"),
    B("bill_to"),
    B("document_type"),
    B("issuer"),
    B("organization"),
    B("parent_invoice"),
    B("subscribers"),
    B("subsidiary"),
)

EXPENSES = (
    B("deal", asked=("deal.project",)),
    B("service", asked=("service",)),
    B("service_type", asked=("service_type",)),
    B("person", asked=("person",)),
    B("attachment", asked=("attachment",)),
    B("creator", asked=("creator",)),
    B("approver", asked=("approver",)),
    B("vendor", asked=("vendor",)),
    B("approval_statuses"),
    B("expense_line_items"),
    B("invoice_attribution"),
    B("organization"),
    B("purchase_order"),
    B("rejecter"),
    B("tax_rate"),
    B("updater"),
)

"""What Productive's cases need and the sample books may lack, made through the contract's own routes.

Invoices are marked by their subject, expenses by their name, payments by their note, lines by their description.
"""

from __future__ import annotations

from typing import Any

from tests.contract.productive.build import expense, invoice, line, patch, payment, post, resource, scenario, to
from tests.contract.steps import Step


def _issued(mark: str, relationships: dict[str, Any] | None = None, **attributes: Any) -> tuple[Step, ...]:
    """An invoice over 40.00 plus tax that was finalized and sent."""
    made = {"sent_on": "2026-02-02", **attributes}
    return (
        post("/invoices", invoice(f"contract: {mark}", relationships, **made), save={"invoice": "id"}),
        post("/line_items", line(f"contract: of {mark}")),
        patch("/invoices/{invoice}/finalize"),
    )


SETUP = (
    scenario("an invoice not yet due", *_issued("plain"), post("/payments", payment(note="contract: plain", amount=1))),
    scenario(
        "invoices of different ages",
        *_issued("late", pay_on="$days_ago_7"),
        *_issued("later", pay_on="$days_ago_30"),
        *_issued("latest", pay_on="2001-01-01"),
    ),
    scenario(
        "an invoice with everything that can be written",
        *_issued(
            "full",
            tag_list=["contract"],
            delivery_on="2026-02-10",
            purchase_order_number="PO 778",
            custom_fields={"77": "blue"},
            discount="10.0",
        ),
        *_issued("delivered", delivery_on="2026-02-11"),
        *_issued("delivered late", delivery_on="2026-02-12"),
    ),
    scenario(
        "an invoice of a subsidiary, and its payment",
        *_issued("of a subsidiary", {"subsidiary": to("subsidiaries", "$subsidiary")}),
        post("/payments", payment(note="contract: of a subsidiary", amount=1)),
    ),
    scenario("an invoice that another one issued", *_issued("issued by another", {"issuer": to("people", "$person")})),
    scenario(
        "an invoice with a subscriber",
        *_issued("with a subscriber", {"subscribers": {"data": [{"type": "people", "id": "$person"}]}}),
    ),
    scenario(
        "a credited invoice",
        *_issued("credited"),
        post(
            "/invoices",
            invoice("contract: credit note", {"parent_invoice": to("invoices", "$invoice")}, invoice_type_id=2),
            save={"invoice": "id"},
        ),
        post("/line_items", line("contract: of a credit note", unit_price=-4000)),
        patch("/invoices/{invoice}/finalize"),
    ),
    scenario("an invoice that was not sent", *_issued("unsent", sent_on=None)),
    scenario("an exported invoice", *_issued("exported"), patch("/invoices/{invoice}/export")),
    scenario(
        "payments with numbers of another system, one of them a write-off",
        *_issued("paid from outside"),
        post("/payments", payment(external_id="Extern 55", amount=5)),
        post("/payments", payment(external_id="Extern 56", amount=6, paid_on=None, written_off_on="2026-02-20")),
        post("/payments", payment(amount=7, paid_on=None, written_off_on="2026-02-21")),
        post("/payments", payment(amount=8, paid_on=None, written_off_on="2026-02-22")),
    ),
    scenario(
        "expenses that are paid, due, reimbursed, ordered, billed and bought",
        post("/expenses", expense("contract: plain")),
        *(
            post("/expenses", expense(f"contract: paid {day}", pay_on=f"2026-03-{day}", paid_on=f"2026-03-{day}"))
            for day in ("02", "03", "04", "05")
        ),
        *(
            post("/expenses", expense(f"contract: back {day}", reimbursable=True, reimbursed_on=f"2026-03-{day}"))
            for day in ("02", "03", "04")
        ),
        post("/expenses", expense("contract: owed", reimbursable=True)),
        post("/expenses", expense("contract: ordered", purchase_order_id=7)),
        post("/expenses", expense("contract: blue", custom_fields={"77": "blue"})),
        post("/expenses", expense("contract: dear", billable_amount=12000, vendor_id="$company", person_id="$person")),
    ),
    scenario(
        "expenses that were approved, rejected and exported",
        post("/expenses", expense("contract: approved"), save={"expense": "id"}),
        patch("/expenses/{expense}/unapprove"),
        patch("/expenses/{expense}/approve"),
        post("/expenses", expense("contract: rejected"), save={"expense": "id"}),
        patch("/expenses/{expense}/unapprove"),
        patch("/expenses/{expense}/reject"),
        post("/expenses", expense("contract: exported"), save={"expense": "id"}),
        patch("/expenses/{expense}/export"),
    ),
    scenario(
        "lines of every kind",
        post("/invoices", invoice("contract: with lines"), save={"invoice": "id"}),
        post("/line_items", line("contract: plain", unit_id=1)),
        post("/line_items", line("contract: of a service", service_id="$service")),
        post("/expenses", expense("contract: billed", billable_amount=10000), save={"expense": "id"}),
        post("/line_items", line("contract: of an expense", expense_id="$expense")),
        post("/line_items", line("contract: three days", unit_id=3, quantity="3.0")),
        post("/line_items", line("contract: cheaper", discount="10.0")),
        post(
            "/line_items",
            line("contract: taxed", {"tax_rate": to("tax_rates", "$other_tax_rate")}),
            save={"line": "id"},
        ),
        patch("/line_items/{line}", resource("line_items", {"quantity": "2.0"})),
    ),
)

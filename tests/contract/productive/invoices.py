"""Writing invoices and their lines."""

from __future__ import annotations

from tests.contract.productive.build import (
    BLANK,
    NO_DATE,
    NOT_FOUND,
    attributes,
    bulk,
    expense,
    invalid,
    invoice,
    line,
    patch,
    payment,
    post,
    resource,
    to,
)
from tests.contract.productive.build import scenario as case
from tests.contract.steps import delete, get

_REQUIRED = (("invoiced_on", BLANK), ("invoiced_on", NO_DATE), ("currency", BLANK), ("company", BLANK))
_NEW = post("/invoices", invoice("new"), save={"invoice": "id"})

INVOICES = (
    case(
        "from a draft to an invoice that is sent",
        post(
            "/invoices",
            invoice("draft", note="soon"),
            values={
                **attributes(subject="draft", number=None, currency="EUR", invoiced_on="2026-02-01", note="soon"),
                **attributes(amount=0, amount_paid=0, amount_unpaid=0, pay_on="2999-01-01", finalized_at=None),
                "relationships/company/data": {"type": "companies", "id": "$company"},
                "relationships/creator/data/id": "$me",
            },
            save={"invoice": "id"},
        ),
        get("/invoices/{invoice}", values=attributes(note="soon")),
        get("/invoices?filter[invoice_state]=1&filter[id]={invoice}", values={"/meta/total_count": 1}),
        patch("/invoices/{invoice}/finalize", values=attributes(number=bool, finalized_on=bool, finalized_at=bool)),
        patch("/invoices/{invoice}/finalize", values=attributes(finalized_at=bool)),
        get("/invoices?filter[invoice_state]=1&filter[id]={invoice}", values={"/meta/total_count": 0}),
        patch(
            "/invoices/{invoice}/send",
            resource("invoices", {"to": ["a@b.example"], "subject": "Invoice", "body": "Please pay"}),
        ),
        patch(
            "/invoices/{invoice}",
            resource("invoices", {"sent_on": "2026-02-03"}),
            values=attributes(sent_on="2026-02-03"),
        ),
        patch("/invoices/{invoice}", resource("invoices", {"note": "edited"}), values=attributes(note="edited")),
        delete("/invoices/{invoice}", status=409),
        covers="invoices operation: list, show, create, update, finalize, send; "
        "invoices write: subject, invoiced_on, currency, company, note, sent_on, pay_on",
    ),
    case(
        "every other member",
        post(
            "/invoices",
            invoice(
                "full",
                {"document_type": to("document_types", "$document_type"), "issuer": to("people", "$me")},
                number="C-1",
                delivery_on="2026-02-02",
                discount="5.0",
                tax1_name="VAT",
                tax1_value="25.0",
                tax2_name="City",
                tax2_value="1.5",
                tag_list=["one", "two"],
                purchase_order_number="PO 9",
                export_invoice_url="https://books.example/1",
                custom_fields={"5": "red"},
                invoice_type_id=1,
            ),
            values={
                **attributes(number="C-1", delivery_on="2026-02-02", discount="5.0", tag_list=["one", "two"]),
                **attributes(tax1_name="VAT", tax1_value="25.0", tax2_name="City", tax2_value="1.5"),
                **attributes(purchase_order_number="PO 9", export_invoice_url="https://books.example/1"),
                **attributes(custom_fields={"5": "red"}),
                "relationships/document_type/data/id": "$document_type",
            },
            save={"invoice": "id"},
        ),
        patch("/invoices/{invoice}/finalize", resource("invoices", {"number": "C-2"}), values=attributes(number="C-2")),
        post(
            "/invoices",
            resource("invoices", {"invoiced_on": "2026-02-01", "currency": "EUR", "company_id": "$company"}),
            values={"relationships/company/data/id": "$company"},
        ),
        post("/invoices", invoice("of a subsidiary", {"subsidiary": to("subsidiaries", "$subsidiary")})),
        covers="invoices write: number, delivery_on, discount, tax1_name, tax1_value, tax2_name, tax2_value, tag_list, "
        "purchase_order_number, export_invoice_url, custom_fields, document_type, issuer, invoice_type_id, subsidiary",
    ),
    case(
        "an invoice that is not valid",
        post("/invoices", resource("invoices", {}), **invalid(*_REQUIRED)),
        post("/invoices", invoice("x", invoiced_on="soon"), **invalid(("invoiced_on", NO_DATE))),
        post("/invoices", resource("payments", {}), status=409),
        _NEW,
        patch("/invoices/{invoice}", resource("invoices", {"currency": ""}), **invalid(("currency", BLANK))),
        get("/invoices/987654321", **NOT_FOUND),
        patch("/invoices/987654321/finalize", **NOT_FOUND),
        delete("/invoices/{invoice}"),
        get("/invoices/{invoice}", **NOT_FOUND),
        covers="invoices operation: delete",
    ),
    case(
        "preview, export and electronic invoices",
        _NEW,
        post("/line_items", line("previewed")),
        get(
            "/invoices/{invoice}/preview?budget_ids={deal}&tax_rate_id={tax_rate}&invoicing_method=uninvoiced_time_and_expenses"
        ),
        get("/line_items?filter[invoice_id]={invoice}", values={"/meta/total_count": 1}),
        patch("/invoices/{invoice}/finalize"),
        patch("/invoices/{invoice}/export", values=attributes(exported_at=bool)),
        patch("/invoices/{invoice}/export_update"),
        patch("/invoices/{invoice}/send_einvoice", status=(200, 403, 422)),
        get("/invoices?filter[export_status]=1&filter[id]={invoice}", values={"/meta/total_count": 1}),
        covers="invoices operation: preview, export, export_update, send_einvoice",
    ),
    case(
        "a deleted invoice takes its payments along",
        _NEW,
        post("/payments", payment(), save={"payment": "id"}),
        delete("/invoices/{invoice}"),
        get("/payments?filter[invoice_id]={invoice}", values={"/meta/total_count": 0}),
        get("/payments/{payment}", **NOT_FOUND),
    ),
)

LINES = (
    case(
        "lines make the amounts of their invoice",
        _NEW,
        post(
            "/line_items",
            line("Concept", quantity="2.5"),
            values=attributes(description="Concept", unit_price=4000, quantity="2.5", amount=10000, currency="EUR"),
            save={"line": "id", "with_tax": "attributes/amount_with_tax"},
        ),
        get(
            "/invoices/{invoice}",
            values=attributes(amount=10000, amount_with_tax="$with_tax", amount_unpaid="$with_tax"),
        ),
        get("/line_items/{line}", values=attributes(quantity="2.5")),
        patch("/line_items/{line}", resource("line_items", {"unit_price": 1000}), values=attributes(amount=2500)),
        get("/invoices/{invoice}", values=attributes(amount=2500)),
        delete("/line_items/{line}"),
        get("/line_items/{line}", **NOT_FOUND),
        get("/invoices/{invoice}", values=attributes(amount=0)),
        post("/line_items", resource("line_items", {}), status=422),
        covers="line_items operation: list, show, create, update, delete; "
        "line_items write: invoice, unit_price, quantity, tax_rate",
    ),
    case(
        "many lines at once",
        _NEW,
        bulk(
            "POST",
            "/line_items",
            [line("one")["data"], line("two")["data"]],
            status=201,
            save={"a": "/data/0/id", "b": "/data/1/id"},
        ),
        get("/line_items?filter[invoice_id]={invoice}", values={"/meta/total_count": 2}),
        bulk(
            "PATCH",
            "/line_items",
            [
                {"type": "line_items", "id": "$a", "attributes": {"description": "first"}},
                {"type": "line_items", "id": "$b", "attributes": {"description": "second"}},
            ],
            values={"/data/0/attributes/description": "first", "/data/1/attributes/description": "second"},
        ),
        bulk(
            "DELETE",
            "/line_items",
            [{"type": "line_items", "id": "$a"}, {"type": "line_items", "id": "$b"}],
            status=204,
        ),
        get("/line_items?filter[invoice_id]={invoice}", values={"/meta/total_count": 0}),
        covers="line_items operation: bulk_create, bulk_update, bulk_delete",
    ),
    case(
        "lines from what was spent on a budget",
        post("/expenses", expense("to be billed", billable_amount=12000), save={"expense": "id"}),
        _NEW,
        post(
            "/line_items/generate",
            {
                "data": {
                    "invoice_id": "#invoice",
                    "budget_ids": ["#deal"],
                    "tax_rate_id": "#tax_rate",
                    "invoicing_method": "uninvoiced_time_and_expenses",
                    "date_from": "2026-01-01",
                    "date_to": "2026-12-31",
                }
            },
            status=201,
        ),
        get("/line_items?filter[invoice_id]={invoice}", values={"/meta/total_count": lambda found: found >= 1}),
        get("/invoices?filter[deal_id]={deal}&filter[id]={invoice}", values={"/meta/total_count": 1}),
        covers="line_items operation: generate",
    ),
)

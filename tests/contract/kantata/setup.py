"""What Kantata's cases need and the sample books may lack, made through the contract's own routes."""

from __future__ import annotations

from typing import Any

from tests.contract.kantata.build import expense, invoice, post, put, scenario
from tests.contract.steps import get

_FILE = (
    b'--b\r\nContent-Disposition: form-data; name="attachment[type]"\r\n\r\nreceipt\r\n'
    b'--b\r\nContent-Disposition: form-data; name="attachment[data]"; filename="hotel.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nHotel Basel\r\n--b--\r\n"
)
RECEIPT: dict[str, Any] = {"body": _FILE, "content_type": "multipart/form-data; boundary=b"}


def reference(service: str, number: str, **members: Any) -> dict[str, Any]:
    """An external reference of a request."""
    return {"service_name": service, "service_model": f"{service} line", "service_model_ref": number, **members}


_POSTED = reference(
    "netsuite",
    "9001",
    status="successful",
    external_status="posted",
    external_message="Booked in March",
    external_link="https://books.example/9001",
    locked=True,
)
_REFUSED = reference(
    "quickbooks", "9002", status="failed", external_status="refused", external_message="No such account"
)

SETUP = (
    scenario(
        "two expenses in other systems",
        post("/expenses", expense(external_reference=_POSTED), values={"category": "Food"}),
        post("/expenses", expense(external_reference=_REFUSED), values={"category": "Food"}),
    ),
    scenario(
        "an expense with a vendor, a category, a task and notes",
        post(
            "/expenses",
            expense(vendor_id="$vendor", expense_category_id="$category", story_id="$story", notes="setup"),
            values={"notes": "setup"},
        ),
    ),
    scenario(
        "an expense with a receipt",
        post("/attachments", **RECEIPT, save={"receipt": "id"}),
        post("/expenses", expense(receipt_id="#receipt")),
    ),
    scenario(
        "two invoices in other systems, over a fee and an additional item",
        post("/invoices", invoice(external_reference=_POSTED)),
        post(
            "/invoices",
            invoice(
                external_reference=_REFUSED,
                fixed_fee_items=None,
                additional_items=[{"notes": "Prints", "amount": 12.5, "taxable": True, "workspace_id": "$workspace"}],
            ),
        ),
    ),
    scenario(
        "a report that waits, one that was approved and one that was rejected",
        *(
            step
            for number, verdict in enumerate(("", "approve", "reject"))
            for step in (
                post("/expenses", expense(workspace_id="$approvals_workspace"), save={f"spent{number}": "id"}),
                post(
                    "/expense_report_submissions",
                    {
                        "expense_report_submission": {
                            "title": f"Trip {number}",
                            "workspace_id": "$approvals_workspace",
                            "line_item_ids": [f"#spent{number}"],
                        }
                    },
                    save={"report": "id"},
                ),
                *([put(f"/expense_report_submissions/{{report}}/{verdict}", {})] if verdict else [get("/users/me")]),
            )
        ),
    ),
)

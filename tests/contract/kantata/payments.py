"""Writing external payments."""

from __future__ import annotations

from tests.contract.kantata.build import MISSING, UNREADABLE, expense, invalid, invoice, payment, post, put
from tests.contract.kantata.build import scenario as case
from tests.contract.steps import delete, get

FORM = "application/x-www-form-urlencoded"
_MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="external_payment[workspace_id]"\r\n\r\n{workspace}\r\n'
    b'--b\r\nContent-Disposition: form-data; name="external_payment[amount_in_cents]"\r\n\r\n4100\r\n--b--\r\n'
)

PAYMENTS = (
    case(
        "a payment of a project",
        post(
            "/external_payments",
            payment(),
            values={
                "amount_in_cents": 125000,
                "message": "Wire 7781",
                "workspace_id": "$workspace",
                "user_id": "$me",
                "invoice_id": None,
                "/count": 1,
                "/meta/count": 1,
                "/meta/page_size": 20,
            },
            save={"payment": "id"},
        ),
        get("/external_payments/{payment}", values={"message": "Wire 7781"}),
        get("/external_payments?only={payment}", values={"/count": 1}),
        put("/external_payments/{payment}", payment(), **MISSING),
        delete("/external_payments/{payment}"),
        get("/external_payments/{payment}", **MISSING),
        get("/external_payments?only={payment}", values={"/count": 0}),
        delete("/external_payments/{payment}", **MISSING),
        covers="external_payments operation: list, show, create, delete; "
        "external_payments write: workspace_id, amount_in_cents, message",
    ),
    case(
        "a payment takes its amount from its invoice and settles it until it is deleted",
        post("/invoices", invoice(), values={"status": "new", "balance_in_cents": 50000}, save={"invoice": "id"}),
        post(
            "/external_payments?include=invoice,workspace",
            payment(invoice_id="#invoice", amount_in_cents=7),
            values={"amount_in_cents": 50000, "/invoices": lambda found: len(found) == 1, "/workspaces": bool},
            save={"payment": "id"},
        ),
        get("/invoices/{invoice}", values={"status": "accepted payment", "balance_in_cents": 50000}),
        get("/external_payments?invoice_id={invoice}", values={"/count": 1}),
        post("/external_payments", payment(invoice_id="#invoice"), **invalid("invoice_id")),
        delete("/external_payments/{payment}"),
        get("/invoices/{invoice}", values={"status": "new", "balance_in_cents": 50000}),
        covers="external_payments write: invoice_id",
    ),
    case(
        "no payment of a draft, a cancelled, a foreign or a shared invoice",
        post("/invoices", invoice(draft=True), save={"draft": "id"}),
        post("/external_payments", payment(invoice_id="#draft"), **invalid("invoice_id")),
        post("/invoices", invoice(), save={"gone": "id"}),
        put("/invoices/{gone}/cancel"),
        post("/external_payments", payment(invoice_id="#gone"), **invalid("invoice_id")),
        post("/external_payments", payment(invoice_id=987654321), **invalid("invoice_id")),
        post("/invoices", invoice(), save={"fine": "id"}),
        post(
            "/external_payments", payment(invoice_id="#fine", workspace_id="$other_workspace"), **invalid("invoice_id")
        ),
        post(
            "/invoices",
            invoice(workspace_id=None, workspace_ids=["$workspace", "$other_workspace"]),
            save={"shared": "id"},
        ),
        post("/external_payments", payment(invoice_id="#shared"), **invalid("invoice_id")),
        get("/external_payments?invoice_id={shared}", values={"/count": 0}),
    ),
    case(
        "a payment that is not valid",
        post("/external_payments", payment(workspace_id=None), **invalid("workspace_id")),
        post("/external_payments", payment(workspace_id=987654321), **invalid("workspace_id")),
        post("/external_payments", payment(amount_in_cents=None), **invalid("amount_in_cents")),
        post("/external_payments", payment(amount_in_cents=0), **invalid("amount_in_cents")),
        post("/external_payments", payment(amount_in_cents=-1), **invalid("amount_in_cents")),
        post("/external_payments", payment(amount_in_cents="much"), **invalid("amount_in_cents")),
        post("/external_payments", payment(message="x" * 256), **invalid("message")),
        post("/external_payments", {"external_payment": {}}, **invalid("workspace_id", "amount_in_cents")),
        post("/external_payments", b"{not json", **UNREADABLE),
    ),
    case(
        "a payment as a form, in the query, with a suffix and with members that nobody knows",
        post(
            "/external_payments.json",
            payment(message="x" * 255, colour="blue") | {"only": 7},
            values={"message": "x" * 255},
            absent=("colour",),
        ),
        post(
            "/external_payments?external_payment[workspace_id]={workspace}&external_payment[amount_in_cents]=4200",
            None,
            values={"amount_in_cents": 4200, "workspace_id": "$workspace"},
        ),
        post(
            "/external_payments",
            b"external_payment%5Bworkspace_id%5D={workspace}&external_payment%5Bamount_in_cents%5D=4300&external_payment[message]=two+words",
            content_type=FORM,
            values={"amount_in_cents": 4300, "message": "two words"},
        ),
        post(
            "/external_payments",
            _MULTIPART,
            content_type="multipart/form-data; boundary=b",
            values={"amount_in_cents": 4100, "workspace_id": "$workspace"},
        ),
    ),
    case(
        "other methods and paths",
        put("/external_payments", payment(), **MISSING),
        delete("/external_payments", {"ids": "1"}, **MISSING),
        post("/payments", expense(), **MISSING),
    ),
)

"""What Productive does with expenses and invoices besides making, changing and deleting them.

Sources: api/productive.md sections 10 and 11. Conflicts that nobody documents are worded as expected.
"""

from __future__ import annotations

from kworkbench.domain.actions import Action, Endpoint
from kworkbench.domain.catalog import FormField, Lock, ValueType

T = ValueType

_APPROVED = Lock("approval", "approved", "Approved; expected to be refused. Unapprove it first.")
_REJECTED = Lock("approval", "rejected", "Rejected; expected to be refused. Unreject it first.")


def _not_yet(word: str) -> tuple[Lock, ...]:
    return tuple(
        Lock("approval", state, f"It is not {word}, so nothing would change.") for state in ("none", "submitted")
    )


_DRAFT = Lock("state", "draft", "A draft; expected to be refused. Finalize it first.")
_GONE = Lock("state", "cancelled", "It is cancelled; Productive is expected to refuse.")

EXPENSES = (
    Action(
        "approve",
        "approve",
        "approve expenses; they count as cost and can be invoiced",
        Endpoint("PATCH", "/expenses/{id}/approve"),
        bulk=Endpoint("PATCH", "/expenses/bulk_approve"),
        most=100,
        locks=(_REJECTED, Lock("approval", "approved", "It is approved already.")),
        expects={"approval": "approved"},
        days=("approved_on",),
        undone_by="unapprove",
    ),
    Action(
        "unapprove",
        "unapprove",
        "take an approval back; the expense waits for a decision again",
        Endpoint("PATCH", "/expenses/{id}/unapprove"),
        locks=(_REJECTED, *_not_yet("approved")),
        expects={"approval": "submitted", "approved_on": None},
        undone_by="approve",
    ),
    Action(
        "reject",
        "reject",
        "reject expenses; they count neither as cost nor as revenue",
        Endpoint("PATCH", "/expenses/{id}/reject"),
        asks=(FormField("why", "rejected_reason", T.TEXT, wire=("rejected_reason",), hint="The person reads it."),),
        locks=(_APPROVED, Lock("approval", "rejected", "It is rejected already.")),
        expects={"approval": "rejected"},
        undone_by="unreject",
    ),
    Action(
        "unreject",
        "unreject",
        "take a rejection back; the expense waits for a decision again",
        Endpoint("PATCH", "/expenses/{id}/unreject"),
        locks=(_APPROVED, *_not_yet("rejected")),
        expects={"approval": "submitted"},
        undone_by="reject",
    ),
    Action(
        "mark-paid",
        "mark paid",
        "say on which day expenses were paid",
        phrase="mark {} as paid",
        asks=(FormField("paid on", "paid_on", T.DATE, required=True, default="today", wire=("paid_on",)),),
    ),
    Action(
        "mark-reimbursed",
        "mark reimbursed",
        "say on which day people got their money back",
        phrase="mark {} as reimbursed",
        sets={"reimbursable": True},
        asks=(
            FormField(
                "reimbursed on", "reimbursed_on", T.DATE, required=True, default="today", wire=("reimbursed_on",)
            ),
        ),
    ),
    Action(
        "copy",
        "copy",
        "copy expenses at Productive, without receipt, approval and invoice",
        Endpoint("POST", "/expenses/copy", own="template_id"),
        asks_one=(
            FormField("text", "text", T.TEXT, wire=("name",), hint="Empty: as the original."),
            FormField("service", "service_id", T.REFERENCE, picker="services", wire=("service_id", "service")),
        ),
        once=True,
        held=True,
        other=True,
    ),
    Action(
        "export",
        "export",
        "send expenses to the accounting program that Productive is connected with",
        Endpoint("PATCH", "/expenses/{id}/export"),
        outside=True,
        held=True,
    ),
    Action(
        "export-update",
        "export again",
        "bring expenses up to date in the accounting program",
        Endpoint("PATCH", "/expenses/{id}/export_update"),
        phrase="export {} again",
        outside=True,
        held=True,
    ),
)

INVOICES = (
    Action(
        "finalize",
        "finalize",
        "make drafts final; they get their number",
        Endpoint("PATCH", "/invoices/{id}/finalize"),
        asks_one=(FormField("number", "number", T.TEXT, wire=("number",), hint="Empty: the next one."),),
        locks=(Lock("state", "open", "It is final already."), _GONE),
        expects={"state": "open"},
        days=("finalized",),
        held=True,
    ),
    Action(
        "send",
        "send",
        "send invoices to their client by e-mail",
        Endpoint("PATCH", "/invoices/{id}/send"),
        asks_one=(
            FormField("to", "to", T.TEXT, wire=("to",), hint="Empty: the client's recipients at Productive."),
            FormField("cc", "cc", T.TEXT, wire=("cc",)),
            FormField("bcc", "bcc", T.TEXT, wire=("bcc",)),
            FormField("subject", "subject", T.TEXT, wire=("subject",), hint="Empty: Productive's own."),
            FormField("message", "body", T.TEXT, wire=("body",), hint="Empty: Productive's own."),
        ),
        locks=(_DRAFT, _GONE),
        days=("sent_on",),
        outside=True,
        held=True,
        tells=("recipients", "payments"),
    ),
    Action(
        "mark-sent",
        "mark sent",
        "say on which day invoices were sent; no e-mail is sent",
        phrase="mark {} as sent",
        asks=(FormField("sent on", "sent_on", T.DATE, required=True, default="today", wire=("sent_on",)),),
    ),
    Action(
        "add-line",
        "add a line",
        "add a line to an invoice; its total follows",
        Endpoint("POST", "/line_items", type="line_items", own="invoice"),
        phrase="add a line to {}",
        asks=(
            FormField("text", "line_text", T.TEXT, required=True, wire=("description", "name")),
            FormField("price", "line_price", T.AMOUNT, required=True, wire=("unit_price",)),
            FormField("quantity", "line_quantity", T.QUANTITY, required=True, default="1", wire=("quantity",)),
            FormField(
                "tax rate",
                "tax_rate_id",
                T.REFERENCE,
                required=True,
                picker="tax_rates",
                wire=("tax_rate", "tax_rate_id"),
            ),
            FormField("discount", "line_discount", T.QUANTITY, wire=("discount",), hint="In percent."),
        ),
        alone=True,
        once=True,
        held=True,
        locks=(_GONE,),
        other=True,
    ),
    Action(
        "generate-lines",
        "bill what is not invoiced",
        "make lines of a budget's time and expenses that were not invoiced yet",
        Endpoint(
            "POST",
            "/line_items/generate",
            type="line_items",
            own="invoice_id",
            flat=True,
            fixed=(("invoicing_method", "uninvoiced_time_and_expenses"),),
        ),
        phrase="bill on {} what is not invoiced",
        asks=(
            FormField(
                "budget",
                "budget_ids",
                T.REFERENCE,
                required=True,
                picker="budgets",
                wire=("budget_ids",),
                hint="Whose time and expenses are billed.",
                begins="budget_ids",
            ),
            FormField("tax rate", "tax_rate_id", T.REFERENCE, picker="tax_rates", wire=("tax_rate_id", "tax_rate")),
            FormField("from", "date_from", T.DATE, wire=("date_from",)),
            FormField("to", "date_to", T.DATE, wire=("date_to",)),
            FormField("lines as", "display_format", T.TEXT, wire=("display_format",), hint="In Productive's words."),
        ),
        alone=True,
        once=True,
        held=True,
        locks=(_GONE,),
        other=True,
        unforeseen="Which lines come of it only Productive knows: they and the total stand here after its answer.",
    ),
    Action(
        "export",
        "export",
        "send invoices to the accounting program that Productive is connected with",
        Endpoint("PATCH", "/invoices/{id}/export"),
        locks=(_DRAFT, _GONE),
        outside=True,
        held=True,
        tells=("payments",),
    ),
    Action(
        "export-update",
        "export again",
        "bring invoices up to date in the accounting program",
        Endpoint("PATCH", "/invoices/{id}/export_update"),
        phrase="export {} again",
        locks=(_DRAFT, _GONE),
        outside=True,
        held=True,
        tells=("payments",),
    ),
    Action(
        "send-einvoice",
        "send e-invoice",
        "send invoices as electronic invoices",
        Endpoint("PATCH", "/invoices/{id}/send_einvoice"),
        phrase="send {} electronically",
        locks=(_DRAFT, _GONE),
        outside=True,
        held=True,
        tells=("recipients", "payments"),
    ),
)

"""What differs between the dialects over the same books (product.md section 12): one table, and the SQL that follows.

The SQL speaks of `i` (invoices), `p` (payments) and `e` (expenses), as the statements of both dialects call them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact of the books and what each dialect makes of it. `ours` marks what no source says."""

    fact: str
    kantata: str
    productive: str
    ours: bool


DIFFERENCES = (
    Difference("a part-paid invoice", "status new, its payments listed", "amount_unpaid is what is left", ours=False),
    Difference("paying the part-paid", "its whole balance, so more than is owed", "the amount that is sent", ours=True),
    Difference("a paid invoice", "accepted payment", "amount_unpaid 0 or less, paid_on set", ours=False),
    Difference("a write-off", "not shown, the invoice stays new", "a payment with written_off_on", ours=False),
    Difference("a credit note", "not shown, nor its payments", "an invoice with negative amounts", ours=False),
    Difference("a payment without invoice", "a payment of its project", "not shown", ours=False),
    Difference("the client", "the client lead of the project", "the company", ours=False),
    Difference("a cancelled invoice", "status cancelled", "listed with deleted_at", ours=True),
    Difference("a deleted invoice", "not shown, nor its payments", "not shown, nor its payments", ours=True),
    Difference("an invoice without project", "its payments are not shown", "shown", ours=True),
    Difference("an invoice over several projects", "its payments stand under the first", "attributions", ours=True),
    Difference("an expense in foreign currency", "converted to the project's", "kept in its own", ours=False),
    Difference("quantity and unit cost", "one amount, the total", "both", ours=False),
    Difference("the lines of an invoice", "its expenses", "lines of their own, one for each budget", ours=True),
    Difference("what was credited", "not shown", "amount_credited of the invoice", ours=False),
    Difference("a decision on an expense", "that of its report", "that of the expense, told last", ours=True),
    Difference("an archived or external project", "hidden unless asked for", "shown", ours=True),
)

LIVE_INVOICE = "i.deleted_at IS NULL"
_HIDDEN_FROM_KANTATA = "SELECT id FROM invoices WHERE kind <> 'invoice' OR deleted_at IS NOT NULL"

KANTATA_INVOICES = f"i.kind = 'invoice' AND {LIVE_INVOICE}"
KANTATA_PAYMENTS = (
    "p.project_id IS NOT NULL AND p.written_off_on IS NULL "
    f"AND (p.invoice_id IS NULL OR p.invoice_id NOT IN ({_HIDDEN_FROM_KANTATA}))"
)
KANTATA_EXPENSES = "e.deleted_at IS NULL"

PRODUCTIVE_INVOICES = LIVE_INVOICE
PRODUCTIVE_PAYMENTS = (
    "p.invoice_id IS NOT NULL AND p.invoice_id NOT IN (SELECT id FROM invoices WHERE deleted_at IS NOT NULL)"
)
PRODUCTIVE_EXPENSES = "e.deleted_at IS NULL"

KANTATA_STATUS = (
    "CASE WHEN i.state = 'cancelled' THEN 'cancelled' "
    "WHEN i.state = 'open' AND i.amount_paid <> 0 AND i.amount_paid >= i.amount_total THEN 'accepted payment' "
    "ELSE 'new' END"
)


def kantata_status(state: str, *, paid: int, total: int) -> str:
    """The status word of an invoice in Kantata; amounts in minor units of its currency. Write-offs do not count."""
    if state == "cancelled":
        return "cancelled"
    return "accepted payment" if state == "open" and paid and paid >= total else "new"

"""What the amounts of an invoice say about it (product.md section 3, `settlement`)."""

from __future__ import annotations


def settlement_of(*, total: int, paid: int, written_off: int, outstanding: int) -> str:
    """The settlement word of an invoice; all amounts in minor units of its currency."""
    if total >= 0 and outstanding < 0:
        return "overpaid"
    if outstanding == 0 and (paid or written_off or total):
        return "written-off" if written_off and not paid else "paid"
    return "part-paid" if paid or written_off else "unpaid"

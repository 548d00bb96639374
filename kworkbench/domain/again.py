"""A payment deleted and recorded again, where a provider cannot change one: one gesture of two steps. Pure.

Source: product.md section 8 and sync-engine.md section 7.
"""

from __future__ import annotations

from kworkbench.domain.changes import Draft
from kworkbench.lean import replace


def recorded_again(delete: Draft, create: Draft) -> tuple[Draft, Draft]:
    """A payment deleted and recorded again: two drafts, to be saved in this order as one gesture.

    `delete` is about the old payment, its `pre` naming `invoice_id` and `amount`. `create` is the new one; its
    `pre["outstanding"]` is the balance it needs once the old one is gone. The engine looks at both before it deletes,
    sends the create only when the old payment is known to be gone, and says "deleted, not recorded again" where that
    fails. Giving either up before anything was sent gives up both.
    """
    return delete, replace(create, after=(0,), again=delete.lid, hold_seconds=delete.hold_seconds)

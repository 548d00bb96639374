from __future__ import annotations

from kworkbench.domain.again import recorded_again
from kworkbench.domain.changes import Draft, Op
from tests.sync.making import ACCOUNT


def test_a_payment_recorded_again_is_two_drafts_of_which_the_second_needs_the_first() -> None:
    delete = Draft(ACCOUNT, Op.DELETE, "payments", "payments:70", hold_seconds=5.0)
    first, second = recorded_again(delete, Draft(ACCOUNT, Op.CREATE, "payments", "new:1"))
    assert first == delete
    assert (second.after, second.again, second.hold_seconds) == ((0,), "payments:70", 5.0)

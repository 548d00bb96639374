from __future__ import annotations

from datetime import date

import pytest

from kworkbench.domain.records import Values
from kworkbench.domain.status import late_days, status_word, statuses

TODAY = date(2026, 3, 4)
OPEN: Values = {"kind": "invoice", "state": "open", "settlement": "part-paid", "outstanding": 50, "due": "2026-03-01"}


@pytest.mark.parametrize(
    ("changed", "word", "late", "found"),
    [
        ({}, "overdue", 3, {"overdue", "part-paid", "open"}),
        ({"due": "2026-03-04"}, "part-paid", None, {"part-paid", "open"}),
        ({"due": None}, "part-paid", None, {"part-paid", "open"}),
        ({"outstanding": 0, "settlement": "paid"}, "paid", None, {"paid"}),
        ({"outstanding": -5, "settlement": "overpaid"}, "overpaid", None, {"overpaid"}),
        ({"state": "draft"}, "draft", None, {"draft"}),
        ({"state": "cancelled"}, "cancelled", None, {"cancelled"}),
        ({"kind": "credit-note"}, "part-paid", None, {"part-paid"}),
    ],
)
def test_an_invoice_bears_one_word_and_is_found_by_all_that_apply(
    changed: Values, word: str, late: int | None, found: set[str]
) -> None:
    values = {**OPEN, **changed}
    assert status_word(values, TODAY) == word
    assert late_days(values, TODAY) == late
    assert statuses(values, TODAY) == found

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.domain.changes import FieldError, Op
from kworkbench.providers.base import Response, Write
from kworkbench.providers.kantata.provider import KantataProvider
from tests.providers.support import answer

PROVIDER = KantataProvider()
BULK = Write(Op.BULK_DELETE, "expenses", targets=("902", "903", "90"))


def errors(kind: str, *listed: object, write: Write | None = None) -> tuple[FieldError, ...]:
    return PROVIDER.read_refusal(kind, answer({"errors": list(listed)}, 422), write).errors


@pytest.mark.parametrize(
    ("kind", "error", "read"),
    [
        ("expenses", {"field": "amount_in_cents", "message": "Amount is zero"}, FieldError("amount", "Amount is zero")),
        ("expenses", {"field": "notes", "message": "is too long"}, FieldError("text", "is too long")),
        ("payments", {"field": "workspace_id", "message": "Gone"}, FieldError("project", "Gone")),
        ("payments", {"field": "base", "message": "The invoice is locked"}, FieldError(None, "The invoice is locked")),
        ("expenses", {"field": "role_id", "message": "is unknown"}, FieldError(None, "role id is unknown")),
        ("expenses", {"message": "Date is missing"}, FieldError("date", "Date is missing")),
        (
            "expenses",
            {"message": "Amount in cents must not be zero"},
            FieldError("amount", "Amount in cents must not be zero"),
        ),
        ("expenses", {"message": "Expense category is unknown"}, FieldError("category", "Expense category is unknown")),
        ("expenses", {"message": "Workspace has no such user"}, FieldError("project", "Workspace has no such user")),
        ("expenses", {"message": "Updated too late"}, FieldError(None, "Updated too late")),
        ("payments", {"message": "Invoice is a draft"}, FieldError("invoice", "Invoice is a draft")),
        ("invoices", {"message": "Not found"}, FieldError(None, "Not found")),
        ("payments", {"type": "system"}, FieldError(None, "The server answered 422 without saying why.")),
    ],
)
def test_one_error(kind: str, error: object, read: FieldError) -> None:
    assert errors(kind, error) == (read,)


def test_all_errors_in_the_servers_order() -> None:
    listed = [{"field": "date", "message": "Date is missing"}, {"field": "date", "message": "Date is no date"}]
    assert errors("expenses", *listed) == (FieldError("date", "Date is missing"), FieldError("date", "Date is no date"))


@pytest.mark.parametrize(
    ("error", "rows"),
    [
        ({"field": "base", "message": "Expense 902 is invoiced"}, ["902"]),
        ({"message": "902,903: approved"}, ["902", "903"]),
        ({"message": "Expense 9021 is invoiced"}, [None]),
        ({"message": "is invoiced", "index": 1}, ["903"]),
        ({"message": "is invoiced", "index": 7}, [None]),
        ({"message": "is invoiced", "index": True}, [None]),
    ],
)
def test_a_bulk_refusal_names_its_rows(error: object, rows: list[str | None]) -> None:
    found = errors("expenses", error, write=BULK)
    assert [one.row for one in found] == rows
    assert {one.field for one in found} == {None}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"errors": {}}', b'{"errors": [1]}', b"[" * 5000])
def test_a_body_without_reasons_is_one_error_of_the_whole_form(body: bytes) -> None:
    refusal = PROVIDER.read_refusal("payments", Response(503, {}, body))
    assert refusal.errors == (FieldError(None, "The server answered 503 without saying why."),)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_reading_a_refusal_never_fails(body: bytes) -> None:
    assert PROVIDER.read_refusal("unheard-of", Response(400, {}, body), BULK).errors

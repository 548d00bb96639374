from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.domain.changes import FieldError, Op
from kworkbench.providers.base import Response, Write
from kworkbench.providers.productive.provider import ProductiveProvider
from kworkbench.providers.refusals import MAX_BODY
from tests.providers.support import answer

PROVIDER = ProductiveProvider()


def errors(kind: str, *listed: object, write: Write | None = None) -> tuple[FieldError, ...]:
    return PROVIDER.read_refusal(kind, answer({"errors": list(listed)}, 422), write).errors


@pytest.mark.parametrize(
    ("error", "read"),
    [
        (
            {"detail": "is not a date", "source": {"pointer": "/data/attributes/paid_on"}},
            FieldError("date", "is not a date"),
        ),
        (
            {"detail": "is not a date", "source": {"pointer": "data/attributes/written_off_on"}},
            FieldError("date", "is not a date"),
        ),
        (
            {"detail": "must exist", "source": {"pointer": "data/relationships/invoice/data"}},
            FieldError("invoice", "must exist"),
        ),
        (
            {"detail": "can't be blank", "source": {"pointer": "data/attributes/sub_account"}},
            FieldError(None, "sub account can't be blank"),
        ),
        (
            {"detail": "The period is closed.", "source": {"pointer": "data/attributes/sub_account"}},
            FieldError(None, "The period is closed."),
        ),
        ({"title": "Conflict error", "meta": {}, "source": {}}, FieldError(None, "Conflict error")),
        ({"status": 422, "source": None}, FieldError(None, "The server answered 422 without saying why.")),
        ({"detail": ["x"], "title": "T", "source": {"pointer": 5}}, FieldError(None, "T")),
    ],
)
def test_one_error(error: object, read: FieldError) -> None:
    assert errors("payments", error) == (read,)


def test_pointers_of_a_bulk_request_name_their_rows() -> None:
    write = Write(Op.BULK_DELETE, "expenses", targets=("902", "903"))
    found = errors(
        "expenses",
        {"detail": "is invoiced", "source": {"pointer": "data/1/attributes/base"}},
        {"detail": "is invoiced", "source": {"pointer": "data/0"}},
        {"detail": "is invoiced", "source": {"pointer": "data/9/attributes/name"}},
        write=write,
    )
    assert found == (
        FieldError(None, "is invoiced", "903"),
        FieldError(None, "is invoiced", "902"),
        FieldError("text", "is invoiced", None),
    )


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Bad gateway</body></html>", b"[]", b"{}", b'{"errors": 5}', b"\xff"]
)
def test_a_body_without_reasons_is_one_error_of_the_whole_form(body: bytes) -> None:
    refusal = PROVIDER.read_refusal("payments", Response(502, {}, body))
    assert refusal.errors == (FieldError(None, "The server answered 502 without saying why."),)
    assert refusal.body == body.decode("utf-8", "replace")


def test_an_endless_body_is_kept_in_part() -> None:
    refusal = PROVIDER.read_refusal("payments", Response(500, {}, b"x" * (2 * MAX_BODY)))
    assert len(refusal.body) == MAX_BODY


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_reading_a_refusal_never_fails(body: bytes) -> None:
    assert PROVIDER.read_refusal("unheard-of", Response(400, {}, body)).errors

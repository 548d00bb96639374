"""What is checked before any handler, and that no input makes it fall."""

from __future__ import annotations

import json

import pytest

from kworkbench.sandbox.productive.app import LIMIT
from tests.sandbox.productive.support import JSON_API, Api, ids


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain", "", f"{JSON_API}; ext=bulk"])
async def test_a_write_needs_its_media_type_before_its_token(api: Api, content_type: str | None) -> None:
    headers = {"Content-Type": content_type, "X-Auth-Token": "wrong"}
    answer = await api.send("POST", "/payments", {"data": {}}, headers=headers)
    assert answer.status_code == 415
    assert answer.json()["errors"] == [
        {
            "status": "415",
            "code": "unsupported_content_type",
            "title": "Unsupported Media Type",
            "detail": "Unsupported content type",
        }
    ]


@pytest.mark.parametrize("content_type", [f"{JSON_API}; charset=utf-8", JSON_API.upper(), f"{JSON_API};charset=UTF-8"])
async def test_a_charset_is_accepted(api: Api, content_type: str) -> None:
    answer = await api.send("POST", "/payments", {"data": {"type": "payments"}}, headers={"Content-Type": content_type})
    assert answer.status_code == 422


async def test_reading_needs_no_media_type(api: Api) -> None:
    for content_type in (None, "text/plain"):
        assert (await api.send("GET", "/payments", headers={"Content-Type": content_type})).status_code == 200


@pytest.mark.parametrize("token", [None, "", "Secret", "secret2", "sécret"])
async def test_without_the_token_nothing_is_said(api: Api, token: str | None) -> None:
    answer = await api.send("GET", "/payments", headers={"X-Auth-Token": token})
    assert answer.status_code == 401
    assert answer.json()["errors"] == [
        {
            "status": "401",
            "code": "invalid_auth_token",
            "title": "Unauthenticated",
            "detail": "You are not authenticated",
        }
    ]


async def test_the_organization_comes_from_header_query_or_token(api: Api) -> None:
    missing = {"X-Organization-Id": None}
    assert (await api.send("GET", "/payments", headers=missing)).status_code == 200
    assert (await api.send("GET", "/payments?X-Organization-Id=4711", headers=missing)).status_code == 200
    assert (await api.send("GET", "/payments?X-Organization-Id=4712", headers=missing)).status_code == 403
    other = await api.send("GET", "/payments", headers={"X-Organization-Id": "4712"})
    assert (other.status_code, other.json()["errors"][0]["code"]) == (403, "access_denied")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("", 200),
        (JSON_API, 200),
        ("application/json;q=0.5", 200),
        ("text/html, application/*", 200),
        ("text/html", 406),
        ("image/png, text/csv", 406),
    ],
)
async def test_only_a_client_that_takes_no_json_is_refused(api: Api, accept: str, status: int) -> None:
    assert (await api.send("GET", "/payments", headers={"Accept": accept})).status_code == status


async def test_unknown_addresses_and_methods_have_documents(api: Api) -> None:
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("GET", "/payments/1/2", 404),
        ("GET", "/", 404),
        ("PUT", "/payments/1", 405),
        ("POST", "/companies", 405),
        ("POST", "/expenses/copy/", 400),
        ("GET", "/expenses/1/approve", 405),
        ("GET", "/line_items/generate", 405),
        ("PATCH", "/companies/1", 405),
    ):
        answer = await api.send(method, path)
        assert answer.status_code == status
        assert answer.json()["errors"][0]["status"] == str(status)


async def test_a_trailing_slash_is_the_same_address(api: Api) -> None:
    assert (await api.send("GET", "/payments/")).status_code == 200


@pytest.mark.parametrize("row_id", ["0", "999999", "abc", "-1", "1.0", "%20", "٣", "9" * 30, "%00", "1%0a"])
async def test_an_id_that_is_none_is_not_found(api: Api, row_id: str) -> None:
    for path in ("/payments", "/expenses", "/companies"):
        answer = await api.send("GET", f"{path}/{row_id}")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "record_not_found")


BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"1",
    b"{}",
    b'{"data": null}',
    b'{"data": []}',
    b'{"data": "x"}',
    b'{"data": {"type": "payments", "attributes": []}, "x": NaN}',
    b'{"data": {"type": "payments", "attributes": "x"}}',
    b'{"data": {"type": "payments", "relationships": [1]}}',
    b"\xff\xfe\x00",
    b'\xef\xbb\xbf{"data": {}}',
    b'{"data": ' + b"[" * 100_000,
    b'{"data": {"type": "payments", "attributes": {"amount": ' + b"9" * 5000 + b"}}}",
]


@pytest.mark.parametrize("raw", BODIES, ids=range(len(BODIES)))
async def test_a_body_that_is_no_document_is_a_bad_request(api: Api, raw: bytes) -> None:
    before = api.books.connection.total_changes
    answer = await api.send("POST", "/payments", raw=raw)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["title"] == "Bad Request"
    assert api.books.connection.total_changes == before


HOSTILE = [
    '"\\ud800"',
    '"\\u0000"',
    "1e400",
    "-1e-400",
    str(10**40),
    str(2**64),
    "true",
    "{}",
    "[[]]",
    '"' + "9" * 200 + '"',
    '"٣"',
    '"+5"',
    '"-0"',
    "0.1",
    '"0x10"',
    '"  7 "',
    "null",
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
async def test_no_value_of_a_field_makes_it_fall(api: Api, value: str) -> None:
    payment = ids(api.books, "SELECT id FROM payments WHERE invoice_id IS NOT NULL")[0]
    expense = ids(api.books, "SELECT id FROM expenses WHERE invoice_id IS NULL")[0]
    writes = {
        f"/payments/{payment}": ("payments", "amount paid_on written_off_on note external_id invoice_id"),
        f"/expenses/{expense}": (
            "expenses",
            "name date currency amount quantity billable_amount service_id person_id vendor_id pay_on reimbursable",
        ),
    }
    for path, (kind, names) in writes.items():
        for name in names.split():
            raw = f'{{"data": {{"type": "{kind}", "attributes": {{"{name}": {value}}}}}}}'
            answer = await api.send("PATCH", path, raw=raw.encode())
            assert answer.status_code in {200, 422}, (name, value)
            assert answer.json()


@pytest.mark.parametrize(
    "linkage", ["null", "[]", "{}", '{"data": 5}', '{"data": {"id": {}}}', '{"data": {"id": true}}']
)
async def test_no_relationship_makes_it_fall(api: Api, linkage: str) -> None:
    payment = ids(api.books, "SELECT id FROM payments WHERE invoice_id IS NOT NULL")[0]
    raw = f'{{"data": {{"type": "payments", "relationships": {{"invoice": {linkage}}}}}}}'
    answer = await api.send("PATCH", f"/payments/{payment}", raw=raw.encode())
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"]["pointer"] == "data/attributes/invoice"


def test_one_request_too_many_says_when_to_come_again() -> None:
    answer = LIMIT.refusal(7)
    assert answer.status_code == 429
    assert (answer.headers["x-ratelimit-reset"], answer.headers["retry-after"]) == ("7", "7")
    (error,) = json.loads(bytes(answer.body))["errors"]
    assert (error["limit"], error["period"]) == (LIMIT.requests, LIMIT.period) == (100, 10)


async def test_a_head_is_a_get_without_its_body(api: Api) -> None:
    for path in ("/payments", "/payments/20001", "/payments/1"):
        head, whole = await api.send("HEAD", path), await api.send("GET", path)
        assert head.status_code == whole.status_code
        assert head.headers == whole.headers


async def test_a_wrong_method_is_told_the_right_ones(api: Api) -> None:
    for path, allowed in (("/payments", "HEAD, GET, POST"), ("/companies/1", "HEAD, GET")):
        answer = await api.send("PUT", path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert answer.json()["errors"][0]["code"] == "method_not_allowed"

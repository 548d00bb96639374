from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.kantata.bodies import nest, read_body
from kworkbench.sandbox.kantata.errors import Refusal
from kworkbench.sandbox.opening import open_context
from tests.sandbox.kantata.conftest import NOW, TOKEN, Api, client_of

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("pairs", "tree"),
    [
        ([("expense[workspace_id]", "1")], {"expense": {"workspace_id": "1"}}),
        ([("e[f][source_value]", "1.5"), ("e[f][source_currency]", "CHF")],
         {"e": {"f": {"source_value": "1.5", "source_currency": "CHF"}}}),
        ([("ids[]", "1"), ("ids[]", "2")], {"ids": ["1", "2"]}),
        ([("es[][a]", "1"), ("es[][b]", "2"), ("es[][a]", "3")], {"es": [{"a": "1", "b": "2"}, {"a": "3"}]}),
        ([("es[][f][x]", "1"), ("es[][f][y]", "2"), ("es[][f][x]", "3")],
         {"es": [{"f": {"x": "1", "y": "2"}}, {"f": {"x": "3"}}]}),
        ([("es[][t][]", "1"), ("es[][t][]", "2"), ("es[][a]", "3")], {"es": [{"t": ["1", "2"], "a": "3"}]}),
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("a[b", "1"), ("c]", "2"), ("d[e]f", "3")], {"a[b": "1", "c]": "2", "d[e]f": "3"}),
        ([("", "1")], {"": "1"}),
    ],
)  # fmt: skip
def test_bracketed_names(pairs: list[tuple[str, str]], tree: object) -> None:
    assert nest(pairs) == tree


@pytest.mark.parametrize(
    "names", [["a", "a[b]"], ["a[b]", "a[]"], ["a", "a[]"], ["a[][b]", "a[c]"], ["a" + "[b]" * 33]]
)
def test_one_name_for_two_things_cannot_be_read(names: list[str]) -> None:
    with pytest.raises(Refusal) as refusal:
        nest([(name, "1") for name in names])
    assert refusal.value.status == 400


async def test_every_way_to_write_a_payment(api: Api) -> None:
    flat = {
        "external_payment[workspace_id]": "325",
        "external_payment[amount_in_cents]": "700",
        "external_payment[message]": "é",
    }
    nested = {"external_payment": {"workspace_id": 325, "amount_in_cents": 700, "message": "é"}}
    utf8 = json.dumps(nested, ensure_ascii=False).encode()
    answers = [
        await api.client.post("/external_payments", json=nested),
        await api.client.post(
            "/external_payments", content=utf8, headers={"content-type": "application/json; charset=utf-8"}
        ),
        await api.client.post("/external_payments", data=flat),
        await api.client.post("/external_payments", data=flat, files={"ignored": ("a.txt", b"x")}),
        await api.client.post("/external_payments.json", params=flat),
        await api.client.post(
            "/external_payments",
            content="external_payment[workspace_id]=325&external_payment[amount_in_cents]=700&external_payment[message]=%C3%A9",
            headers={"content-type": FORM},
        ),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        (row,) = answer.json()["external_payments"].values()
        assert (row["workspace_id"], row["amount_in_cents"], row["message"]) == (325, 700, "é")


async def test_a_bulk_form_repeats_its_keys(api: Api) -> None:
    item = (
        "expenses%5B%5D%5Bworkspace_id%5D=325&expenses[][date]=2026-03-0{}"
        "&expenses[][category]=Lodging&expenses[][amount_in_cents]={}"
    )
    content = "&".join(item.format(number, number * 100) for number in (1, 2, 3))
    answer = await api.client.post("/expenses", content=content, headers={"content-type": FORM})
    assert answer.status_code == 200, answer.text
    rows = [answer.json()["expenses"][row["id"]] for row in answer.json()["results"]]
    assert [(row["date"], row["amount_in_cents"]) for row in rows] == [
        ("2026-03-01", 100),
        ("2026-03-02", 200),
        ("2026-03-03", 300),
    ]


async def test_the_body_wins_over_the_query(api: Api) -> None:
    answer = await api.client.post(
        "/external_payments?external_payment[message]=query&include=workspace",
        json={"external_payment": {"workspace_id": 325, "amount_in_cents": 5}},
    )
    assert answer.json()["workspaces"]["325"]
    (row,) = answer.json()["external_payments"].values()
    assert row["message"] is None


DEEP = b'{"expense":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
UNREADABLE = [
    ("application/json", b"{"),
    ("application/json", b"[]"),
    ("application/json", b'"expense"'),
    ("application/json", b"null"),
    ("application/json", b'{"expense": []}'),
    ("application/json", b'{"expense": "x"}'),
    ("application/json", b'{"expenses": {"a": 1}}'),
    ("application/json", b'{"expenses": [1]}'),
    ("application/json", b'{"expense": {"notes": "\xff"}}'),
    ("application/json", b'{"expense": {"notes": "\\ud800"}}'),
    ("application/json", b'{"expense": {"notes": "a\\u0000b"}}'),
    ("application/json", b'{"\\u0000": 1}'),
    ("application/json", b'{"expense": {"amount_in_cents": NaN}}'),
    ("application/json", b'{"expense": {"amount_in_cents": 1e999}}'),
    ("application/json", b'{"expense": {"amount_in_cents": ' + b"9" * 5000 + b"}}"),
    ("application/json", DEEP),
    ("application/json", b'{"a":' * 40 + b"1" + b"}" * 40),
    (FORM, b"expense[notes]=%00"),
    (FORM, b"expense[notes]=%ff"),
    (FORM, b"expense[notes]=\xff"),
    (FORM, b"expense=1&expense[date]=2"),
    (FORM, b"a=1&" * 20_001),
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b"--y\r\nnonsense"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
    ("text/plain", b"hello"),
    ("", b'{"expense": {}}'),
    ("\xff", b"x"),
]


@pytest.mark.parametrize(("kind", "body"), UNREADABLE)
async def test_unreadable_bodies_are_a_400(api: Api, kind: str, body: bytes) -> None:
    headers = [(b"content-type", kind.encode("latin-1"))]
    answer = await api.client.post("/expenses", content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    (problem,) = answer.json()["errors"]
    assert problem["type"] == "system"
    assert problem["message"].endswith(".")


async def test_an_empty_body_is_no_members() -> None:
    assert await read_body(b"", "") == {}
    assert await read_body(b" \n", "application/json") == {}


@pytest.fixture(scope="module")
def scratch() -> Iterator[SandboxContext]:
    context = open_context(None, token=TOKEN, today=date(2026, 3, 15), size=50, clock=lambda: NOW)
    yield context
    context.books.close()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = st.sampled_from(
    "workspace_id date category amount_in_cents expense_category_id foreign_exchange_amount user_id notes billable "
    "receipt_id story_id vendor_id external_reference invoice_id message reimbursable".split()
)
BODIES = st.dictionaries(
    st.sampled_from(["expense", "expenses", "external_payment", "ids"]),
    st.dictionaries(MEMBERS, VALUES, max_size=4)
    | st.lists(st.dictionaries(MEMBERS, VALUES, max_size=3), max_size=2)
    | VALUES,
    max_size=2,
)
ROUTES = st.sampled_from(
    [("POST", "/expenses"), ("DELETE", "/expenses"), ("PUT", "/expenses/50001"), ("POST", "/external_payments")]
)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ask(context: SandboxContext, method: str, path: str, content: bytes, kind: bytes) -> httpx.Response:
    async def send() -> httpx.Response:
        async with client_of(context) as client:
            return await client.request(method, path, content=content, headers=[(b"content-type", kind)])

    return asyncio.run(send())


@QUIET
@given(route=ROUTES, body=BODIES)
def test_no_json_body_breaks_the_server(scratch: SandboxContext, route: tuple[str, str], body: object) -> None:
    answer = ask(scratch, *route, json.dumps(body).encode(), b"application/json")
    assert answer.status_code in (200, 400, 404, 422), answer.text
    answer.json()


@QUIET
@given(
    route=ROUTES,
    content=st.binary(max_size=60)
    | st.from_regex(r"(expense|ids)(\[[a-z_]*\]){0,3}=[%0-9a-fA-F]{0,9}(&expenses\[\]=1)?", fullmatch=True).map(
        str.encode
    ),
    kind=st.sampled_from(
        [
            b"application/json",
            FORM.encode(),
            b"multipart/form-data; boundary=x",
            b"multipart/form-data; boundary=\xff",
            b"x",
        ]
    ),
)
def test_no_bytes_break_the_server(
    scratch: SandboxContext, route: tuple[str, str], content: bytes, kind: bytes
) -> None:
    answer = ask(scratch, *route, content, kind)
    assert answer.status_code in (200, 400, 404, 422), answer.text
    answer.json()


@QUIET
@given(
    name=st.sampled_from(
        (
            "page per_page only order include optional_fields created_after date_expensed_between workspace_id "
            "limit offset search"
        ).split()
    ),
    value=st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
def test_no_parameter_breaks_the_server(scratch: SandboxContext, name: str, value: str) -> None:
    answer = ask(scratch, "GET", f"/expenses?{httpx.QueryParams({name: value})}", b"", b"")
    assert answer.status_code in (200, 400), answer.text
    answer.json()

"""Our requests answered by the sandbox, another reading of the same contracts, over HTTP semantics."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date

import httpx
import pytest

from kworkbench.domain.changes import Args, FieldError, Op, Raw
from kworkbench.domain.records import Record, Values
from kworkbench.providers import load
from kworkbench.providers.base import Provider, Request, Response, Write
from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.opening import open_context

TOKEN = "sandbox-token"
PREFIX = {"kantata": "/api/v1", "productive": "/api/v2"}
MARKER = "kw:ABCDEFGH23"


@dataclass
class Connection:
    """A provider, a line to the sandbox and what was read so far."""

    provider: Provider
    client: httpx.AsyncClient
    organization_id: str
    known: dict[tuple[str, str], Values] = field(default_factory=dict)

    def lookup(self, kind: str, record_id: str) -> Values | None:
        return self.known.get((kind, record_id))

    async def send(self, request: Request) -> Response:
        headers = {**request.headers, **self.provider.auth(TOKEN, self.organization_id)}
        content = None if request.body is None else json.dumps(request.body).encode()
        path = PREFIX[self.provider.catalog.provider] + request.path
        answer = await self.client.request(
            request.method, path, params=list(request.query), content=content, headers=headers
        )
        return Response(answer.status_code, dict(answer.headers), answer.content)

    async def list(self, kind: str, size: int = 200) -> list[Record]:
        found: list[Record] = []
        number = pages = 1
        while number <= pages:
            answer = await self.send(self.provider.list_page(kind, number, size))
            assert answer.status == 200, answer.body
            page = self.provider.read_page(kind, answer, self.lookup)
            assert page.number == (number if page.total else 1)
            found += page.records
            number, pages = number + 1, page.pages
        assert len({record.id for record in found}) == len(found) == page.total
        self.known |= {(record.kind, record.id): record.values for record in found}
        return found

    async def sync(self) -> None:
        identity = self.provider.read_identity(await self.send(self.provider.who()))
        self.provider = self.provider.signed_in(identity)
        for kind in (*(related.name for related in self.provider.catalog.related), "invoices"):
            await self.list(kind)

    async def write(self, write: Write) -> Response:
        return await self.send(self.provider.write(write, self.lookup))

    async def wrote(self, write: Write) -> tuple[Record, ...]:
        answer = await self.write(write)
        assert 200 <= answer.status < 300, answer.body
        return self.provider.read_record(write.kind, answer, self.lookup)

    async def shown(self, kind: str, record_id: str) -> Record:
        answer = await self.send(self.provider.show(kind, record_id))
        assert answer.status == 200, answer.body
        return self.provider.read_record(kind, answer, self.lookup)[0]


@pytest.fixture(params=["kantata", "productive", "productive-modern"])
async def connection(request: pytest.FixtureRequest) -> AsyncIterator[Connection]:
    """Both vendors, Productive also in its later shape; `kantata-unnamed` leaves `field` out of its errors."""
    name, _, variant = str(request.param).partition("-")
    context = open_context(None, token=TOKEN, today=date(2026, 3, 31), size=60, kantata_field=variant != "unnamed")
    app = build_app(replace(context, modern_shape=variant == "modern"))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        line = Connection(load(name), client, context.organization_id)
        await line.sync()
        yield line
    context.books.close()


EVERY_REFUSAL = pytest.mark.parametrize("connection", ["kantata", "kantata-unnamed", "productive"], indirect=True)


def is_productive(connection: Connection) -> bool:
    return connection.provider.catalog.provider == "productive"


async def unpaid(connection: Connection) -> Record:
    """An open invoice of one project with something outstanding and nothing paid yet."""
    for invoice in await connection.list("invoices"):
        of = invoice.values
        if of["state"] == "open" and of["settlement"] == "unpaid" and of["kind"] == "invoice" and of["project_id"]:
            answer = await connection.send(connection.provider.payments_of(invoice.id))
            if not connection.provider.read_page("payments", answer, connection.lookup).total:
                return invoice
    raise AssertionError("the sample books hold no unpaid invoice")


def new_expense(connection: Connection, text: str) -> Args:
    common: Args = {"date": "2026-03-30", "text": text, "reimbursable": True}
    if is_productive(connection):
        service = next(
            key[1] for key, of in connection.known.items() if key[0] == "services" and of["expense_tracking"]
        )
        return {**common, "currency": "EUR", "unit_amount": 1250, "quantity": "2", "service_id": service}
    project = next(key[1] for key, of in connection.known.items() if key[0] == "projects" and not of["archived"])
    category = next(key[1] for key, of in connection.known.items() if key[0] == "categories" and not of["archived"])
    currency = connection.known["projects", project]["currency"]
    place: Args = {"project_id": project, "category_id": category}
    return {**common, **place, "amount": 2500, "currency": currency, "billable": True}


async def test_every_kind_is_read_whole_and_names_are_filled_in(connection: Connection) -> None:
    for kind in (
        *(related.name for related in connection.provider.catalog.related),
        *connection.provider.catalog.resources,
    ):
        records = await connection.list(kind)
        assert records
        if kind in connection.provider.catalog.resources:
            assert {record.values["currency"] for record in records} > {"EUR"}
            assert all(record.values["project"] for record in records if record.values["project_id"])
        else:
            assert all(record.values["name"] for record in records)


async def test_small_pages_make_the_same_list(connection: Connection) -> None:
    for kind in connection.provider.catalog.resources:
        whole, paged = await connection.list(kind), await connection.list(kind, size=17)
        assert {record.id: record.values for record in whole} == {record.id: record.values for record in paged}


async def test_clients_people_and_categories_are_named(connection: Connection) -> None:
    invoices, expenses = await connection.list("invoices"), await connection.list("expenses")
    assert all(record.values["client"] for record in invoices if record.values["project_id"])
    assert all(record.values["person"] and record.values["category"] for record in expenses)
    assert {record.values["receipt"] for record in expenses} == {True, False}
    assert {record.values["archived"] for record in expenses} == {True, False}
    assert {record.values["external"] for record in expenses} == (
        {False} if is_productive(connection) else {True, False}
    )
    assert {record.values["state"] for record in invoices} == {"draft", "open", "cancelled"}


async def test_showing_says_the_same_as_the_list(connection: Connection) -> None:
    for kind in connection.provider.catalog.resources:
        for record in (await connection.list(kind))[::29]:
            assert (await connection.shown(kind, record.id)).values == record.values


async def test_reading_many_by_id_leaves_out_who_is_gone(connection: Connection) -> None:
    for kind in connection.provider.catalog.resources:
        ids = [record.id for record in (await connection.list(kind))[:5]]
        request = connection.provider.show_many(kind, [*ids, "999999999"])
        if request is not None:
            page = connection.provider.read_page(kind, await connection.send(request), connection.lookup)
            assert sorted(record.id for record in page.records) == sorted(ids)


async def test_a_payment_is_created_found_by_its_marker_and_deleted(connection: Connection) -> None:
    invoice = await unpaid(connection)
    outstanding = invoice.values["outstanding"]
    args: Args = {
        "invoice_id": invoice.id,
        "project_id": invoice.values["project_id"],
        "amount": outstanding,
        "note": "Wire 7781",
    }
    args = {**args, "date": "2026-03-30"}
    made, *others = await connection.wrote(Write(Op.CREATE, "payments", args=args, marker=MARKER))
    expected = {
        "amount": outstanding,
        "note": "Wire 7781",
        "marker": MARKER,
        "invoice_id": invoice.id,
        "kind": "payment",
    }
    assert {key: made.values[key] for key in expected} == expected
    assert made.values["client"] == invoice.values["client"]
    after = next(record for record in others if record.kind == "invoices")
    settled = {"outstanding": 0, "paid": outstanding, "settlement": "paid"}
    moved = {key: after.values[key] for key in ("paid_on", "updated") if key in after.values}
    assert after.values == {**invoice.values, **settled, **moved}
    probe = await connection.send(connection.provider.payments_of(invoice.id))
    assert [
        record.values for record in connection.provider.read_page("payments", probe, connection.lookup).records
    ] == [made.values]
    assert (await connection.write(Write(Op.DELETE, "payments", made.id))).status == 204
    assert (await connection.shown("invoices", invoice.id)).values["outstanding"] == outstanding
    assert (await connection.send(connection.provider.show("payments", made.id))).status == 404


async def test_an_edited_payment_keeps_its_marker(connection: Connection) -> None:
    if not is_productive(connection):
        assert connection.provider.catalog.resources["payments"].updates
        return
    invoice = await unpaid(connection)
    args: Args = {"invoice_id": invoice.id, "amount": 700, "date": "2026-03-30", "note": "first", "kind": "write-off"}
    made, *_ = await connection.wrote(Write(Op.CREATE, "payments", args=args, marker=MARKER))
    changed: Args = {"note": "second", "date": "2026-03-29", "amount": 600}
    edited, *others = await connection.wrote(Write(Op.UPDATE, "payments", made.id, args=changed, pre=made.values))
    assert edited.values == {**made.values, **changed, "written_off_on": "2026-03-29"}
    assert (edited.values["kind"], edited.values["marker"]) == ("write-off", MARKER)
    after = next(record for record in others if record.kind == "invoices").values
    assert (after["written_off"], after["settlement"], after["project"]) == (
        600,
        "part-paid",
        invoice.values["project"],
    )


async def test_an_expense_is_created_changed_and_deleted(connection: Connection) -> None:
    made, *_ = await connection.wrote(Write(Op.CREATE, "expenses", args=new_expense(connection, "Lunch")))
    assert (made.values["text"], made.values["amount"], made.values["date"]) == ("Lunch", 2500, "2026-03-30")
    assert made.values["project"]
    assert made.values["category"]
    changed: Args = {"text": "Dinner", "reimbursable": False}
    edited, *_ = await connection.wrote(Write(Op.UPDATE, "expenses", made.id, args=changed, pre=made.values))
    assert edited.values == {**made.values, **changed}
    assert (await connection.write(Write(Op.DELETE, "expenses", made.id))).status == 204
    assert (await connection.send(connection.provider.show("expenses", made.id))).status == 404


async def test_an_expense_keeps_its_marker_out_of_its_text(connection: Connection) -> None:
    args = new_expense(connection, "Lunch")
    made, *_ = await connection.wrote(Write(Op.CREATE, "expenses", args=args, marker=MARKER))
    assert (made.values["text"], made.values["marker"]) == ("Lunch", MARKER)
    likes = connection.provider.likes("expenses", args, connection.lookup)
    assert likes is not None
    page = connection.provider.read_page("expenses", await connection.send(likes), connection.lookup)
    assert [record.id for record in page.records if record.values.get("marker") == MARKER] == [made.id]
    connection.known["expenses", made.id] = made.values
    edited, *_ = await connection.wrote(Write(Op.UPDATE, "expenses", made.id, args={"text": "Dinner"}))
    assert edited.values == {**made.values, "text": "Dinner"}


async def test_a_bulk_delete_with_an_invoiced_row_is_refused_by_name(connection: Connection) -> None:
    fresh = [
        (await connection.wrote(Write(Op.CREATE, "expenses", args=new_expense(connection, text))))[0].id
        for text in ("one", "two")
    ]
    locked = next(record.id for record in await connection.list("expenses") if record.values["invoiced"])
    write = Write(Op.BULK_DELETE, "expenses", targets=(fresh[0], locked, fresh[1]))
    answer = await connection.write(write)
    refusal = connection.provider.read_refusal("expenses", answer, write)
    assert answer.status == 422
    assert [(error.field, error.row) for error in refusal.errors] == [(None, locked)]
    assert "invoiced" in refusal.errors[0].message
    assert {record.id for record in await connection.list("expenses")} > {*fresh, locked}
    assert (await connection.write(Write(Op.BULK_DELETE, "expenses", targets=tuple(fresh)))).status in (200, 204)
    assert not {record.id for record in await connection.list("expenses")} & set(fresh)


@EVERY_REFUSAL
async def test_refused_payments_name_their_fields(connection: Connection) -> None:
    args: Args = {"amount": Raw("1.250"), "date": Raw("32.13."), "project_id": None}
    answer = await connection.write(Write(Op.CREATE, "payments", args=args))
    errors = connection.provider.read_refusal("payments", answer).errors
    named = [error.field for error in errors]
    assert answer.status == 422
    assert named == (["invoice", "amount", "date"] if is_productive(connection) else ["project", "amount"]), errors


async def test_an_empty_payment_is_refused_in_the_seeds_order(connection: Connection) -> None:
    if not is_productive(connection):
        return
    answer = await connection.write(Write(Op.CREATE, "payments", args={"amount": "", "date": ""}))
    assert connection.provider.read_refusal("payments", answer).errors == (
        FieldError("invoice", "can't be blank"),
        FieldError("amount", "can't be blank"),
        FieldError("date", "can't be blank"),
        FieldError("date", "is not a date"),
    )


async def test_a_foreign_currency_is_converted_at_kantata_and_kept_at_productive(connection: Connection) -> None:
    args = {**new_expense(connection, "Hotel"), "currency": "CHF"}
    made, *_ = await connection.wrote(Write(Op.CREATE, "expenses", args=args))
    if is_productive(connection):
        assert (made.values["amount"], made.values["currency"]) == (2500, "CHF")
    else:
        currency = connection.known["projects", str(args["project_id"])]["currency"]
        assert made.values["currency"] == currency
        assert (made.values["amount"] == 2500) == (currency == "CHF")


@EVERY_REFUSAL
async def test_an_empty_expense_names_what_is_missing(connection: Connection) -> None:
    form = connection.provider.catalog.resources["expenses"].form
    args: Args = {field.key: "" for field in form if field.required}
    answer = await connection.write(Write(Op.CREATE, "expenses", args=args))
    errors = connection.provider.read_refusal("expenses", answer).errors
    assert answer.status == 422
    assert {error.field for error in errors} == {field.name for field in form if field.required}, errors

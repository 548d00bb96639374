"""Actions, bulk writes and invoices: our requests answered by the sandbox, over HTTP semantics."""

from __future__ import annotations

from dataclasses import replace as copied

import pytest

from kworkbench.domain.actions import Action, find_action
from kworkbench.domain.changes import RESTORE, Args, Op, Raw
from kworkbench.domain.records import Record, Values
from kworkbench.providers.base import NotOfferedError, Response, Write
from kworkbench.providers.kantata.provider import KantataProvider
from tests.providers.test_against_sandbox import Connection, connection, is_productive, new_expense

__all__ = ["connection"]

PRODUCTIVE = pytest.mark.parametrize("connection", ["productive", "productive-modern"], indirect=True)
KANTATA = pytest.mark.parametrize("connection", ["kantata"], indirect=True)


def action_of(connection: Connection, kind: str, name: str) -> Action:
    found = find_action(connection.provider.catalog.resources[kind].actions(), name)
    assert found is not None
    return found


async def done(connection: Connection, write: Write) -> tuple[Record, ...]:
    answer = await connection.write(write)
    assert answer.status in (200, 201), answer.body
    return connection.provider.read_written(write, answer, connection.lookup)


async def acted(
    connection: Connection, kind: str, name: str, record: str | tuple[str, ...], args: Args | None = None
) -> tuple[Record, ...]:
    """The records of the answer to an action on one record, or on several in one request."""
    action = action_of(connection, kind, name)
    one, many = (record, ()) if isinstance(record, str) else (None, record)
    return await done(connection, Write(Op.ACTION, kind, one, many, args or {}, action=action.name))


async def refused(connection: Connection, write: Write) -> tuple[int, str]:
    answer = await connection.write(write)
    assert answer.status in (403, 409, 422), answer.body
    return answer.status, connection.provider.read_refusal(write.kind, answer, write).errors[0].message


async def made(connection: Connection, text: str, **more: str | int) -> Record:
    args = {**new_expense(connection, text), **more}
    return (await connection.wrote(Write(Op.CREATE, "expenses", args=args)))[0]


def invoice_args(connection: Connection, **more: str | bool) -> Args:
    common: Args = {"issued": "2026-03-20", "subject": "March", **more}
    if is_productive(connection):
        client = next(key[1] for key in connection.known if key[0] == "clients")
        return {"client_id": client, "currency": "EUR", "kind": "invoice", **common}
    project = next(key[1] for key, of in connection.known.items() if key[0] == "projects" and not of["archived"])
    lines = "1200.00 Design\n50.00 Hosting +tax"
    return {"project_id": project, "payment_schedule": 30, "lines": lines, "tax_rate": "20", "draft": True, **common}


async def new_invoice(connection: Connection, **more: str | bool) -> Record:
    return (await connection.wrote(Write(Op.CREATE, "invoices", args=invoice_args(connection, **more))))[0]


# Expenses at Productive.


@PRODUCTIVE
async def test_expenses_are_approved_rejected_and_both_taken_back(connection: Connection) -> None:
    expense = (await made(connection, "Lunch")).id
    for name, approval in (("approve", "approved"), ("unapprove", "submitted")):
        (record, *_) = await acted(connection, "expenses", name, expense)
        assert (record.id, record.values["approval"]) == (expense, approval)
        assert action_of(connection, "expenses", name).expects["approval"] == approval
    (record, *_) = await acted(connection, "expenses", "reject", expense, {"rejected_reason": "No receipt"})
    assert (record.values["approval"], record.values["rejected_reason"]) == ("rejected", "No receipt")
    status, message = await refused(connection, Write(Op.ACTION, "expenses", expense, action="approve"))
    assert status == 409
    assert "rejected" in message or "onflict" in message
    (record, *_) = await acted(connection, "expenses", "unreject", expense)
    assert record.values["approval"] == "submitted"


@PRODUCTIVE
async def test_several_are_approved_with_one_request(connection: Connection) -> None:
    ids = tuple([(await made(connection, text)).id for text in ("one", "two", "three")])
    records = await acted(connection, "expenses", "approve", ids)
    assert {record.id: record.values["approval"] for record in records if record.kind == "expenses"} == dict.fromkeys(
        ids, "approved"
    )
    rejected = (await made(connection, "four")).id
    await acted(connection, "expenses", "reject", rejected)
    write = Write(Op.ACTION, "expenses", targets=(ids[0], rejected), action="approve")
    answer = await connection.write(write)
    errors = connection.provider.read_refusal("expenses", answer, write).errors
    assert [(error.row, answer.status) for error in errors] == [(rejected, 422)]


@PRODUCTIVE
async def test_paid_and_reimbursed_are_edits_of_one_or_of_many(connection: Connection) -> None:
    one, two = (await made(connection, "one")).id, (await made(connection, "two")).id
    paid = action_of(connection, "expenses", "mark-paid")
    (record, *_) = await connection.wrote(Write(Op.UPDATE, "expenses", one, args={"paid_on": "2026-03-28"}))
    assert (paid.request, record.values["paid_on"]) == (None, "2026-03-28")
    args: Args = {**action_of(connection, "expenses", "mark-reimbursed").sets, "reimbursed_on": "2026-03-29"}
    records = await done(connection, Write(Op.UPDATE, "expenses", targets=(one, two), args=args))
    found = {record.id: record.values for record in records if record.kind == "expenses"}
    assert set(found) == {one, two}
    assert all((of["reimbursed_on"], of["reimbursable"]) == ("2026-03-29", True) for of in found.values())


@PRODUCTIVE
async def test_a_copy_is_another_expense(connection: Connection) -> None:
    original = await made(connection, "Taxi")
    await acted(connection, "expenses", "approve", original.id)
    records = await acted(connection, "expenses", "copy", original.id, {"text": "Taxi back", "service_id": None})
    copy = next(record for record in records if record.kind == "expenses")
    assert copy.id != original.id
    assert (copy.values["text"], copy.values["amount"]) == ("Taxi back", original.values["amount"])
    assert copy.values["approval"] != "approved"


@PRODUCTIVE
async def test_exports_are_asked_for_and_refused_the_second_time(connection: Connection) -> None:
    expense = (await made(connection, "Paper")).id
    await acted(connection, "expenses", "export", expense)
    assert (await refused(connection, Write(Op.ACTION, "expenses", expense, action="export")))[0] == 409
    await acted(connection, "expenses", "export-update", expense)


@PRODUCTIVE
async def test_every_field_of_the_expense_form_is_stored(connection: Connection) -> None:
    known = connection.known
    rate = next(key[1] for key in known if key[0] == "tax_rates")
    vendor = next(key[1] for key in known if key[0] == "clients")
    args: Args = {
        "markup": "12.5", "pay_on": "2026-04-01", "paid_on": "2026-04-02", "vendor_id": vendor, "tax_rate_id": rate,
        "tax_inclusion": "inclusive", "reimbursed_on": "2026-04-03", "position": 3, "purchase_order_id": "12",
    }  # fmt: skip
    write = Write(Op.CREATE, "expenses", args={**new_expense(connection, "Print"), **args})
    record = (await connection.wrote(write))[0]
    seen = {key: record.values.get(key) for key in args}
    modern = "markup" in record.values  # each shape leaves out what the other one tells unasked
    untold = {"tax_rate_id", "purchase_order_id"} if modern else {"markup", "tax_inclusion"}
    assert seen == {key: None if key in untold else value for key, value in args.items()}
    cleared = await connection.wrote(Write(Op.UPDATE, "expenses", record.id, args={"paid_on": None, "vendor_id": None}))
    assert "paid_on" not in cleared[0].values
    assert "vendor_id" not in cleared[0].values


@PRODUCTIVE
async def test_what_was_deleted_is_listed_and_restored(connection: Connection) -> None:
    expense, invoice = await made(connection, "Gone for a moment"), await new_invoice(connection)
    provider = connection.provider
    for record in (expense, invoice):
        assert (await connection.write(Write(Op.DELETE, record.kind, record.id))).status == 204
        page = provider.read_deleted(await connection.send(provider.deleted_items(record.kind, 1, 200)))
        assert {one.kind for one in page.items} == {record.kind}
        item = next(one for one in page.items if one.record_id == record.id)
        restore = Write(Op.ACTION, record.kind, record.id, action=RESTORE)
        with pytest.raises(NotOfferedError, match="does not list it among what was deleted"):
            provider.write(restore, connection.lookup)
        assert await done(connection, copied(restore, item=item.id)) == ()
        assert (await connection.shown(record.kind, record.id)).values.items() >= record.values.items()
    with pytest.raises(NotOfferedError, match="keeps no deleted payments"):
        provider.deleted_items("payments", 1, 200)


@KANTATA
async def test_kantata_keeps_nothing_that_was_deleted(connection: Connection) -> None:
    with pytest.raises(NotOfferedError, match="keeps no deleted expenses"):
        connection.provider.deleted_items("expenses", 1, 200)


@PRODUCTIVE
async def test_lines_are_made_of_what_a_budget_has_not_invoiced(connection: Connection) -> None:
    invoice = await new_invoice(connection)
    expense = await made(connection, "Billed on", billable_amount=5000)
    service = connection.known["services", str(expense.values["service_id"])]
    budgets = [key[1] for key, of in connection.known.items() if key[0] == "budgets"]
    mine = [each for each in budgets if connection.known["budgets", each]["project_id"] == service["project_id"]]
    args: Args = {"budget_ids": ",".join(mine), "date_from": "2026-03-01", "display_format": None}
    write = Write(Op.ACTION, "invoices", invoice.id, args=args, action="generate-lines")
    request = connection.provider.write(write, connection.lookup)
    assert request.body == {
        "data": {
            "invoice_id": int(invoice.id),
            "invoicing_method": "uninvoiced_time_and_expenses",
            "budget_ids": [int(each) for each in mine],
            "date_from": "2026-03-01",
        }
    }
    assert await acted(connection, "invoices", "generate-lines", invoice.id, args) == ()
    assert int(str((await connection.shown("invoices", invoice.id)).values["total"])) >= 5000
    status, said = await refused(connection, copied(write, args={}))
    assert (status, said) == (422, "can't be blank")


# Invoices.


@PRODUCTIVE
async def test_an_invoice_is_made_gets_a_line_is_finalized_and_sent(connection: Connection) -> None:
    invoice = await new_invoice(connection, purchase_order_number="PO 7", note="Thanks", tags="blue, red")
    expected = {"state": "draft", "subject": "March", "issued": "2026-03-20", "note": "Thanks", "tags": "blue, red"}
    assert {key: invoice.values.get(key) for key in expected} == expected
    rate = next(key[1] for key in connection.known if key[0] == "tax_rates")
    line: Args = {"line_text": "Design", "line_price": 120_000, "line_quantity": "1.5", "tax_rate_id": rate}
    assert await acted(connection, "invoices", "add-line", invoice.id, line) == ()
    assert int(str((await connection.shown("invoices", invoice.id)).values["total"])) >= 180_000
    status, _ = await refused(connection, Write(Op.ACTION, "invoices", invoice.id, action="send"))
    assert status == 422
    (final, *_) = await acted(connection, "invoices", "finalize", invoice.id, {"number": "2026-99"})
    assert (final.values["state"], final.values["number"]) == ("open", "2026-99")
    (sent, *_) = await acted(connection, "invoices", "send", invoice.id, {"to": "a@example.org", "subject": ""})
    assert sent.values["sent_on"]
    assert (await refused(connection, Write(Op.DELETE, "invoices", invoice.id)))[0] == 409
    await acted(connection, "invoices", "export", invoice.id)
    await acted(connection, "invoices", "export-update", invoice.id)
    assert (await refused(connection, Write(Op.ACTION, "invoices", invoice.id, action="send-einvoice")))[0] == 403


async def test_an_invoice_is_changed_and_a_draft_deleted(connection: Connection) -> None:
    invoice = await new_invoice(connection)
    assert invoice.values["state"] == "draft"
    changed: Args = {"subject": "April", "issued": "2026-03-25"}
    (edited, *_) = await connection.wrote(Write(Op.UPDATE, "invoices", invoice.id, args=changed, pre=invoice.values))
    assert {key: edited.values[key] for key in changed} == changed
    assert (await connection.write(Write(Op.DELETE, "invoices", invoice.id))).status == 204
    assert (await connection.send(connection.provider.show("invoices", invoice.id))).status == 404


@PRODUCTIVE
async def test_a_credit_note_names_its_invoice(connection: Connection) -> None:
    parent = next(one.id for one in await connection.list("invoices") if one.values["state"] == "open")
    note = await new_invoice(connection, kind="credit-note", parent_invoice_id=parent)
    assert note.values["kind"] == "credit-note"


@PRODUCTIVE
async def test_an_empty_invoice_names_what_is_missing(connection: Connection) -> None:
    form = connection.provider.catalog.resources["invoices"].form
    required = [field for field in form if field.required]
    args: Args = {field.key: "" for field in required} | {"due": Raw("32.13.")}
    answer = await connection.write(Write(Op.CREATE, "invoices", args=args))
    errors = connection.provider.read_refusal("invoices", answer).errors
    assert answer.status == 422
    assert {error.field for error in errors} == {*(field.name for field in required), "due"}, errors


@KANTATA
async def test_kantatas_invoice_has_its_lines_and_its_terms(connection: Connection) -> None:
    invoice = await new_invoice(connection, message="Hello", purchase_order="PO 7", project_code="X1")
    expected: Values = {
        "total": 126_000,
        "payment_schedule": 30,
        "message": "Hello",
        "project_code": "X1",
        "draft": True,
    }
    assert {key: invoice.values.get(key) for key in expected} == expected
    provider = connection.provider
    assert isinstance(provider, KantataProvider)
    following = provider.read_next_number(await connection.send(provider.next_number()))
    numbered = await new_invoice(connection)
    assert numbered.values["number"] == following


@KANTATA
async def test_kantata_issues_and_cancels(connection: Connection) -> None:
    invoice = await new_invoice(connection)
    assert (await refused(connection, Write(Op.ACTION, "invoices", invoice.id, action="cancel")))[0] == 422
    issue = action_of(connection, "invoices", "issue")
    (issued, *_) = await connection.wrote(Write(Op.UPDATE, "invoices", invoice.id, args=issue.sets))
    assert {key: issued.values[key] for key in issue.expects} == issue.expects
    assert (await refused(connection, Write(Op.DELETE, "invoices", invoice.id)))[0] == 422
    (cancelled, *_) = await acted(connection, "invoices", "cancel", invoice.id)
    expects = action_of(connection, "invoices", "cancel").expects
    assert {key: cancelled.values[key] for key in expects} == expects


@KANTATA
async def test_an_invoice_without_lines_is_refused_at_its_head_and_bad_ones_at_their_field(
    connection: Connection,
) -> None:
    args = {**invoice_args(connection), "lines": None}
    answer = await connection.write(Write(Op.CREATE, "invoices", args=args))
    assert [error.field for error in connection.provider.read_refusal("invoices", answer).errors] == [None]
    args |= {"lines": Raw("much Design"), "expense_ids": "999999", "payment_schedule": Raw("soon")}
    answer = await connection.write(Write(Op.CREATE, "invoices", args=args))
    named = {error.field for error in connection.provider.read_refusal("invoices", answer).errors}
    assert named == {"lines", "expenses", "days to pay"}


@KANTATA
async def test_expenses_go_onto_an_invoice(connection: Connection) -> None:
    expense = await made(connection, "Hotel")
    args = {**invoice_args(connection), "project_id": expense.values["project_id"], "lines": None}
    write = Write(Op.CREATE, "invoices", args={**args, "expense_ids": expense.id, "draft": False})
    answer = await connection.write(write)
    if answer.status == 422:  # its project wants approval first, which the server says at the field
        errors = connection.provider.read_refusal("invoices", answer).errors
        assert [error.field for error in errors] == ["expenses"]
        return
    assert (await connection.shown("expenses", expense.id)).values["invoiced"] is True


# Expense reports at Kantata.


@KANTATA
async def test_a_report_is_submitted_and_decided_as_a_whole(connection: Connection) -> None:
    args = new_expense(connection, "x")
    pre: Values = {"project_id": str(args["project_id"])}
    for name, approval in (("approve", "approved"), ("reject", "rejected"), ("cancel", "none")):
        one, two = (await made(connection, f"{name} one")).id, (await made(connection, f"{name} two")).id
        submit = Write(
            Op.ACTION, "expenses", targets=(one, two), args={"title": "March"}, pre=pre, action="submit-report"
        )
        records = {record.id: record.values for record in await done(connection, submit) if record.kind == "expenses"}
        assert {record["approval"] for record in records.values()} == {"submitted"}
        report = records[one]["report_id"]
        assert report
        assert records[two]["report_id"] == report
        decide = Write(
            Op.ACTION, "expenses", targets=(one, two), args={"description": "Seen"}, pre={"report_id": report},
            action=f"{name}-report",
        )  # fmt: skip
        decided = {record.id: record.values for record in await done(connection, decide) if record.kind == "expenses"}
        assert {of["approval"] for of in decided.values()} == {approval}
        status, message = await refused(connection, decide)
        assert (status, "cannot be" in message) == (422, True)


@KANTATA
async def test_a_report_needs_a_title(connection: Connection) -> None:
    one = await made(connection, "one")
    pre = {"project_id": one.values["project_id"]}
    write = Write(Op.ACTION, "expenses", targets=(one.id,), args={"title": ""}, pre=pre, action="submit-report")
    answer = await connection.write(write)
    (error,) = connection.provider.read_refusal("expenses", answer, write).errors
    assert (error.field, answer.status) == ("title", 422)


@KANTATA
async def test_a_report_without_its_number_is_no_request(connection: Connection) -> None:
    with pytest.raises(NotOfferedError, match="report_id"):
        connection.provider.write(
            Write(Op.ACTION, "expenses", targets=("1",), action="approve-report"), connection.lookup
        )


@KANTATA
async def test_many_expenses_are_made_with_one_request(connection: Connection) -> None:
    rows = (new_expense(connection, "one"), new_expense(connection, "two"))
    records = await done(connection, Write(Op.CREATE, "expenses", rows=rows))
    assert sorted(str(record.values["text"]) for record in records if record.kind == "expenses") == ["one", "two"]
    before = len(await connection.list("expenses"))
    bad = Write(Op.CREATE, "expenses", rows=(rows[0], {**rows[1], "date": Raw("32.13.")}))
    answer = await connection.write(bad)
    assert answer.status == 422
    errors = connection.provider.read_refusal("expenses", answer, bad).errors
    assert [(error.field, error.row) for error in errors] == [("date", "#2")]
    assert len(await connection.list("expenses")) == before


@KANTATA
async def test_an_expense_names_its_vendor_task_and_budget(connection: Connection) -> None:
    vendor = next(key[1] for key in connection.known if key[0] == "vendors")
    record = await made(connection, "Print", vendor_id=vendor)
    assert record.values["vendor_id"] == vendor
    answer = await connection.write(Write(Op.UPDATE, "expenses", record.id, args={"story_id": "999999"}))
    assert [error.field for error in connection.provider.read_refusal("expenses", answer).errors] == ["task id"]


# What neither does.


async def test_what_a_provider_does_not_do_is_no_request(connection: Connection) -> None:
    provider, lookup = connection.provider, connection.lookup
    for write in (
        Write(Op.ACTION, "expenses", "1", action="no-such"),
        Write(Op.ACTION, "payments", "1", action="approve"),
        Write(Op.UPDATE, "payments", targets=("1", "2"), args={"note": "x"}),
        Write(Op.UPDATE, "invoices", targets=("1", "2"), args={"note": "x"}),
        Write(Op.UPDATE, "expenses", args={"text": "x"}),
    ):
        with pytest.raises(NotOfferedError):
            provider.write(write, lookup)


async def test_an_answer_without_a_body_names_no_record(connection: Connection) -> None:
    write = Write(Op.ACTION, "expenses", targets=("1",), action="approve")
    assert connection.provider.read_written(write, Response(204, {}, b""), connection.lookup) == ()
    assert (
        connection.provider.read_written(copied(write, op=Op.DELETE), Response(200, {}, b" "), connection.lookup) == ()
    )


# Fields without names.


@PRODUCTIVE
@pytest.mark.parametrize("kind", ["expenses", "invoices"])
async def test_own_fields_go_out_whole_and_what_is_not_touched_as_it_came(connection: Connection, kind: str) -> None:
    """A number stays one, a list stays one, what is taken out is null: a server may change or replace the object."""
    own = "7=blue\n8=5\n9=a\n9=b"
    record = await made(connection, "Own", custom_field=own) if kind == "expenses" else (
        await new_invoice(connection, custom_field=own)
    )  # fmt: skip
    assert record.values["custom_field"] == own
    sent = {**record.values, "custom_fields_sent": '{"7": "blue", "8": 5, "9": ["a", "b"], "10": null}'}

    def body(lines: str | Raw | None, *targets: str) -> object:
        args: Args = {"custom_field": lines}
        write = Write(Op.UPDATE, kind, None if targets else record.id, targets, args)
        document = connection.provider.write(write, lambda _kind, _id: sent).body
        assert isinstance(document, dict)
        data = document["data"]
        return (data[0] if targets else data)["attributes"]["custom_fields"]

    assert body("7=red\n8=5\n9=a\n9=b") == {"7": "red", "8": 5, "9": ["a", "b"]}
    assert body("8=6\n9=a") == {"7": None, "8": 6, "9": ["a"]}
    assert body("8=six\n11=x") == {"7": None, "8": "six", "9": None, "11": "x"}
    assert body(None) == {"7": None, "8": None, "9": None}
    assert body(Raw("red")) == "red"
    if kind == "expenses":
        assert body("7=red", record.id) == {"7": "red", "8": None, "9": None}
    changed = await connection.wrote(Write(Op.UPDATE, kind, record.id, args={"custom_field": "7=red\n12=new"}))
    assert changed[0].values["custom_field"] == "7=red\n12=new"


@KANTATA
@pytest.mark.parametrize("kind", ["expenses", "invoices"])
async def test_a_reference_to_another_system_is_written_with_its_record(connection: Connection, kind: str) -> None:
    record = await made(connection, "Billed") if kind == "expenses" else await new_invoice(connection)
    assert not record.values["has_ref"]
    typed = "locked=yes\nstatus=pending\nservice_name=Xero\nservice_model=Bill\nservice_model_ref=812"
    write = Write(Op.UPDATE, kind, record.id, args={"external_reference": typed})
    body = connection.provider.write(write, connection.lookup).body
    assert body == {kind.removesuffix("s"): {"external_reference": {
        "locked": True, "status": "pending", "service_name": "Xero", "service_model": "Bill",
        "service_model_ref": "812",
    }}}  # fmt: skip
    await connection.wrote(write)
    values = (await connection.shown(kind, record.id)).values
    assert (values["ref_service"], values["ref_id"], values["ref_status"]) == ("Xero", "812", "pending")
    answer = await connection.write(copied(write, args={"external_reference": "service_name=Xero"}))
    assert answer.status == 422
    errors = connection.provider.read_refusal(kind, answer, write).errors
    assert {error.field for error in errors} == {"reference"}

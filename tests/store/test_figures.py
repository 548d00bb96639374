from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kworkbench.domain.catalog import Resource
from kworkbench.domain.changes import Op, State
from kworkbench.domain.query import Comparison, Operand, Query, Term, effective, parse_query
from kworkbench.domain.query.edit import value_operand
from kworkbench.domain.records import Record
from kworkbench.domain.resources import EXPENSES, INVOICES, PAYMENTS
from kworkbench.store.reader import FacetValue, Reader, Row, Sum
from tests.store.books import (
    ACCOUNT,
    TODAY,
    asked,
    books,
    change,
    expense,
    invoice,
    lids_of,
    no_changes,
    opened,
    payment,
    scales,
    some_changes,
    touching,
)
from tests.store.naive import listed

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
RESOURCE = st.sampled_from([INVOICES, PAYMENTS, EXPENSES])


def contributions(resource: Resource, row: Row) -> dict[str, int]:
    """What a row adds to which figure."""
    values = row.values
    if resource is INVOICES:
        if values["state"] != "open":
            return {}
        found: dict[str, int] = {}
        total, outstanding = values["total"], values["outstanding"]
        if isinstance(total, int):
            found["total"] = -abs(total) if values["kind"] == "credit-note" else total
        if isinstance(outstanding, int) and values["kind"] != "credit-note" and outstanding:
            found["outstanding" if outstanding > 0 else "overpaid"] = abs(outstanding)
        return found
    amount = values["amount"]
    if not isinstance(amount, int) or values.get("approval") == "rejected":
        return {}
    label = {"refund": "refunds", "write-off": "written off"}.get(str(values.get("kind")), "received")
    return {"expenses" if resource is EXPENSES else label: amount}


def totals(resource: Resource, rows: Sequence[Row]) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for label, minor in contributions(resource, row).items():
            if row.counted:
                found[label, str(row.values["currency"])] += minor
    return {key: minor for key, minor in found.items() if minor}


@given(st.data())
@settings(max_examples=35, deadline=None, phases=QUICK)
def test_sums_equal_those_of_the_rows_and_of_the_server(data: st.DataObject) -> None:
    resource = data.draw(RESOURCE)
    records = data.draw(books(resource))
    changes = data.draw(some_changes(records))
    query = data.draw(asked(resource))
    lids = lids_of(records, changes)
    with data.draw(scales()).applied(), opened() as (cache, reader), opened() as (server, confirmed):
        cache.put(ACCOUNT, records, 1, touching(changes))
        cache.refold(ACCOUNT, lids, touching(changes))
        server.put(ACCOUNT, records, 1, no_changes)
        rows = view(reader, resource, lids, query)
        base = view(confirmed, resource, lids, query)
        sums = reader.all_sums(resource, query)
        assert {(one.label, one.currency): one.minor for one in sums if one.minor} == totals(resource, rows)
        assert {(one.label, one.currency): one.server_minor for one in sums if one.server_minor} == totals(
            resource, base
        )
        assert all(one.pending for one in sums if one.minor != one.server_minor)
        if not changes:
            assert not any(one.pending for one in sums)
        for one in sums:
            mine = [row for row in rows if row.counted and row.values["currency"] == one.currency]
            assert one.rows == sum(one.label in contributions(resource, row) for row in mine)


def view(reader: Reader, resource: Resource, lids: Sequence[str], query: Query) -> list[Row]:
    found = [row for lid in lids if (row := reader.row(resource, lid)) is not None]
    return listed(found, resource, query, TODAY)


@given(st.data())
@settings(max_examples=25, deadline=None, phases=QUICK)
def test_a_facet_counts_what_choosing_its_value_would_show(data: st.DataObject) -> None:
    resource = data.draw(RESOURCE)
    records = data.draw(books(resource))
    query = data.draw(asked(resource))
    changes = data.draw(some_changes(records))
    with opened() as (cache, reader), data.draw(scales()).applied():
        cache.put(ACCOUNT, records, 1, touching(changes))
        cache.refold(ACCOUNT, lids_of(records, changes), touching(changes))
        for facet in reader.facets(resource, query):
            field = resource.field(facet.field)
            others = tuple(term for term in query.terms if term.field != facet.field)
            for value in facet.values:
                chosen = Term(facet.field, (value_operand(field, value.value),))
                assert value.rows == reader.count(resource, Query((*others, chosen)))
            counts = [value.rows for value in facet.values]
            assert counts == sorted(counts, reverse=True)


def test_sums_name_what_they_add_and_leave_drafts_and_cancelled_out() -> None:
    with opened() as (cache, reader):
        cache.put(
            ACCOUNT,
            [
                invoice("1", total=12000, outstanding=10000),
                invoice("2", total=500, outstanding=-100, settlement="overpaid"),
                invoice("3", kind="credit-note", total=-300, outstanding=-300),
                invoice("4", state="draft"),
                invoice("5", state="cancelled"),
                invoice("6", total=70, outstanding=0, settlement="paid", currency="JPY"),
            ],
            1,
            no_changes,
        )
        assert reader.sums(INVOICES, Query()) == reader.all_sums(INVOICES, Query())[:3]
        assert reader.all_sums(INVOICES, Query()) == (
            Sum("outstanding", "EUR", 10000, 10000, 1, pending=False, label="outstanding"),
            Sum("outstanding", "JPY", 0, 0, 0, pending=False, label="outstanding"),
            Sum("outstanding", "EUR", 100, 100, 1, pending=False, label="overpaid"),
            Sum("total", "EUR", 12200, 12200, 3, pending=False, label="total"),
            Sum("total", "JPY", 70, 70, 1, pending=False, label="total"),
        )
        assert reader.left_out(INVOICES, Query()) == (("draft", 1), ("cancelled", 1))


def test_received_refunds_and_write_offs_are_three_sums() -> None:
    with opened() as (cache, reader):
        rows = [payment("1", "1", 500), payment("2", "1", -50, kind="refund"), payment("3", "1", 20, kind="write-off")]
        cache.put(ACCOUNT, rows, 1, no_changes)
        found = {one.label: one.minor for one in reader.sums(PAYMENTS, Query())}
        assert found == {"received": 500, "refunds": -50, "written off": 20}


def test_a_sum_with_an_unsent_payment_stands_beside_the_servers() -> None:
    pay = change(1, Op.CREATE, "payments", "new:1", args={"invoice_id": "1", "amount": 10000})
    query = parse_query("status:open", INVOICES, today=TODAY)
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [invoice("1"), invoice("2", outstanding=300)], 1, no_changes)
        cache.refold(ACCOUNT, pay.touched, touching([pay]))
        assert reader.sums(INVOICES, query)[0] == Sum(
            "outstanding", "EUR", 300, 10300, 1, pending=True, label="outstanding"
        )
        assert reader.sums(PAYMENTS, Query())[0] == Sum("amount", "EUR", 10000, 0, 1, pending=True, label="received")


def test_rows_an_open_change_keeps_out_are_named_with_their_amount() -> None:
    changes = [
        change(1, Op.DELETE, "expenses", "expenses:1"),
        change(2, Op.CREATE, "expenses", "new:2", State.AMBIGUOUS, {"amount": 70, "currency": "EUR"}),
    ]
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense("1", 500), expense("2", 40, approval="rejected")], 1, no_changes)
        cache.refold(ACCOUNT, ["expenses:1", "new:2"], touching(changes))
        assert [(one.label, one.minor, one.rows) for one in reader.set_aside(EXPENSES, Query())] == [
            ("deleted", 500, 1),
            ("unclear", 70, 1),
        ]
        assert reader.left_out(EXPENSES, Query()) == (("rejected", 1), ("deleted", 1), ("unclear", 1))


def test_totals_beyond_sqlites_integers_do_not_overflow() -> None:
    most = 2**62
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense(str(number), most) for number in range(4)], 1, no_changes)
        assert reader.sums(EXPENSES, Query())[0].minor == 4 * most


def test_facets_say_what_is_chosen_and_excluded_and_keep_choices_without_rows() -> None:
    query = effective(parse_query("approval:none -category:=Food", EXPENSES, today=TODAY), ("archived:no",))
    records: list[Record] = [
        expense("1", 5, category="Food"),
        expense("2", 5, category="food"),
        expense("3", 5, category="Travel", approval="approved"),
        expense("4", 5, archived=True),
    ]
    with opened() as (cache, reader):
        cache.put(ACCOUNT, records, 1, no_changes)
        groups = {facet.field: facet.values for facet in reader.facets(EXPENSES, query)}
        assert groups["approval"][0] == FacetValue("approved", 1)
        assert FacetValue("none", 0, chosen=True) in groups["approval"]
        assert FacetValue("rejected", 0) in groups["approval"]
        assert groups["category"] == (FacetValue("Food", 2, excluded=True),)
        assert Operand(Comparison.IS, "Food") == value_operand(EXPENSES.field("category"), "Food")

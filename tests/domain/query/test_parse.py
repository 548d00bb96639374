from __future__ import annotations

from datetime import date

import pytest

from kworkbench.domain.catalog import Resource, SortKey
from kworkbench.domain.query import Comparison, Operand, Query, QueryError, Term, parse_query, parse_sort
from kworkbench.domain.resources import EXPENSES, INVOICES, PAYMENTS

TODAY = date(2026, 3, 4)


def only(text: str, resource: Resource = INVOICES) -> Term:
    query = parse_query(text, resource, today=TODAY)
    assert len(query.terms) == 1
    return query.terms[0]


def has(*values: str) -> tuple[Operand, ...]:
    return tuple(Operand(Comparison.HAS, value) for value in values)


def test_the_example_of_the_specification_is_read_word_by_word() -> None:
    text = "status:overdue client:acme amount:>500 due:<+30d issued:2026-01..2026-03 -project:travel wire"
    query = parse_query(text, INVOICES, today=TODAY)
    assert query.terms == (
        Term("status", has("overdue")),
        Term("client", has("acme")),
        Term("total", (Operand(Comparison.MORE, "500"),), word="amount"),
        Term("due", (Operand(Comparison.LESS, "+30d"),)),
        Term("issued", (Operand(Comparison.RANGE, "2026-01", "2026-03"),)),
        Term("project", has("travel"), negated=True),
        Term(None, has("wire")),
    )
    assert [text[slice(*term.span)] for term in query.terms] == text.split()


@pytest.mark.parametrize(
    ("text", "resource", "field", "values"),
    [
        ("kind:payment,refund", PAYMENTS, "kind", has("payment", "refund")),
        ("status:open", INVOICES, "status", has("open")),
        ("STATUS:Open", INVOICES, "status", has("open")),
        ("archived:any", INVOICES, "archived", has("any")),
        ("change:refused", EXPENSES, "change", has("refused")),
        ("invoice_id:310,311", PAYMENTS, "invoice_id", has("310", "311")),
        ("currency:eur", PAYMENTS, "currency", has("eur")),
        ('client:"N/A Consulting, Inc."', INVOICES, "client", has("N/A Consulting, Inc.")),
        ('client:""', INVOICES, "client", has("")),
        ("client:=acme", INVOICES, "client", (Operand(Comparison.IS, "acme"),)),
        ('note:"<b>"', PAYMENTS, "note", has("<b>")),
        ("amount:=7.77", EXPENSES, "amount", has("7.77")),
        ("amount:>500EUR", EXPENSES, "amount", (Operand(Comparison.MORE, "500", currency="EUR"),)),
        ("amount:1..5.50usd", EXPENSES, "amount", (Operand(Comparison.RANGE, "1", "5.50", "usd"),)),
        ("amount:-50..", PAYMENTS, "amount", (Operand(Comparison.RANGE, "-50"),)),
        ("late:>=30", INVOICES, "late", (Operand(Comparison.AT_LEAST, "30"),)),
        ("due:<=last-quarter", INVOICES, "due", (Operand(Comparison.AT_MOST, "last-quarter"),)),
        ("date:..today", EXPENSES, "date", (Operand(Comparison.RANGE, "", "today"),)),
        ("custom_field:77=blue,78=5", INVOICES, "custom_field", has("77=blue", "78=5")),
        ('custom_field:77="navy blue"', EXPENSES, "custom_field", has("77=navy blue")),
        ("custom_field:77=>5", EXPENSES, "custom_field", has("77=>5")),
        ('custom_field:""', EXPENSES, "custom_field", has("")),
        ("quantity:<2.5", EXPENSES, "quantity", (Operand(Comparison.LESS, "2.5"),)),
    ],
)
def test_values_are_read_by_the_type_of_their_field(
    text: str, resource: Resource, field: str, values: tuple[Operand, ...]
) -> None:
    term = only(text, resource)
    assert (term.field, term.values) == (field, values)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("104", ("104",)),
        ("12:30", ("12:30",)),
        ('"two words"', ("two words",)),
        ('"said ""so"""', ('said "so"',)),
        ('"client:acme"', ("client:acme",)),
        ("acme,globex", ("acme", "globex")),
        ("acme,", ("acme",)),
        ('"open end', ("open end",)),
        ("-", ("-",)),
        (",", (",",)),
    ],
)
def test_words_without_a_field_search_all_text(text: str, words: tuple[str, ...]) -> None:
    term = only(text)
    assert (term.field, term.values, term.negated) == (None, has(*words), False)


@pytest.mark.parametrize(
    ("text", "message", "bad"),
    [
        ("wire clint:acme", "Invoices have no field 'clint'. Did you mean client?", "clint"),
        ("date:today", "Invoices have no field 'date'. Did you mean issued or due?", "date"),
        ("status:overdu", "status is never 'overdu'. Did you mean overdue?", "overdu"),
        ("archived:maybe", "archived is never 'maybe'. Possible: yes, no, any.", "maybe"),
        ("due:soon", "'soon' is not a date. Write it like 2026-03-01.", "soon"),
        ("due:2026-03..2026-01", "The range 2026-03..2026-01 ends before it starts.", "2026-03..2026-01"),
        ("total:9..1", "The range 9..1 ends before it starts.", "9..1"),
        ("total:1e5", "'1e5' is not an amount. Write it like 1250.50 or 1250.50eur.", "1e5"),
        ("total:1,x", "'x' is not an amount. Write it like 1250.50 or 1250.50eur.", "x"),
        ("total:1eur..2usd", "A range is in one currency, not in eur and usd.", "1eur..2usd"),
        ("total:>", "A value is missing after >.", ">"),
        ("total:..", "'..' is not a range. Write it like 1..5, 1.. or ..5.", ".."),
        ("late:ten", "'ten' is not a number of days. Write it like 30.", "ten"),
        ("currency:euro", "'euro' is not a currency. Write its three letters, like eur.", "euro"),
        ("id:>5", "id is looked up whole. Write it like id:310 or id:310,311.", ">5"),
        (
            "custom_field:blue",
            "Write the number of the field and its value, like custom_field:77=blue.",
            "blue",
        ),
        ("custom_field:77=", "Write the number of the field and its value, like custom_field:77=blue.", "77="),
        ("client:>a", "client is text, which > cannot compare. Quote it to search for the sign.", ">a"),
        ("client:", "Say what client is to be, like client:word.", "client:"),
        ('""', "Nothing stands between the quotes.", '""'),
        ("sort:", "Name the columns to sort by, like sort:-date,amount.", "sort:"),
        ("sort:-dew", "Invoices cannot be sorted by 'dew'. Did you mean due?", "-dew"),
    ],
)
def test_an_error_names_the_bad_word_and_what_is_possible(text: str, message: str, bad: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(text, INVOICES, today=TODAY)
    assert caught.value.message == message
    assert text[caught.value.start : caught.value.end] == bad


def test_an_unknown_word_far_from_every_field_lists_them_all() -> None:
    with pytest.raises(QueryError, match="Possible: id, number, kind"):
        parse_query("zzzzzz:1", INVOICES, today=TODAY)


def test_sort_texts_read_as_keys_and_the_first_mention_counts() -> None:
    keys = (SortKey("due", descending=True), SortKey("number"), SortKey("total"))
    assert parse_sort("-due, number,amount,due", INVOICES) == keys
    assert parse_query("sort:-due,number,amount", INVOICES, today=TODAY) == Query((), keys)
    assert parse_sort("", INVOICES) == ()


def test_a_sort_error_points_at_its_word() -> None:
    with pytest.raises(QueryError) as caught:
        parse_sort("due, change", INVOICES)
    assert (caught.value.start, caught.value.end) == (5, 11)

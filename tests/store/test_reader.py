from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from kworkbench.domain.changes import Op
from kworkbench.domain.query import Query, parse_query
from kworkbench.domain.records import Record
from kworkbench.domain.resources import EXPENSES, INVOICES
from kworkbench.store import reader as reader_module
from kworkbench.store.cache import Cache
from kworkbench.store.reader import Choice, Reader
from kworkbench.store.source import ReadInterruptedError
from tests.store.books import ACCOUNT, TODAY, change, expense, invoice, no_changes, opened, payment, touching


def path_of(cache: Cache) -> Path:
    return Path(cache._db.execute("PRAGMA database_list").fetchone()[2])


def test_a_row_bears_every_field_of_its_resource_with_plain_values() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [invoice("1", archived=True, subject="")], 1, no_changes)
        row = reader.row(INVOICES, "invoices:1")
        assert row is not None
        assert list(row.values) == [field.name for field in (*INVOICES.fields, *INVOICES.rare)]
        (listed,) = reader.rows(INVOICES, Query()).fetch(0, 5)
        assert list(listed.values) == [field.name for field in INVOICES.fields]
        assert (row.id, row.values["archived"], row.values["subject"], row.values["late"]) == ("1", True, None, 1)
        assert (row.state, row.mark, row.predicted, row.counted) == (None, "", frozenset(), True)


def test_related_records_are_found_by_any_part_of_their_name() -> None:
    people = [
        Record("people", "1", {"id": "1", "name": "Åsa Berg", "email": "asa@example.org"}),
        Record("people", "2", {"id": "2", "name": "Bergljot", "archived": False}),
        Record("people", "3", {"id": "3", "name": "Berg (left)", "archived": True}),
        Record("people", "4", {"id": "4", "name": "Cy"}),
    ]
    with opened() as (cache, reader):
        assert cache.put(ACCOUNT, people, 1, no_changes) == []
        assert [choice.id for choice in reader.related("people", "BERG")] == ["2", "1", "3"]
        assert reader.related("people", "åsa") == (Choice("1", "Åsa Berg", "asa@example.org", people[0].values),)
        assert len(reader.related("people", limit=2)) == 2
        assert reader.lookup("people", "4") == people[3].values
        assert reader.lookup("people", "9") is None


def test_an_invoices_payments_are_listed_newest_first_with_the_unsent_ones() -> None:
    pay = change(1, Op.CREATE, "payments", "new:1", args={"invoice_id": "1", "amount": 5, "date": "2026-03-04"})
    with opened() as (cache, reader):
        records = [payment("7", "1", 10), payment("8", "10", 10), payment("9", "1", 10, date="2026-03-02")]
        cache.put(ACCOUNT, [invoice("1"), *records], 1, no_changes)
        cache.refold(ACCOUNT, pay.touched, touching([pay]))
        assert [row.lid for row in reader.payments_of("1")] == ["new:1", "payments:9", "payments:7"]


def test_invoices_are_found_by_number_and_client() -> None:
    with opened() as (cache, reader):
        records = [
            invoice("1", number="INV-104", client="Globex"),
            invoice("2", number="INV-1042", client="Acme"),
            invoice("3", number="7", client="Hotel 104"),
            invoice("4", number="inv-104", client="Other", outstanding=0),
        ]
        cache.put(ACCOUNT, records, 1, no_changes)
        assert [row.id for row in reader.find_invoices("104")] == ["1", "2", "4", "3"]
        assert [row.id for row in reader.find_invoices("inv-104", 2)] == ["1", "4"]
        assert {row.id for row in reader.invoices_numbered("Inv-104")} == {"1", "4"}
        assert reader.invoice_numbers("INV") == ("INV-104", "inv-104", "INV-1042")


def test_raw_documents_and_values_are_found_by_id() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [invoice("1")], 1, no_changes)
        assert reader.raw("invoices", "1") == '{"id":"1"}'
        assert reader.raw("invoices", "2") is None
        values = reader.lookup("invoices", "1")
        assert values is not None
        assert values["status"] == "overdue"


def test_an_account_without_rows_is_empty_and_fills_later() -> None:
    with opened() as (cache, reader):
        assert reader.rows(INVOICES, Query()).fetch(0, 5) == []
        before = reader.data_version()
        cache.put(ACCOUNT, [invoice("1")], 1, no_changes)
        assert reader.data_version() != before
        assert reader.total(INVOICES) == 1


def test_a_read_is_called_off_and_the_next_one_is_not() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense(str(number), number) for number in range(50)], 1, no_changes)
        stale = threading.Event()
        with reader.until(stale.is_set, 1):
            assert reader.total(EXPENSES) == 50
            stale.set()
            with pytest.raises(ReadInterruptedError):
                reader.facets(EXPENSES, Query())
            with pytest.raises(ReadInterruptedError):
                reader.rows(EXPENSES, Query()).fetch(0, 5)
        assert reader.total(EXPENSES) == 50


def test_a_read_without_time_is_called_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "FEW_STEPS", 1)
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense("1", 5)], 1, no_changes)
        for work, wait in ((-1.0, 60.0), (60.0, -1.0)):
            with reader.within(work, wait), pytest.raises(ReadInterruptedError):
                reader.total(EXPENSES)
        with reader.within(60.0, 60.0):
            assert reader.total(EXPENSES) == 1


def test_a_window_moves_to_another_reader_with_all_it_knows() -> None:
    for text in ("sort:amount", "currency:eur"):
        query = parse_query(text, EXPENSES, today=TODAY)
        with opened() as (cache, reader), closing(Reader.open(path_of(cache), ACCOUNT, lambda: TODAY)) as other:
            cache.put(ACCOUNT, [expense(str(number), number) for number in range(9)], 1, no_changes)
            window = other.rows(EXPENSES, query)
            place = window.position_of("expenses:7")
            window.seek(3, 4)
            whole = window.fetch(0, 20)
            moved = reader.adopt(window)
            other.close()
            assert moved.length == 9
            assert moved.position_of("expenses:7") == place
            assert moved.fetch(3, 4) == whole[3:7]
            assert moved.fetch(0, 20) == whole
            assert moved.position_of("expenses:2") == [row.lid for row in whole].index("expenses:2")


def test_whether_a_query_shows_a_record() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense("1", 5, text="taxi"), expense("2", 7, text="bus")], 1, no_changes)
        query = parse_query("taxi amount:<0.07", EXPENSES, today=TODAY)
        assert [reader.fits(EXPENSES, query, f"expenses:{number}") for number in (1, 2, 3)] == [True, False, False]


def test_a_row_that_vanished_since_it_was_found_is_left_out() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense(str(number), number) for number in range(5)], 1, no_changes)
        window = reader.rows(EXPENSES, parse_query("sort:amount", EXPENSES, today=TODAY))
        window.seek(0, 5)
        cache.remove(ACCOUNT, "expenses", ["2"], no_changes)
        assert [row.id for row in window.fetch(0, 5)] == ["0", "1", "3", "4"]


def test_the_connection_is_a_field_of_every_row() -> None:
    with opened() as (cache, reader), closing(Reader.open(path_of(cache), ACCOUNT, lambda: TODAY, "Büro-EU")) as named:
        cache.put(ACCOUNT, [expense("1", 5), expense("2", 7)], 1, no_changes)
        found = {
            text: [one.count(EXPENSES, parse_query(text, EXPENSES, today=TODAY)) for one in (named, reader)]
            for text in ("connection:buro", "connection:=büro-eu", "-connection:büro", "connection:us")
        }
    assert found == {
        "connection:buro": [2, 0],
        "connection:=büro-eu": [2, 0],
        "-connection:büro": [0, 2],
        "connection:us": [0, 0],
    }


def test_a_rare_value_that_is_gone_from_a_record_is_gone_from_its_row_whatever_else_is_written_with_it() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [invoice("1", sent_on="2026-01-02", net=500), invoice("2")], 1, no_changes)
        cache.put(ACCOUNT, [invoice("1", net=600), invoice("2", tag="a\nb")], 2, no_changes)
        first, second = reader.row(INVOICES, "invoices:1"), reader.row(INVOICES, "invoices:2")
        assert first is not None
        assert second is not None
        assert (first.values["sent_on"], first.values["net"], first.values["tag"]) == (None, 600, None)
        assert (second.values["sent_on"], second.values["net"], second.values["tag"]) == (None, None, "a\nb")

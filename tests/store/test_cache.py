from __future__ import annotations

import sqlite3
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kworkbench.domain.catalog import Resource
from kworkbench.domain.changes import Change, Op, Raw, State
from kworkbench.domain.predictions import fold
from kworkbench.domain.query import Query
from kworkbench.domain.records import Record, remote_id_of
from kworkbench.domain.resources import EXPENSES, INVOICES, PAYMENTS, RESOURCES
from kworkbench.store.cache import Cache
from kworkbench.store.cache_file import CacheMissingError, is_damage
from kworkbench.store.columns import table_columns
from kworkbench.store.reader import Ages, Reader
from kworkbench.store.schema import quoted, server_table
from tests.store.books import (
    ACCOUNT,
    OTHER,
    TODAY,
    books,
    change,
    expense,
    invoice,
    lids_of,
    no_changes,
    opened,
    payment,
    some_changes,
    touching,
)

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
PAY = change(1, Op.CREATE, "payments", "new:1", args={"invoice_id": "1", "amount": 10000, "date": "2026-03-04"})


def _select(resource: Resource) -> str:
    return f"SELECT {', '.join(map(quoted, table_columns(resource)))} FROM "  # noqa: S608 - our own names


def table(cache: Cache) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the typed tables but the numbers of rows."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for resource in RESOURCES.values():
        select = _select(resource)
        for name in (resource.name, server_table(resource)):
            found[name] = sorted(cache._db.execute(select + name), key=repr)
    return found


@given(st.data())
@settings(max_examples=30, deadline=None, phases=QUICK)
def test_rows_always_equal_the_fold_and_a_rollback_leaves_no_trace(data: st.DataObject) -> None:
    records = data.draw(books(INVOICES, 5)) + data.draw(books(PAYMENTS, 4))
    changes = data.draw(some_changes(records))
    later = data.draw(books(INVOICES, 5))
    lids = lids_of([*records, *later], changes)
    with opened() as (cache, reader), opened() as (pure, _):
        cache.put(ACCOUNT, records, 1, no_changes)
        cache.refold(ACCOUNT, lids, touching(changes))
        cache.put(ACCOUNT, later, 2, touching(changes))
        for resource in (INVOICES, PAYMENTS):
            for lid in lids:
                base = cache.base(ACCOUNT, resource.name, remote_id_of(lid) or "")
                mine = [one for one in changes if lid in one.touched]
                made_here = any(one.lid == lid and one.kind == resource.name for one in mine)
                is_mine = lid.startswith(resource.name) or (lid.startswith("new:") and made_here)
                values = None if base is None else base.values
                folded = fold(lid, values, mine, cache.lookup(ACCOUNT)) if is_mine else None
                row = reader.row(resource, lid)
                assert (row is None) == (folded is None)
                if row is not None and folded is not None:
                    shown = {name: row.values[name] for name in row.values if name in folded.values}
                    assert shown == {name: folded.values[name] for name in shown}
                    assert (row.mark, row.counted, row.predicted) == (folded.mark, folded.counted, folded.predicted)
        assert set(cache.overlaid(ACCOUNT)) == {
            lid for lid in lids if touching(changes)(lid) and (reader_has(reader, lid) or has_base(cache, lid))
        }
        cache.refold(ACCOUNT, lids, no_changes)
        pure.put(ACCOUNT, records, 1, no_changes)
        pure.put(ACCOUNT, later, 2, no_changes)
        assert table(cache) == table(pure)
        assert cache.overlaid(ACCOUNT) == []


def reader_has(reader: Reader, lid: str) -> bool:
    return any(reader.row(resource, lid) for resource in RESOURCES.values())


def has_base(cache: Cache, lid: str) -> bool:
    return cache.base(ACCOUNT, lid.partition(":")[0], remote_id_of(lid) or "") is not None


def test_an_older_answer_never_overwrites_a_newer_one() -> None:
    with opened() as (cache, reader):
        assert cache.put(ACCOUNT, [invoice("1", outstanding=100)], 5, no_changes) == ["invoices:1"]
        assert cache.put(ACCOUNT, [invoice("1", outstanding=7)], 4, no_changes) == []
        assert cache.put(ACCOUNT, [invoice("1", outstanding=7)], 5, no_changes) == []
        assert cache.put(ACCOUNT, [invoice("1", outstanding=8)], 6, no_changes) == ["invoices:1"]
        row = reader.row(INVOICES, "invoices:1")
        assert row is not None
        assert row.values["outstanding"] == 8


def test_an_unchanged_record_is_not_written_but_its_answer_counts_as_heard() -> None:
    with opened() as (cache, _):
        cache.put(ACCOUNT, [invoice("1")], 1, no_changes)
        assert cache.put(ACCOUNT, [invoice("1")], 9, no_changes) == []
        assert cache.put(ACCOUNT, [invoice("1", outstanding=7)], 8, no_changes) == []


@pytest.mark.parametrize(
    ("before", "after", "taken"),
    [
        ("2026-03-04T10:00:00Z", "2026-03-04T09:59:59Z", False),
        ("2026-03-04T10:00:00Z", "2026-03-04T11:30:00+02:00", False),
        ("2026-03-04T10:00:00Z", "2026-03-04T10:00:01Z", True),
        ("2026-03-04T10:00:00Z", None, True),
        ("soon", "2026-03-04T10:00:01Z", True),
    ],
)
def test_the_servers_own_time_never_goes_back(before: str, after: str | None, taken: bool) -> None:
    with opened() as (cache, _):
        cache.put(ACCOUNT, [replace(invoice("1"), updated_at=before)], 1, no_changes)
        again = replace(invoice("1", outstanding=7), updated_at=after)
        assert bool(cache.put(ACCOUNT, [again], 2, no_changes)) is taken


def test_a_removed_record_is_not_revived_by_an_answer_asked_for_before() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [payment("9", "1", 500)], 3, no_changes)
        cache.remove(ACCOUNT, "payments", ["9"], no_changes, issue_seq=6)
        assert reader.row(PAYMENTS, "payments:9") is None
        assert cache.base(ACCOUNT, "payments", "9") is None
        assert cache.put(ACCOUNT, [payment("9", "1", 500)], 5, no_changes) == []
        assert cache.put(ACCOUNT, [payment("9", "1", 500)], 7, no_changes) == ["payments:9"]


def test_a_complete_scan_names_what_it_did_not_bring_but_nothing_newer() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [expense("1", 5), expense("2", 5), expense("3", 5)], 1, no_changes)
        cache.put(OTHER, [expense("2", 5)], 1, no_changes)
        cache.put(ACCOUNT, [expense("4", 5)], 12, no_changes)
        cache.put(ACCOUNT, [expense("1", 5)], 10, no_changes)
        assert cache.unseen(ACCOUNT, "expenses", ["1", "3"], 10) == ["2"]
        assert cache.unseen("nobody", "expenses", [], 10) == []
        assert reader.count(EXPENSES, Query()) == 4
        cache.remove(ACCOUNT, "expenses", ["2"], no_changes, issue_seq=10)
        assert cache.unseen(ACCOUNT, "expenses", ["1", "3"], 10) == []
        assert cache.base(OTHER, "expenses", "2") is not None


def test_a_payment_moves_its_invoice_at_once_and_leaves_no_trace_when_taken_back() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [invoice("1")], 1, no_changes)
        before = table(cache)
        cache.refold(ACCOUNT, PAY.touched, touching([PAY]))
        row = reader.row(INVOICES, "invoices:1")
        assert row is not None
        assert (row.values["outstanding"], row.values["status"], row.mark) == (0, "paid", "~")
        assert "outstanding" in row.predicted
        made = reader.row(PAYMENTS, "new:1")
        assert made is not None
        assert (made.id, made.mark, made.state, made.values["client"]) == (None, "*", "queued", "Acme")
        cache.refold(ACCOUNT, PAY.touched, no_changes)
        assert table(cache) == before


def test_a_record_whose_delete_is_confirmed_has_no_row_and_is_known_as_overlaid() -> None:
    gone = change(1, Op.DELETE, "payments", "payments:9", State.CONFIRMED)
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [payment("9", "1", 500)], 1, no_changes)
        cache.refold(ACCOUNT, ["payments:9"], touching([gone]))
        assert reader.row(PAYMENTS, "payments:9") is None
        assert cache.overlaid(ACCOUNT) == ["payments:9"]
        cache.remove(ACCOUNT, "payments", ["9"], no_changes)
        assert cache.overlaid(ACCOUNT) == []


def test_what_was_typed_and_cannot_be_read_is_shown_and_not_summed() -> None:
    typed = change(1, Op.CREATE, "expenses", "new:1", args={"date": Raw("31.31"), "amount": Raw("x"), "text": "tea"})
    with opened() as (cache, reader):
        cache.refold(ACCOUNT, ["new:1"], touching([typed]))
        row = reader.row(EXPENSES, "new:1")
        assert row is not None
        assert (row.values["date"], row.values["amount"], row.counted) == ("31.31", None, False)


def test_a_row_made_here_follows_the_invoice_and_the_names_it_shows() -> None:
    spent = change(2, Op.CREATE, "expenses", "new:2", args={"project_id": "5", "amount": 5})
    with opened() as (cache, reader):
        cache.refold(ACCOUNT, ["new:1", "new:2"], touching([PAY, spent]))
        cache.put(ACCOUNT, [invoice("1", client="Globex")], 1, touching([PAY, spent]))
        paid = reader.row(PAYMENTS, "new:1")
        assert paid is not None
        assert paid.values["client"] == "Globex"
        cache.put(ACCOUNT, [Record("projects", "5", {"id": "5", "name": "Harbour"})], 2, touching([PAY, spent]))
        row = reader.row(EXPENSES, "new:2")
        assert row is not None
        assert row.values["project"] == "Harbour"


def test_texts_no_file_can_hold_are_stored_with_a_mark() -> None:
    with opened() as (cache, reader):
        cache.put(
            ACCOUNT, [Record("expenses", "1", {"id": "1", "text": "a\ud800\x00b"}, raw='"\udfff"')], 1, no_changes
        )
        row = reader.row(EXPENSES, "expenses:1")
        assert row is not None
        assert row.values["text"] == "a\ufffd\x00b"
        assert reader.raw("expenses", "1") == '"\ufffd"'


def test_accounts_do_not_see_each_other_and_are_forgotten_alone() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, [invoice("1"), Record("clients", "5", {"id": "5", "name": "Acme"})], 1, no_changes)
        cache.put(OTHER, [invoice("1", number="X")], 1, no_changes)
        cache.note_sync(ACCOUNT, "invoices", loaded=1, total=1)
        cache.forget(ACCOUNT)
        assert reader.total(INVOICES) == 0
        assert reader.related("clients") == ()
        assert reader.ages("invoices") == Ages()
        assert cache.base(OTHER, "invoices", "1") == invoice("1", number="X")


def test_a_failing_fold_leaves_everything_as_it_was() -> None:
    def broken(_lid: str) -> Sequence[Change]:
        raise RuntimeError("no changes today")

    with opened() as (cache, reader):
        with pytest.raises(RuntimeError):
            cache.put(ACCOUNT, [invoice("1")], 1, broken)
        assert cache.put(ACCOUNT, [invoice("1")], 1, no_changes) == ["invoices:1"]
        assert reader.total(INVOICES) == 1


def test_notes_of_a_sync_keep_the_times_they_do_not_name() -> None:
    with opened() as (cache, reader):
        cache.note_sync(ACCOUNT, "expenses", loaded=200, total=9616, changed_at="2026-03-04T09:00:00Z")
        cache.note_sync(ACCOUNT, "expenses", loaded=400, total=9616, checked_at="2026-03-04T09:01:00Z")
        assert reader.ages("expenses") == Ages("2026-03-04T09:00:00Z", "2026-03-04T09:01:00Z", 400, 9616)


@pytest.mark.parametrize("damage", ["text", "version", "cut"])
def test_a_damaged_or_foreign_cache_is_made_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "cache" / "cache.db"
    cache = Cache.open(path)
    cache.put(ACCOUNT, [invoice("1")], 1, no_changes)
    if damage == "version":
        cache._db.execute("PRAGMA user_version = 7")
    cache.close()
    if damage == "text":
        path.write_text("not a database, but long enough to have been one" * 100)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:900])
    path.with_name("cache.db-wal").write_bytes(b"left over")
    again = Cache.open(path)
    assert again.base(ACCOUNT, "invoices", "1") is None
    assert again.put(ACCOUNT, [invoice("1")], 1, no_changes) == ["invoices:1"]
    again.close()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    cache = Cache.open(path)
    cache.put(ACCOUNT, [invoice("1")], 1, no_changes)
    modes = {stat.S_IMODE(found.stat().st_mode) for found in tmp_path.iterdir()}
    cache.close()
    assert modes == {0o600}


def test_a_second_start_finds_what_the_first_wrote(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    first = Cache.open(path)
    first.put(ACCOUNT, [invoice("1")], 1, no_changes)
    first.close()
    second = Cache.open(path)
    assert second.base(ACCOUNT, "invoices", "1") == invoice("1")
    second.close()


@pytest.mark.parametrize("content", [None, b"no database at all" * 100])
def test_a_reader_without_a_cache_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cache.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CacheMissingError):
        Reader.open(path, ACCOUNT, lambda: TODAY)


def test_a_reader_refuses_another_version(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    sqlite3.connect(path).close()
    with pytest.raises(CacheMissingError, match="another version"):
        Reader.open(path, ACCOUNT, lambda: TODAY)


def test_only_damage_counts_as_damage(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"no database at all" * 100)
    db = sqlite3.connect(path)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        db.execute("PRAGMA user_version")
    db.close()
    assert is_damage(caught.value)
    assert not is_damage(sqlite3.OperationalError("disk is full"))

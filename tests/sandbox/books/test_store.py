from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kworkbench.sandbox.books.history_model import HISTORY_ROWS
from kworkbench.sandbox.books.kantata_model import KANTATA_ROWS
from kworkbench.sandbox.books.model import FIRM_ROWS, Company, Organization, Row
from kworkbench.sandbox.books.money_model import MONEY_ROWS, Expense
from kworkbench.sandbox.books.productive_model import PRODUCTIVE_ROWS
from kworkbench.sandbox.books.store import Books, BooksError, columns

TODAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 9, 40, 1, 234567, tzinfo=UTC)


def firm(books: Books, _size: int) -> None:
    books.insert(Organization, id=1, name="Firm", default_currency="EUR", company_id=1, owner_id=1, offset_minutes=60)


def open_books(path: Path | None, **options: int) -> Books:
    return Books.open(path, today=TODAY, clock=lambda: NOW, fill=firm, **options)


@pytest.fixture
def books() -> Iterator[Books]:
    opened = open_books(None)
    yield opened
    opened.close()


def company(books: Books, name: str) -> int:
    return books.insert(Company, kind="client", name=name, created_at=books.now(), updated_at=books.now())


@pytest.mark.parametrize(
    "kind", FIRM_ROWS + MONEY_ROWS + KANTATA_ROWS + PRODUCTIVE_ROWS + HISTORY_ROWS, ids=lambda kind: str(kind.TABLE)
)
def test_every_row_type_has_exactly_its_tables_columns(books: Books, kind: type[Row]) -> None:
    table = [str(row[1]) for row in books.connection.execute(f"PRAGMA table_info({kind.TABLE})")]
    assert columns(kind) == ", ".join(table)


def test_a_new_file_is_committed_durably(tmp_path: Path) -> None:
    books = open_books(tmp_path / "sandbox.db")
    assert books.connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert books.connection.execute("PRAGMA synchronous").fetchone() == (3,)
    assert books.connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    books.close()


def test_an_existing_file_keeps_its_own_seed_and_day(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    first = open_books(path, seed=7)
    number = company(first, "Kept")
    first.close()
    again = Books.open(path, seed=8, today=date(2030, 1, 1), clock=lambda: NOW, fill=firm)
    assert (again.seed, again.today, again.books_id) == (7, TODAY, first.books_id)
    kept = again.one(Company, number)
    assert kept is not None
    assert kept.name == "Kept"
    again.close()


def test_an_interrupted_creation_starts_over(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"

    def fails(books: Books, size: int) -> None:
        firm(books, size)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Books.open(path, today=TODAY, clock=lambda: NOW, fill=fails)
    books = open_books(path)
    assert books.organization().name == "Firm"
    books.close()


def test_a_file_that_is_no_books_is_named_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary, " * 200)
    with pytest.raises(BooksError, match=r"notes\.txt cannot be used as sandbox books"):
        open_books(path)


def test_books_of_another_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    books = open_books(path)
    books.connection.execute("UPDATE meta SET value = '0' WHERE key = 'version'")
    books.close()
    with pytest.raises(BooksError, match="another version"):
        open_books(path)


def test_a_transaction_left_by_an_exception_leaves_nothing(books: Books) -> None:
    with pytest.raises(sqlite3.IntegrityError), books.transaction():
        books.update(Company, company(books, "Gone"), name=None)
    assert books.all(Company) == []
    with books.transaction():
        company(books, "Kept")
    assert [one.name for one in books.all(Company)] == ["Kept"]


def test_ids_are_never_used_twice(books: Books) -> None:
    first = company(books, "One")
    books.delete(Company, first)
    assert company(books, "Two") > first


def test_another_thread_is_refused(books: Books) -> None:
    caught: list[Exception] = []

    def read() -> None:
        try:
            books.all(Company)
        except sqlite3.ProgrammingError as error:
            caught.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_rows_come_typed(books: Books) -> None:
    assert books.organization().expense_approvals is True
    assert {field.name for field in fields(Expense)} >= {"billable", "taxable"}
    first, second = company(books, "Ä"), company(books, "B")
    books.update(Company, second, name="ä", due_days=30)
    assert sorted(books.many(Company, [first, second, 99])) == [first, second]
    assert [one.id for one in books.all(Company, "WHERE fold(name) = fold(?) ORDER BY id", ("Ä",))] == [first, second]
    assert books.one(Company, None) is None
    assert books.now() == "2026-03-03T09:40:01.234Z"


def test_a_transaction_inside_another_is_part_of_it(books: Books) -> None:
    def fails() -> None:
        with books.transaction():
            with books.transaction():
                company(books, "Inner")
            raise BooksError("the outer one fails")

    with pytest.raises(BooksError):
        fails()
    assert books.all(Company, "WHERE name = 'Inner'") == []
    with books.transaction(), books.transaction():
        company(books, "Kept")
    assert not books.connection.in_transaction
    assert len(books.all(Company, "WHERE name = 'Kept'")) == 1

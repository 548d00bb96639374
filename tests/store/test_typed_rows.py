"""Bringing a row up leaves what writing it whole leaves, and touches only what differs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kworkbench.domain.resources import RESOURCES
from kworkbench.store.columns import MARK_DEFAULTS, SqlValue, project, project_rare
from kworkbench.store.schema import create
from kworkbench.store.typed_rows import TypedRow, TypedRows

EXPENSES = RESOURCES["expenses"]
RARE = tuple(field.name for field in EXPENSES.rare)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just("5"),
        "text": st.sampled_from(["a", "A", "Lunch, café", ""]),
        "amount": st.sampled_from([0, 100, 101, "12,x"]),
        "currency": st.sampled_from(["EUR", "JPY"]),
        "date": st.sampled_from(["2026-03-04", "soon"]),
        "billable": st.booleans(),
        **{name: st.sampled_from([1, True, "x"]) for name in RARE[:3]},
    },
)
MARKS = st.sampled_from([MARK_DEFAULTS, ("queued", "~", 1, "text", 1, 1, None), ("refused", "!", 0, "", 1, 1, "{}")])


def a_row(values: dict[str, Any], marks: tuple[SqlValue, ...] = MARK_DEFAULTS) -> TypedRow:
    return (1, "expenses:5", *project(EXPENSES, values), *marks), project_rare(EXPENSES, values)


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    create(made)
    yield made
    made.close()


def whole(db: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return db.execute("SELECT * FROM expenses").fetchall()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES, MARKS, VALUES, MARKS)
def test_it_leaves_what_writing_the_row_whole_leaves(
    db: sqlite3.Connection,
    before: dict[str, Any],
    marks_before: tuple[SqlValue, ...],
    now: dict[str, Any],
    marks_now: tuple[SqlValue, ...],
) -> None:
    rows = TypedRows(db)
    found = []
    for write in (rows.put, rows.bring_up):
        db.execute("DELETE FROM expenses")
        db.execute("DELETE FROM sqlite_sequence")
        rows.put(EXPENSES, "expenses", [a_row(before, marks_before)])
        write(EXPENSES, "expenses", [a_row(now, marks_now)])
        found.append(whole(db))
    assert found[0] == found[1]


def test_a_row_that_is_not_there_is_put_there(db: sqlite3.Connection) -> None:
    rows = TypedRows(db)
    rows.bring_up(EXPENSES, "expenses", [a_row({"text": "a", RARE[0]: "x"})])
    brought = whole(db)
    db.execute("DELETE FROM expenses")
    db.execute("DELETE FROM sqlite_sequence")
    rows.put(EXPENSES, "expenses", [a_row({"text": "a", RARE[0]: "x"})])
    assert brought == whole(db)


def test_what_stays_is_not_written(db: sqlite3.Connection) -> None:
    rows = TypedRows(db)
    rows.put(EXPENSES, "expenses", [a_row({"id": "5", "text": "a", "amount": 100, "currency": "EUR"})])
    said: list[str] = []
    db.set_trace_callback(said.append)
    for amount in (200, 200):
        rows.bring_up(EXPENSES, "expenses", [a_row({"id": "5", "text": "a", "amount": amount, "currency": "EUR"})])
    written = [sql for sql in said if not sql.startswith("SELECT")]
    assert written == [
        'UPDATE expenses SET "amount" = 200, "amount__key" = 2000 WHERE _acct = 1 AND _lid = \'expenses:5\''
    ]

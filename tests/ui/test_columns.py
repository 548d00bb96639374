from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.catalog import SortKey
from kworkbench.domain.marker import new_marker
from kworkbench.domain.money import exponent
from kworkbench.domain.numbers import ENGLISH, NumberStyle
from kworkbench.domain.records import Value
from kworkbench.domain.resources import EXPENSES, INVOICES, PAYMENTS, RESOURCES
from kworkbench.store.rows import Row
from kworkbench.ui.paint import cells
from kworkbench.ui.widgets.cells import RowLook, head_pieces, row_pieces
from kworkbench.ui.widgets.columns import GUTTER, Layout, Measures
from tests.ui.desk import expense, invoice
from tests.ui.text import plain, tokens

GERMAN = NumberStyle(".", ",")


def layout(rows: list[Row], total: int = 80, style: NumberStyle = ENGLISH, resource: str = "invoices") -> Layout:
    measures = Measures()
    measures.see(rows, RESOURCES[resource], style)
    return Layout(RESOURCES[resource], total, measures)


def line(row: Row, rows: list[Row] | None = None, total: int = 80, look: RowLook = RowLook()) -> str:  # noqa: B008
    return plain(row_pieces(row, layout(rows or [row], total).columns(), look, ENGLISH))


@pytest.mark.parametrize("total", [60, 80, 110, 113, 124, 160, 240])
@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_columns_never_overlap_nor_leave_the_list(name: str, total: int) -> None:
    rows = [invoice(1150, "Åkerlund", 123456789)] if name == "invoices" else [expense(1, "2026-03-01", "Taxi", 4200)]
    columns = layout(rows, total, resource=name).columns()
    assert columns[0].x == GUTTER
    for before, after in pairwise(columns):
        assert before.x + before.cells < after.x
    assert columns[-1].x + columns[-1].cells < total
    assert cells(head_pieces(columns, (), "", total)) <= total


def test_the_narrow_columns_are_always_there_and_the_others_come_in_their_order() -> None:
    for resource in (INVOICES, PAYMENTS, EXPENSES):
        seen: list[str] = []
        for total in range(80, 300, 5):
            names = [column.field.name for column in Layout(resource, total, Measures()).columns()]
            assert set(resource.narrow) <= set(names)
            added = [name for name in resource.added if name in names]
            assert added == list(resource.added[: len(added)])
            assert names == [name for name in resource.order if name in names]
            seen.append(",".join(added))
        assert seen[-1] == ",".join(resource.added)


def test_invoices_at_80_stand_where_the_picture_has_them() -> None:
    rows = [invoice(1150, "N/A Consulting Group, Inc.", 1134048, "USD", late=523, due="2024-09-27")]
    columns = layout(rows).columns()
    assert plain(head_pieces(columns, (SortKey("late", descending=True),), "", 80)) == (
        "    number    client              due         status     outstanding      late▼"
    )
    assert line(rows[0]).rstrip() == ("    INV-1150  N/A Consulting Gr…  2024-09-27  overdue      11,340.48 USD   523")


def test_amounts_of_all_currencies_stand_under_one_decimal_mark() -> None:
    rows = [
        invoice(1, "a", 1245000),
        invoice(2, "b", 180000, "JPY"),
        invoice(3, "c", 1250500, "KWD"),
        invoice(4, "d", 0),
    ]
    lines = [line(row, rows) for row in rows]
    units = lines[0].index(".00") - 1
    assert lines[0][units] == "0"
    assert lines[1][units] == "0"
    assert lines[1][units + 1 : units + 5] == "    "
    assert lines[2][units + 1] == "."
    assert lines[3][units] == "–"


AMOUNTS = st.lists(
    st.tuples(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "KWD"])), min_size=1, max_size=6
)


@given(AMOUNTS, st.sampled_from([60, 80, 140]))
def test_an_amount_is_never_clipped(amounts: list[tuple[int, str]], total: int) -> None:
    rows = [invoice(number, "x", minor, currency) for number, (minor, currency) in enumerate(amounts)]
    owed = next(column for column in layout(rows, total).columns() if column.field.name == "outstanding")
    assert owed.x + owed.cells <= total
    for row, (minor, currency) in zip(rows, amounts, strict=True):
        assert not minor or f"{abs(minor) // 10 ** exponent(currency):,}" in line(row, rows, total)


def test_wide_and_hostile_clients_keep_the_columns_straight() -> None:
    rows = [
        invoice(1, "北斗 山田 デザイン株式会社 東京本社", 100),
        invoice(2, "e\u0301e\u0301e\u0301 Société", 100),
        invoice(3, "[@click=quit]x[/]\x1b[31m\u202eevil\n", 100),
        invoice(4, "Plain", 100),
    ]
    columns = layout(rows).columns()
    for row in rows:
        pieces = row_pieces(row, columns, RowLook(), ENGLISH)
        assert cells(pieces) == columns[-1].x + columns[-1].cells
        assert "\x1b" not in plain(pieces)
        assert "\u202e" not in plain(pieces)
    assert "[@click=quit]x[/]" in line(rows[2], rows, 140)


def test_the_inks_of_a_row() -> None:
    row = invoice(1, "Acme", 100, status="overdue", late=114)
    columns = layout([row], 140).columns()
    drawn = row_pieces(row, columns, RowLook(), ENGLISH)
    assert tokens(drawn, "INV-1") == "strong"
    assert tokens(drawn, "Acme") == "text"
    assert tokens(drawn, "overdue") == "overdue"
    assert tokens(drawn, "114") == "overdue bold"
    assert tokens(drawn, "EUR") == "muted"
    for late, ink in ((30, "text"), (31, "overdue"), (90, "overdue"), (91, "overdue bold")):
        aged = row_pieces(invoice(1, "Acme", 100, late=late), columns, RowLook(), ENGLISH)
        assert tokens(aged, str(late)) == ink


@pytest.mark.parametrize("status", ["paid", "written-off", "draft", "cancelled"])
def test_settled_rows_are_wholly_muted(status: str) -> None:
    row = invoice(1, "Acme", 0, status=status)
    drawn = row_pieces(row, layout([row]).columns(), RowLook(), ENGLISH)
    assert {token for text, token in drawn[4:] if str(text).strip()} == {"muted"}


def test_a_row_that_waits_for_its_deletion_is_struck_but_not_its_blanks() -> None:
    row = Row("expenses:1", "1", expense(1, "2026-03-01", "Taxi", 4200).values, mark="-")
    drawn = row_pieces(row, layout([row], resource="expenses").columns(), RowLook(), ENGLISH)
    struck = [str(text) for text, token in drawn if "strike" in token and str(text)]
    assert "Taxi" in struck
    assert all(text == text.strip() for text in struck)
    assert tokens(drawn, "-").startswith("refused")


def test_the_gutter_holds_bar_mark_and_change() -> None:
    row = Row("invoices:1", "1", invoice(1, "Acme", 100).values, mark="!")
    assert line(row, look=RowLook(bar=True, cursor=True, marked=True)).startswith("▌•! INV-1")
    predicted = Row("invoices:1", "1", row.values, predicted=frozenset({"outstanding"}))
    assert line(predicted).startswith("  ~ INV-1")


def test_grounds_of_cursor_and_marks() -> None:
    assert RowLook(cursor=True).ground == "cursor"
    assert RowLook(cursor=True, focused=False).ground == "raised"
    assert RowLook(marked=True).ground == "marked"
    assert RowLook(marked=True, cursor=True).ground == "marked-cursor"
    assert RowLook().ground == ""


def test_the_marker_of_a_payment_is_hidden_in_its_note() -> None:
    values: dict[str, Value] = {
        "id": "1",
        "date": "2026-03-01",
        "note": f"wire ref 77812 {new_marker(lambda _most: 7)}",
        "amount": 100,
        "currency": "EUR",
    }
    row = Row("payments:1", "1", values)
    text = plain(row_pieces(row, layout([row], 140, resource="payments").columns(), RowLook(), ENGLISH))
    assert "wire ref 77812" in text
    assert "kw:" not in text


def test_amounts_follow_the_locale() -> None:
    row = invoice(1, "Acme", 1245000)
    columns = layout([row], style=GERMAN).columns()
    assert "12.450,00 EUR" in plain(row_pieces(row, columns, RowLook(), GERMAN))


def test_yes_and_no_are_told_apart_without_colour() -> None:
    row = expense(1, "2026-03-01", "Taxi", 4200, billable=True, reimbursable=False)
    columns = layout([row], 240, resource="expenses").columns()
    drawn = plain(row_pieces(row, columns, RowLook(), ENGLISH))
    by_name = {column.field.name: drawn[column.x : column.x + column.cells].strip() for column in columns}
    assert (by_name["billable"], by_name["reimbursable"]) == ("yes", "·")


def test_an_amount_that_is_converted_is_to_come() -> None:
    """One that could not be read is not: its row stays empty there."""
    row = expense(1, "2026-03-01", "Taxi", 100, amount=None)
    columns = layout([row, expense(2, "2026-03-01", "Taxi", 123_456)], resource="expenses").columns()
    coming = replace(row, predicted=frozenset({"amount", "currency", "foreign"}))
    assert "  to come EUR" in plain(row_pieces(coming, columns, RowLook(), ENGLISH))
    assert "to come" not in plain(
        row_pieces(replace(row, predicted=frozenset({"amount"})), columns, RowLook(), ENGLISH)
    )

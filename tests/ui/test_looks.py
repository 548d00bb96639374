"""Stories of how a list is looked at: views, columns, completion, filters by question, marks by query, copying."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kworkbench.domain.query import print_query
from kworkbench.services.review import Group
from kworkbench.store import sums
from kworkbench.ui.screens.list import ListScreen
from kworkbench.ui.widgets import table
from kworkbench.ui.widgets.status_line import StatusLine
from tests.ui.keys import workers_done
from tests.ui.standin import Bench
from tests.ui.story import Story, story


def said(told: Story) -> str:
    return print_query(told.list.query_now)


async def test_views_step_are_saved_and_come_back_with_their_columns(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40)) as told:
        await told.press("greater_than_sign", "greater_than_sign")
        assert said(told) == "status:overdue"
        assert told.message == "View: overdue."
        assert told.lines[4].startswith(" • overdue            26  │")
        await told.press("less_than_sign", "s", "C", "down", "space", "enter")
        assert said(told) == "status:open sort:late"
        assert "client" not in told.lines[2]
        await told.press("V")
        await told.type("old ones")
        await told.press("enter")
        assert told.message == "Saved the view old ones."
        assert any(line.startswith(" • old ones") for line in told.lines)
        await told.press("greater_than_sign")
        assert said(told) == "status:open"
        assert "client" in told.lines[2]
        assert 'query = "status:open sort:late"' in (tmp_path / "views.toml").read_text()
        await told.press("ctrl+q")
    async with story(tmp_path, bench=Bench(tmp_path)) as told:
        assert said(told) == "status:open"
        await told.press("less_than_sign")
        assert said(told) == "status:open sort:late"
        assert "client" not in told.lines[2]


async def test_it_opens_on_the_list_and_query_that_were_left(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("3", "slash")
        await told.type("receipt:no sort:-amount")
        await told.press("enter", "ctrl+q")
    async with story(tmp_path, bench=Bench(tmp_path)) as told:
        assert told.list.resource.name == "expenses"
        assert said(told) == "receipt:no sort:-amount"
        assert "amount▼" in told.lines[2]
        await told.press("1")
        assert said(told) == ""


async def test_a_mistake_in_the_views_is_told_and_the_shipped_ones_stay(tmp_path: Path) -> None:
    (tmp_path / "views.toml").write_text('[invoices.x]\nquery = "statsu:open"\n')
    async with story(tmp_path, (140, 40)) as told:
        assert "line 2" in told.message
        assert told.lines[3].split()[:2] == ["open", "38"]


async def test_the_line_completes_fields_values_and_names(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("slash")
        await told.type("stat")
        await told.press("tab")
        assert told.lines[1].startswith("── status:")
        assert "▲" not in told.lines[2] or "status" in told.lines[2]
        await told.type("ov")
        await told.press("tab")
        assert told.lines[1].startswith("── status:overdue")
        assert told.lines[2].split()[:2] == ["overdue", "overpaid"]
        await told.press("tab")
        assert told.lines[1].startswith("── status:overpaid")
        await told.type(" cur")
        assert "number" in told.lines[2] or "No invoice" in "\n".join(told.lines)
        await told.press("tab", "escape")
        assert said(told) == ""


async def test_filters_of_the_groups_are_set_by_keyboard(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40)) as told:
        await told.press("tab")
        lines = told.list.sidebar.lines
        lines.go("group\x1fDates")
        await told.press("enter", "down", "enter")
        assert any(line.startswith("── Filter by issued") for line in told.lines)
        await told.type("2025-13")
        assert any(line.startswith(" ! ") and "2025-13" in line for line in told.lines)
        await told.press("backspace", "2", "enter")
        assert said(told) == "issued:2025-12"
        assert any("• issued" in line and "2025-12" in line for line in told.lines)
        lines.go("filter\x1fissued")
        await told.press("enter", "backspace", "enter")
        assert said(told) == ""


async def test_yes_no_filters_turn_and_picked_ones_show_their_name(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40)) as told:
        await told.press("3", "tab")
        sidebar = told.list.sidebar
        sidebar.lines.go("group\x1fMore states")
        await told.press("enter")
        sidebar.lines.go("filter\x1farchived")
        turned = []
        for _ in range(3):
            await told.press("space")
            turned.append(said(told))
        assert turned == ["archived:yes", "archived:no", ""]


async def test_rows_with_the_same_value_are_marked_and_all_as_one_operation(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("h", "h", "h", "h", "h", "l", "asterisk")
        column = told.list.table.column
        assert column == "due"
        same = len(told.list.table.marks)
        assert same >= 1
        await told.press("escape", "escape")
        await told.press("a")
        assert told.lines[-2].startswith(" 412 marked")
        await told.press("g", "space")
        assert told.lines[-2].startswith(" 411 marked")
        await told.press("slash")
        await told.type("status:draft")
        await told.press("enter")
        assert told.lines[-2].startswith(" 411 marked  408 not in view")
        assert told.lines[3].startswith("▌•")
        await told.press("escape", "A")
        assert told.lines[-2].startswith(" 411 marked")


async def test_marks_survive_filter_sort_refresh_and_restart_of_the_list(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("space", "r", "s", "slash")
        await told.type("status:overdue")
        await told.press("enter", "2", "1")
        assert told.list.marked_lids() == ("invoices:1150",)
        told.pilot.app.screen.query_one(StatusLine).hush()
        await told.settle()
        assert told.lines[-2].startswith(" 1 marked")


async def test_a_cell_or_a_row_is_copied(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("y")
        assert told.message == "Copied the row, 7 cells."
        copied = told.pilot.app.clipboard.split("\t")
        assert copied[0] == "INV-1150"
        assert "11340.48" in copied
        await told.press("h", "h", "y")
        assert told.pilot.app.clipboard == "11340.48"
        assert told.message == "Copied 11340.48."


async def test_chosen_columns_that_do_not_fit_scroll_behind_the_first(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        names = ("number", "client", "project", "issued", "due", "status", "total", "outstanding", "currency")
        told.list._choose_columns(names)
        await told.settle()
        assert told.lines[2].endswith("►")
        await told.press(*"l" * len(names))
        assert told.list.table.chosen_column == "currency"
        assert told.lines[2].split()[0] == "number"
        assert "◄" in told.lines[2]
        assert "outstanding" in told.lines[2]
        await told.press(*"h" * len(names))
        assert "◄" not in told.lines[2]
        assert "client" in told.lines[2]


async def test_the_scroll_bar_is_dragged(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        table = told.list.table
        assert told.lines[3].endswith("█")
        await told.pilot.mouse_down(table, offset=(79, 1))
        await told.pilot.hover(table, offset=(79, 18))
        await told.pilot.mouse_up(table, offset=(79, 18))
        await told.settle()
        assert told.lines[-4].endswith("█")
        assert not told.lines[3].endswith("█")
        assert table.scroll_offset.y == 412 - 18
        assert "INV-1150" in str(table.row)


async def test_several_marked_invoices_are_paid_through_the_review(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("slash")
        await told.type("client:peñalver status:open")
        await told.press("enter", "space", "space", "p")
        assert any(line.startswith("── Pay 2 invoices") for line in told.lines)
        await told.type("9000")
        assert any("2 payments, 9,000.00 EUR" in line for line in told.lines)
        await told.press("enter")
        assert told.lines[1].startswith("── Pay 2 invoices?")
        assert any("8,450.00 EUR" in line and "INV-1358" in line for line in told.lines)
        assert any("550.00 EUR" in line and "INV-1374" in line for line in told.lines)
        await told.press("e")
        await told.type("8000")
        await told.press("enter")
        assert any("1,000.00 EUR" in line and "INV-1374" in line for line in told.lines)
        await told.press("y")
        assert isinstance(told.pilot.app.screen, ListScreen)
        assert told.message.startswith("Paid 2 invoices.")
        paid = [(change.args["invoice_id"], change.args["amount"]) for change in told.bench.desk.changes]
        assert sorted(paid) == [("1358", 800_000), ("1374", 100_000)]


async def test_rows_stand_in_groups_that_open_and_close_with_their_sums(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("slash")
        await told.type("status:open")
        await told.press("enter", "b")
        await told.type("client")
        await told.press("enter")
        assert all(line[1] == "►" for line in told.lines[3:15])
        head = next(line for line in told.lines if "Peñalver" in line)
        assert "(5)" in head
        assert "EUR (5)" in head
        await told.press(*["down"] * 9)
        assert "Peñalver" in told.row
        assert told.lines[-1].startswith(" Enter open or close")
        await told.press("enter", "down")
        assert "INV-1358" in told.row
        assert "outstanding 89,220.97 EUR (19)" in told.lines[-3]
        await told.press("space", "z")
        assert "Peñalver" in told.row
        assert told.lines[-2].startswith(" 1 marked")
        await told.press("Z")
        assert sum("INV-" in line for line in told.lines) > 10
        await told.press("V")
        await told.type("by client")
        await told.press("enter")
        assert 'group = "client"' in (tmp_path / "views.toml").read_text()


async def test_the_review_of_marked_rows_is_read_ahead_but_never_shown_stale(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("3", "space", "space", "space", "space")
        shown = told.list
        shown._prepare()
        await workers_done(told.pilot.app)
        assert shown._prepared is not None
        asked, review = shown._prepared
        assert sorted(row.row.number for row in review.rows) == list(shown.table.marks.rows)
        in_order = [row.lid for row in shown.table._pages.rows if row.number in shown.table.marks]
        for group in Group:
            mine = [row.row.lid for row in review.in_group(group)]
            assert mine == [lid for lid in in_order if lid in mine]
        fewer = replace(review, rows=review.rows[:1])
        shown._prepared = asked, fewer
        await told.press("d")
        await told.settle()
        assert told.pilot.app.screen.review.asked == 1  # type: ignore[attr-defined]
        await told.press("escape")
        shown._prepared = replace(asked, version=asked.version - 1), fewer
        await told.press("d")
        await told.settle()
        assert told.pilot.app.screen.review.asked == 4  # type: ignore[attr-defined]


async def test_a_list_with_too_many_groups_stays_as_it_was_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums, "MOST_GROUPS", 20)
    async with story(tmp_path) as told:
        await told.press("down", "b")
        await told.type("number")
        await told.press("enter")
        assert told.message == "There are more than 20 different values. Filter first."
        assert "INV-1262" in told.row
        assert told.list.group_now == ""


async def test_groups_are_offered_by_what_rows_share_and_heads_bear_only_sums_of_rows(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("b")
        offered = [line.split()[-1] for line in told.lines if line.startswith(" " * 18)]
        assert offered[:2] == ["client", "project"]
        assert offered[-1] == "number"
        await told.type("status")
        await told.press("enter")
        heads = {line.split()[1]: line for line in told.lines if line[1:2] == "►"}
        assert heads["overdue"].split()[2:] == ["(26)", "74,432.67", "EUR", "(13)", "4", "more"]
        assert heads["paid"].rstrip(" █").endswith("(364)")


async def test_groups_stay_open_and_the_cursor_on_its_row_through_refresh_sort_and_filter(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40)) as told:
        await told.press("b")
        await told.type("client")
        await told.press("enter")
        await told.settle()
        await told.press("down", "enter", "down")
        row = told.list.table.lid
        assert row is not None
        for keys in (("s",), ("s",), ("r",)):
            await told.press(*keys)
            assert told.list.table.lid == row
            assert sum("▼ " in line and "(" in line and "below" not in line for line in told.lines[3:-3]) == 1
        await told.press("z", "s")
        assert told.list.table.head is not None
        assert told.list.table.place == 1
        await told.press("b")
        await told.type("currency")
        await told.press("enter")
        assert told.list.table.place == 0
        assert not any("▼ " in line and "(" in line and "below" not in line for line in told.lines[3:-3])


async def test_a_range_that_is_too_long_stays_and_says_what_marks_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MOST_RANGE", 100)
    async with story(tmp_path) as told:
        await told.press("v", "pagedown", "G")
        assert told.message.startswith("A range marks at most 20,000 rows.")
        assert len(told.list.table.marks) == told.list.table.size.height - 1

"""Stories of the list screen, driven by keys through the real app over a small real cache."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from textual import events

from kworkbench.domain.changes import FieldError, Op, Refusal, State
from kworkbench.services.notices import RowsChanged, Settled
from kworkbench.services.refresh import SyncStatus
from kworkbench.ui.widgets.quick_line import QuickLine
from tests.ui.desk import draft
from tests.ui.standin import Bench
from tests.ui.story import Story, rows_of, story


@pytest.mark.parametrize(("size", "rows"), [((80, 24), 18), ((140, 40), 34), ((200, 60), 54)])
async def test_the_grid_shows_exactly_so_many_rows(tmp_path: Path, size: tuple[int, int], rows: int) -> None:
    async with story(tmp_path, size) as told:
        assert len(told.lines) == size[1]
        assert len(rows_of(told.lines[3:-3])) == rows
        assert told.lines[0].startswith(" SANDBOX  productive")
        assert "? help" in told.lines[-1]
        assert "outstanding 89,220.97 EUR (19)" in told.lines[-3]


async def test_overdue_invoices_stand_on_top_by_age_with_totals_in_sight(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        assert told.lines[3].split()[1:3] == ["INV-1150", "N/A"]
        assert told.lines[1].rstrip(" ─").endswith("412 of 412")
        assert told.bench.begun == 1


async def test_the_cursor_moves_by_row_page_and_end(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("down", "j")
        assert "INV-1351" in told.row
        await told.press("k", "pagedown")
        assert told.lines.index(told.row) == 3 + 18 - 1
        await told.press("G")
        assert told.list.table.lid == told.list.table._pages.rows[-1].lid
        assert told.lines[-4].startswith("▌")
        await told.press("g")
        assert "INV-1150" in told.row


async def test_marks_are_counted_and_summed_and_come_back(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("down", "space", "space")
        assert told.lines[-2].startswith(" 2 marked  6,411.87 EUR")
        assert told.lines[4].startswith(" •  INV-1262")
        await told.press("escape")
        assert "marked" not in told.lines[-2]
        await told.press("A")
        assert told.lines[-2].startswith(" 2 marked")


async def test_a_range_grows_and_shrinks_with_the_cursor(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("v", "down", "down", "down", "up")
        assert told.lines[-2].startswith(" 3 marked")
        await told.press("v", "down")
        assert told.lines[-2].startswith(" 3 marked")


async def test_all_in_view_are_marked_and_those_out_of_view_are_named(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("a")
        assert told.lines[-2].startswith(" 412 marked")
        await told.press("slash", *"draft", "enter")
        await told.press("slash")
        await told.type("status:draft")
        await told.press("enter")
        assert "409 not in view" in told.lines[-2]


async def test_the_query_line_filters_while_typing_and_escape_goes_back(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("slash")
        await told.type("status:open client:åker")
        assert told.lines[1].startswith("── status:open client:åker")
        assert "outstanding" in told.lines[-3]
        assert all("Åkerlund" in line for line in rows_of(told.lines[3:-3]))
        await told.press("escape")
        assert told.lines[1].rstrip(" ─").endswith("412 of 412")
        await told.press("slash")
        await told.type("overdue")
        await told.press("enter")
        assert "── overdue " in told.lines[1]


async def test_a_wrong_word_is_named_under_itself_and_the_list_stays(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("slash")
        await told.type("status:open amount:>900")
        before = rows_of(told.lines)
        await told.type("x")
        assert "▲ '900x' is not an amount." in told.lines[2]
        assert rows_of(told.lines) == before != []
        await told.press("backspace")
        assert "number" in told.lines[2]


async def test_an_empty_result_says_what_each_key_would_bring(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("slash")
        await told.type("status:overdue amount:>9000000")
        await told.press("enter")
        text = "\n".join(told.lines)
        assert "No invoice matches these two filters." in text
        assert "Esc  drop amount:>9000000" in text
        assert "26 rows" in text
        assert "412 rows" in text
        assert told.lines[-1].startswith(" Esc drop the last filter")
        await told.press("escape")
        assert told.lines[1].rstrip(" ─").endswith("26 of 412")


async def test_sorting_turns_round_and_takes_further_keys(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("s")
        assert "late▲" in told.lines[2]
        await told.press("h", "h", "h", "h", "h", "s")
        assert "client▲" in told.lines[2]
        await told.press("l", "S")
        assert "due▼2" in told.lines[2]
        assert "Sorted by client, -due." in told.message


async def test_the_cursor_follows_its_record_through_sort_and_filter(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("down", "down", "s")
        assert "INV-1351" in told.row
        await told.press("slash")
        await told.type("zażółć")
        await told.press("enter")
        assert "INV-1351" in told.row


async def test_the_sidebar_overlays_a_narrow_list_and_sets_the_query(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("f")
        assert told.lines[1].startswith("── Filters ──")
        await told.press("enter")
        assert [chip.strip() for chip in told.list.hidden_by().split()][:1] == ["status:open"]
        await told.press("escape")
        assert told.lines[1].startswith("── status:open")
        assert told.lines[1].rstrip(" ─").endswith("38 of 412")
        await told.press("f", "down", "minus", "backspace", "f")
        assert told.lines[1].rstrip(" ─").endswith("412 of 412")


async def test_wide_windows_show_filters_and_full_ones_the_detail(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40)) as told:
        assert told.lines[1].startswith("── Filters ───────────────┬──")
        assert told.lines[2].split()[:3] == ["Views", "<", ">"]
        assert told.lines[3].split()[:2] == ["open", "38"]
        await told.press("tab")
        assert told.list.place.value == "filters"
        await told.press("shift+tab")
        assert told.list.place.value == "table"
    async with story(tmp_path / "b", (200, 60)) as told:
        assert "┬── INV-1150 ──" in told.lines[1]
        await told.press("down")
        assert "┬── INV-1262 ──" in told.lines[1]
        assert any("Outstanding" in line and "6,120.00 EUR" in line for line in told.lines)


async def test_the_detail_takes_a_narrow_screen_and_opens_related_records(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("down", "down", "enter")
        assert told.lines[1].startswith("── INV-1351 ──")
        assert "40 % paid" in "\n".join(told.lines)
        await told.press("down", "enter")
        assert told.lines[2].lstrip().startswith("date")
        assert "INV-1351" in told.row
        await told.press("1")
        assert told.lines[1].startswith("── INV-1351 ──")
        await told.press("q")
        assert told.lines[2].lstrip().startswith("number")


async def test_raw_documents_open_and_close(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("enter", "end", "enter")
        await told.press("end")
        assert any('"type": "invoices"' in line for line in told.lines)


async def test_a_row_that_needs_someone_explains_itself(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    session = bench.current
    why = Refusal(422, (FieldError(None, "Invoice is locked."),))
    bench.desk.add(draft(session, Op.UPDATE, "invoices", "invoices:1150"), State.REJECTED, error=why)
    set_mark(bench, "1150", "!", "refused")
    async with story(tmp_path, bench=bench) as told:
        assert told.lines[3].startswith("▌ ! INV-1150")
        assert told.lines[-2].startswith(" ! Invoice is locked.")
        assert "! 1 refused" in told.lines[-2]
        assert told.lines[-1].startswith(" e edit and send again")
        assert "Enter open and resolve" in told.lines[-1]
        await told.press("enter")
        assert told.lines[1].startswith("── ! Refused: edit invoice 1150")
        await told.press("1", "d")
        assert told.message == "d again discards this change: edit invoice 1150"
        await told.press("d")
        assert [change.state for change in bench.desk.changes] == [State.CANCELLED]


async def test_what_cannot_be_done_now_is_a_sentence_on_the_status_line(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.desk.add(draft(bench.current, Op.UPDATE, "invoices", "invoices:1150"), State.SENDING)
    set_mark(bench, "1150", "~", "sending")
    async with story(tmp_path, bench=bench) as told:
        await told.press("t")
        assert told.message == "No change of this row has stopped."
        await told.press("u")
        assert told.message.startswith("edit invoice 1150 is on its way, or may have arrived.")
        await told.press("U")
        assert told.message == "There is nothing to redo."


async def test_a_refresh_that_is_not_signed_in_says_how_to_sign_in(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40)) as told:
        told.bench.line.state = SyncStatus(online=True, reason="Refused.", sign_in=True, active=())
        await told.press("r")
        assert told.message.startswith("Sign in again: kworkbench connect productive --name sandbox-productive, or set")


def set_mark(bench: Bench, record: str, mark: str, state: str) -> None:
    with sqlite3.connect(bench.path) as db:
        db.execute("UPDATE invoices SET _mark = ?, _state = ?, _touched = 1 WHERE id = ?", (mark, state, record))
    db.close()


async def pay_third_overdue(told: Story) -> None:
    """The view as a payment of the invoice under the cursor leaves it; nothing is told yet."""
    await told.press("slash")
    await told.type("status:overdue")
    await told.press("enter", "down", "down")
    with sqlite3.connect(told.bench.path) as db:
        paid = "outstanding = 0, _stage = 'paid', settlement = 'paid', _due_open = NULL, _owed = 0"
        own = "_predicted = 'outstanding,settlement', _touched = 1"
        db.execute(f"UPDATE invoices SET {paid}, {own} WHERE number = 'INV-1351'")  # noqa: S608
    db.close()


async def test_a_row_paid_here_keeps_its_place_until_the_query_runs_again(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await pay_third_overdue(told)
        account = told.bench.current.connection.account
        told.bench.tell(RowsChanged(account, frozenset({"invoices"}), frozenset({"invoices:1351"})))
        await told.settle()
        assert told.row.startswith("▌ ~ INV-1351")
        assert told.lines.index(told.row) == 5
        await told.press("r")
        assert not any("INV-1351" in line for line in told.lines)


async def test_a_row_paid_here_keeps_its_place_when_an_earlier_change_is_told_first(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await pay_third_overdue(told)
        account = told.bench.current.connection.account
        for earlier in ("invoices:1150", "invoices:1351"):
            told.bench.tell(RowsChanged(account, frozenset({"invoices"}), frozenset({earlier})))
            await told.settle()
            assert told.row.startswith("▌ ~ INV-1351")
            assert told.lines.index(told.row) == 5


async def test_a_row_paid_here_is_drawn_before_anything_else_is_read(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("down", "down")
        with sqlite3.connect(told.bench.path) as db:
            paid = "outstanding = 0, _predicted = 'outstanding', _mark = '~', _touched = 1"
            db.execute(f"UPDATE invoices SET {paid} WHERE number = 'INV-1351'")  # noqa: S608
            db.execute("UPDATE invoices SET client = 'Changed elsewhere' WHERE number = 'INV-1262'")
        db.close()
        table = told.list.table
        assert table.show_as_now({"invoices:1351", "payments:1"})
        told.list.paint_now(table)
        assert told.row.startswith("▌ ~ INV-1351")
        assert "Changed elsewhere" not in "\n".join(told.lines)
        assert not table.show_as_now({"invoices:1262"})


async def test_an_open_line_pays_what_is_owed_now(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("p")
        assert "11,340.48 → paid" in "\n".join(told.lines)
        with sqlite3.connect(told.bench.path) as db:
            db.execute("UPDATE invoices SET outstanding = 100000 WHERE number = 'INV-1150'")
        db.close()
        told.bench.tell(RowsChanged(told.bench.current.connection.account, frozenset({"invoices"})))
        await told.settle()
        assert "1,000.00 → paid" in "\n".join(told.lines)
        await told.press("enter")
        assert [change.args["amount"] for change in told.bench.desk.changes] == [100_000]


async def test_a_line_that_is_just_opening_takes_in_what_is_owed_now(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        screen = told.list
        screen.quick_line = line = QuickLine(screen.session, screen.table.lid)
        with sqlite3.connect(told.bench.path) as db:
            db.execute("UPDATE invoices SET outstanding = 100000 WHERE number = 'INV-1150'")
        db.close()
        told.bench.tell(RowsChanged(told.bench.current.connection.account, frozenset({"invoices"})))
        await told.settle()
        await screen.query_one("#panel").mount(line)
        await told.settle()
        assert "1,000.00 → paid" in "\n".join(told.lines)


async def test_a_payment_says_how_long_it_can_be_taken_back(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("p")
        assert "── Pay INV-1150" in "\n".join(told.lines)
        assert told.lines[-1].startswith(" Enter pay")
        await told.press("enter")
        assert told.message == "Paid INV-1150, 11,340.48 USD. Sends in 5 s, u takes it back"
        await told.press("u")
        assert told.message == "Taken back: pay INV-1150. Nothing was sent"
        assert "nothing unsent" in told.lines[-2]


async def test_two_payments_within_the_five_seconds_count_down_once(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("p", "enter", "p", "enter")
        await told.settle()
        seconds = [timer for timer in told.list._timers if timer._interval == 1.0]
        assert sum(timer._task is not None and not timer._task.done() for timer in seconds) == 1


async def test_the_panel_pushes_the_rule_up_and_the_cursor_stays_in_view(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("pagedown", "down", "p")
        shown = rows_of(told.lines)
        number = f"INV-{str(told.list.table.lid).removeprefix('invoices:')}"
        assert any(number in line for line in shown)
        assert len(shown) < 18
        await told.press("escape")
        assert number in told.row


async def test_p_elsewhere_says_where_payments_are_made(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("3", "p")
        assert told.message.startswith("Payments are recorded on invoices. 1 opens them")


async def test_pasting_outside_a_text_field_only_says_so(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        told.pilot.app.post_message(events.Paste("ddyy"))
        await told.settle()
        assert told.message == "Pasting works in text fields only."
        assert told.pilot.app.screen is told.list


async def test_a_refusal_is_told_on_the_status_line(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        why = Refusal(422, (FieldError(None, "Invoice is locked"),))
        change = told.bench.desk.add(
            draft(told.bench.current, Op.UPDATE, "invoices", "invoices:1"), State.REJECTED, error=why
        )
        told.bench.tell(Settled(change))
        await told.settle()
        assert told.message == "Refused: Invoice is locked. 5 shows it"


async def test_a_refusal_of_the_row_under_the_cursor_names_the_key_that_mends_it(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        why = Refusal(422, (FieldError("due", "is not a date"),))
        lid = str(told.list.table.lid)
        change = told.bench.desk.add(draft(told.bench.current, Op.UPDATE, "invoices", lid), State.REJECTED, error=why)
        told.bench.tell(Settled(change))
        await told.settle()
        assert told.message == "Refused: due is not a date. e edits and sends again"


async def test_the_mouse_moves_sorts_marks_and_opens(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        table = told.list.table
        await told.pilot.click(table, offset=(20, 4))
        assert "INV-1345" in told.row
        await told.pilot.click(table, offset=(1, 2))
        assert told.list.marked_lids() == ("invoices:1262",)
        await told.pilot.click(table, offset=(5, 0))
        await told.settle()
        assert "number▲" in told.lines[2]
        await told.pilot.click(table, offset=(20, 5), times=2)
        await told.settle()
        assert told.lines[1].startswith("── INV-")
        await told.pilot.click("#top-row", offset=(told.lines[0].index("3 Expenses"), 0))
        await told.settle()
        assert " 3 Expenses " in told.lines[0]


async def test_a_verb_in_the_footer_can_be_clicked(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.pilot.click("#key-row", offset=(told.lines[-1].index("f filters"), 0))
        await told.settle()
        assert told.lines[1].startswith("── Filters")


async def test_hostile_text_reaches_the_screen_harmless(tmp_path: Path) -> None:
    async with story(tmp_path, (200, 60)) as told:
        with sqlite3.connect(told.bench.path) as db:
            evil = "[@click=app.quit]\x1b]52;c;aa\x07[/x]\u202e"
            db.execute(
                "UPDATE invoices SET client = ?, project = ?, subject = ? WHERE number = 'INV-1150'", (evil,) * 3
            )
        db.close()
        told.bench.tell(RowsChanged(told.bench.current.connection.account, frozenset({"invoices"})))
        await told.settle()
        text = "\n".join(told.lines)
        assert "[@click=app.quit]□]52;c;aa□[/x]□" in text
        assert not any(character in text for character in "\x1b\x07\u202e")

"""How a list comes from a query to its rows and figures, through the real app over a small real cache."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from kworkbench.domain.resources import INVOICES
from kworkbench.store import reader as reader_module
from kworkbench.store import sums
from kworkbench.store.reader import Reader
from kworkbench.store.source import ReadInterruptedError
from kworkbench.ui import figures
from kworkbench.ui.screens import list_figures, list_reading
from kworkbench.ui.widgets.columns import Measures
from tests.ui.standin import Bench
from tests.ui.story import rows_of, story


async def test_rows_that_take_their_time_are_read_by_a_thread_and_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[list[str]] = []
    for at_once in ((60.0, 60.0), (-1.0, -1.0)):
        with monkeypatch.context() as patched:
            patched.setattr(list_reading, "AT_ONCE", at_once)
            patched.setattr(reader_module, "FEW_STEPS", 1)
            async with story(tmp_path / str(at_once[0])) as told:
                await told.press("down", "down", "s")
                await told.press("slash", *"aker")
                shown.append(told.lines)
                assert "INV-1351" not in "".join(rows_of(told.lines)) or "INV-1351" in told.row
                await told.press("enter", "escape", "slash")
                await told.type("zażółć")
                await told.press("enter", "down")
                shown.append(told.lines)
    assert shown[:2] == shown[2:]
    assert rows_of(shown[0])
    assert rows_of(shown[1])


async def test_another_order_of_the_same_rows_is_not_counted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[object] = []
    count = Reader.facets

    def counted(reader: Reader, *given: object) -> object:
        counts.append(given)
        return count(reader, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Reader, "facets", counted)
    async with story(tmp_path) as told:
        assert len(counts) == 1
        await told.press("s")
        assert "late▲" in told.lines[2]
        assert "412 of 412" in told.lines[1]
        assert len(counts) == 1
        await told.press("slash")
        await told.type("status:draft")
        assert len(counts) == 2


async def test_letters_typed_in_one_breath_end_with_the_last_query(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("slash", *"overdue")
        assert [term.values[0].low for term in told.list.query_now.terms] == ["overdue"]
        assert told.lines[1].startswith("── overdue")
        await told.press("enter", "slash", *"xyzzy", "escape")
        assert told.lines[1].startswith("── overdue ")


async def test_an_error_while_typing_leaves_rows_and_figures_of_the_last_good_query(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("slash")
        await told.type("status:overdue")
        before = told.lines
        await told.type(" amount:")
        assert "▲" in told.lines[2]
        assert told.lines[3:-2] == before[3:-2]


async def test_too_many_groups_are_a_sentence_and_the_rows_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(sums, "MOST_GROUPS", 3)
    async with story(tmp_path) as told:
        before = rows_of(told.lines)
        await told.press("b")
        await told.type("number")
        await told.press("enter")
        assert told.message == "There are more than 3 different values. Filter first."
        assert rows_of(told.lines) == before
        assert told.list.group_now == ""


async def test_long_lists_get_anchors_but_not_anew_with_every_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[int] = []
    anchors = Reader.anchors

    def build(reader: Reader, *given: object) -> object:
        built.append(1)
        return anchors(reader, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Reader, "anchors", build)
    monkeypatch.setattr(list_figures, "FAR", 100)
    async with story(tmp_path) as told:
        assert len(built) == 1
        await told.press("s")
        assert len(built) == 2
        monkeypatch.setattr(list_figures, "CALM_SECONDS", 3600)
        for _ in range(3):
            before = told.list.counted
            told.list.table.data_changed()
            told.list.read_figures(again=True)
            while told.list.counted is before:
                await told.pilot.pause()
        assert len(built) == 2
        monkeypatch.setattr(list_figures, "CALM_SECONDS", 0)
        told.list.read_figures(again=True)
        await told.settle()
        assert len(built) == 3


async def test_a_record_that_the_query_hides_is_shown_without_it(tmp_path: Path) -> None:
    async with story(tmp_path, bench=Bench(tmp_path)) as told:
        await told.press("slash")
        await told.type("status:draft")
        await told.press("enter")
        assert not told.bench.current.reader.fits(INVOICES, told.list.effective_query, "invoices:1150")
        told.list.show_record("invoices:1150")
        await told.settle()
        assert "INV-1150" in told.row
        assert told.list.query_now.terms == ()


async def test_a_list_that_is_left_while_a_thread_reads_it_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(*_given: object) -> None:
        if threading.current_thread() is not threading.main_thread():
            begun.set()
            go.wait()
        raise ReadInterruptedError

    async with story(tmp_path) as told:
        monkeypatch.setattr(list_reading, "read_first", slow)
        before = rows_of(told.lines)
        told.list.run_query()
        await asyncio.to_thread(begun.wait)
        assert rows_of(told.lines) == before
        told.list.retire()
        go.set()
        await told.settle()
        assert told.pilot.app.is_running


async def test_another_order_keeps_the_widths_of_the_whole_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "_widest", lambda *_: Measures(amounts={"outstanding": (15, 3)}))
    async with story(tmp_path) as told:
        due = told.lines[2].index("due")
        await told.press("s")
        assert "late▲" in told.lines[2]
        assert told.lines[2].index("due") == due


async def test_the_cursor_finds_its_record_again_after_a_query_without_it(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("down", "down")
        here = told.row
        await told.press("slash")
        await told.type("xyzzy")
        assert not rows_of(told.lines)
        await told.press("escape")
        assert told.row == here
        await told.press("slash", *"status:overdue", "enter")
        assert told.row.split()[:2] == here.split()[:2]
        await told.press("end", "slash")
        await told.type("xyzzy")
        await told.press("enter", "escape")
        assert told.row.split()[:2] != here.split()[:2]


async def test_currencies_complete_although_the_word_before_them_was_found_nowhere(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("slash")
        await told.type("currency")
        assert not rows_of(told.lines)
        await told.type(":u")
        await told.press("tab")
        assert told.lines[1].startswith("── currency:usd")


async def test_a_long_error_at_a_narrow_width_ends_with_a_mark(tmp_path: Path) -> None:
    async with story(tmp_path) as told:
        await told.press("slash")
        await told.type("colour:red")
        assert told.lines[2].startswith("▲ Invoices have no field 'colour'.")
        assert told.lines[2].rstrip().endswith("…")

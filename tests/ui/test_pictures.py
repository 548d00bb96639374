"""Snapshots of the lists. Renewed with `pytest tests/ui/test_pictures.py --snapshot-update` and looked at."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from kworkbench.domain.changes import FieldError, Op, Refusal, State
from kworkbench.services.refresh import SyncStatus
from kworkbench.ui.widgets.status_line import StatusLine
from tests.ui.desk import draft
from tests.ui.keys import press, workers_done
from tests.ui.standin import Bench, app_over

Compare = Callable[..., bool]
SIZES = {"80x24": (80, 24), "140x40": (140, 40), "200x60": (200, 60)}


def pressed(*keys: str, typed: str = "") -> Callable[[Pilot[str]], object]:
    """What is done before the picture: keys, then a text into the field they opened, then `Enter`."""

    async def run(pilot: Pilot[str]) -> None:
        await settle(pilot)
        await press(pilot, *keys)
        if typed:
            pilot.app.post_message(events.Paste(typed))
            await press(pilot, "enter")
        await settle(pilot)
        pilot.app.screen.query_one(StatusLine).hush()
        await pilot.pause()

    return run


async def settle(pilot: Pilot[str]) -> None:
    await pilot.pause()
    await workers_done(pilot.app)
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["1", "2", "3"])
def test_a_list(snap_compare: Compare, tmp_path: Path, size: str, key: str) -> None:
    app = app_over(Bench(tmp_path))
    assert snap_compare(app, terminal_size=SIZES[size], run_before=pressed(key, "down", "down"))


@pytest.mark.parametrize("size", SIZES)
def test_invoices_on_light_ground(snap_compare: Compare, tmp_path: Path, size: str) -> None:
    app = app_over(Bench(tmp_path), light=True)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=pressed("down", "space", "space", "down"))


def test_rows_with_changes_while_offline(snap_compare: Compare, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    spoil(bench)
    app = app_over(bench)
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressed("down", "down", "down", "down"))


def spoil(bench: Bench) -> None:
    """The state of screens/09: waiting, unclear, refused and conflicting changes, no server."""
    session = bench.current
    locked = Refusal(422, (FieldError(None, "Invoice is locked"),))
    bench.desk.add(draft(session, Op.UPDATE, "invoices", "invoices:1262"))
    bench.desk.add(draft(session, Op.UPDATE, "invoices", "invoices:1358"))
    bench.desk.add(
        draft(session, Op.UPDATE, "invoices", "invoices:1345"), State.NEEDS_YOU, reason="May have reached it"
    )
    bench.desk.add(draft(session, Op.UPDATE, "invoices", "invoices:1348"), State.REJECTED, error=locked)
    bench.desk.add(draft(session, Op.UPDATE, "invoices", "invoices:1373"), State.CONFLICTED, reason="Changed there")
    marks = (("1262", "~", "queued"), ("1358", "~", "queued"), ("1345", "?", "unclear"), ("1348", "!", "refused"),
             ("1373", "#", "conflict"), ("1363", "-", "queued"))  # fmt: skip
    with sqlite3.connect(bench.path) as db:
        for record, mark, state in marks:
            db.execute("UPDATE invoices SET _mark = ?, _state = ?, _touched = 1 WHERE id = ?", (mark, state, record))
    db.close()
    bench.line.state = SyncStatus(online=False, reason="No answer.", sign_in=False, active=())


def test_nothing_matches(snap_compare: Compare, tmp_path: Path) -> None:
    app = app_over(Bench(tmp_path))
    run = pressed("slash", typed="status:overdue amount:>9000000")
    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


def test_the_detail_of_an_invoice(snap_compare: Compare, tmp_path: Path) -> None:
    app = app_over(Bench(tmp_path))
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressed("down", "down", "enter"))


def test_filters_over_a_narrow_list(snap_compare: Compare, tmp_path: Path) -> None:
    app = app_over(Bench(tmp_path))
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressed("f", "down", "enter"))


def test_help(snap_compare: Compare, tmp_path: Path) -> None:
    app = app_over(Bench(tmp_path))
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressed("question_mark"))

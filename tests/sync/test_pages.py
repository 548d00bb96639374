"""Pages of long scans are read by another process, which changes nothing but who waits for whom."""

from __future__ import annotations

import io
import os
import pickle
import sqlite3
from asyncio.subprocess import Process
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kworkbench.providers.base import Response, UnreadableAnswerError
from kworkbench.providers.kantata.provider import KantataProvider
from kworkbench.providers.productive.provider import ProductiveProvider
from kworkbench.store.cache_file import connect_reader
from kworkbench.sync import pages
from kworkbench.sync.link import Link
from kworkbench.sync.page_process import serve
from kworkbench.sync.pages import HEAD, Asked, PageReader, Sheet
from tests.sync.conftest import Open
from tests.sync.stage import Stage

EMPTY = b'{"data":[],"meta":{"current_page":1,"total_pages":1,"total_count":0,"page_size":200}}'
Start = Callable[[Path], Coroutine[Any, Any, Process]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """Scans of two pages are long; the processes that are started for them."""
    for provider in (KantataProvider, ProductiveProvider):
        monkeypatch.setattr(provider, "TABLES", replace(provider.TABLES, page_size=20))
    monkeypatch.setattr(pages, "LONG", 2)
    return watch_starts(monkeypatch, lambda _process: None)


def watch_starts(monkeypatch: pytest.MonkeyPatch, act: Callable[[Process], None]) -> list[Process]:
    found: list[Process] = []
    start: Start = pages._start

    async def noted(cached: Path) -> Process:
        process = await start(cached)
        act(process)
        found.append(process)
        return process

    monkeypatch.setattr(pages, "_start", noted)
    return found


def rows(stage: Stage) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(stage.files.cache)) as db:
        return db.execute("SELECT id, vals, raw FROM body WHERE kind = 'expenses' ORDER BY id").fetchall()


def link_of(stage: Stage) -> Link:
    link = stage.make_link(stage.account, lambda _state: None)
    assert link is not None
    return link


def test_a_long_scan_brings_the_same_records_from_another_process(stage: Stage, started: list[Process]) -> None:
    before = rows(stage)
    with closing(sqlite3.connect(stage.files.cache)) as db:
        db.execute("DELETE FROM base WHERE kind = 'expenses'")
        db.commit()
    assert stage.sync("expenses") == ""
    assert started
    assert all(process.returncode is not None for process in started)
    assert rows(stage) == before


def test_a_process_that_dies_leaves_the_reading_to_this_one(
    open_stage: Open, started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = open_stage("productive")
    before = rows(stage)
    started.clear()
    killed = watch_starts(monkeypatch, lambda process: process.kill())
    assert stage.sync("expenses") == ""
    assert len(killed) == 1
    assert rows(stage) == before
    assert started == killed


def test_a_process_that_cannot_start_leaves_the_reading_to_this_one(
    open_stage: Open, started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_cached: Path) -> Process:
        raise OSError("no more processes")

    stage = open_stage("productive")
    before = rows(stage)
    started.clear()
    monkeypatch.setattr(pages, "_start", refuse)
    assert stage.sync("expenses") == ""
    assert not started
    assert rows(stage) == before


async def test_what_cannot_be_read_elsewhere_is_said_in_the_same_words(
    open_stage: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = open_stage("productive", started=False)
    said = []
    for longest in (1, 99):
        monkeypatch.setattr(pages, "LONG", longest)
        reader = PageReader(stage.files.cache)
        with pytest.raises(UnreadableAnswerError) as told:
            await reader.read(link_of(stage), "expenses", Response(200, {}, b'{"data":7}'), with_related=True)
        await reader.close()
        said.append(str(told.value))
    assert said[0] == said[1]


async def test_the_process_is_given_no_sign_in_and_no_key(open_stage: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KWORKBENCH_TOKEN", "secret")
    monkeypatch.setenv("KWORKBENCH_TOKEN_COMMAND", "secret")
    monkeypatch.setattr(pages, "LONG", 1)
    stage = open_stage("productive", started=False)
    seen: list[tuple[bytes, int]] = []

    def look(process: Process) -> None:
        told = Path(f"/proc/{process.pid}/environ")
        seen.append((told.read_bytes() if told.exists() else b"", os.getpgid(process.pid)))

    watch_starts(monkeypatch, look)
    reader = PageReader(stage.files.cache)
    await reader.read(link_of(stage), "expenses", Response(200, {}, EMPTY), with_related=False)
    await reader.close()
    ((environ, group),) = seen
    assert b"KWORKBENCH_TOKEN" not in environ
    assert group != os.getpgrp()


def test_it_ends_with_its_input(open_stage: Open) -> None:
    stage = open_stage("productive", started=False)
    asked = Asked(stage.account, link_of(stage).provider, "expenses", EMPTY, with_related=True)
    written = pickle.dumps(asked)
    out = io.BytesIO()
    with closing(connect_reader(stage.files.cache)) as db:
        serve(io.BytesIO(HEAD.pack(len(written)) + written), out, db)
    (size,) = HEAD.unpack(out.getvalue()[: HEAD.size])
    assert pickle.loads(out.getvalue()[HEAD.size :][:size]) == Sheet((), (), 1, 0)  # noqa: S301

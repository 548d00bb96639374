"""The engine: a thread with an event loop that sends, looks, reads and waits, so that no screen ever does.

Started after the first paint; everything heavy is imported on its thread. Source: sync-engine.md section 2.
"""

from __future__ import annotations

import asyncio
import random
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from kworkbench.domain.query.asked import Asked
from kworkbench.store.cache_file import CacheError
from kworkbench.store.failing import SaveError
from kworkbench.sync.answering import Answering, read_asked
from kworkbench.sync.clock import Clock, Pause, ms
from kworkbench.sync.desk import Desk, Outlets
from kworkbench.sync.events import (
    Admission,
    Admitted,
    Apply,
    Check,
    Compare,
    Effect,
    Event,
    Probe,
    Reconnected,
    Resumed,
    Send,
    Wake,
    Watch,
    Woken,
)
from kworkbench.sync.facts import is_far
from kworkbench.sync.filing import Filing
from kworkbench.sync.freshness import Freshness
from kworkbench.sync.link import Link
from kworkbench.sync.looks import Looks
from kworkbench.sync.notices import ConnectionState, Notice
from kworkbench.sync.probing import UNCLEAR
from kworkbench.sync.reading import READ_PROBLEMS
from kworkbench.sync.refresh import Refresher, Retry
from kworkbench.sync.sender import Sender
from kworkbench.sync.settling import looks
from kworkbench.sync.traffic import Traffic
from kworkbench.sync.waiting import at_once, wait

POLL_SECONDS = 0.5
LONGEST_RECONNECT_SECONDS = 30.0
SIGN_IN_SECONDS = (0.0, 2.0, 10.0)
"""After the configuration was written a stored sign-in is looked for at these times: `connect` stores it last."""
STOP_SECONDS = 5.0
SWITCH_SECONDS = 0.0005
"""A key waits at most so long for the interpreter while pages are read here; five milliseconds is the usual."""
STOPPED = "Stopped as you asked. What was read stays."
UNKNOWN_CONNECTION = "This connection is not known."

MakeLink = Callable[[str, Callable[[ConnectionState], None]], Link | None]
"""Builds the link of an account; None where no such connection is known. Called on the engine's thread."""


News = Callable[[], Admission | None]
"""Which accounts may be sent to now, where the configuration was written since the last call; else None."""


class Engine:
    """Runs the sender and the refresher of one home.

    Args:
        news: asked now and then, on the engine's thread.
        pause: waits some seconds on the engine's thread; virtual time in tests.
        jitter: draws from 0..1.
        cached: `cache.db`, for the process that reads long scans; None: they are read here.
    """

    def __init__(
        self,
        desk: Desk,
        filing: Filing,
        make_link: MakeLink,
        clock: Clock,
        notice: Callable[[Notice], None],
        *,
        pause: Pause = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        cached: Path | None = None,
        news: News = lambda: None,
    ) -> None:
        self._news = news
        self._desk = desk
        self._filing = filing
        self._make_link = make_link
        self._clock = clock
        self._notice = notice
        self._pause = pause
        self._jitter = jitter
        self._gate = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._links: dict[str, Link] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._comparing: dict[int, asyncio.Task[None]] = {}
        self._alarm: tuple[int, asyncio.Task[None]] | None = None
        self._reconnecting: set[str] = set()
        self._reading: dict[tuple[str, tuple[str, ...], bool], asyncio.Task[None]] = {}
        self._fresh = Freshness(clock)
        self._sender = Sender(desk, filing, self._link, clock, pause, jitter)
        self._looks = Looks(self._sender, self._spawn)
        self._refresher = Refresher(filing, clock, notice, cached, retry=Retry(pause, jitter))
        self._answering = Answering(filing, clock, notice)
        self._early: list[Effect] = []
        desk.connect(Outlets(self._take, notice, self._sync_asked, self._answer_asked))

    def start(self) -> None:
        """Start the thread; effects begin to be performed."""
        if self._thread is not None:
            return
        loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(loop,), name="kworkbench-engine", daemon=True)
        self._thread.start()
        with self._gate:
            self._loop = loop
            early, self._early = self._early, []
        self._take(early)
        loop.call_soon_threadsafe(self._begin)

    def stop(self) -> None:
        """End the thread; what is being sent is found again as `sending` at the next start."""
        with self._gate:
            loop, self._loop = self._loop, None
        thread, self._thread = self._thread, None
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STOP_SECONDS)

    def refresh(self, account: str, kinds: Sequence[str], *, full: bool = False, stale: bool = False) -> Future[str]:
        """Bring kinds of an account up to date; resolves to an empty text, or to the sentence why it stopped.

        `full`: each is gone through as a whole. `stale`: only those that are not fresh any more.
        """
        return self._submit(self._refresh(account, tuple(kinds), full=full, stale=stale))

    def cancel(self, account: str) -> Future[str]:
        """Stop reading collections of an account; what was read stays."""

        async def stop() -> str:
            for key, task in tuple(self._reading.items()):
                if key[0] == account:
                    task.cancel()
            return ""

        return self._submit(stop())

    def answer(self, account: str, asked: Asked) -> Future[str]:
        """Ask which records fit a filter; ends as `Answering.ask` does. Cancelled, nothing more is asked."""
        return self._submit(self._answer(account, asked))

    def state(self, account: str) -> ConnectionState:
        """What is known of the line to an account's server."""
        link = self._links.get(account)
        return ConnectionState(account, online=True) if link is None else link.state

    def reading(self, account: str) -> bool:
        """True while a collection of the account is being read."""
        return any(key[0] == account for key in self._reading)

    def _begin(self) -> None:
        self._say(Resumed(ms(self._clock.now())))
        self._spawn(self._poll())

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            loop.run_forever()
            loop.run_until_complete(self._shut_down())
        finally:
            loop.close()

    async def _shut_down(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for link in self._links.values():
            await link.close()

    def _take(self, effects: Sequence[Effect]) -> None:
        """Called on the writer thread after a durable step; what comes before `start` is kept for it."""
        with self._gate:
            if self._loop is None:
                self._early.extend(effects)
                return
            for effect in effects:
                self._loop.call_soon_threadsafe(self._perform, effect)

    def _perform(self, effect: Effect) -> None:
        if isinstance(effect, Wake):
            self._wake(effect)
        elif isinstance(effect, Check):
            self._spawn(self._sender.check(effect.seq))
        elif isinstance(effect, Send):
            self._looks.end(effect.seq)
            self._spawn(self._sender.send(effect.seq))
        elif isinstance(effect, Compare):
            self._compare(effect)
        elif isinstance(effect, Apply):
            self._spawn(self._apply(effect))
        elif isinstance(effect, Watch):
            self._spawn(self._sender.watch(effect.change))
        elif isinstance(effect, Probe):
            self._looks.ask(effect.seq)

    async def _apply(self, effect: Apply) -> None:
        """Bring an answer home; what it moved is not fresh any more."""
        change = self._desk.change(effect.seq)
        await self._sender.apply(effect)
        if change is not None:
            self._fresh.moved(change)

    def _compare(self, effect: Compare) -> None:
        """One comparison of a change at a time: a new one takes the place of one that waits."""
        if (before := self._comparing.get(effect.seq)) is not None:
            before.cancel()
        task = self._comparing[effect.seq] = self._spawn(self._sender.compare(effect))

        def ended(_task: asyncio.Task[None]) -> None:
            if self._comparing.get(effect.seq) is task:
                del self._comparing[effect.seq]

        task.add_done_callback(ended)

    def _wake(self, effect: Wake) -> None:
        """One alarm at a time, the earliest: whoever is woken by it says when the next is due."""
        if self._alarm is not None:
            at_ms, task = self._alarm
            if at_ms <= effect.at_ms:
                return
            task.cancel()
        self._alarm = (effect.at_ms, self._spawn(self._ring(effect.at_ms)))

    async def _ring(self, at_ms: int) -> None:
        await self._pause(max(0.0, (at_ms - ms(self._clock.now())) / 1000) + 0.001)
        self._alarm = None
        await self._sender.say(Woken(ms(self._clock.now())))

    def _say(self, event: Event) -> None:
        self._spawn(self._sender.say(event))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            asyncio.get_running_loop().call_exception_handler(
                {"message": "the engine met a fault of its own", "exception": problem, "task": task}
            )

    def _submit(self, work: Coroutine[Any, Any, str], otherwise: str = "The engine is not running.") -> Future[str]:
        with self._gate:
            if self._loop is not None:
                return asyncio.run_coroutine_threadsafe(work, self._loop)
        work.close()
        return at_once(otherwise)

    async def _link(self, account: str) -> Link | None:
        if account not in self._links:
            made = self._make_link(account, self._line_changed)
            if made is None and self._heard_news():
                made = self._make_link(account, self._line_changed)
            if made is None:
                return None
            rates = made.provider.catalog.rates if is_far(account) else ()
            made.traffic = Traffic(self._clock, self._pause, rates)
            self._links[account] = made
        return self._links[account]

    def _line_changed(self, state: ConnectionState) -> None:
        self._notice(state)
        if state.online and not state.sign_in:
            self._say(Reconnected(state.account, ms(self._clock.now())))
        elif not state.online and state.account not in self._reconnecting:
            self._reconnecting.add(state.account)
            self._spawn(self._reconnect(state.account))

    async def _reconnect(self, account: str) -> None:
        """Ask now and then, ever more seldom, until the server answers."""
        pause = 1.0
        try:
            while (link := await self._link(account)) is not None and not link.state.online:
                await self._pause(pause * (0.5 + self._jitter() / 2))
                pause = min(pause * 2, LONGEST_RECONNECT_SECONDS)
                await _quietly(link.send(link.provider.who()))
        finally:
            self._reconnecting.discard(account)

    async def _refresh(self, account: str, kinds: tuple[str, ...], *, full: bool = False, stale: bool = False) -> str:
        """Identical reads in flight share one."""
        link = await self._link(account)
        if link is None:
            return UNKNOWN_CONNECTION
        wanted = self._fresh.stale(account, kinds) if stale else kinds
        if not wanted:
            return ""
        key = (account, wanted, full)
        if key not in self._reading:
            task = asyncio.get_running_loop().create_task(self._read(link, wanted, full=full))
            self._reading[key] = task
            task.add_done_callback(lambda _task: self._reading.pop(key, None))
        task = self._reading[key]
        try:
            await asyncio.shield(task)
        except READ_PROBLEMS as problem:
            return str(problem)
        except asyncio.CancelledError:
            if task.cancelled() and self._loop is not None:
                return STOPPED
            raise
        return ""

    async def _read(self, link: Link, kinds: tuple[str, ...], *, full: bool) -> None:
        began = self._fresh.begin()
        await self._refresher.read(link, kinds, full=full)
        self._fresh.read(link.account, kinds, began)
        for change in self._desk.open():
            if change.account == link.account and change.kind in kinds and change.state in UNCLEAR and looks(change):
                self._looks.ask(change.seq)

    def next_number(self, account: str) -> Future[str]:
        """What the next invoice's number would be, as `Answering.next_number` says."""
        return self._submit(self._next_number(account), otherwise="")

    async def _next_number(self, account: str) -> str:
        link = await self._link(account)
        return "" if link is None else await self._answering.next_number(link)

    async def _answer(self, account: str, asked: Asked) -> str:
        link = await self._link(account)
        return UNKNOWN_CONNECTION if link is None else await self._answering.ask(link, asked)

    def _answer_asked(self, account: str, text: str) -> None:
        """Another process asked for a filter. Called on the writer thread."""
        asked = read_asked(text)
        if asked is not None:
            self._submit(self._answer(account, asked))

    def _sync_asked(self, account: str, full: bool) -> None:
        """Another process asked for an account to be brought up to date. Called on the writer thread."""
        self._submit(self._sync_all(account, full=full))

    async def _sync_all(self, account: str, *, full: bool) -> str:
        link = await self._link(account)
        if link is None:
            return UNKNOWN_CONNECTION
        catalog = link.provider.catalog
        return await self._refresh(account, (*(kind.name for kind in catalog.related), *catalog.resources), full=full)

    async def _poll(self) -> None:
        """Look for what other processes put into the outbox; the writer is left alone while its file is untouched."""
        while True:
            await self._pause(POLL_SECONDS)
            self._heard_news()
            if self._desk.is_due:
                with suppress(SaveError, CacheError):  # a full disk; what is asked stays there for a later look
                    await wait(self._desk.poll())

    def _heard_news(self) -> bool:
        admission = self._news()
        if admission is not None:
            self._admit(admission)
        return admission is not None

    def _admit(self, admission: Admission) -> None:
        """The configuration was written: accounts may be new, open to writes now, or signed in again."""
        self._say(Admitted(admission, ms(self._clock.now())))
        for link in self._links.values():
            if link.state.sign_in:
                self._spawn(self._sign_in_again(link))

    async def _sign_in_again(self, link: Link) -> None:
        for seconds in SIGN_IN_SECONDS:
            await self._pause(seconds)
            if not link.state.sign_in:
                return
            await _quietly(link.sign_in_again())


async def _quietly(work: Awaitable[object]) -> None:
    """Await a try whose failure is already noted in the link's state."""
    try:
        await work
    except READ_PROBLEMS:
        return

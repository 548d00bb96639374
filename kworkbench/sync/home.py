"""One home's stores and engine: as the sender while it holds the lock, else as a follower that takes over when it can.

Source: sync-engine.md sections 2 and 7.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from kworkbench.domain.query.asked import Asked
from kworkbench.lean import dataclass
from kworkbench.store.cache import Cache
from kworkbench.store.failing import SaveError, SealedError
from kworkbench.store.lock import SenderLock
from kworkbench.store.networks import refuse_network
from kworkbench.store.outbox import Outbox
from kworkbench.store.problems import said
from kworkbench.store.writer import Writer
from kworkbench.sync.answering import asked_text
from kworkbench.sync.clock import Clock, Pause
from kworkbench.sync.desk import Desk
from kworkbench.sync.engine import Engine, MakeLink, News
from kworkbench.sync.events import Admission
from kworkbench.sync.filing import Filing
from kworkbench.sync.follower import Follower
from kworkbench.sync.hub import Hub
from kworkbench.sync.intake import asked_to_give_way
from kworkbench.sync.notices import ConnectionState
from kworkbench.sync.unopened import UnopenedDesk
from kworkbench.sync.waiting import at_once

WATCH_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Files:
    """Where a home keeps its two databases and the lock."""

    outbox: Path
    cache: Path
    lock: Path


class Home:
    """The stores and the engine of one home.

    Args:
        sends: False for a process that works offline: what it saves is durable, and sent by a later one.
        pause: waits some seconds on the engine's thread; virtual time in tests.
        jitter: draws from 0..1.
        watch_seconds: how often a follower looks whether anything moved.
        hub: where its notices go; None: one of its own.
        admission: which accounts may be sent to in this run; None: all.
        news: what that is now, where the configuration was written since it was last asked; else None.

    Attributes:
        sealed: why nothing can be saved here, a sentence; empty where it can.

    Raises:
        SaveError: the outbox, the cache or the lock cannot be used; the message is a sentence.
    """

    def __init__(
        self,
        files: Files,
        make_link: MakeLink,
        clock: Clock,
        *,
        sends: bool = True,
        pause: Pause = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        watch_seconds: float = WATCH_SECONDS,
        hub: Hub | None = None,
        admission: Admission | None = None,
        news: News = lambda: None,
    ) -> None:
        self.hub = hub or Hub()
        self._files = files
        self._make_link = make_link
        self._clock = clock
        self._sends = sends
        self._pause = pause
        self._jitter = jitter
        self._watch_seconds = watch_seconds
        self._admission = admission
        self._news = news
        self._lock = SenderLock(files.lock)
        self._writer = Writer()
        self._stop = threading.Event()
        self._watch: threading.Thread | None = None
        self._engine: Engine | None = None
        self._cache: Cache | None = None
        self._started = False
        self.ready: Future[None] | None = None
        self._outbox: Outbox | None = None
        self.sealed = ""
        self.desk: Desk | Follower | UnopenedDesk
        try:
            self.desk = self._opened()
        except BaseException:
            self._writer.close()
            self._lock.release()
            raise

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person has to be told about the files, in sentences."""
        if self._outbox is None:
            return (self.sealed,)
        kept, saved = self._outbox.set_aside, self._outbox.salvaged
        if kept is None:
            return ()
        readable = f" What can be read of it stands in {saved}." if saved is not None else " Nothing in it can be read."
        return (f"The outbox was damaged. It is kept as {kept}, and a new one was begun.{readable}",)

    @property
    def is_sender(self) -> bool:
        """True while this process sends and writes the cache."""
        return isinstance(self.desk, Desk)

    def start(self) -> None:
        """Start sending, or watching the sender; after the first paint. Who sends nothing gives way to who does."""
        if self._started or self._outbox is None:
            return
        self._started = True
        if self._engine is not None and self._sends:
            self._engine.start()
        else:
            work = self._follow if self._engine is None else self._give_way
            self._watch = threading.Thread(target=work, name="kworkbench-follower", daemon=True)
            self._watch.start()

    def close(self) -> None:
        """Stop the engine, finish what was given to the writer, and let the lock go; once is enough."""
        if self._stop.is_set():
            return
        self._stop.set()
        if self._watch is not None:
            self._watch.join()
        if self._engine is not None:
            self._engine.stop()
        cache = self._cache
        if cache is not None:
            self._writer.submit(cache.close).result()
        if self._outbox is not None:
            self._writer.submit(self._outbox.close).result()
        self._writer.close()
        self._lock.release()

    def cancel(self, account: str) -> Future[str]:
        """Stop reading collections of an account; what was read stays. Only the process that reads can."""
        if self._engine is not None and self._started and self._sends:
            return self._engine.cancel(account)
        return at_once("")

    def refresh(self, account: str, kinds: Sequence[str], *, full: bool = False, stale: bool = False) -> Future[str]:
        """Bring kinds up to date; an empty text when done, else why it stopped. A follower asks the sender.

        See `Engine.refresh` for `full` and `stale`.
        """
        if self._engine is not None and self._started and self._sends:
            return self._engine.refresh(account, kinds, full=full, stale=stale)
        if not isinstance(self.desk, Follower) or not self._sends:
            return at_once(self.sealed or "Nothing was asked of the server.")
        asked: Future[str] = Future()
        self.desk.ask_sync(account, full=full).add_done_callback(lambda _done: asked.set_result(""))
        return asked

    def next_number(self, account: str) -> Future[str]:
        """What the next invoice's number would be; empty where it cannot be asked now. A follower asks nobody."""
        if self._engine is not None and self._started and self._sends:
            return self._engine.next_number(account)
        return at_once("")

    def answer(self, account: str, asked: Asked) -> Future[str]:
        """Ask which records fit a filter; an empty text when done, else why it stopped. A follower asks the sender."""
        if self._engine is not None and self._started:
            return self._engine.answer(account, asked)
        if not isinstance(self.desk, Follower) or not self._sends:
            return at_once("Nothing was asked of the server.")
        told: Future[str] = Future()
        self.desk.ask_answer(account, asked_text(asked)).add_done_callback(lambda _done: told.set_result(""))
        return told

    def line(self, account: str) -> ConnectionState:
        """What is known of the line to an account's server."""
        return ConnectionState(account, online=True) if self._engine is None else self._engine.state(account)

    def remote_id(self, account: str, lid: str) -> str | None:
        """The server's id behind a local id, None while it has none."""
        return self.desk.remote_id(account, lid)

    def holder(self) -> str:
        """The process number of the sender."""
        return self._lock.holder()

    def forget(self, account: str) -> Future[None]:
        """Drop every cached record of an account; only the sender does."""
        cache = self._cache

        def job() -> None:
            if cache is not None:
                cache.forget(account)

        return self._writer.submit(job, urgent=True)

    def _opened(self) -> Desk | Follower | UnopenedDesk:
        """Open the outbox; where it must not be written, lists can still be read."""
        try:
            refuse_network(self._files.outbox)
            outbox = self._writer.submit(lambda: Outbox.open(self._files.outbox)).result()
        except SealedError as problem:
            self.sealed = str(problem)
            return UnopenedDesk(self.sealed)
        self._outbox = outbox
        try:
            if self._locked():
                return self._become_sender(outbox, self._open_cache())
            return Follower(self._writer, outbox, self._clock, self.hub.tell)
        except BaseException:
            self._writer.submit(outbox.close).result()
            raise

    def _locked(self) -> bool:
        try:
            return self._lock.acquire()
        except OSError as problem:
            raise SaveError(
                f"The lock {self._files.lock} cannot be made ({said(problem)}). Check its folder."
            ) from problem

    def _open_cache(self) -> Cache:
        try:
            self._cache = self._writer.submit(lambda: Cache.open(self._files.cache)).result()
        except (sqlite3.Error, OSError) as problem:
            raise SaveError(
                f"The cache {self._files.cache} cannot be opened ({said(problem)}). Check the disk and its rights."
            ) from problem
        return self._cache

    def _become_sender(self, outbox: Outbox, cache: Cache) -> Desk:
        desk = Desk(self._writer, outbox, cache, self._clock, self._admission)
        filing = Filing(self._writer, outbox, cache, desk)
        self._engine = Engine(
            *(desk, filing, self._make_link, self._clock, self.hub.tell),
            pause=self._pause,
            jitter=self._jitter,
            cached=self._files.cache,
            news=self._news,
        )
        self.ready = desk.start()
        return desk

    def _follow(self) -> None:
        asked = False
        while isinstance(self.desk, Follower) and not self._stop.wait(self._watch_seconds):
            with suppress(SaveError):  # a disk that fails now; the next look may be luckier
                self.desk.poll().result()
                if not self._sends:
                    continue
                self._take_over()
                if not asked and isinstance(self.desk, Follower):
                    asked = True
                    self.desk.ask_way().result()

    def _give_way(self) -> None:
        """Hold the lock only until a process that sends asks for it; from then on follow that one."""
        outbox = self._outbox
        while outbox is not None and not self._stop.wait(self._watch_seconds):
            with suppress(SaveError):
                if self._writer.submit(lambda: asked_to_give_way(outbox)).result():
                    self._let_go(outbox)
                    self._follow()
                    return

    def _let_go(self, outbox: Outbox) -> None:
        cache, self._cache, self._engine = self._cache, None, None
        self.desk = Follower(self._writer, outbox, self._clock, self.hub.tell)
        if cache is not None:
            self._writer.submit(cache.close).result()
        self._lock.release()

    def _take_over(self) -> None:
        """Become the sender when the one before has ended."""
        if self._outbox is None or not self._locked():
            return
        try:
            desk = self._become_sender(self._outbox, self._cache or self._open_cache())
            if self.ready is not None:
                self.ready.result()
        except SaveError:
            self._engine = None
            self._lock.release()
            raise
        self.desk = desk
        if self._engine is not None:
            self._engine.start()

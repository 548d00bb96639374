"""What the process that is to be killed does: one write, and its own end at a named point of it.

The points are put around the product's own steps from outside, so that the product knows nothing of them.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from kworkbench.domain.changes import Change, State
from kworkbench.providers import load
from kworkbench.store.cache import Cache
from kworkbench.store.outbox import Outbox
from kworkbench.sync.engine import Engine
from tests.sync.stage import Stage
from tests.sync.wire import Sent

POINTS = (
    "the row is written, not committed",
    "the row is committed, not folded",
    "the row is folded, nothing has begun",
    "sending is written, not committed",
    "sending is committed, not folded",
    "sending is folded, no byte has left",
    "the server has done it, the answer is lost",
    "the answer is here, not noted",
    "confirmed is written, not committed",
    "confirmed is committed, not folded",
    "confirmed is folded, the answer is not applied",
    "the answer is in the cache, not closed",
    "closed is written, not committed",
    "closed is committed, not folded",
)
WRITES = ("payment", "edit", "delete", "bulk delete")
TEXT = "Edited before the end"

LOADED = tuple(load(provider) for provider in ("kantata", "productive"))
"""What a process would import only when it needs it; those that are to be killed are forked from one that has it."""


def write(stage: Stage, what: str) -> None:
    """Begin a write; the rows are the first that fit, so that another process finds the same."""
    if what == "payment":
        stage.pay(stage.unpaid_invoices()[0])
    elif what == "edit":
        stage.edit(stage.plain_expenses()[0], text=TEXT)
    elif what == "delete":
        stage.delete("expenses", stage.plain_expenses()[0])
    else:
        stage.delete("expenses", *stage.plain_expenses()[:3])


def run(folder: str, provider: str, what: str, point: str) -> None:
    """Do the write and be killed at the point; a point that is never reached ends the process in peace."""
    trap = Trap(point)
    trap.set()
    stage = Stage(Path(folder), provider)
    stage.wire.watch = trap.on_wire
    stage.home.start()
    write(stage, what)
    stage.await_settled()


def run_first_sync(folder: str, provider: str, pages: int) -> None:
    """Begin the first sync and be killed when so many pages have been filed."""
    trap = Trap("a page")
    left = iter(range(pages - 1))
    around(Cache, "put", after=lambda *_: next(left, None) is None and trap.spring())
    stage = Stage(Path(folder), provider)
    stage.home.start()
    stage.sync()


class Trap:
    """Ends the process at a point, as by `kill -9`."""

    def __init__(self, point: str) -> None:
        self._point = point
        self._state: State | None = None
        self._folded = False

    def set(self) -> Callable[[], None]:
        """Put it around the steps of a write, before anything is opened; the returned function takes it away."""
        undo = (
            around(Outbox, "append", after=self.on_append),
            around(Outbox, "save", after=self.on_save),
            around(Outbox, "note_attempt", before=lambda *_: self.reached("the answer is here, not noted")),
            around(Cache, "keep_fold", before=self.on_keep),
            around(Cache, "put", after=self.on_put),
            around(Engine, "_take", before=self.on_effects),
        )

        def take_away() -> None:
            for each in undo:
                each()

        return take_away

    def reached(self, point: str) -> None:
        if point == self._point:
            self.spring()

    def spring(self) -> bool:
        """End the process here."""
        os.kill(os.getpid(), signal.SIGKILL)
        return threading.Event().wait()

    def on_append(self, *_args: object, **_more: object) -> None:
        self.reached("the row is written, not committed")
        self._state = State.QUEUED

    def on_save(self, change: Change) -> None:
        self._state, self._folded = change.state, self._folded and change.state is State.QUEUED
        self.reached(f"{change.state.value} is written, not committed")

    def on_keep(self, *_: object) -> None:
        if self._state is None or self._folded:
            return
        self._folded = True
        self.reached("the row is committed, not folded")
        self.reached(f"{self._state.value} is committed, not folded")

    def on_put(self, *_args: object, **_more: object) -> None:
        if self._state is State.CONFIRMED:
            self.reached("the answer is in the cache, not closed")

    def on_effects(self, *_: object) -> None:
        if self._state is not None:
            self.reached("the row is folded, nothing has begun")
        if self._state is State.CONFIRMED:
            self.reached("confirmed is folded, the answer is not applied")

    def on_wire(self, moment: str, sent: Sent) -> None:
        if sent.is_write:
            before = moment == "before"
            self.reached("sending is folded, no byte has left" if before else POINTS[6])


def around(
    owner: type[Any],
    name: str,
    *,
    before: Callable[..., object] = lambda *_args, **_more: None,
    after: Callable[..., object] = lambda *_args, **_more: None,
) -> Callable[[], None]:
    """Have a method of the product call these with its arguments, in this process only, until the result is called."""
    real = getattr(owner, name)

    @wraps(real)
    def wrapped(self: object, *args: object, **more: object) -> object:
        before(*args, **more)
        result = real(self, *args, **more)
        after(*args, **more)
        return result

    setattr(owner, name, wrapped)
    return lambda: setattr(owner, name, real)

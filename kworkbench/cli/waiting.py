"""Waiting for the engine: for a refresh with its progress, and for changes until the server has answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, TypeVar

from kworkbench.cli.console import Console
from kworkbench.cli.exits import Exit
from kworkbench.cli.ports import Books, Timing
from kworkbench.domain.changes import WAITING, Change, State

if TYPE_CHECKING:
    from concurrent.futures import Future

V = TypeVar("V")

UNSETTLED = WAITING | {State.AMBIGUOUS}
"""States that may still move by themselves within the seconds a command waits."""


def bring_up(books: Books, kinds: Collection[str] | None, console: Console, timing: Timing, *, full: bool) -> Exit:
    """Bring collections up to date, and say what the server made of it: `DONE`, `OFFLINE` or `SIGN_IN`."""
    outcome(books.refresh.refresh(kinds, full), books, console, timing)
    status = books.refresh.status()
    if status.sign_in:
        return Exit.SIGN_IN
    return Exit.DONE if status.online and not status.reason else Exit.OFFLINE


def outcome(future: Future[V], books: Books, console: Console, timing: Timing) -> V:
    """The result of a future; meanwhile the progress of the refresh stands on the terminal."""
    moved = False
    while not future.done():
        if line := _progress(books):
            console.progress(line)
            moved = True
        timing.pause(timing.step)
    if moved:
        console.progress("")
    return future.result()


def settle(books: Books, changes: Sequence[Change], timing: Timing, *, wait: bool) -> tuple[Change, ...]:
    """The changes as they stand once the server has answered all of them, or when patience, or a person, ends it."""
    end = timing.monotonic() + timing.patience
    seqs = [change.seq for change in changes]
    try:
        while (now := _now(books, changes, seqs)) and wait and timing.monotonic() < end:
            if not any(change.state in UNSETTLED for change in now) or books.refresh.status().sign_in:
                break
            timing.pause(timing.step)
    except KeyboardInterrupt:
        now = _now(books, changes, seqs)
    return now


def _now(books: Books, changes: Sequence[Change], seqs: Sequence[int]) -> tuple[Change, ...]:
    known = {change.seq: change for change in changes} | {change.seq: change for change in books.changes.all()}
    return tuple(known[seq] for seq in seqs)


def _progress(books: Books) -> str:
    return ", ".join(
        f"{each.kind} {each.loaded:,}" + ("" if each.total is None else f" of {each.total:,}")
        for each in books.refresh.status().active
    )

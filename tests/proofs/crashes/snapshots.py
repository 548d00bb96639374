"""A write that is copied at each of its crash points: the copy is what `kill -9` would leave."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kworkbench.domain.changes import State
from tests.proofs.people import settle
from tests.proofs.reached import Reached
from tests.proofs.writings import Targets, Writing, found_by_text, targets_of
from tests.sync.checks import assert_converged
from tests.sync.crashing import POINTS, Trap
from tests.sync.stage import Stage


class Snapshots(Trap):
    """Copies the home when a point is reached, the first time, instead of ending the process.

    Attributes:
        taken: point -> the folder of the copy, and whether the write was committed by then.
    """

    def __init__(self, home: Path, folder: Path, points: tuple[str, ...]) -> None:
        super().__init__("")
        self._home = home
        self._folder = folder
        self._points = points
        self._committed = False
        self.taken: dict[str, tuple[Path, bool]] = {}

    def on_keep(self, *given: object) -> None:
        """What is folded was committed."""
        self._committed = self._committed or self._state is not None
        super().on_keep(*given)

    def reached(self, point: str) -> None:
        """Copy the files as they are; the books of the sandbox whole, for it is another machine here."""
        if point not in self._points or point in self.taken:
            return
        copy = self._folder / str(POINTS.index(point))
        self.taken[point] = (copy, self._committed)
        copy.mkdir(parents=True)
        for path in self._home.iterdir():
            if path.name.startswith(("outbox", "cache")) and not path.name.endswith("-shm"):
                shutil.copyfile(path, copy / path.name)
        with (
            closing(sqlite3.connect(self._home / "sandbox.db")) as books,
            closing(sqlite3.connect(copy / "sandbox.db")) as copied,
        ):
            books.backup(copied)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Take them while the process works."""
        undo = self.set()
        try:
            yield
        finally:
            undo()


def crash_everywhere(
    provider: str, writing: Writing, home: Path, folder: Path, points: tuple[str, ...], reached: Reached
) -> None:
    """Do a write once, and start again from each point of it; what went wrong is noted."""
    snapshots = Snapshots(home, folder, points)
    with snapshots.watching():
        stage = Stage(home, provider)
        try:
            targets = targets_of(stage)
            stage.wire.watch = snapshots.on_wire
            stage.home.start()
            writing.do(stage, targets, 0)
            stage.await_settled()
        finally:
            stage.close()
    for point, (copy, saved) in snapshots.taken.items():
        reached.cases += 1
        reached.events[point] += 1
        try:
            start_again(provider, writing, targets, copy, saved=saved)
        except Exception as problem:  # noqa: BLE001 - every point is to be tried
            name = type(problem).__name__
            reached.failures.append(f"{provider}: {writing.name}, {point}: {name}: {str(problem)[:300]}")


def start_again(provider: str, writing: Writing, targets: Targets, home: Path, *, saved: bool) -> None:
    """Open what a crash left: the write is done once, where it had been saved, else it never was.

    Raises `AssertionError` where it is not.
    """
    stage = Stage(home, provider)
    try:
        stage.home.start()
        settle(stage, lambda change: found_by_text(stage, change), retries=True)
        assert_converged(stage, *writing.kinds)
        assert bool(stage.home.desk.journal()) is saved, "what was saved is lost, or what was not is there"
        assert {change.state for change in stage.home.desk.journal()} <= {State.CLOSED}
        count = writing.count(stage, targets, 0)
        wanted = (0, 1) if writing.steps > 1 and saved else (int(saved),)
        assert count in wanted, f"it stands {count} times at the server"
    finally:
        stage.close()

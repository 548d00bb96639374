"""No acknowledged commit is lost and the file opens, whenever the power goes and whatever of the rest survives."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proofs.power.history import NAME, cut_everywhere, record

SEED = 11
VERSIONS = sorted((Path(__file__).parents[2] / "store" / "fixtures").glob("outbox-*.db"))
REACHED = (
    "synced after write",
    "synced after sync",
    "synced after sync_folder",
    "synced with a journal",
    "torn with a journal",
    "torn after write",
)


def reworded(before: str, after: str) -> Callable[[str], str]:
    """A bug: SQLite is told something else."""
    return lambda sql: sql.replace(before, after)


_deleting = reworded("journal_mode=PERSIST", "journal_mode=DELETE")

BUGS = {
    "DELETE with synchronous=FULL": lambda sql: reworded("synchronous=EXTRA", "synchronous=FULL")(_deleting(sql)),
    "DELETE with synchronous=NORMAL": lambda sql: reworded("synchronous=EXTRA", "synchronous=NORMAL")(_deleting(sql)),
    "synchronous=OFF": reworded("synchronous=EXTRA", "synchronous=OFF"),
    "journal_mode=MEMORY": reworded("journal_mode=PERSIST", "journal_mode=MEMORY"),
    "journal_mode=OFF": reworded("journal_mode=PERSIST", "journal_mode=OFF"),
    "WAL with synchronous=NORMAL": lambda sql: reworded("synchronous=EXTRA", "synchronous=NORMAL")(
        sql.replace("journal_mode=PERSIST", "journal_mode=WAL")
    ),
}


def test_every_fifth_cut(tmp_path: Path) -> None:
    cut_everywhere(record(tmp_path, SEED), tmp_path, SEED, every=5).hold(events=REACHED)


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_every_cut(tmp_path: Path) -> None:
    reached = (*REACHED, "synced after make", "torn after make")
    cut_everywhere(record(tmp_path, SEED, steps=80), tmp_path, SEED).hold(events=reached)


@pytest.mark.parametrize("name", BUGS)
def test_a_weaker_setting_loses_an_acknowledged_commit(name: str, tmp_path: Path) -> None:
    recorded = record(tmp_path, SEED, BUGS[name], steps=5)
    assert cut_everywhere(recorded, tmp_path, SEED, first=True).failures


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.stem)
def test_an_older_file_is_brought_up_whole_or_not_at_all(version: Path, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copyfile(version, folder / NAME)
    recorded = record(folder, SEED, steps=0)
    assert len(recorded.disk.done) > 8, "nothing was brought up"
    assert recorded.acknowledged[0][1][0], "the fixture holds no changes"
    cut_everywhere(recorded, tmp_path, SEED).hold(events=("synced with a journal", "torn after write"))

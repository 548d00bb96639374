"""When a file that others write is read again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kworkbench.store.watched import LATELY, SELDOM, Watched


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "outbox.db"
    made.write_bytes(b"one")
    return made


def calm(watched: Watched) -> None:
    """Look until the file counts as untouched."""
    assert [watched.is_due() for _ in range(LATELY + 1)] == [True] * LATELY + [False]


def test_a_file_that_was_written_stays_due_for_a_while(file: Path) -> None:
    watched = Watched(file)
    calm(watched)
    with file.open("ab") as more:
        more.write(b"two")
    calm(watched)


def test_a_write_that_keeps_the_size_is_told_by_its_time(file: Path) -> None:
    watched = Watched(file)
    calm(watched)
    os.utime(file, ns=(1, file.stat().st_mtime_ns + 1))
    assert watched.is_due()


def test_an_untouched_file_is_due_now_and_then(file: Path) -> None:
    watched = Watched(file)
    calm(watched)
    assert [watched.is_due() for _ in range(3 * SELDOM)].count(True) == 3


def test_a_file_that_is_away_is_due_until_it_counts_as_untouched_again(file: Path) -> None:
    watched = Watched(file)
    calm(watched)
    file.rename(file.with_name("away"))
    assert all(watched.is_due() for _ in range(3))
    file.with_name("away").rename(file)
    calm(watched)

"""The sender's lock: one process at a time, and it dies with its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kworkbench.store.lock import SenderLock

HOLD = (
    "import sys; from pathlib import Path; from kworkbench.store.lock import SenderLock;"
    "lock = SenderLock(Path(sys.argv[1])); print(lock.acquire(), flush=True); sys.stdin.readline()"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sender.lock"


def test_one_holder_at_a_time(path: Path) -> None:
    first, second = SenderLock(path), SenderLock(path)
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    assert second.holder() == str(os.getpid())
    first.release()
    assert second.acquire()
    second.release()
    second.release()


def test_a_killed_process_leaves_the_lock_free(path: Path) -> None:
    lock = SenderLock(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert not lock.acquire()
        assert lock.holder() == str(other.pid)
        other.kill()
        other.wait(10)
    assert lock.acquire()
    assert lock.holder() == str(os.getpid())
    lock.release()


def test_nobody_is_the_holder_of_a_lock_that_was_never_taken(path: Path) -> None:
    assert SenderLock(path).holder() == ""


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        SenderLock(tmp_path / "missing" / "sender.lock").acquire()

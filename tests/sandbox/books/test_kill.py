"""A process that is killed at any moment leaves whole books behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kworkbench.sandbox.books.model import Company
from kworkbench.sandbox.books.store import Books

TODAY = date(2026, 3, 3)

PROGRAM = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from kworkbench.sandbox.books.model import Company
from kworkbench.sandbox.books.samples import fill_samples
from kworkbench.sandbox.books.store import Books

def wait(books, size):
    fill_samples(books, size)
    stop()

def stop():
    print("ready", flush=True)
    sys.stdin.read()

def company(books, name):
    books.insert(Company, kind="client", name=name, created_at=books.now(), updated_at=books.now())

options = {"today": date(2026, 3, 3), "size": 60, "clock": lambda: datetime(2026, 3, 3, tzinfo=UTC)}
path = Path(sys.argv[1])
if sys.argv[2] == "creating":
    Books.open(path, fill=wait, **options)
books = Books.open(path, **options)
with books.transaction():
    company(books, "Committed")
with books.transaction():
    company(books, "Half")
    stop()
"""


def killed_while(path: Path, moment: str) -> None:
    command = [sys.executable, "-c", PROGRAM, str(path), moment]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(("moment", "found"), [("creating", []), ("writing", ["Committed"])])
def test_what_was_committed_is_there_and_nothing_else(tmp_path: Path, moment: str, found: list[str]) -> None:
    path = tmp_path / "sandbox.db"
    killed_while(path, moment)
    books = Books.open(path, today=TODAY, size=60, clock=lambda: datetime(2026, 3, 3, tzinfo=UTC))
    assert books.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [one.name for one in books.all(Company, "WHERE name IN ('Committed', 'Half')")] == found
    assert books.scalar("SELECT count(*) FROM expenses") == 60
    books.close()

"""What the outbox needs of a connection, so that its durability can be proved against disks that lose power.

Production gives the standard library's `sqlite3`; the power-cut proofs give another library, whose file system is ours.
Source: sync-engine.md section 9.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

Cell: TypeAlias = Any
"""What SQL brings; it gets its type where it is read."""


class OutboxRow(Protocol):
    """One row; its cells go by the names of the columns, or by their places."""

    def __getitem__(self, key: int | str, /) -> Cell:
        """The cell."""


class OutboxCursor(Protocol):
    """What a statement brought."""

    @property
    def lastrowid(self) -> int | None:
        """The number of the row that an INSERT made."""

    def fetchone(self) -> Cell:
        """The next row, None when there is none left."""

    def fetchall(self) -> list[Cell]:
        """The rows that are left."""


class OutboxConnection(Protocol):
    """A connection that begins and ends transactions only when told to.

    Its methods raise `sqlite3.Error` (with SQLite's number as `sqlite_errorcode`) where the file cannot be used.
    """

    @property
    def in_transaction(self) -> bool:
        """True between BEGIN and COMMIT or ROLLBACK."""

    def execute(self, sql: str, parameters: Sequence[Cell] | Mapping[str, Cell] = ..., /) -> OutboxCursor:
        """One statement."""

    def close(self) -> None:
        """Let the file go."""


Connect: TypeAlias = Callable[[Path], OutboxConnection]


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the file, which only its owner can read; it is made when there is none."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=2.0)
    db.row_factory = sqlite3.Row
    return db

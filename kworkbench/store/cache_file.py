"""Opening `cache.db`: one read-write connection, any number of read-only ones. The file may be deleted at any time."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from kworkbench.store.schema import create, schema_version

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PRIMARY = 0xFF


class CacheMissingError(Exception):
    """There is no cache that this version can read; it is made by the next start of the writer."""


class CacheError(Exception):
    """The cache cannot be written now; nothing precious is in it. The message says what to do."""


def is_damage(problem: sqlite3.Error) -> bool:
    """True where the error says that the file is no sound database."""
    code = getattr(problem, "sqlite_errorcode", None)
    return isinstance(code, int) and code & _PRIMARY in _DAMAGE


def connect_writer(path: Path) -> sqlite3.Connection:
    """The read-write connection; a damaged file or one of another version is deleted and made anew.

    Raises:
        sqlite3.Error: the file cannot be opened or made.
        OSError: the folder cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        db = _connect(path)
        if _prepare(db):
            return db
        db.close()
    except sqlite3.DatabaseError as problem:
        if not is_damage(problem):
            raise
    discard(path)
    db = _connect(path)
    _prepare(db)
    return db


def connect_reader(path: Path) -> sqlite3.Connection:
    """A read-only connection.

    Raises:
        CacheMissingError: no file, or none that this version reads.
    """
    db: sqlite3.Connection | None = None
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=2.0)
        db.isolation_level = None
        db.execute("PRAGMA cache_size=-8000")
        if _version(db) == schema_version():
            return db
    except sqlite3.DatabaseError as problem:
        if db is not None:
            db.close()
        raise CacheMissingError(f"The cache {path} cannot be read ({problem}).") from problem
    db.close()
    raise CacheMissingError(f"The cache {path} was made by another version.")


def discard(path: Path) -> None:
    """Delete the cache and what SQLite keeps beside it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
        path.with_name(name).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)


def _prepare(db: sqlite3.Connection) -> bool:
    """Set the connection up and make the tables of an empty file; False where the file is of another version."""
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA temp_store=MEMORY")
        db.execute("PRAGMA cache_size=-32000")
        db.execute("PRAGMA wal_autocheckpoint=4000")
        version = _version(db)
        if version == 0 and not db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            create(db)
            return True
    except sqlite3.DatabaseError:
        db.close()
        raise
    return version == schema_version()


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])

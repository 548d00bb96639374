"""`outbox.db`: the user's unsent work and the journal of what became of it. Precious; used on the writer thread only.

Schema and durability: sync-engine.md sections 2 and 3. With `synchronous=EXTRA` neither `journal_mode=DELETE` nor
`PERSIST` lost anything in the power-cut trials; `PERSIST`, which makes and deletes no file, takes a third less time.
Closed changes stay: they are the journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from kworkbench.domain.changes import OPEN, Attempt, Change, Draft, State, lane_of
from kworkbench.lean import dataclass, replace
from kworkbench.store.connecting import Connect, OutboxConnection, OutboxRow, connect
from kworkbench.store.failing import SaveError
from kworkbench.store.outbox_migrations import bring_up, refuse_newer
from kworkbench.store.outbox_rows import change_of, columns_of, request_of
from kworkbench.store.problems import said
from kworkbench.store.salvage import salvage

SEQUENCE_BLOCK = 1000

_ADVICE = {
    sqlite3.SQLITE_BUSY: "Another program uses the outbox. Save again in a moment.",
    sqlite3.SQLITE_LOCKED: "Another program uses the outbox. Save again in a moment.",
    sqlite3.SQLITE_READONLY: "The outbox is read-only. Check the rights of its folder, then save again.",
}
_FULL = "Free some disk space, then save again."


@dataclass(frozen=True, slots=True)
class OutboxRequest:
    """What another process asked of the sender: `retry`, `discard`, `resolve` (with an argument) or `sync`."""

    id: int
    verb: str
    seq: int | None
    argument: str
    account: str | None


class Outbox:
    """The outbox of one home, for all its connections.

    Attributes:
        path: the file.
        set_aside: where a damaged file was kept when this one was opened in its place, else None.
        salvaged: what could be read of it, None where that is nothing.
    """

    def __init__(
        self, db: OutboxConnection, path: Path, set_aside: Path | None = None, salvaged: Path | None = None
    ) -> None:
        self.path = path
        self.set_aside = set_aside
        self.salvaged = salvaged
        self._db = db
        self._issue_next = 0
        self._issue_end = 0

    @classmethod
    def open(cls, path: Path, connect: Connect = connect) -> Self:
        """Open or create the file.

        A damaged file is kept beside the new one under the name `outbox.damaged-N.db`, never deleted.

        Raises:
            NewerOutboxError: the file was written by a newer program; it is left as it is.
            SaveError: the file cannot be opened for writing.
        """
        try:
            set_aside = None if _is_sound(path, connect) else _keep(path)
            db = connect(path)
            try:
                _prepare(db)
            except BaseException:
                db.close()
                raise
        except (sqlite3.Error, OSError) as problem:
            raise SaveError(
                f"The outbox {path} cannot be opened ({said(problem)}). Check the disk and its rights."
            ) from problem
        return cls(db, path, set_aside, None if set_aside is None else salvage(set_aside))

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One durable step: all of it or nothing.

        Raises:
            SaveError: the disk is full, read-only or busy.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as problem:
            raise _not_saved(problem) from problem
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException as problem:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if isinstance(problem, sqlite3.Error):
                raise _not_saved(problem) from problem
            if isinstance(problem, UnicodeEncodeError):
                raise SaveError("Nothing was saved: a text holds characters that no file can keep.") from problem
            raise

    def begin_epoch(self) -> int:
        """Count this process as the next sender."""
        with self.transaction():
            epoch = int(self._meta("epoch", 0)) + 1
            self._set_meta("epoch", epoch)
        return epoch

    def next_issue_seq(self) -> int:
        """The next number of a request: grows over restarts (reserved in blocks, so most calls cost no commit)."""
        if self._issue_next >= self._issue_end:
            with self.transaction():
                first = int(self._meta("issue_seq", 1))
                self._set_meta("issue_seq", first + SEQUENCE_BLOCK)
            self._issue_next, self._issue_end = first, first + SEQUENCE_BLOCK
        self._issue_next += 1
        return self._issue_next - 1

    def append(self, drafts: Sequence[tuple[str, Draft]], *, gesture: str, now: str, now_ms: int) -> tuple[Change, ...]:
        """Insert drafts (each with its random id) as one gesture, inside the caller's transaction."""
        return tuple(self._insert(mid, draft, gesture, now, now_ms) for mid, draft in drafts)

    def save(self, change: Change) -> None:
        """Write the state of a change, inside the caller's transaction."""
        row = columns_of(change)
        names = ", ".join(f"{name}=:{name}" for name in row if name != "seq")
        self._db.execute(f"UPDATE mutation SET {names} WHERE seq=:seq", row)

    def open_changes(self) -> tuple[Change, ...]:
        """Changes that are not over, and confirmed ones whose answer is not applied yet, in order."""
        states = tuple(sorted(OPEN))
        marks = ",".join("?" * len(states))
        sql = f"SELECT * FROM mutation WHERE state IN ({marks}) OR (state='confirmed' AND applied=0) ORDER BY seq"
        return tuple(change_of(row) for row in self._rows(sql, *states))

    def journal(self, limit: int = 500) -> tuple[Change, ...]:
        """The newest changes whatever their state, newest first; with a limit of -1 all of them."""
        rows = self._rows("SELECT * FROM mutation ORDER BY seq DESC LIMIT ?", limit)
        return tuple(change_of(row) for row in rows)

    def change(self, seq: int) -> Change | None:
        """One change by its number."""
        rows = self._rows("SELECT * FROM mutation WHERE seq=?", seq)
        return change_of(rows[0]) if rows else None

    def by_key(self, account: str, key: str) -> Change | None:
        """The change that an earlier run made under the same key, unless it was discarded."""
        sql = "SELECT * FROM mutation WHERE account=? AND key=? AND state<>?"
        rows = self._rows(sql, account, key, State.CANCELLED)
        return change_of(rows[0]) if rows else None

    def add_alias(self, account: str, lid: str, kind: str, remote_id: str) -> None:
        """Remember the server's id of a record made here, inside the caller's transaction."""
        self._db.execute("INSERT OR REPLACE INTO alias VALUES(?,?,?,?)", (account, lid, kind, remote_id))

    def aliases(self) -> dict[tuple[str, str], tuple[str, str]]:
        """(account, lid) -> (kind, remote id) of every record made here."""
        rows = self._rows("SELECT account, lid, kind, remote_id FROM alias")
        return {(row["account"], row["lid"]): (row["kind"], row["remote_id"]) for row in rows}

    def note_attempt(self, attempt: Attempt, epoch: int) -> None:
        """Write down one try, inside the caller's transaction."""
        values = (
            attempt.seq,
            attempt.n,
            attempt.phase,
            attempt.at,
            attempt.status,
            attempt.outcome,
            attempt.request_id,
            epoch,
            attempt.sent,
            attempt.answer,
        )
        names = "seq, n, phase, at, status, outcome, request_id, epoch, sent, answer"
        self._db.execute(f"INSERT INTO attempt({names}) VALUES(?,?,?,?,?,?,?,?,?,?)", values)

    def attempts(self, seq: int) -> tuple[Attempt, ...]:
        """Every try of a change, oldest first."""
        rows = self._rows("SELECT * FROM attempt WHERE seq=? ORDER BY rowid", seq)
        names = ("seq", "n", "phase", "at", "status", "outcome", "request_id", "sent", "answer")
        return tuple(Attempt(*(row[name] for name in names)) for row in rows)

    def ask(self, verb: str, *, seq: int | None = None, argument: str = "", account: str | None = None) -> None:
        """Leave a request for the sender, inside the caller's transaction."""
        sql = "INSERT INTO request(verb, seq, argument, account) VALUES(?,?,?,?)"
        self._db.execute(sql, (verb, seq, argument, account))

    def requests(self) -> tuple[OutboxRequest, ...]:
        """What other processes asked for and nobody has done yet, oldest first."""
        rows = self._rows("SELECT * FROM request ORDER BY id")
        return tuple(request_of(row, OutboxRequest) for row in rows)

    def drop_request(self, request_id: int) -> None:
        """Take a request out, inside the transaction that does what it asks."""
        self._db.execute("DELETE FROM request WHERE id=?", (request_id,))

    def facts(self) -> dict[str, str]:
        """What earlier processes learnt: key -> value."""
        rows = self._rows("SELECT k, v FROM meta WHERE k GLOB 'fact:*'")
        return {row["k"].removeprefix("fact:"): str(row["v"]) for row in rows}

    def keep_fact(self, key: str, value: str) -> None:
        """Write a fact down, or forget it where its value is empty, inside the caller's transaction."""
        if value:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES(?,?)", (f"fact:{key}", value))
        else:
            self._db.execute("DELETE FROM meta WHERE k=?", (f"fact:{key}",))

    def version(self) -> int:
        """A number that moves when another process wrote the file."""
        return int(self._rows("PRAGMA data_version")[0][0])

    def _insert(self, mid: str, draft: Draft, gesture: str, now: str, now_ms: int) -> Change:
        held = draft.hold_seconds > 0
        change = Change(
            seq=0,
            mid=mid,
            account=draft.account,
            op=draft.op,
            kind=draft.kind,
            lid=draft.lid,
            targets=draft.targets,
            lane=lane_of(draft),
            gesture=gesture,
            args=draft.args,
            pre=draft.pre,
            idem=draft.idem,
            marker=draft.marker,
            state=State.HELD if held else State.QUEUED,
            not_before=now_ms + int(draft.hold_seconds * 1000) if held else None,
            created_at=now,
            key=draft.key,
            action=draft.action,
            each=draft.each,
            befores=draft.befores,
            expects=draft.expects,
            needs=draft.needs,
            again=draft.again,
            undoes=draft.undoes,
        )
        row = {name: value for name, value in columns_of(change).items() if name != "seq"}
        sql = f"INSERT INTO mutation({','.join(row)}) VALUES({','.join(':' + name for name in row)})"
        cursor = self._db.execute(sql, row)
        if not cursor.lastrowid:
            raise SaveError("Nothing was saved: the outbox did not keep the change.")
        return replace(change, seq=cursor.lastrowid)

    def _rows(self, sql: str, *values: str | int) -> list[OutboxRow]:
        """The rows of a query; raises `SaveError` where the file cannot be read now."""
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as problem:
            raise SaveError(f"The outbox cannot be read ({problem}). Check the disk.") from problem

    def _meta(self, key: str, default: int) -> int:
        rows = self._rows("SELECT v FROM meta WHERE k=?", key)
        return int(rows[0][0]) if rows else default

    def _set_meta(self, key: str, value: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES(?,?)", (key, value))


def _not_saved(problem: sqlite3.Error) -> SaveError:
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    return SaveError(f"Nothing was saved: {problem}. {_ADVICE.get(code, _FULL)}")


def _is_sound(path: Path, connect: Connect) -> bool:
    """Whether the file is a whole database; an empty or a missing one is."""
    with closing(connect(path)) as db:
        try:
            return bool(db.execute("PRAGMA quick_check").fetchone()[0] == "ok")
        except sqlite3.DatabaseError as problem:
            if isinstance(problem, sqlite3.OperationalError):
                raise
            return False


def _keep(path: Path) -> Path:
    """Put a damaged file out of the way with what SQLite keeps beside it; where it stands now."""
    number = 1
    while (name := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    path.rename(name)
    journal = path.with_name(f"{path.name}-journal")
    if journal.exists():
        journal.rename(name.with_name(f"{name.name}-journal"))
    return name


def _prepare(db: OutboxConnection) -> None:
    """Set the connection's durability and make the tables of an empty file."""
    refuse_newer(db)
    for setting in ("journal_mode=PERSIST", "synchronous=EXTRA", "fullfsync=ON"):
        db.execute(f"PRAGMA {setting}")
    bring_up(db)

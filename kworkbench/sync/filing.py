"""What reads bring, filed into the cache on the writer thread, behind whatever a person asked for.

Source: sync-engine.md section 5, "Refresh".
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from kworkbench.domain.query.asked import Asked
from kworkbench.domain.records import Record, lid_of
from kworkbench.store.cache import Cache
from kworkbench.store.caretaker import Caretaker
from kworkbench.store.outbox import Outbox
from kworkbench.store.writer import Writer
from kworkbench.sync.desk import Desk
from kworkbench.sync.notices import Notice, RowsChanged


class Filing:
    """Stores pages and scans of one home; every row is folded with its open changes as it is stored."""

    def __init__(self, writer: Writer, outbox: Outbox, cache: Cache, desk: Desk) -> None:
        self._writer = writer
        self._outbox = outbox
        self._cache = cache
        self._desk = desk
        self._care = Caretaker(writer, cache)
        writer.submit(self._care.wake)

    def issue_seq(self) -> Future[int]:
        """The number of a request that is about to start (I9, no going back)."""
        return self._writer.submit(self._outbox.next_issue_seq, urgent=True)

    def put(
        self, account: str, records: Sequence[Record], issue_seq: int, scanned: tuple[str, int, int] | None = None
    ) -> Future[RowsChanged | None]:
        """Store records; the notice says which rows moved.

        `scanned`: they are a page of that kind, with it so many records of so many have come.
        """

        def job() -> RowsChanged | None:
            changed = self._cache.put(account, records, issue_seq, self._desk.changes_of(account))
            if scanned is not None:
                kind, loaded, total = scanned
                self._cache.note_sync(account, kind, loaded=loaded, total=total)
            self._desk.arrivals.read(account, records, changed)
            kinds = frozenset(record.kind for record in records)
            self._care.wake()
            return RowsChanged(account, kinds, frozenset(changed)) if changed else None

        return self._writer.submit(job)

    def remove(self, account: str, kind: str, ids: Sequence[str], issue_seq: int) -> Future[Notice]:
        """Take out records that the server no longer had when the request of that number asked for them."""

        def job() -> Notice:
            self._cache.remove(account, kind, ids, self._desk.changes_of(account), issue_seq=issue_seq)
            self._desk.arrivals.gone(account, [lid_of(kind, record_id) for record_id in ids])
            return RowsChanged(account, frozenset({kind}))

        return self._writer.submit(job)

    def keep_answer(self, account: str, asked: Asked, ids: Sequence[str], when: tuple[int, str]) -> Future[None]:
        """Keep which records fit a filter; `when` is the number of the first request, and when it began."""
        return self._writer.submit(lambda: self._cache.keep_answer(account, asked.kind, asked.key, ids, when))

    def unseen(self, account: str, kind: str, seen: frozenset[str], issue_seq: int) -> Future[list[str]]:
        """Ids that a complete scan, begun at `issue_seq`, did not bring: gone, or missed by pages that shifted."""
        return self._writer.submit(lambda: self._cache.unseen(account, kind, seen, issue_seq))

    def complete(self, account: str, kind: str, count: int, at: str) -> Future[None]:
        """The collection was read completely as of `at` (ISO, UTC)."""

        def job() -> None:
            self._cache.note_sync(account, kind, loaded=count, total=count, changed_at=at, checked_at=at)
            self._care.wake()

        return self._writer.submit(job)

    def changes_read(self, account: str, kind: str, at: str) -> Future[None]:
        """What changed in the collection until `at` (ISO, UTC) was read."""
        return self._writer.submit(lambda: self._cache.note_changes(account, kind, at))

    def last_read(self, account: str, kind: str) -> Future[tuple[str | None, str | None]]:
        """See `Cache.last_read`."""
        return self._writer.submit(lambda: self._cache.last_read(account, kind))

    def settle(self) -> Future[None]:
        """A scan has stopped half-way."""

        def job() -> None:
            self._cache.settle()
            self._care.wake()

        return self._writer.submit(job)

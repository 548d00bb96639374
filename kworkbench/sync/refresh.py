"""Reading whole collections, a page at a time; the list is usable from its first page on.

The next page is on its way while one is read and stored. Related kinds go first, because names in lists come from them.
Source: sync-engine.md section 5, "Refresh" and "Gone".
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from kworkbench.domain.records import lid_of
from kworkbench.domain.resources import RESOURCES
from kworkbench.lean import dataclass
from kworkbench.providers.base import Request, Response
from kworkbench.sync.clock import Clock, Pause, iso
from kworkbench.sync.filing import Filing
from kworkbench.sync.link import Link, ReadFailedError
from kworkbench.sync.notices import Notice, Progressed, RowsChanged, Synced
from kworkbench.sync.pages import PageReader, Sheet
from kworkbench.sync.reading import READ_PROBLEMS, UNANSWERABLE, Reading, new_page
from kworkbench.sync.settling import wait_ms
from kworkbench.sync.transport import TransportError
from kworkbench.sync.waiting import wait

AHEAD = 2
"""Pages asked for at once: the server works on one while the one before is read here."""

TOLD_SECONDS = 0.5
"""Screens are told at most so often that rows keep coming; each time they read what they show anew."""

MOST_LOOKED_FOR = 200
"""Missing records that are asked for after one scan; the others stay until the next."""

READ_TRIES = 3
"""A page is asked for so often before a scan gives up."""

MARGIN = timedelta(minutes=10)
"""Changes are asked for from so long before the last reading on: a server may stamp them when it begins."""

WHOLE_AFTER = timedelta(hours=1)
"""A collection is gone through as a whole so long after the last time, whatever its changes say."""

Answer = asyncio.Task[tuple[int, Response]]


@dataclass(frozen=True, slots=True)
class Retry:
    """How long one waits before a page is asked for again: full jitter."""

    pause: Pause
    jitter: Callable[[], float]

    async def wait(self, tries: int) -> None:
        """Wait after so many tries."""
        await self.pause(wait_ms(tries, self.jitter()) / 1000)


def _passes(problem: TransportError | ReadFailedError) -> bool:
    """Whether it may be over in a moment: a fault of the server's, or an answer that was lost on the way."""
    return problem.sent if isinstance(problem, TransportError) else problem.status >= 500


NOT_THERE = frozenset({403, 404, 405})
"""Statuses by which a server says that a list is not for whoever asks, or that it has none."""


class Refresher:
    """Reads the collections of one account from beginning to end."""

    def __init__(
        self,
        filing: Filing,
        clock: Clock,
        notice: Callable[[Notice], None],
        cached: Path | None = None,
        retry: Retry | None = None,
    ) -> None:
        """`cached` is `cache.db` for the process that reads the pages of long scans; None: all are read here.

        `retry`: how long to wait before a page is asked for again; None: a page is asked for once.
        """
        self._retry = retry
        self._cached = cached
        self._filing = filing
        self._reading = Reading(filing)
        self._clock = clock
        self._notice = notice

    async def read(self, link: Link, kinds: Sequence[str], *, full: bool = False) -> None:
        """Bring these kinds up to date, in order; `full`: each is gone through as a whole.

        Without it only what changed is read where the provider can say so, and the whole now and then: what others
        deleted is in no list of changes.

        Raises:
            TransportError, SignInNeeded, ReadFailedError, UnreadableAnswerError: the scan stopped; what was read stays.
        """
        await link.identify()
        related = {each.name for each in link.provider.catalog.related}
        optional = {each.name for each in link.provider.catalog.related if each.optional}
        for kind in kinds:
            with_related = not related.issubset(kinds)
            reader = PageReader(self._cached)
            scan = _Scan(self._filing, self._clock, self._notice, link, reader, kind, with_related=with_related)
            scan.retry = self._retry
            scan.since = "" if full else await self._since(link, kind)
            try:
                await self._scanned(link, kind, scan)
            except ReadFailedError as problem:
                await wait(self._filing.settle())
                if kind not in optional or problem.status not in NOT_THERE:
                    raise
                self._notice(Synced(link.account, kind))
            except (asyncio.CancelledError, *READ_PROBLEMS):
                await wait(self._filing.settle())
                raise
            finally:
                await reader.close()

    async def _scanned(self, link: Link, kind: str, scan: _Scan) -> None:
        try:
            await scan.run()
        except ReadFailedError as problem:
            if not scan.since or problem.status not in UNANSWERABLE:
                raise
            scan.since = ""  # this server does not know the filter
            await scan.run()
        if scan.since:
            await wait(self._filing.changes_read(link.account, kind, iso(scan.began)))
            self._notice(Synced(link.account, kind))
            return
        await self._miss(link, kind, scan)

    async def _since(self, link: Link, kind: str) -> str:
        """From when on changes are asked for, in the server's time; empty: the collection is read whole."""
        if link.provider.list_changed(kind, "", 1, 1) is None:
            return ""
        changed, checked = await wait(self._filing.last_read(link.account, kind))
        now = self._clock.now()
        if changed is None or checked is None or now - datetime.fromisoformat(checked) > WHOLE_AFTER:
            return ""
        began = datetime.fromisoformat(changed)
        return "" if began > now else iso(began + link.ahead - MARGIN)

    async def _miss(self, link: Link, kind: str, scan: _Scan) -> None:
        """What a complete scan did not bring: a page may have shifted, so a list's records are looked for by id."""
        missing = await wait(self._filing.unseen(link.account, kind, frozenset(scan.seen), scan.first_issue))
        if missing and kind in RESOURCES:
            missing = missing[:MOST_LOOKED_FOR]
            lost = await self._reading.lost(link, kind, missing)
            await wait(self._filing.remove(link.account, kind, lost, scan.first_issue))
        elif missing:
            await wait(self._filing.remove(link.account, kind, missing, scan.first_issue))
        if missing:
            lids = frozenset(lid_of(kind, record_id) for record_id in missing)
            self._notice(RowsChanged(link.account, frozenset({kind}), lids))
        await wait(self._filing.complete(link.account, kind, len(scan.seen), iso(scan.began)))
        self._notice(Synced(link.account, kind))


class _Scan:
    """One collection, once."""

    def __init__(
        self,
        filing: Filing,
        clock: Clock,
        notice: Callable[[Notice], None],
        link: Link,
        reader: PageReader,
        kind: str,
        *,
        with_related: bool,
    ) -> None:
        """`with_related`: what comes with a page is stored too."""
        self._filing = filing
        self._clock = clock
        self._notice = notice
        self._link = link
        self._reader = reader
        self._kind = kind
        self._with_related = with_related
        self._told_at: float | None = None
        self._untold: set[str] = set()
        self._kinds: set[str] = set()
        self._progress: Progressed | None = None
        self.retry: Retry | None = None
        self.since = ""
        self.began = clock.now()
        self.first_issue = 0
        self.seen: set[str] = set()

    async def run(self) -> None:
        """Read and store every page; with `since` those of what changed. Raises as `Refresher.read`.

        What was read until then is stored.
        """
        self.seen.clear()
        self.first_issue = await wait(self._filing.issue_seq())
        asked: deque[Answer] = deque()
        storing: asyncio.Task[None] | None = None
        try:
            number, pages = 1, 1
            while number <= pages:
                asked.extend(self._ask(each) for each in range(number + len(asked), min(pages + 1, number + AHEAD)))
                if not (await asyncio.wait({asked[0]}, timeout=TOLD_SECONDS))[0]:
                    self._tell()
                issue_seq, answer = await asked.popleft()
                page = await self._read(number, answer)
                number, pages = number + 1, page.pages
                if storing is not None:
                    await storing
                storing = asyncio.ensure_future(self._store(page, issue_seq, len(self.seen)))
        finally:
            for answer_to_come in asked:
                answer_to_come.cancel()
            await asyncio.gather(*asked, *([storing] if storing else []), return_exceptions=True)
            self._tell()
        if storing is not None:
            await storing

    def _ask(self, number: int) -> Answer:
        return asyncio.ensure_future(self._answer(number))

    async def _answer(self, number: int) -> tuple[int, Response]:
        request = self._request(number)
        tries = 1
        while True:
            issue_seq = await wait(self._filing.issue_seq())
            try:
                return issue_seq, await self._link.read(request)
            except (TransportError, ReadFailedError) as problem:
                if self.retry is None or tries >= READ_TRIES or not _passes(problem):
                    raise
            await self.retry.wait(tries)
            tries += 1

    def _request(self, number: int) -> Request:
        provider, size = self._link.provider, self._link.provider.catalog.page_size
        changed = provider.list_changed(self._kind, self.since, number, size) if self.since else None
        return changed or provider.list_page(self._kind, number, size)

    async def _read(self, number: int, answer: Response) -> Sheet:
        page = await self._reader.read(self._link, self._kind, answer, with_related=self._with_related)
        ids = {record.id for record in page.records}
        new_page(self._kind, number, ids, self.seen)
        self.seen |= ids
        return page

    async def _store(self, page: Sheet, issue_seq: int, loaded: int) -> None:
        records = (*page.related, *page.records)
        scanned = None if self.since else (self._kind, loaded, page.total)
        changed = await wait(self._filing.put(self._link.account, records, issue_seq, scanned))
        if changed is not None:
            self._kinds |= changed.kinds
            self._untold |= changed.lids or frozenset()
        self._progress = Progressed(self._link.account, self._kind, loaded, page.total)
        now = self._clock.monotonic()
        if self._told_at is None or now - self._told_at >= TOLD_SECONDS:
            self._told_at = now
            self._tell()

    def _tell(self) -> None:
        """Say what has come since the last time."""
        if self._kinds:
            self._notice(RowsChanged(self._link.account, frozenset(self._kinds), frozenset(self._untold)))
        if self._progress is not None:
            self._notice(self._progress)
        self._untold, self._kinds, self._progress = set(), set(), None

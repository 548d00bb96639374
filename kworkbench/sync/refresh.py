"""Reading whole collections, a page at a time; the list is usable from its first page on.

The next page is on its way while one is read and stored. Related kinds go first, because names in lists come from them.
Source: sync-engine.md section 5, "Refresh" and "Gone".
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from kworkbench.domain.records import lid_of
from kworkbench.domain.resources import RESOURCES
from kworkbench.providers.base import Response, UnreadableAnswerError
from kworkbench.sync.clock import Clock, iso
from kworkbench.sync.filing import Filing
from kworkbench.sync.link import Link
from kworkbench.sync.notices import Notice, Progressed, RowsChanged, Synced
from kworkbench.sync.pages import PageReader, Sheet
from kworkbench.sync.reading import MOST_PAGES, READ_PROBLEMS, Reading
from kworkbench.sync.waiting import wait

AHEAD = 2
"""Pages asked for at once: the server works on one while the one before is read here."""

TOLD_SECONDS = 0.5
"""Screens are told at most so often that rows keep coming; each time they read what they show anew."""

MOST_LOOKED_FOR = 200
"""Missing records that are asked for after one scan; the others stay until the next."""

Answer = asyncio.Task[tuple[int, Response]]


class Refresher:
    """Reads the collections of one account from beginning to end."""

    def __init__(
        self, filing: Filing, clock: Clock, notice: Callable[[Notice], None], cached: Path | None = None
    ) -> None:
        """`cached` is `cache.db` for the process that reads the pages of long scans; None: all are read here."""
        self._cached = cached
        self._filing = filing
        self._reading = Reading(filing)
        self._clock = clock
        self._notice = notice

    async def read(self, link: Link, kinds: Sequence[str]) -> None:
        """Bring these kinds up to date, in order.

        Raises:
            TransportError, SignInNeeded, ReadFailedError, UnreadableAnswerError: the scan stopped; what was read stays.
        """
        await link.identify()
        related = {each.name for each in link.provider.catalog.related}
        for kind in kinds:
            with_related = not related.issubset(kinds)
            reader = PageReader(self._cached)
            scan = _Scan(self._filing, self._clock, self._notice, link, reader, kind, with_related=with_related)
            try:
                await scan.run()
                await self._miss(link, kind, scan)
            except READ_PROBLEMS:
                await wait(self._filing.settle())
                raise
            finally:
                await reader.close()

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
        self.began = clock.now()
        self.first_issue = 0
        self.seen: set[str] = set()

    async def run(self) -> None:
        """Read and store every page. Raises as `Refresher.read`; what was read until then is stored."""
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
        issue_seq = await wait(self._filing.issue_seq())
        provider = self._link.provider
        return issue_seq, await self._link.read(provider.list_page(self._kind, number, provider.catalog.page_size))

    async def _read(self, number: int, answer: Response) -> Sheet:
        page = await self._reader.read(self._link, self._kind, answer, with_related=self._with_related)
        ids = {record.id for record in page.records}
        if number > MOST_PAGES or (ids and ids <= self.seen):
            raise UnreadableAnswerError(f"The server sent page {number} of {self._kind} twice.")
        self.seen |= ids
        return page

    async def _store(self, page: Sheet, issue_seq: int, loaded: int) -> None:
        records = (*page.related, *page.records)
        changed = await wait(self._filing.put(self._link.account, records, issue_seq, (self._kind, loaded, page.total)))
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

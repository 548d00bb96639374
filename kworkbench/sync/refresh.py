"""Reading whole collections, a page at a time; the list is usable from its first page on.

Related kinds go first, because names in lists come from them. Source: sync-engine.md section 5, "Refresh".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kworkbench.domain.records import Record
from kworkbench.providers.base import UnreadableAnswerError
from kworkbench.sync.clock import Clock, iso
from kworkbench.sync.filing import Filing
from kworkbench.sync.link import Link
from kworkbench.sync.notices import Notice, Progressed, Synced
from kworkbench.sync.waiting import wait

MOST_PAGES = 10_000


class Refresher:
    """Reads the collections of one account from beginning to end."""

    def __init__(self, filing: Filing, clock: Clock, notice: Callable[[Notice], None]) -> None:
        self._filing = filing
        self._clock = clock
        self._notice = notice

    async def read(self, link: Link, kinds: Sequence[str]) -> None:
        """Bring these kinds up to date, in order.

        Raises:
            TransportError, SignInNeeded, ReadFailedError, UnreadableAnswerError: the scan stopped; what was read stays.
        """
        await link.identify()
        for kind in kinds:
            await self._scan(link, kind)

    async def _scan(self, link: Link, kind: str) -> None:
        began = self._clock.now()
        first_issue = await wait(self._filing.issue_seq())
        seen: set[str] = set()
        number, pages = 1, 1
        while number <= pages:
            issue_seq = await wait(self._filing.issue_seq())
            request = link.provider.list_page(kind, number, link.provider.catalog.page_size)
            page = link.provider.read_page(kind, await link.read(request), link.lookup)
            if number > MOST_PAGES or (page.records and seen.issuperset(record.id for record in page.records)):
                raise UnreadableAnswerError(f"The server sent page {number} of {kind} twice.")
            seen.update(record.id for record in page.records)
            await self._store(link, (*page.related, *page.records), issue_seq)
            self._notice(Progressed(link.account, kind, len(seen), page.total))
            await wait(self._filing.note_progress(link.account, kind, len(seen), page.total))
            number, pages = number + 1, page.pages
        at = iso(began)
        self._notice(await wait(self._filing.reconcile(link.account, kind, frozenset(seen), first_issue, at)))
        self._notice(Synced(link.account, kind))

    async def _store(self, link: Link, records: Sequence[Record], issue_seq: int) -> None:
        notice = await wait(self._filing.put(link.account, records, issue_seq))
        if notice is not None:
            self._notice(notice)

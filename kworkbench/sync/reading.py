"""Reads that a write needs: one record, the records of a bulk, an invoice with its payments. Filed as they come.

Payments are read before their invoice: a payment that is found has moved the balance that is read after it.
Source: sync-engine.md section 6.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kworkbench.domain.changes import Change
from kworkbench.domain.records import Record, remote_id_of
from kworkbench.providers.base import UnreadableAnswerError
from kworkbench.store.cache_file import CacheError
from kworkbench.store.failing import SaveError
from kworkbench.sync.classify import outcome_of
from kworkbench.sync.events import Outcome
from kworkbench.sync.filing import Filing
from kworkbench.sync.link import Link, ReadFailedError, SignInNeeded
from kworkbench.sync.transport import TransportError
from kworkbench.sync.waiting import wait

UNANSWERABLE = frozenset({400, 414, 422})
"""Statuses that say the question itself makes no sense, whenever it is asked."""

LATER = frozenset({408, 429})
"""Refusals that only put a question off."""

READ_PROBLEMS = (TransportError, SignInNeeded, ReadFailedError, UnreadableAnswerError, CacheError, SaveError)
"""Why a read brings nothing now; the message of each is a sentence."""

MOST_PAGES = 10_000
"""Pages that are read of one list, whatever the server says there are."""
MOST_DELETED_PAGES = 100
"""So many pages of what was deleted are looked through for one record (I14)."""


class Reading:
    """Reads of one home. Every method raises one of `READ_PROBLEMS` where the server could not be asked."""

    def __init__(self, filing: Filing) -> None:
        self._filing = filing

    async def invoice_and_payments(self, link: Link, lid: str) -> tuple[Record | None, tuple[Record, ...]]:
        """An invoice, None where the server no longer has it, and all its payments."""
        await link.identify()
        invoice_id = remote_id_of(lid) or ""
        issue_seq = await wait(self._filing.issue_seq())
        listed = await link.read(link.provider.payments_of(invoice_id))
        payments = link.provider.read_page("payments", listed, link.lookup).records
        invoice = await self.shown(link, "invoices", invoice_id)
        await wait(self._filing.put(link.account, (*invoice, *payments), issue_seq))
        return (invoice[0] if invoice else None), payments

    async def likes(self, link: Link, change: Change) -> tuple[Record, ...] | None:
        """The records among which a create would stand.

        None where there is no way to ask for them, or where the server refuses the question: the create itself may be
        wrong in the same way, or its maker may not see what others made.
        """
        await link.identify()
        request = link.provider.likes(change.kind, change.shared, link.lookup)
        if request is None:
            return None
        issue_seq = await wait(self._filing.issue_seq())
        try:
            answer = await link.read(request)
        except ReadFailedError as problem:
            if problem.status // 100 != 4 or problem.status in LATER:
                raise
            return None
        records = link.provider.read_page(change.kind, answer, link.lookup).records
        await wait(self._filing.put(link.account, records, issue_seq))
        return records

    async def still_there(self, link: Link, kind: str, ids: Sequence[str], *, ours: bool = False) -> tuple[Record, ...]:
        """The records of these ids that the server still has.

        `ours`: a delete of ours may have taken the others, so they leave the cache; for anybody else it takes the
        Gone rule.
        """
        await link.identify()
        issue_seq = await wait(self._filing.issue_seq())
        request = link.provider.show_many(kind, ids)
        if request is None:
            found = [record for one in ids for record in await self.shown(link, kind, one)]
        else:
            found = list(link.provider.read_page(kind, await link.read(request), link.lookup).records)
        await wait(self._filing.put(link.account, found, issue_seq))
        missing = sorted(set(ids) - {record.id for record in found})
        if missing and ours:
            await wait(self._filing.remove(link.account, kind, missing, issue_seq))
        return tuple(found)

    async def deleted_item(self, link: Link, kind: str, record_id: str) -> str:
        """What the provider calls a deleted record among what was deleted; empty where it does not list it."""
        number, pages = 1, 1
        while number <= min(pages, MOST_DELETED_PAGES):
            request = link.provider.deleted_items(kind, number, link.provider.catalog.page_size)
            page = link.provider.read_deleted(await link.read(request))
            for item in page.items:
                if item.kind == kind and item.record_id == record_id:
                    return item.id
            number, pages = number + 1, page.pages
        return ""

    async def lost(self, link: Link, kind: str, ids: Sequence[str]) -> list[str]:
        """Which of these records, that a complete scan did not bring, the server says are not there.

        Where several can be asked for at once, that only finds those that a shifted page had hidden: a list may leave
        out what exists, so each of the rest is asked for alone (the Gone rule of sync-engine.md section 5).
        """
        there = {record.id for record in await self.still_there(link, kind, ids)}
        rest = [one for one in ids if one not in there]
        if link.provider.show_many(kind, rest) is None:
            return rest
        return [one for one in rest if not await self.shown(link, kind, one)]

    async def shown(self, link: Link, kind: str, record_id: str) -> tuple[Record, ...]:
        """One record by its id, empty when the server no longer has it."""
        await link.identify()
        answer = await link.send(link.provider.show(kind, record_id))
        outcome = outcome_of(answer)
        if outcome is Outcome.GONE:
            return ()
        if outcome is Outcome.SIGN_IN:
            raise SignInNeeded(link.state.reason)
        if outcome is not Outcome.DONE:
            raise ReadFailedError(answer)
        return link.provider.read_record(kind, answer, link.lookup)[:1]


def read_outcome(problem: Exception) -> Outcome:
    """What a failed read says about the write that waits for it."""
    if isinstance(problem, SignInNeeded):
        return Outcome.SIGN_IN
    if isinstance(problem, ReadFailedError) and problem.wait_seconds is not None:
        return Outcome.BUSY
    if isinstance(problem, ReadFailedError) and problem.status in UNANSWERABLE:
        return Outcome.REFUSED
    return Outcome.NOT_SENT if isinstance(problem, TransportError) else Outcome.UNKNOWN


def asked_to_wait(problem: Exception) -> float | None:
    """Seconds that the server asked to wait when it refused a read."""
    return problem.wait_seconds if isinstance(problem, ReadFailedError) else None


def new_page(kind: str, number: int, ids: Collection[str], seen: Collection[str]) -> None:
    """Check that a page brings something new, and is none too many.

    Raises:
        UnreadableAnswerError: it does not, or is; the list would have no end.
    """
    if number > MOST_PAGES:
        raise UnreadableAnswerError(f"The list of {kind} has more than {MOST_PAGES:,} pages. It was read so far.")
    if ids and all(one in seen for one in ids):
        raise UnreadableAnswerError(f"The server sent page {number} of {kind} twice.")

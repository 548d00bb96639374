"""Performs what the reducer asked for: checks, sends, probes, comparisons, and bringing answers home.

Every method ends in exactly one event posted to the desk. Source: sync-engine.md sections 4 to 6.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from kworkbench.domain.changes import Attempt, Change, FieldError, Op, Refusal, is_new
from kworkbench.domain.records import Record, lid_of
from kworkbench.lean import replace
from kworkbench.providers.base import NotOfferedError, Request, Response, UnreadableAnswerError, Write
from kworkbench.sync.classify import outcome_of, wait_seconds
from kworkbench.sync.clock import Clock, Pause, iso, ms
from kworkbench.sync.desk import Desk
from kworkbench.sync.events import Answered, Apply, Checked, Compare, Event, Outcome, Probed
from kworkbench.sync.filing import Filing
from kworkbench.sync.likeness import alike, others_among, own_among, rows_among
from kworkbench.sync.link import Link, SignInNeeded
from kworkbench.sync.probing import UNCLEAR
from kworkbench.sync.reading import READ_PROBLEMS, Reading
from kworkbench.sync.reports import Reports
from kworkbench.sync.traces import shown_answer, shown_request
from kworkbench.sync.transport import TransportError
from kworkbench.sync.waiting import saved

PROBE_SECONDS = (0.0, 5.0, 20.0, 60.0)
PROBE_AGAIN_SECONDS = 60.0
WATCH_SECONDS = (60.0, 240.0, 600.0)
"""After a send again that succeeded: 1, 5 and 15 minutes later."""
APPLY_AGAIN_SECONDS = 2.0


class Sender:
    """Sends the changes of all accounts.

    Args:
        link_of: the link of an account, None where its connection is gone.
        jitter: draws from 0..1.
    """

    def __init__(
        self,
        desk: Desk,
        filing: Filing,
        link_of: Callable[[str], Awaitable[Link | None]],
        clock: Clock,
        pause: Pause,
        jitter: Callable[[], float],
    ) -> None:
        self._desk = desk
        self._filing = filing
        self._link_of = link_of
        self._clock = clock
        self._pause = pause
        self._reading = Reading(filing)
        self._reports = Reports(clock, jitter)

    async def say(self, event: Event) -> None:
        """Hand an event to the desk, until the disk takes what it changes."""
        await saved(lambda: self._desk.post(event), self._pause)

    async def check(self, seq: int) -> None:
        """Read the invoice and its payments before a payment is sent."""
        change = self._desk.change(seq)
        if change is None:
            return
        link = await self._link_of(change.account)
        try:
            if link is None:
                raise SignInNeeded("There is no connection to this account.")
            invoice, records = await self._beside(link, change)
        except READ_PROBLEMS as problem:
            await self.say(self._reports.unchecked(seq, problem))
            return
        self._reports.clear(seq)
        outcome = Outcome.GONE if invoice is None and change.invoice_lid is not None else Outcome.DONE
        guarded = link.provider.catalog.payments.guarded
        await self.say(Checked(seq, self._now_ms(), invoice, records, outcome, guarded=guarded))

    async def _beside(self, link: Link, change: Change) -> tuple[Record | None, tuple[Record, ...]]:
        """The invoice of a payment with its payments; for any other create the records among which it would stand."""
        if change.invoice_lid is not None:
            return await self._reading.invoice_and_payments(link, change.invoice_lid)
        return None, await self._reading.likes(link, change) or ()

    async def send(self, seq: int) -> None:
        """Send a change whose `sending` row is durable, and say how that ended."""
        change = self._desk.change(seq)
        if change is None:
            return
        link = await self._link_of(change.account)
        if link is None:
            await self.say(self._reports.answered(change, Outcome.SIGN_IN))
            return
        try:
            await link.identify()
            request = link.provider.write(await self._found(link, change), link.lookup)
        except READ_PROBLEMS as problem:
            await self.say(self._reports.unsent(change, problem))
            return
        except NotOfferedError as problem:
            refusal = Refusal(0, (FieldError(None, str(problem)),))
            await self.say(self._reports.answered(change, Outcome.REFUSED, refusal=refusal))
            return
        try:
            answer = await link.send(request)
        except TransportError as problem:
            await self._note(change, request, None, str(problem))
            await self.say(self._reports.lost(change, problem))
            return
        self._reports.clear(seq)
        await self._note(change, request, answer, "")
        await self.say(self._read_answer(link, change, answer))

    async def probe(self, seq: int) -> None:
        """Look for an unclear create at once and at the protocol's times, until it is clear."""
        began = self._clock.monotonic()
        for after in _probe_times(PROBE_SECONDS):
            await self._pause(max(0.0, began + after - self._clock.monotonic()))
            if not await self._look(seq, self._clock.monotonic() - began):
                return

    async def look(self, seq: int) -> None:
        """Look for an unclear create once more, between the times of its probe."""
        await self._look(seq, 0.0)

    async def compare(self, effect: Compare) -> None:
        """Read again what a natural write was about."""
        await self._pause(effect.after_seconds)
        change = self._desk.change(effect.seq)
        link = None if change is None else await self._link_of(change.account)
        if change is None or link is None:
            return
        known = ((lid, self._desk.remote_id(change.account, lid)) for lid in change.records)
        named = {lid: found for lid, found in known if found is not None}
        try:
            ids = tuple(named.values())
            records = await self._reading.still_there(link, change.kind, ids, ours=change.deletes)
        except READ_PROBLEMS as problem:
            await self.say(self._reports.uncompared(change, problem))
            return
        there = {lid: lid_of(change.kind, found) for lid, found in named.items()}
        await self.say(self._reports.compared(change, records, there))

    async def apply(self, effect: Apply) -> None:
        """Bring a confirmed change home, its invoice with it; tried until the server can be read.

        The answer is as old as this call: what is read after it goes before it (I9).
        """
        change = self._desk.change(effect.seq)
        link = None if change is None else await self._link_of(change.account)
        if change is None or link is None:
            return
        issue_seq = await saved(self._filing.issue_seq, self._pause)
        while True:
            try:
                records = await self._brought(link, change, effect.records)
                break
            except READ_PROBLEMS:
                await self._pause(APPLY_AGAIN_SECONDS)
        gone = change.records if change.deletes else ()
        await saved(lambda: self._desk.apply(change, records, gone, issue_seq), self._pause)

    async def _brought(self, link: Link, change: Change, records: Sequence[Record]) -> tuple[Record, ...]:
        """The records a confirmed change left at the server: its own, and its invoice as the server now has it."""
        await link.identify()
        found = tuple(records) or self._stored(link, change)
        if not change.deletes and not {record.kind for record in found} & {change.kind}:
            ids = [one for lid in change.records if (one := self._desk.remote_id(change.account, lid)) is not None]
            found = (*found, *(await self._reading.still_there(link, change.kind, ids)))
        invoice_lid = change.lid if change.kind == "invoices" and not change.is_bulk else change.invoice_lid
        if invoice_lid is None or is_new(invoice_lid):
            return found
        if change.op is not Op.ACTION and any(record.lid == invoice_lid for record in found):
            return found
        invoice, payments = await self._reading.invoice_and_payments(link, invoice_lid)
        own = [record for record in found if record.lid != invoice_lid]
        return (*own, *((invoice,) if invoice is not None else ()), *(payments if change.op is Op.ACTION else ()))

    async def watch(self, change: Change) -> None:
        """Look again, at the protocol's times, whether a payment that was sent more than once is there twice."""
        link = await self._link_of(change.account)
        for after in WATCH_SECONDS if link is not None else ():
            await self._pause(after)
            try:
                if link is not None:
                    await self._beside(link, change)
            except READ_PROBLEMS:
                continue  # a refresh looks too

    def _stored(self, link: Link, change: Change) -> tuple[Record, ...]:
        """The records of the answer that the outbox kept; none where this version cannot read what another could."""
        if not change.response or change.deletes:
            return ()
        answer = Response(200, {}, change.response.encode())
        try:
            return link.provider.read_written(self._write_of(change), answer, link.lookup)
        except UnreadableAnswerError:
            return ()

    async def _look(self, seq: int, waited: float) -> bool:
        """Look for an unclear create, `waited` seconds after the first time; False when there is no need any more."""
        change = self._desk.change(seq)
        link = None if change is None else await self._link_of(change.account)
        if change is None or link is None or change.state not in UNCLEAR:
            return False
        settled = waited >= link.provider.catalog.payments.settle_seconds
        await self.say(await self._looked(link, change, settled=settled))
        return True

    async def _looked(self, link: Link, change: Change, *, settled: bool) -> Probed:
        try:
            if change.invoice_lid is not None:
                _, records = await self._reading.invoice_and_payments(link, change.invoice_lid)
            else:
                likes = await self._reading.likes(link, change)
                if likes is None:
                    return Probed(change.seq, iso(self._clock.now()), self._now_ms(), None, looked=False)
                records = likes
        except READ_PROBLEMS:
            return Probed(change.seq, iso(self._clock.now()), self._now_ms(), None, reached=False)
        return Probed(
            change.seq,
            iso(self._clock.now()),
            self._now_ms(),
            found=own_among(change, records),
            rows=rows_among(change, records),
            candidates=alike(change, records),
            settled=settled,
            others=others_among(change, records),
            attempts=change.attempts,
        )

    def _read_answer(self, link: Link, change: Change, answer: Response) -> Answered:
        outcome = outcome_of(answer)
        if outcome is Outcome.DONE:
            return self._read_done(link, change, answer)
        refusal: Refusal | None = None
        if outcome in (Outcome.REFUSED, Outcome.GONE, Outcome.CONFLICT):
            refusal = link.provider.read_refusal(change.kind, answer, self._write_of(change))
        return self._reports.answered(
            change,
            outcome,
            refusal=refusal,
            wait=wait_seconds(answer),
            detail=f"The server answered {answer.status}." if outcome is Outcome.UNKNOWN else "",
        )

    def _read_done(self, link: Link, change: Change, answer: Response) -> Answered:
        if change.deletes:
            return self._reports.answered(change, Outcome.DONE)
        try:
            records = link.provider.read_written(self._write_of(change), answer, link.lookup)
        except UnreadableAnswerError as problem:
            return self._reports.answered(change, Outcome.DONE_UNREADABLE, detail=str(problem))
        body = answer.body.decode("utf-8", "replace")
        return self._reports.answered(change, Outcome.DONE, records=records, response=body)

    def _write_of(self, change: Change) -> Write:
        named = [self._desk.remote_id(change.account, lid) for lid in change.targets]
        own = self._desk.remote_id(change.account, change.lid)
        return Write(
            op=change.op,
            kind=change.kind,
            id=None if change.op is Op.CREATE or change.is_bulk else own,
            targets=tuple(one for one in named if one is not None),
            args=change.args,
            pre=change.pre,
            marker=change.marker,
            action=change.action,
            rows=tuple(change.wanted(lid) for lid in change.targets) if change.op is Op.CREATE else (),
            markers=tuple(change.markers.get(lid) for lid in change.targets) if change.marker else (),
        )

    async def _found(self, link: Link, change: Change) -> Write:
        """The write of a change; what was deleted is looked for first, for it is brought back by another id."""
        write = self._write_of(change)
        if not change.restores or write.id is None:
            return write
        return replace(write, item=await self._reading.deleted_item(link, change.kind, write.id))

    async def _note(self, change: Change, request: Request, answer: Response | None, outcome: str) -> None:
        attempt = Attempt(
            seq=change.seq,
            n=change.attempts,
            phase="sent",
            at=iso(self._clock.now()),
            status=None if answer is None else answer.status,
            outcome=outcome,
            request_id=None if answer is None else answer.headers.get("x-request-id"),
            sent=shown_request(request),
            answer="" if answer is None else shown_answer(answer),
        )
        await saved(lambda: self._desk.note_attempt(attempt), self._pause)

    def _now_ms(self) -> int:
        return ms(self._clock.now())


def _probe_times(first: Sequence[float]) -> list[float]:
    """Seconds after which an unclear payment is looked for: the protocol's, then every minute for a day."""
    last = first[-1]
    return [*first, *(last + PROBE_AGAIN_SECONDS * step for step in range(1, 24 * 60))]

"""Performs what the reducer asked for: checks, sends, probes, comparisons, and bringing answers home.

Every method ends in exactly one event posted to the desk. Source: sync-engine.md sections 4 to 6.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from kworkbench.domain.changes import Attempt, Change, FieldError, Op, Refusal
from kworkbench.domain.records import Record
from kworkbench.providers.base import NotOfferedError, Response, UnreadableAnswerError, Write
from kworkbench.sync.classify import outcome_of, wait_seconds
from kworkbench.sync.clock import Clock, Pause, iso, ms
from kworkbench.sync.desk import Desk
from kworkbench.sync.events import Answered, Apply, Checked, Compare, Compared, Event, Outcome, Probed
from kworkbench.sync.filing import Filing
from kworkbench.sync.link import Link, SignInNeeded
from kworkbench.sync.reading import READ_PROBLEMS, Reading, asked_to_wait, read_outcome
from kworkbench.sync.transport import TransportError
from kworkbench.sync.waiting import saved

PROBE_SECONDS = (0.0, 5.0, 20.0, 60.0)
PROBE_AGAIN_SECONDS = 60.0
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
        self._jitter = jitter
        self._reading = Reading(filing)
        self._tries: dict[int, int] = {}

    async def say(self, event: Event) -> None:
        """Hand an event to the desk, until the disk takes what it changes."""
        await saved(lambda: self._desk.post(event), self._pause)

    async def check(self, seq: int) -> None:
        """Read the invoice and its payments before a payment is sent."""
        change = self._desk.change(seq)
        if change is None or change.invoice_lid is None:
            return
        tries = self._tries.get(seq, 0) + 1
        link = await self._link_of(change.account)
        try:
            if link is None:
                raise SignInNeeded("There is no connection to this account.")
            invoice, payments = await self._reading.invoice_and_payments(link, change.invoice_lid)
        except READ_PROBLEMS as problem:
            self._tries[seq] = tries
            await self.say(self._unchecked(seq, problem, tries))
            return
        self._tries.pop(seq, None)
        outcome = Outcome.GONE if invoice is None else Outcome.DONE
        await self.say(Checked(seq, self._now_ms(), invoice, payments, outcome))

    async def send(self, seq: int) -> None:
        """Send a change whose `sending` row is durable, and say how that ended."""
        change = self._desk.change(seq)
        if change is None:
            return
        link = await self._link_of(change.account)
        if link is None:
            await self.say(self._answered(change, Outcome.SIGN_IN))
            return
        try:
            await link.identify()
            request = link.provider.write(self._write_of(change), link.lookup)
        except READ_PROBLEMS as problem:
            await self.say(self._unsent(change, problem))
            return
        except NotOfferedError as problem:
            refusal = Refusal(0, (FieldError(None, str(problem)),))
            await self.say(self._answered(change, Outcome.REFUSED, refusal=refusal))
            return
        try:
            answer = await link.send(request)
        except TransportError as problem:
            outcome = Outcome.UNKNOWN if problem.sent else Outcome.NOT_SENT
            await self._note(change, None, str(problem))
            await self.say(self._answered(change, outcome, detail=str(problem)))
            return
        await self._note(change, answer, "")
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
        ids = [found for lid in change.records if (found := self._desk.remote_id(change.account, lid)) is not None]
        try:
            records = await self._reading.still_there(link, change.kind, ids)
        except READ_PROBLEMS:
            await self.say(self._compared(change, (), reached=False))
            return
        await self.say(self._compared(change, records, reached=True))

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
        gone = () if change.op in (Op.CREATE, Op.UPDATE) else change.targets or (change.lid,)
        await saved(lambda: self._desk.apply(change, records, gone, issue_seq), self._pause)

    async def _brought(self, link: Link, change: Change, records: Sequence[Record]) -> tuple[Record, ...]:
        """The records a confirmed change left at the server: its own, and its invoice as the server now has it."""
        found = tuple(records) or _stored(link, change)
        remote_id = self._desk.remote_id(change.account, change.lid)
        if not found and change.op in (Op.CREATE, Op.UPDATE) and remote_id is not None:
            found = await self._reading.shown(link, change.kind, remote_id)
        if change.invoice_lid is None or any(record.lid == change.invoice_lid for record in found):
            return found
        invoice, _ = await self._reading.invoice_and_payments(link, change.invoice_lid)
        return (*found, *((invoice,) if invoice is not None else ()))

    async def _look(self, seq: int, waited: float) -> bool:
        """Look for an unclear create, `waited` seconds after the first time; False when there is no need any more."""
        change = self._desk.change(seq)
        link = None if change is None else await self._link_of(change.account)
        if change is None or link is None or not _is_unclear(change):
            return False
        settled = waited >= link.provider.catalog.payments.settle_seconds
        await self.say(await self._looked(link, change, settled=settled))
        return True

    async def _looked(self, link: Link, change: Change, *, settled: bool) -> Probed:
        at, now_ms = iso(self._clock.now()), self._now_ms()
        if change.kind != "payments" or (change.invoice_lid is None and change.marker is None):
            return Probed(change.seq, at, now_ms, None, looked=False)
        try:
            if change.invoice_lid is None:
                payments = await self._reading.all_payments(link)
            else:
                _, payments = await self._reading.invoice_and_payments(link, change.invoice_lid)
        except READ_PROBLEMS:
            return Probed(change.seq, at, now_ms, None, reached=False)
        found = next((one for one in payments if change.marker and one.values.get("marker") == change.marker), None)
        alike = () if change.marker else _alike(change, payments)
        return Probed(change.seq, at, now_ms, found, alike, settled)

    def _read_answer(self, link: Link, change: Change, answer: Response) -> Answered:
        outcome = outcome_of(answer)
        if outcome is Outcome.DONE:
            return self._read_done(link, change, answer)
        refusal: Refusal | None = None
        if outcome in (Outcome.REFUSED, Outcome.GONE, Outcome.CONFLICT):
            refusal = link.provider.read_refusal(change.kind, answer, self._write_of(change))
        return self._answered(
            change,
            outcome,
            refusal=refusal,
            wait=wait_seconds(answer),
            detail=f"The server answered {answer.status}." if outcome is Outcome.UNKNOWN else "",
        )

    def _read_done(self, link: Link, change: Change, answer: Response) -> Answered:
        if change.op not in (Op.CREATE, Op.UPDATE):
            return self._answered(change, Outcome.DONE)
        try:
            records = link.provider.read_record(change.kind, answer, link.lookup)
        except UnreadableAnswerError as problem:
            return self._answered(change, Outcome.DONE_UNREADABLE, detail=str(problem))
        body = answer.body.decode("utf-8", "replace")
        return self._answered(change, Outcome.DONE, records=records, response=body)

    def _answered(
        self,
        change: Change,
        outcome: Outcome,
        *,
        records: tuple[Record, ...] = (),
        refusal: Refusal | None = None,
        response: str | None = None,
        wait: float | None = None,
        detail: str = "",
    ) -> Answered:
        at = self._clock.now()
        return Answered(change.seq, iso(at), ms(at), outcome, records, refusal, response, wait, self._jitter(), detail)

    def _compared(self, change: Change, records: tuple[Record, ...], *, reached: bool) -> Compared:
        at = self._clock.now()
        return Compared(change.seq, iso(at), ms(at), records, reached, self._jitter())

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
        )

    def _unsent(self, change: Change, problem: Exception) -> Answered:
        """Nothing of the write has left: what was to be known before it could not be read."""
        outcome = read_outcome(problem)
        known = outcome if outcome in (Outcome.SIGN_IN, Outcome.BUSY) else Outcome.NOT_SENT
        return self._answered(change, known, wait=asked_to_wait(problem))

    def _unchecked(self, seq: int, problem: Exception, tries: int) -> Checked:
        return Checked(
            seq,
            self._now_ms(),
            None,
            None,
            read_outcome(problem),
            wait_seconds=asked_to_wait(problem),
            jitter=self._jitter(),
            tries=tries,
            detail=str(problem),
        )

    async def _note(self, change: Change, answer: Response | None, outcome: str) -> None:
        attempt = Attempt(
            seq=change.seq,
            n=change.attempts,
            phase="sent",
            at=iso(self._clock.now()),
            status=None if answer is None else answer.status,
            outcome=outcome,
            request_id=None if answer is None else answer.headers.get("x-request-id"),
        )
        await saved(lambda: self._desk.note_attempt(attempt), self._pause)

    def _now_ms(self) -> int:
        return ms(self._clock.now())


def _probe_times(first: Sequence[float]) -> list[float]:
    """Seconds after which an unclear payment is looked for: the protocol's, then every minute for a day."""
    last = first[-1]
    return [*first, *(last + PROBE_AGAIN_SECONDS * step for step in range(1, 24 * 60))]


def _is_unclear(change: Change) -> bool:
    return change.shown.mark == "?"


def _stored(link: Link, change: Change) -> tuple[Record, ...]:
    """The records of the answer that the outbox kept; none where another version could read it, but this one cannot."""
    if change.response is None or change.op not in (Op.CREATE, Op.UPDATE):
        return ()
    try:
        return link.provider.read_record(change.kind, Response(200, {}, change.response.encode()), link.lookup)
    except UnreadableAnswerError:
        return ()


def _alike(change: Change, payments: Sequence[Record]) -> tuple[str, ...]:
    """Ids of rows that were not there before the first send and equal what was asked."""
    wanted = change.args.get("amount", change.pre.get("amount"))
    seen = set(change.pre_image or ())
    return tuple(one.id for one in payments if one.id not in seen and one.values.get("amount") == wanted)

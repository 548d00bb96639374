"""The gate of one server: waits for its tokens, lets writes go first, and keeps away from a server that only fails.

Source: sync-engine.md section 7; sections 2 and 10 (limits are driven by the injected clock).
"""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

from kworkbench.domain.catalog import Rate
from kworkbench.providers.base import Request, Response
from kworkbench.sync.classify import wait_seconds
from kworkbench.sync.clock import Clock, Pause
from kworkbench.sync.limits import HARD, Breaker, Bucket
from kworkbench.sync.transport import TransportError

YIELD_SECONDS = 0.05
"""A read looks again so soon while a write waits for its turn."""
BUSY_SECONDS = 1.0
"""How long nothing is asked after a 429 that does not say."""


class Traffic:
    """All requests of one link go through here.

    Args:
        rates: how often the server may be asked, all of them at once; the hard cap is always among them.
    """

    def __init__(self, clock: Clock, pause: Pause, rates: tuple[Rate, ...] = ()) -> None:
        self._clock = clock
        self._pause = pause
        self._buckets = [Bucket(rate, clock.monotonic()) for rate in (*rates, HARD)]
        self._breaker = Breaker()
        self._writes = 0

    async def enter(self, request: Request, *, cheap: bool = False) -> None:
        """Wait until the request may go.

        Raises:
            TransportError: the server has failed too often lately; nothing was sent.
        """
        if not self._breaker.lets(self._clock.monotonic(), cheap=cheap):
            wait = self._breaker.wait(self._clock.monotonic())
            raise TransportError(f"The server keeps failing. It is asked again in {wait:.0f} seconds.", sent=False)
        is_write = request.method != "GET"
        self._writes += is_write
        try:
            await self._tokens(is_write=is_write)
        finally:
            self._writes -= is_write

    async def _tokens(self, *, is_write: bool) -> None:
        for bucket in self._buckets:
            while True:
                wait = YIELD_SECONDS if self._writes and not is_write else bucket.wait(self._clock.monotonic())
                if wait <= 0.0:
                    break
                await self._pause(wait)

    def answered(self, answer: Response) -> None:
        """Take in what the server answered."""
        now = self._clock.monotonic()
        if answer.status >= 500:
            self._breaker.failed(now)
            return
        self._breaker.answered()
        if answer.status == 429:
            asked = wait_seconds(answer)
            self._buckets[-1].block(now, BUSY_SECONDS if asked is None else asked)

    def ahead(self, answer: Response, before: timedelta) -> timedelta:
        """How much the server's clock is ahead of ours; what was known before where it does not say."""
        try:
            there = parsedate_to_datetime(answer.headers.get("date", ""))
        except ValueError:
            return before
        return there - self._clock.now() if there.tzinfo is not None else before

    def lost(self, problem: TransportError) -> None:
        """No answer came. A line that is simply down has its own way back, so only what was sent counts."""
        if problem.sent:
            self._breaker.failed(self._clock.monotonic())
        else:
            self._breaker.unreached()

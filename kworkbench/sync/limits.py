"""How often a server is asked: a token bucket and a breaker, both pure and driven by the monotonic time they are given.

Source: sync-engine.md section 7 ("429", "5xx or transport") and I14.
"""

from __future__ import annotations

from kworkbench.domain.catalog import Rate

HARD = Rate(12_000, 60.0)
"""No origin is asked more often, whatever it answers and whoever it is (I14)."""

FAILURES = 5
WITHIN_SECONDS = 30.0
OPEN_SECONDS = 15.0
LONGEST_OPEN_SECONDS = 300.0


class Bucket:
    """Tokens for requests: as many as the rate allows in one period, filled evenly, and none while blocked."""

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._tokens = float(rate.requests)
        self._filled = now
        self._blocked = now

    def wait(self, now: float) -> float:
        """Seconds until a request may go; 0.0 takes its token."""
        self._fill(now)
        if now < self._blocked:
            return self._blocked - now
        if self._tokens < 1.0:
            return (1.0 - self._tokens) * self._rate.seconds / self._rate.requests
        self._tokens -= 1.0
        return 0.0

    def block(self, now: float, seconds: float) -> None:
        """Nothing goes for so long: the server asked for it."""
        self._blocked = max(self._blocked, now + seconds)

    def _fill(self, now: float) -> None:
        passed = max(0.0, now - self._filled)
        self._filled = max(self._filled, now)
        most = float(self._rate.requests)
        self._tokens = min(most, self._tokens + passed * self._rate.requests / self._rate.seconds)


class Breaker:
    """Opens after five failures within 30 s, for 15 s and twice as long each time; one cheap read half-opens it."""

    def __init__(self) -> None:
        self._failures: list[float] = []
        self._trips = 0
        self._until = 0.0
        self._open = False
        self._trying = False

    def wait(self, now: float) -> float:
        """Seconds until somebody may try whether the server answers again; 0.0 where nothing is in the way."""
        return max(0.0, self._until - now) if self._open else 0.0

    def lets(self, now: float, *, cheap: bool) -> bool:
        """Whether a request may go: any while it is closed, one cheap read at a time when its time is over."""
        if not self._open:
            return True
        if not cheap or self._trying or now < self._until:
            return False
        self._trying = True
        return True

    def failed(self, now: float) -> None:
        """A server's fault, or no answer at all."""
        if self._open:
            self._trying = False
            self._trip(now)
            return
        self._failures = [at for at in self._failures if now - at < WITHIN_SECONDS] + [now]
        if len(self._failures) >= FAILURES:
            self._trip(now)

    def unreached(self) -> None:
        """Nothing left this machine; whoever tried may try again."""
        self._trying = False

    def answered(self) -> None:
        """An answer that is no server's fault; a refusal is one."""
        self._failures = []
        self._open = self._trying = False
        self._trips = 0

    def _trip(self, now: float) -> None:
        self._failures = []
        self._open = True
        self._until = now + min(LONGEST_OPEN_SECONDS, OPEN_SECONDS * 2**self._trips)
        self._trips = min(self._trips + 1, 10)

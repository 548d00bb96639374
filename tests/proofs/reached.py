"""What a suite reached: it counts, and it fails where it never came to something it is there for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

from kworkbench.domain.changes import Change, State
from kworkbench.store.outbox import Outbox

Steps = frozenset[tuple[State, State]]


@dataclass
class Reached:
    """Counts of one run of a suite.

    Attributes:
        cases: how many were played.
        steps: pairs of states that changes went through, as they were saved.
        events: whatever else the suite counts, by its own words.
        failures: what went wrong, a case and a sentence each.
    """

    cases: int = 0
    steps: Counter[tuple[State, State]] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count the changes of state that are saved by any outbox of this process meanwhile."""
        real = Outbox.save
        reached = self

        def save(outbox: Outbox, change: Change) -> None:
            before = outbox.change(change.seq)
            real(outbox, change)
            if before is not None and before.state is not change.state:
                reached.steps[before.state, change.state] += 1

        with patch.object(Outbox, "save", save):
            yield

    def report(self) -> str:
        """The figures, a line each."""
        steps = ", ".join(f"{before}>{after} {count}" for (before, after), count in sorted(self.steps.items()))
        events = ", ".join(f"{name} {count}" for name, count in sorted(self.events.items()))
        failed = "".join(f"\n  FAILED {one}" for one in self.failures)
        return f"{self.cases} cases; {steps}; {events}{failed}"

    def hold(self, steps: Iterable[tuple[State, State]] = (), events: Iterable[str] = ()) -> None:
        """Fail where a case failed, or something was never reached."""
        assert not self.failures, self.report()
        never = [f"{before}>{after}" for before, after in sorted(set(steps) - set(self.steps))]
        never += sorted(set(events) - set(self.events))
        assert not never, f"never reached: {', '.join(never)}; {self.report()}"

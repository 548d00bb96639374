"""`python -m tests.proofs [SUITE ...] [--minutes N]`: the longest form of the proofs, a line of figures for each part.

Suites: protocol, matrix, points, kills, power, histories, mutation; without a name all but mutation. `--minutes` bounds
each of them; what was left out then shows in its figures, and `--first` goes on with the kills behind those of an
earlier run. `--since COMMIT` tries the mutants of lines that differ from it alone, which `.ci/run` does with the commit
of the last whole run (`mutation/whole_run`). Ends with 1 where anything failed. The last figures stand in `results.md`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.proofs.books import PROVIDERS, Templates
from tests.proofs.crashes.kills import play_all as play_kills
from tests.proofs.crashes.test_crash_points import crash
from tests.proofs.faults.matrix import all_cases
from tests.proofs.faults.matrix import play_all as play_matrix
from tests.proofs.histories.test_histories import play as play_histories
from tests.proofs.mutation.run import mutate, mutate_since
from tests.proofs.power.history import cut_everywhere, record
from tests.proofs.protocol.explore import explore
from tests.proofs.protocol.variants import BUGS, HOLDING, LONG
from tests.proofs.reached import Reached
from tests.sync import stage
from tests.sync.crashing import POINTS

KILLS, KILLS_AT_ONCE = 5_000, 50
HISTORIES, HISTORY_STEPS, HISTORIES_AT_ONCE = 10_000, 80, 50
POWER_SEEDS, POWER_STEPS = 20, 80
PATIENCE_SECONDS = 120.0
"""A run of hours shares its machine: what does not come to be within so long never does."""


@dataclass(frozen=True)
class Bound:
    """Until when a suite may go on beginning parts, in seconds of a monotonic clock, and with what it begins.

    Attributes:
        first: the first story of the kills.
        since: the commit whose lines are changed by no mutant; empty for mutants of all lines.
    """

    ends: float
    first: int = 0
    since: str = ""

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.ends


Part = tuple[str, bool]
"""Figures in words, and whether all is well."""


def protocol(_folder: Path, bound: Bound) -> Iterator[Part]:
    """Every scene, the long ones too, and every broken rule."""
    for name, scene in {**HOLDING, **LONG}.items():
        if not bound.is_over:
            walk = explore(scene)
            yield f"{name}: {walk.report} {walk.violated}", not walk.violated
    for name, bug in BUGS.items():
        with bug.planted():
            walk = explore(bug.scene)
        yield f"broken on purpose: {name}: {walk.violated or 'NOT FOUND'}", bool(walk.violated)


def matrix(folder: Path, _bound: Bound) -> Iterator[Part]:
    """All 1,440 cases."""
    templates = Templates(folder / "templates")
    for provider in PROVIDERS:
        yield _told(provider, play_matrix(all_cases(provider), templates, folder / provider))


def points(folder: Path, _bound: Bound) -> Iterator[Part]:
    """Every crash point of every write."""
    templates = Templates(folder / "templates")
    for provider in PROVIDERS:
        yield _told(provider, crash(provider, templates, folder / provider, POINTS, every=1))


def kills(folder: Path, bound: Bound) -> Iterator[Part]:
    """5,000 stories that end by a real kill."""
    templates = Templates(folder / "templates")
    reached = Reached()
    for first in range(bound.first, KILLS, KILLS_AT_ONCE):
        if bound.is_over:
            break
        seeds = range(first, first + KILLS_AT_ONCE)
        with tempfile.TemporaryDirectory(dir=folder) as below:
            _add(reached, play_kills(seeds, templates, Path(below)))
    yield _told(f"kills {bound.first} to {bound.first + reached.cases - 1}", reached)


def power(folder: Path, bound: Bound) -> Iterator[Part]:
    """The power goes at every operation of twenty histories."""
    for seed in range(POWER_SEEDS):
        if not bound.is_over:
            with tempfile.TemporaryDirectory(dir=folder) as home, tempfile.TemporaryDirectory(dir=folder) as cut:
                recorded = record(Path(home), seed, steps=POWER_STEPS)
                yield _told(f"seed {seed}", cut_everywhere(recorded, Path(cut), seed))


def histories(folder: Path, bound: Bound) -> Iterator[Part]:
    """10,000 histories of 80 steps, other ones each time; the first that fails ends them."""
    templates = Templates(folder / "templates")
    reached = Reached()
    for batch in count():
        if bound.is_over or reached.cases >= HISTORIES:
            break
        provider = PROVIDERS[batch % len(PROVIDERS)]
        _add(reached, play_histories(provider, templates, examples=HISTORIES_AT_ONCE, steps=HISTORY_STEPS, seed=False))
    yield _told("histories", reached)


def mutation(_folder: Path, bound: Bound) -> Iterator[Part]:
    """Every rule of the sync package and `ui/safe.py` changed, one at a time, against the fast suites."""
    yield from mutate_since(bound.since, lambda: bound.is_over) if bound.since else mutate(lambda: bound.is_over)


SUITES: dict[str, Callable[[Path, Bound], Iterator[Part]]] = {
    "protocol": protocol,
    "matrix": matrix,
    "points": points,
    "kills": kills,
    "power": power,
    "histories": histories,
    "mutation": mutation,
}


def _told(name: str, reached: Reached) -> Part:
    return f"{name}: {reached.report()}", not reached.failures


def _add(to: Reached, more: Reached) -> None:
    to.cases += more.cases
    to.steps += more.steps
    to.events += more.events
    to.failures += more.failures


def main(arguments: list[str]) -> int:
    """Run the suites that were named."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs", description=__doc__)
    parser.add_argument("suite", nargs="*", choices=[*SUITES, []], help="which; all but mutation where none is named")
    parser.add_argument("--minutes", type=float, default=24 * 60.0, help="the most that each suite takes")
    parser.add_argument("--first", type=int, default=0, help="the first of the kills")
    parser.add_argument("--since", default="", help="only mutants of lines that differ from this commit")
    given = parser.parse_args(arguments)
    stage.TIMEOUT = PATIENCE_SECONDS
    well = True
    for name in given.suite or [name for name in SUITES if name != "mutation"]:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix=f"proofs-{name}-") as folder:
            bound = Bound(began + 60 * given.minutes, given.first, given.since)
            for told, is_well in SUITES[name](Path(folder), bound):
                well = well and is_well
                print(f"{name}: {told}", flush=True)  # noqa: T201 - a command
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201 - a command
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

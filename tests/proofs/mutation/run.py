"""Every mutant is tried; what the fast suites do not notice is named."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing

from tests.proofs.mutation.changed import mutants_since
from tests.proofs.mutation.mutants import MODULES, ROOT, Mutant, mutants_of

GOAL = 85
"""Per cent that are to be killed."""
FEWEST = 20
"""Of the mutants of changed lines so many say something; one that lives among three does not."""

Part = tuple[str, bool]
"""Figures in words, and whether all is well."""


class Worker:
    """A process that plants mutants of one kind."""

    def __init__(self, kind: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.mutation.worker", kind],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._asked, self._answers = self._process.stdin, self._process.stdout

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def begin(self) -> str:
        """What it says of the suites before the first mutant."""
        said = self._answers.readline().strip()
        assert said, "the worker ended"
        assert not said.startswith("red"), said
        return said

    def kills(self, mutant: Mutant) -> bool:
        """Whether the fast suites go red over a mutant."""
        self._asked.write(f"{mutant.module} {mutant.number}\n")
        self._asked.flush()
        said = self._answers.readline().strip()
        assert said in ("red", "green"), f"the worker ended over {mutant.module}, {mutant}"
        return said == "red"


def mutate(is_over: Callable[[], bool]) -> Iterator[Part]:
    """Try every mutant in a random order; for each module what survived, at the end the score in per cent."""
    yield from _tried([mutant for module in MODULES for mutant in mutants_of(module)], is_over)


def mutate_since(
    commit: str, is_over: Callable[[], bool], found: Callable[[str], list[Mutant] | None] = mutants_since
) -> Iterator[Part]:
    """The same for the lines that differ from a commit; a few mutants are told and not judged by."""
    mutants = found(commit)
    if mutants is None:
        yield f"{commit} is not in this clone: nothing was tried", True
    elif not mutants:
        yield f"no mutants on lines changed since {commit}", True
    else:
        yield from _tried(mutants, is_over, fewest=FEWEST)


def _tried(mutants: Sequence[Mutant], is_over: Callable[[], bool], fewest: int = 0) -> Iterator[Part]:
    shuffled = list(mutants)
    random.Random(1).shuffle(shuffled)  # noqa: S311 - so that a part of them is a fair sample
    results: list[tuple[Mutant, bool]] = []
    with ExitStack() as stack:
        kinds = sorted({_kind(mutant) for mutant in mutants}, reverse=True)
        workers = {kind: stack.enter_context(closing(Worker(kind))) for kind in kinds}
        yield "; ".join(worker.begin() for worker in workers.values()), True
        for mutant in shuffled:
            if is_over():
                break
            results.append((mutant, workers[_kind(mutant)].kills(mutant)))
    for module in dict.fromkeys(mutant.module for mutant in mutants):
        own = [red for mutant, red in results if mutant.module == module]
        alive = sorted((one for one, red in results if one.module == module and not red), key=lambda one: one.number)
        yield f"{module}: {sum(own)} of {len(own)} killed; {'; '.join(map(str, alive))}", True
    killed = sum(red for _, red in results)
    score = 100 * killed / max(1, len(results))
    told = f"{killed} of {len(results)} killed ({len(mutants)} in all), {score:.1f} %"
    yield told, score >= GOAL or len(results) < fewest


def _kind(mutant: Mutant) -> str:
    """What plants it: see `worker.py`."""
    return "inside" if mutant.place.function else "imported"

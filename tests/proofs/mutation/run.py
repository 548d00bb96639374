"""Every mutant is tried; what the fast suites do not notice is named."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing

from tests.proofs.mutation.mutants import MODULES, ROOT, Mutant, mutants_of

GOAL = 85


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


def mutate(is_over: Callable[[], bool], modules: Sequence[str] = MODULES) -> Iterator[tuple[str, bool]]:
    """Try the mutants in a random order; for each module what survived, at the end the score in per cent."""
    mutants = [mutant for module in modules for mutant in mutants_of(module)]
    random.Random(1).shuffle(mutants)  # noqa: S311 - so that a part of them is a fair sample
    results: list[tuple[Mutant, bool]] = []
    with ExitStack() as stack:
        inside, imported = (stack.enter_context(closing(Worker(kind))) for kind in ("inside", "imported"))
        yield f"{inside.begin()}; {imported.begin()}", True
        for mutant in mutants:
            if is_over():
                break
            results.append((mutant, (inside if mutant.place.function else imported).kills(mutant)))
    for module in modules:
        own = [red for mutant, red in results if mutant.module == module]
        alive = sorted((one for one, red in results if one.module == module and not red), key=lambda one: one.number)
        yield f"{module}: {sum(own)} of {len(own)} killed; {'; '.join(map(str, alive))}", True
    killed = sum(red for _, red in results)
    score = 100 * killed / max(1, len(results))
    yield f"{killed} of {len(results)} killed ({len(mutants)} in all), {score:.1f} %", score >= GOAL

"""Plays cases of the matrix: a chain of three writes, one fault, a person who ends it, and what must hold then."""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kworkbench.domain.changes import Change, State
from tests.proofs.books import Templates
from tests.proofs.faults.faults import FAULTS, Fault, Gremlin
from tests.proofs.people import settle
from tests.proofs.reached import Reached
from tests.proofs.writings import CHAIN, WRITINGS, Targets, Writing, found_by_text, targets_of
from tests.sync.checks import assert_converged
from tests.sync.stage import Stage

SEED = 5
LIES = frozenset({"it is answered 404"})
"""Faults by which the server says that something is gone which is there: the next reading brings it back."""

BY_WHOM = ("discarded by you", "given up by you", "merged into the change", "deleted before it was sent")
"""How the reasons of changes begin that were never sent: a person's doing, every one."""


@dataclass(frozen=True)
class Case:
    """One cell of the matrix; `place` says which of the writes the fault strikes."""

    provider: str
    writing: Writing
    fault: Fault
    place: int

    def __str__(self) -> str:
        return f"{self.provider}: {self.writing.name}, {self.fault.name}, at place {self.place}"


def all_cases(provider: str) -> list[Case]:
    """Every fault with every write of a dialect, at each place."""
    return [
        Case(provider, writing, fault, place)
        for fault in FAULTS
        for writing in WRITINGS[provider]
        for place in range(CHAIN)
    ]


def some_cases(provider: str, of_each_fault: int = 6) -> list[Case]:
    """As many of each fault, the same ones every time."""
    chance = random.Random(f"{SEED} {provider}")  # noqa: S311 - a choice of tests
    cases = all_cases(provider)
    return [
        case
        for fault in FAULTS
        for case in chance.sample([case for case in cases if case.fault is fault], of_each_fault)
    ]


def play_all(cases: Iterable[Case], templates: Templates, folder: Path) -> Reached:
    """Play cases, each in a home of its own; a failing one is noted and the next one played."""
    reached = Reached()
    with reached.watching():
        for number, case in enumerate(cases):
            reached.cases += 1
            stage = Stage(templates.copy(case.provider, folder / str(number)), case.provider)
            try:
                stage.home.start()
                struck = play(stage, case)
                reached.events[case.fault.name if struck else f"not struck: {case.fault.name}"] += 1
            except Exception as problem:  # noqa: BLE001 - every case is to be played
                where = traceback.extract_tb(problem.__traceback__)[-1]
                reached.failures.append(f"{case}: {type(problem).__name__} at {where.name}: {str(problem)[:400]}")
            finally:
                stage.close()
    return reached


def play(stage: Stage, case: Case) -> bool:
    """Play one case to its end; whether the fault struck. Raises `AssertionError` where a promise is broken."""
    targets = targets_of(stage)
    gremlin = Gremlin(stage, case.fault, case.place)
    made = [case.writing.do(stage, targets, place) for place in range(CHAIN)]
    if case.fault.name == "the program ends":
        stage.until(lambda: gremlin.ends, "the write")
        stage.home.close()
        stage.wire.release()
        stage.restart()
    settle(stage, lambda change: found_by_text(stage, change), retries=case.place % 2 == 0)
    stage.faults()
    if case.fault.name in LIES:
        assert stage.sync(*case.writing.kinds) == ""
    assert_converged(stage, *case.writing.kinds)
    for place, changes in enumerate(made):
        _assert_told_the_truth(stage, case, targets, place, changes)
    return gremlin.struck


def _assert_told_the_truth(stage: Stage, case: Case, targets: Targets, place: int, changes: Iterable[Change]) -> None:
    """What is called done stands at the server once, what is given up not at all."""
    states = [stage.change(change.seq).state for change in changes]
    assert set(states) <= {State.CLOSED, State.CANCELLED}, states
    given_up = [stage.change(change.seq) for change in changes if stage.change(change.seq).state is State.CANCELLED]
    assert all((change.reason or "").startswith(BY_WHOM) for change in given_up), given_up
    count = case.writing.count(stage, targets, place)
    assert count in (0, 1), f"place {place} stands {count} times at the server, {states}"
    if case.fault.name not in LIES:
        done = states[-1] is State.CLOSED or (states[0] is State.CLOSED and _merged(stage, changes))
        assert count == int(done), f"place {place} stands {count} times at the server, {states}"


def _merged(stage: Stage, changes: Iterable[Change]) -> bool:
    return all("merged" in (stage.change(one.seq).reason or "merged") for one in changes)

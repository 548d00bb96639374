"""Real kills: a process that makes a chain of writes dies at a random step, and so does the one after it.

Source: sync-engine.md section 9, "Crash points".
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Iterable
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from kworkbench.domain.changes import State
from kworkbench.store.cache import Cache
from kworkbench.store.outbox import Outbox
from kworkbench.sync.desk import Desk
from kworkbench.sync.engine import Engine
from tests.proofs.books import PROVIDERS, Templates
from tests.proofs.people import needs_a_person, settle
from tests.proofs.reached import Reached
from tests.proofs.writings import CHAIN, WRITINGS, Writing, found_by_text, targets_of
from tests.sync.checks import assert_converged
from tests.sync.crashing import around
from tests.sync.stage import RefusedHereError, Stage

STEPS: tuple[tuple[type[Any], str], ...] = (
    (Outbox, "append"),
    (Outbox, "save"),
    (Outbox, "add_alias"),
    (Outbox, "note_attempt"),
    (Outbox, "begin_epoch"),
    (Cache, "put"),
    (Cache, "fold_ahead"),
    (Cache, "keep_fold"),
    (Engine, "_take"),
    (Desk, "_publish"),
)
"""What a kill can come before and after, beside every request and every answer."""

MOST_STEPS = 70
SAVED = "saved"


def story(provider: str, seed: int) -> tuple[random.Random, list[Writing]]:
    """The chance of a seed, and the three writes it chose."""
    chance = random.Random(f"{provider} {seed}")  # noqa: S311 - a story, not a secret
    return chance, chance.choices(WRITINGS[provider], k=CHAIN)


def live(folder: str, provider: str, seed: int, step: int, *, writes: bool) -> None:
    """Be a process that is killed before its `step`th step; `writes`: it makes the writes first, else it takes over."""
    left = iter(range(step))
    gate = threading.Lock()

    def count(*_given: object, **_more: object) -> None:
        with gate:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
                threading.Event().wait()

    for owner, name in STEPS:
        around(owner, name, before=count, after=count)
    stage = Stage(Path(folder), provider)
    stage.wire.watch = count
    targets = targets_of(stage)
    stage.home.start()
    for place, writing in enumerate(story(provider, seed)[1] if writes else ()):
        try:
            writing.do(stage, targets, place)
        except RefusedHereError:  # one before it has paid the invoice
            continue
        with (Path(folder) / SAVED).open("a") as told:
            told.write(f"{place}\n")
    stage.until(lambda: all(needs_a_person(change) for change in stage.home.desk.open()))


def play(seed: int, templates: Templates, folder: Path, processes: ForkServerContext, reached: Reached) -> None:
    """One story: killed once, perhaps twice, and then brought to its end here. Raises where a promise is broken."""
    provider = PROVIDERS[seed % 2]
    chance, writings = story(provider, seed)
    home = templates.copy(provider, folder / f"home-{seed}")
    before = Stage(templates.copy(provider, folder / f"before-{seed}"), provider)
    targets = targets_of(before)
    before.close()
    for writes in (True, *(False,) * chance.choice((0, 0, 1, 2))):
        arguments = (str(home), provider, seed, chance.randint(1, MOST_STEPS if writes else MOST_STEPS // 3))
        process = processes.Process(target=live, args=arguments, kwargs={"writes": writes})
        process.start()
        process.join(120)
        reached.events[_end_of(process.exitcode, writes=writes)] += 1
    saved = {int(line) for line in (home / SAVED).read_text().split()} if (home / SAVED).exists() else set()
    stage = Stage(home, provider)
    try:
        stage.home.start()
        settle(stage, lambda change: found_by_text(stage, change), retries=True)
        assert_converged(stage, "invoices", "payments", "expenses")
        assert {change.state for change in stage.home.desk.journal()} <= {State.CLOSED, State.CANCELLED}
        for place, writing in enumerate(writings):
            count = writing.count(stage, targets, place)
            wanted = (1,) if place in saved and not _overtaken(writings, place) else (0, 1)
            assert count in wanted, f"{writing.name} at place {place} stands {count} times, saved: {saved}"
    finally:
        stage.close()


def _overtaken(writings: list[Writing], place: int) -> bool:
    """Whether another write of the chain may undo this one, or take its place."""
    return writings.count(writings[place]) > 1


def _end_of(code: int | None, *, writes: bool) -> str:
    who = "writing" if writes else "taking over"
    if code == -signal.SIGKILL:
        return f"killed while {who}"
    assert code == 0, f"a process ended with {code}"
    return f"at its end while {who}"


def play_all(seeds: Iterable[int], templates: Templates, folder: Path) -> Reached:
    """Play many stories; a failing one is noted and the next one played."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.proofs.crashes.kills"])
    reached = Reached()
    for seed in seeds:
        reached.cases += 1
        try:
            play(seed, templates, folder, processes, reached)
        except Exception as problem:  # noqa: BLE001 - every story is to be played
            reached.failures.append(f"seed {seed}: {type(problem).__name__}: {str(problem)[:400]}")
    return reached

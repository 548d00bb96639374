"""Whatever ends the process, and where: the next start finds the write, and does it once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kworkbench.domain.changes import State
from kworkbench.lean import replace
from kworkbench.sync import reducer
from kworkbench.sync.events import EngineState, Started, Step
from tests.proofs.books import PROVIDERS, Templates
from tests.proofs.crashes.kills import play_all
from tests.proofs.crashes.snapshots import crash_everywhere
from tests.proofs.reached import Reached
from tests.proofs.writings import WRITINGS
from tests.sync.crashing import POINTS

KILLED = ("killed while writing", "killed while taking over")

real_kills = pytest.mark.skipif(sys.platform == "win32", reason="no process ends like this there")


def crash(
    provider: str, templates: Templates, folder: Path, points: tuple[str, ...], *, every: int, only: str = ""
) -> Reached:
    """Each write, or every so many of them, at these points."""
    reached = Reached()
    for number, writing in enumerate(WRITINGS[provider]):
        if number % every == PROVIDERS.index(provider) % every and only in ("", writing.name):
            home = templates.copy(provider, folder / f"home-{number}")
            crash_everywhere(provider, writing, home, folder / f"copies-{number}", points, reached)
    return reached


@pytest.mark.timeout(300)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_point_of_a_third_of_the_writes(provider: str, templates: Templates, tmp_path: Path) -> None:
    crash(provider, templates, tmp_path, POINTS, every=3).hold(events=POINTS)


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_point_of_every_write(provider: str, templates: Templates, tmp_path: Path) -> None:
    crash(provider, templates, tmp_path, POINTS, every=1).hold(events=POINTS)


@real_kills
@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_two_hundred_kills(templates: Templates, tmp_path: Path) -> None:
    play_all(range(200), templates, tmp_path).hold(events=KILLED)


def _taken_for_unsent(_state: EngineState, event: Started) -> Step:
    return Step(tuple(replace(one, state=State.QUEUED) for one in event.changes if one.state is State.SENDING))


def _applying_forgotten(_state: EngineState, event: Started) -> Step:
    return Step(tuple(one for one in event.changes if one.state is not State.CONFIRMED))


def _sending_forgotten(_state: EngineState, event: Started) -> Step:
    return Step(tuple(one for one in event.changes if one.state is not State.SENDING))


BUGS = {
    "what was being sent is taken for unsent": ("new expense", _taken_for_unsent),
    "what was confirmed is not brought home": ("pay in full", _applying_forgotten),
    "what was being sent is forgotten": ("edit a text", _sending_forgotten),
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", BUGS)
def test_a_start_that_breaks_a_rule_is_found_out(
    name: str, templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, started = BUGS[name]
    monkeypatch.setattr("tests.sync.stage.TIMEOUT", 1.5)
    monkeypatch.setitem(reducer._HANDLERS, Started, started)
    assert crash("productive", templates, tmp_path, (POINTS[6], POINTS[10]), every=1, only=writing).failures

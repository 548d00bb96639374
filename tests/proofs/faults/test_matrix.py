"""Whatever goes wrong with a write: it stands at the server once or not at all, as the journal says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kworkbench.domain.changes import State
from tests.proofs.books import PROVIDERS, Templates
from tests.proofs.faults.bugs import BUGS
from tests.proofs.faults.faults import FAULTS
from tests.proofs.faults.matrix import Case, all_cases, play_all, some_cases

EXPECTED = frozenset(
    {
        (State.QUEUED, State.SENDING),
        *((State.SENDING, after) for after in (State.CONFIRMED, State.AMBIGUOUS, State.REJECTED, State.CONFLICTED)),
        *((State.SENDING, after) for after in (State.HELD, State.QUEUED)),
        *((State.AMBIGUOUS, after) for after in (State.CONFIRMED, State.QUEUED, State.NEEDS_YOU)),
        (State.NEEDS_YOU, State.QUEUED),
        (State.CONFIRMED, State.CLOSED),
        *((before, State.QUEUED) for before in (State.HELD, State.REJECTED, State.CONFLICTED)),
        *((before, State.CANCELLED) for before in (State.REJECTED, State.CONFLICTED)),
    }
)


def play(cases: list[Case], templates: Templates, folder: Path) -> None:
    """Play them; every fault must have struck and every state been gone through."""
    play_all(cases, templates, folder).hold(EXPECTED, [fault.name for fault in FAULTS])


@pytest.mark.timeout(400)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_matrix_in_part(provider: str, templates: Templates, tmp_path: Path) -> None:
    play(some_cases(provider), templates, tmp_path)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_whole_matrix(provider: str, templates: Templates, tmp_path: Path) -> None:
    play(all_cases(provider), templates, tmp_path)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", BUGS)
def test_a_broken_rule_is_found_out(name: str, templates: Templates, tmp_path: Path) -> None:
    bug = BUGS[name]
    with bug.planted():
        found = play_all(bug.cases("productive"), templates, tmp_path)
    assert found.failures


def test_there_are_twenty_faults_and_more_than_twelve_writes() -> None:
    assert len(FAULTS) == 20
    assert {provider: len(all_cases(provider)) for provider in PROVIDERS} == {"kantata": 840, "productive": 780}
    assert {len(some_cases(provider)) for provider in PROVIDERS} == {120}

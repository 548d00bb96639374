"""Every interleaving of loss, delay, doubling, kill and another user: the protocol holds; without a rule not."""

from __future__ import annotations

import pytest

from kworkbench.domain.changes import State
from kworkbench.providers import load
from tests.proofs.protocol.explore import Found, explore
from tests.proofs.protocol.variants import BUGS, HOLDING

FOUND: dict[str, Found] = {}
LONGEST_LIFE_SECONDS = {"kantata": 3 * 60, "productive": 5 * 60}
"""How long a request can live at the server: Kantata's limit; nobody has told Productive's, so it is taken longer."""

EXPECTED = frozenset(
    {
        (State.QUEUED, State.SENDING),
        (State.QUEUED, State.CONFIRMED),
        (State.QUEUED, State.CONFLICTED),
        (State.SENDING, State.QUEUED),
        (State.SENDING, State.HELD),
        (State.SENDING, State.AMBIGUOUS),
        (State.SENDING, State.REJECTED),
        (State.SENDING, State.CONFIRMED),
        (State.HELD, State.QUEUED),
        (State.AMBIGUOUS, State.QUEUED),
        (State.AMBIGUOUS, State.NEEDS_YOU),
        (State.AMBIGUOUS, State.CONFIRMED),
        (State.AMBIGUOUS, State.REJECTED),
        (State.AMBIGUOUS, State.CONFLICTED),
        (State.NEEDS_YOU, State.QUEUED),
        (State.NEEDS_YOU, State.CONFIRMED),
        (State.NEEDS_YOU, State.CANCELLED),
        (State.CONFLICTED, State.QUEUED),
        (State.CONFLICTED, State.CANCELLED),
        (State.REJECTED, State.QUEUED),
        (State.REJECTED, State.CANCELLED),
        (State.CONFIRMED, State.CLOSED),
    }
)
"""What a create can go through (sync-engine.md section 4); the model must have seen each, and nothing else."""


def found(name: str) -> Found:
    """What walking through a scene that holds found; each is walked once."""
    if name not in FOUND:
        FOUND[name] = explore(HOLDING[name])
    return FOUND[name]


@pytest.mark.parametrize("name", HOLDING)
def test_the_protocol_holds(name: str) -> None:
    walk = found(name)
    assert not walk.violated, f"{walk.violated}: {'; '.join(walk.trace)}"
    assert walk.worlds > 200, "next to nothing was reached"


@pytest.mark.parametrize("name", BUGS)
def test_without_the_rule_the_model_finds_a_story_that_breaks_a_promise(name: str) -> None:
    with BUGS[name].planted():
        walk = explore(BUGS[name].scene)
    assert walk.violated


def test_creates_went_through_every_change_of_state_there_is() -> None:
    steps = {step for name in HOLDING for step in found(name).steps}
    assert EXPECTED - steps == set(), "never reached"
    assert steps - EXPECTED == set(), "not in the table"


@pytest.mark.parametrize("provider", ["kantata", "productive"])
def test_t_settle_is_strictly_longer_than_a_request_lives(provider: str) -> None:
    assert load(provider).catalog.payments.settle_seconds > LONGEST_LIFE_SECONDS[provider]

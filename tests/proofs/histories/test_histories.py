"""Whatever two people, a bad line, a jumping clock and crashes make of it: server, journal and view agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from kworkbench.domain.changes import Change, State
from kworkbench.store.cache import Cache
from kworkbench.store.failing import SaveError
from kworkbench.store.outbox import Outbox
from kworkbench.sync import reducer
from kworkbench.sync.events import Started, Step
from tests.proofs.books import PROVIDERS, Templates
from tests.proofs.histories.machine import machine
from tests.proofs.reached import Reached

EVENTS = (
    "paid", "edited", "made", "deleted", "deleted two", "taken back", "decided", "edited and discarded",
    "asked from another window", "he paid", "he edited", "he deleted", "a write is to fail", "a read is to fail",
    "signed out", "cut off", "the clock jumped", "refreshed", "could not refresh", "started again", "killed",
)  # fmt: skip
STEPS = frozenset(
    {
        *((State.QUEUED, after) for after in (State.SENDING, State.CANCELLED)),
        *((State.SENDING, after) for after in (State.CONFIRMED, State.AMBIGUOUS, State.QUEUED)),
        (State.AMBIGUOUS, State.CONFIRMED),
        (State.CONFIRMED, State.CLOSED),
        (State.HELD, State.QUEUED),
        (State.HELD, State.CANCELLED),
    }
)


def play(
    provider: str, templates: Templates, *, examples: int, steps: int, shrink: bool = True, seed: bool = True
) -> Reached:
    """Play so many histories of so many steps; a failing one is told by hypothesis as the steps that lead there.

    `seed`: the same histories each time.
    """
    reached = Reached()
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    with reached.watching():
        run_state_machine_as_test(
            machine(templates, reached, provider),
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                derandomize=seed,
                phases=phases,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
    return reached


@pytest.mark.timeout(400)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_twenty_histories(provider: str, templates: Templates) -> None:
    assert play(provider, templates, examples=20, steps=30).steps[State.CONFIRMED, State.CLOSED] > 10


@pytest.mark.heavy
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_hundred_and_fifty_long_histories(provider: str, templates: Templates) -> None:
    play(provider, templates, examples=150, steps=50).hold(STEPS, EVENTS)


def _intent_is_lost() -> tuple[Any, str, Callable[..., Any]]:
    real = Outbox.save

    def save(outbox: Outbox, change: Change) -> None:
        if change.state is not State.SENDING:
            real(outbox, change)

    return Outbox, "save", save


def _gone_stays() -> tuple[Any, str, Callable[..., Any]]:
    return Cache, "remove", lambda *_given, **_more: frozenset()


def _start_forgets() -> tuple[Any, str, Any]:
    return reducer, "_HANDLERS", {**reducer._HANDLERS, Started: lambda _state, _event: Step()}


BUGS = {
    "the durable row of a send is left out": _intent_is_lost,
    "what is gone stays in the cache": _gone_stays,
    "a start forgets what is open": _start_forgets,
}


@pytest.mark.timeout(200)
@pytest.mark.parametrize("name", BUGS)
def test_a_broken_rule_is_found_out(name: str, templates: Templates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.sync.stage.TIMEOUT", 3.0)
    owner, attribute, broken = BUGS[name]()
    templates.copy("productive", templates.folder / f"made-{attribute}")
    monkeypatch.setattr(owner, attribute, broken)
    with pytest.raises((AssertionError, ExceptionGroup, Flaky, SaveError)):
        play("productive", templates, examples=30, steps=30, shrink=False)

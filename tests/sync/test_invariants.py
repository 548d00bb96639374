"""The list of invariants names tests that exist, and here are the guards of those that have no suite of their own."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.domain.changes import OPEN, Change, Idem, Op, Resolution, State
from kworkbench.domain.records import Values
from kworkbench.providers import load
from kworkbench.providers.base import NotOfferedError, Write
from kworkbench.services.change_words import reason_of
from kworkbench.sync.events import (
    Answered,
    Check,
    Checked,
    Compare,
    Compared,
    Discarded,
    Effect,
    EngineState,
    Enqueued,
    Event,
    Outcome,
    Probe,
    Probed,
    Resolved,
    Retried,
    Send,
    Wake,
    Woken,
)
from kworkbench.sync.reducer import reduce
from kworkbench.sync.sender import Sender
from kworkbench.sync.settling import MOST_LOOKS, MOST_SENDS
from tests.sync.making import NOW, NOW_MS, a_bulk, a_change, an_edit, an_expense, an_invoice

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("invariants.md")


def test_every_invariant_has_a_guard_and_every_guard_exists() -> None:
    text = LIST.read_text(encoding="utf-8")
    rows = {found[1]: found[2] for found in re.finditer(r"^\| (I\d+) \|[^|]*\|(.*)\|$", text, re.MULTILINE)}
    assert list(rows) == [f"I{number}" for number in range(1, 15)]
    for row in rows.values():
        guards = re.findall(r"`([\w/.]+)::(\w+)`", row)
        assert guards
        for path, name in guards:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
            assert name in names, f"{path} has no {name}"


# I11, no dead end.

KINDS: dict[str, Change] = {
    "payment": a_change(),
    "edit": an_edit(),
    "delete": an_edit(op=Op.DELETE, args={}),
    "bulk": a_bulk(),
    "action": an_edit(op=Op.ACTION, action="approve", args={}, expects={"approval": "approved"}),
    "outward": an_edit(op=Op.ACTION, action="send", args={}, idem=Idem.UNMARKED),
    "second step": a_change(again="payments:70"),
}
BY_ITSELF = frozenset({State.QUEUED, State.SENDING, State.AMBIGUOUS})
"""States that move on without a person: sent, answered, looked for."""


def decisions(state: State) -> list[Event]:
    asked: list[Event] = [Discarded(1, NOW)]
    if state in (State.REJECTED, State.CONFLICTED, State.HELD, State.BLOCKED):
        asked.append(Retried(1, NOW_MS))
    if state in (State.AMBIGUOUS, State.NEEDS_YOU):
        asked += [Resolved(1, NOW, NOW_MS, one) for one in Resolution if one is not Resolution.GO_ON]
    return asked


@pytest.mark.parametrize("state", sorted(OPEN - {State.SENDING}))
@pytest.mark.parametrize("kind", KINDS)
def test_every_state_has_a_way_out_that_a_person_can_take(kind: str, state: State) -> None:
    for decision in decisions(state):
        before = EngineState({1: replace(KINDS[kind], state=state, attempts=1)})
        after, _ = reduce(before, decision)
        moved = after.changes.get(1)
        assert moved is None or moved.state is not state


@pytest.mark.parametrize("state", sorted(OPEN - BY_ITSELF))
@pytest.mark.parametrize("kind", KINDS)
def test_every_state_that_waits_for_a_person_has_a_sentence(kind: str, state: State) -> None:
    assert reason_of(replace(KINDS[kind], state=state)).strip()


# I12, predictions stay home.

FORETOLD = "foretold by nobody but us"


@pytest.mark.parametrize("provider", ["kantata", "productive"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_is_only_expected_is_in_a_request(provider: str, kind: str) -> None:
    change = replace(KINDS[kind], expects={"text": FORETOLD, "approval": FORETOLD, "note": FORETOLD})

    class Desk:
        def remote_id(self, _account: str, lid: str) -> str:
            return lid.partition(":")[2]

    sender = Sender.__new__(Sender)
    sender._desk = Desk()  # type: ignore[assignment]
    write = sender._write_of(change)
    assert isinstance(write, Write)
    assert FORETOLD not in repr(write)

    def lookup(_kind: str, _id: str) -> Values | None:
        return None

    try:
        request = load(provider).write(write, lookup)
    except NotOfferedError:
        return
    assert FORETOLD not in json.dumps([request.path, request.query, request.body])


# I14, bounded traffic: whatever the server answers, and as long as nobody decides anything.

HOSTILE = st.lists(
    st.sampled_from([one for one in Outcome if one not in (Outcome.NOT_SENT, Outcome.SIGN_IN)]), min_size=1, max_size=6
)
SUBJECTS = st.builds(
    lambda kind, idem: replace(KINDS[kind], idem=idem), st.sampled_from(sorted(KINDS)), st.sampled_from(Idem)
)


class Hostile:
    """A server that answers as it likes, for ever, and a person who never looks."""

    def __init__(self, outcomes: list[Outcome], *, reached: bool) -> None:
        self.outcomes = outcomes
        self.reached = reached
        self.sends = 0
        self.looks = 0
        self.now = NOW_MS

    def hear(self, effect: Effect) -> Event | None:
        """What becomes of an effect."""
        self.now += 1_000_000
        if isinstance(effect, Check):
            return Checked(effect.seq, self.now, an_invoice(), (), jitter=0.0)
        if isinstance(effect, Send):
            self.sends += 1
            outcome = self.outcomes[self.sends % len(self.outcomes)]
            return Answered(effect.seq, NOW, self.now, outcome, jitter=0.0)
        if isinstance(effect, Probe):
            return Probed(effect.seq, NOW, self.now, None, settled=True, reached=self.reached)
        if isinstance(effect, Compare):
            self.looks += 1
            rows = (an_expense("5", text="a"), *(an_expense(str(n)) for n in (1, 2, 3)))
            return Compared(effect.seq, NOW, self.now, rows, self.reached, jitter=0.0, tries=self.looks)
        return Woken(self.now) if isinstance(effect, Wake) else None


@settings(max_examples=150, deadline=None)
@given(SUBJECTS, HOSTILE, st.booleans())
def test_no_answer_makes_a_change_be_sent_or_looked_at_for_ever(
    change: Change, outcomes: list[Outcome], reached: bool
) -> None:
    server = Hostile(outcomes, reached=reached)
    state, step = reduce(EngineState(), Enqueued((change,), NOW_MS))
    effects: list[Effect] = list(step.effects)
    turns = 0
    while effects:
        turns += 1
        assert turns < 2_000, "it never comes to rest"
        event = server.hear(effects.pop(0))
        if event is not None:
            state, step = reduce(state, event)
            effects += step.effects
    assert server.sends <= MOST_SENDS
    assert server.looks <= MOST_SENDS + MOST_LOOKS


def test_a_check_that_is_never_answered_ends_with_a_persons_word() -> None:
    state, _ = reduce(EngineState(), Enqueued((a_change(),), NOW_MS))
    more: dict[str, Any] = {"outcome": Outcome.UNKNOWN, "tries": MOST_LOOKS}
    state, step = reduce(state, Checked(1, NOW_MS, None, None, **more))
    assert state.changes[1].state is State.HELD
    assert not [effect for effect in step.effects if isinstance(effect, Check)]

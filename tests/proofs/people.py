"""A person at the end of every story: looks at the server, decides what is unclear, gives up what was refused."""

from __future__ import annotations

from collections.abc import Callable

from kworkbench.domain.changes import Change, Resolution, State
from tests.sync.stage import Stage

MOST_TURNS = 40

Found = Callable[[Change], str]
"""The server's id of the record that a change made, as a person finds it in the list; empty where there is none."""


def needs_a_person(change: Change) -> bool:
    """True where time alone leads nowhere."""
    waits = change.state is State.HELD and change.not_before is None
    return waits or change.state in (State.NEEDS_YOU, State.REJECTED, State.CONFLICTED)


def settle(
    stage: Stage,
    found: Found,
    *,
    retries: bool,
    note: Callable[[Change, Change], None] = lambda _before, _after: None,
    quiet: Callable[[], bool] | None = None,
) -> None:
    """Let time pass and decide what is left to decide, until nothing is open.

    Args:
        stage: the home.
        found: looks for a record in the list.
        retries: what was refused is tried again once, before it is given up.
        note: told of each decision: the change before and after it.
        quiet: whether the line is; time passes only then. None: that of the stage.
    """
    tried: set[int] = set()
    for _ in range(MOST_TURNS):
        _until_nothing_moves(stage, quiet or (lambda: stage.wire.is_quiet))
        left = [change for change in stage.home.desk.open() if needs_a_person(change)]
        if not left:
            return
        for change in left:
            _decide(stage, change, found, again=retries and change.seq not in tried)
            note(change, stage.change(change.seq))
            tried.add(change.seq)
    raise AssertionError(f"there is no end to it: {stage.states()}")


def _until_nothing_moves(stage: Stage, quiet: Callable[[], bool]) -> None:
    def over() -> bool:
        if not quiet():
            return False
        stage.time.advance(2.5)
        changes = stage.home.desk.open()
        stuck = {name for change in changes if needs_a_person(change) for name in (change.lid, change.lane)}
        return all(needs_a_person(change) or not stuck.isdisjoint((change.lid, change.lane)) for change in changes)

    stage.until(over, "an end")


def _decide(stage: Stage, change: Change, found: Found, *, again: bool) -> None:
    changes, state = stage.changes, stage.change(change.seq).state
    if state is State.NEEDS_YOU:
        there = found(change)
        way = Resolution.FOUND if there else Resolution.SEND_AGAIN
        changes.resolve(change.seq, way, there).result(60)
    elif state is State.HELD:
        assert stage.sync("expenses") == ""
        if stage.change(change.seq).state is State.HELD:
            changes.retry(change.seq).result(60)
    elif state in (State.REJECTED, State.CONFLICTED):
        (changes.retry if again else changes.discard)(change.seq).result(60)

"""Which deed `u` takes back, and which one `U` does again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kworkbench.domain.changes import Change, State
from kworkbench.services.deeds import TAKEN_BACK, Deeds
from tests.sync.making import ACCOUNT, a_change, an_edit


def deeds(*changes: Change) -> Deeds:
    return Deeds(changes, ACCOUNT)


def done(seq: int, undoes: int | None = None, state: State = State.CLOSED) -> Change:
    return an_edit(seq, state=state, undoes=undoes)


def taken_back(seq: int) -> Change:
    return a_change(seq, state=State.CANCELLED, reason=TAKEN_BACK)


def next_of(*changes: Change) -> tuple[str | None, str | None]:
    """The gestures that `u` and `U` are about."""
    known = deeds(*changes)
    undo, redo = known.to_undo, known.to_redo
    return (undo.gesture if undo else None, redo.gesture if redo else None)


STORIES: Sequence[tuple[str, tuple[Change, ...], tuple[str | None, str | None]]] = [
    ("nothing was done", (), (None, None)),
    ("the newest goes first", (done(1), done(2)), ("g2", None)),
    ("what was undone is passed by", (done(1), done(2), done(3, 2)), ("g1", "g3")),
    ("a second undo goes further back", (done(1), done(2), done(3, 2), done(4, 1)), (None, "g4")),
    ("a redo stands again", (done(1), done(2, 1), done(3, 2)), ("g3", None)),
    ("and is undone as any other", (done(1), done(2, 1), done(3, 2), done(4, 3)), (None, "g4")),
    ("new work ends what can be done again", (done(1), done(2, 1), done(3)), ("g3", None)),
    ("a refused undo did nothing", (done(1), done(2, 1, State.REJECTED)), ("g1", None)),
    ("an undo on its way counts", (done(1), done(2), done(3, 2, State.SENDING)), ("g1", None)),
    ("what was taken back can be asked for again", (done(1), taken_back(2)), ("g1", "g2")),
    ("asked for again it stands", (taken_back(1), done(2, 1)), ("g2", None)),
    ("refused and discarded ones did nothing", (done(1), done(2, None, State.REJECTED)), ("g1", None)),
    ("what waits or is on its way is the newest too", (done(1), done(2, None, State.AMBIGUOUS)), ("g2", None)),
    ("an undo of what is too old to be known", (done(7, 3),), (None, "g7")),
]


@pytest.mark.parametrize(("changes", "expected"), [story[1:] for story in STORIES], ids=[story[0] for story in STORIES])
def test_undo_and_redo(changes: tuple[Change, ...], expected: tuple[str | None, str | None]) -> None:
    assert next_of(*changes) == expected
    assert next_of(*reversed(changes)) == expected


def test_the_changes_of_a_gesture_are_one_deed() -> None:
    both = (a_change(1, gesture="g", state=State.CLOSED), a_change(2, gesture="g", state=State.REJECTED))
    known = deeds(*both)
    assert known.to_undo is not None
    assert known.to_undo.changes == both
    assert known.to_undo.done == both[:1]
    assert known.of(both[1]) == known.to_undo


def test_deeds_of_another_account_are_not_known() -> None:
    other = a_change(1, account="kantata|elsewhere||", state=State.CLOSED)
    assert next_of(other) == (None, None)
    assert deeds(other).of(other) is None


def test_it_is_known_what_undid_what_and_how_often_it_was_tried() -> None:
    known = deeds(done(1), done(2, 1, State.REJECTED), done(3, 1))
    undone = known.undone_by("g1")
    assert undone is not None
    assert undone.gesture == "g3"
    assert known.tries("g1") == 2
    assert known.undone_by("g3") is None

from __future__ import annotations

from itertools import combinations

import pytest

from kworkbench.cli.exits import Exit, exit_of, worst
from kworkbench.domain.changes import State

ORDER = "5463120"


@pytest.mark.parametrize("pair", list(combinations(ORDER, 2)))
def test_the_worse_of_two_wins(pair: tuple[str, str]) -> None:
    statuses = [Exit(int(each)) for each in pair]
    assert worst(statuses) is worst(reversed(statuses)) is statuses[0]


def test_nothing_done_is_done() -> None:
    assert worst(()) is Exit.DONE


def test_every_state_has_a_status() -> None:
    assert {exit_of(state) for state in State} == {Exit.DONE, Exit.REFUSED, Exit.UNCLEAR, Exit.QUEUED}

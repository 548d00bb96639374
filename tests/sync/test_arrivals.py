"""What a reading means for changes that are unclear and for rows that stand twice, whatever it was made for."""

from __future__ import annotations

from typing import Any, cast

from kworkbench.domain.changes import Change, Idem, Op, State
from kworkbench.domain.marker import row_marker
from kworkbench.domain.records import Record
from kworkbench.sync.arrivals import Arrivals
from kworkbench.sync.events import Doubled, EngineState, Event, Probed, Seen
from kworkbench.sync.overlay import Overlay
from tests.sync.making import ACCOUNT, MARKER, a_bulk, a_change, a_payment
from tests.sync.virtual import VirtualTime


class Untouched:
    """An overlay over which nothing lies."""

    def changes_of(self, _account: str) -> Any:
        return lambda _lid: ()


def told(state: EngineState, *records: Record, account: str = ACCOUNT, gone: tuple[str, ...] = ()) -> list[Event]:
    """What the reducer is told of a reading, and of records that are gone after it."""
    events: list[Event] = []
    journal = tuple(state.changes.values())
    arrivals = Arrivals(lambda: state, lambda: journal, events.append, cast("Overlay", Untouched()), VirtualTime())
    arrivals.read(account, records, ())
    arrivals.gone(account, gone)
    return events


def several() -> Change:
    each: dict[str, Any] = {"new:2": {}, "new:3": {}}
    marked = {"idem": Idem.MARKED, "marker": MARKER, "state": State.NEEDS_YOU, "targets": tuple(each), "each": each}
    return a_bulk(2, op=Op.CREATE, **marked)


def test_unclear_creates_are_recognised_by_their_markers_and_rows_each_by_its_own() -> None:
    payment, second = a_payment(), Record("expenses", "53", {"marker": row_marker(MARKER, 1)})
    state = EngineState({1: a_change(state=State.AMBIGUOUS), 2: several()})
    found = [one for one in told(state, payment, second, a_payment("9", None)) if isinstance(one, Probed)]
    assert [(one.seq, one.found, one.rows) for one in found] == [(1, payment, ()), (2, None, (("new:3", second),))]
    assert {one.attempts for one in found} == {None}


def test_what_is_clear_or_of_another_account_is_left_alone() -> None:
    assert told(EngineState({1: a_change(state=State.QUEUED)}), a_payment()) == []
    assert told(EngineState({1: a_change(state=State.AMBIGUOUS)}), a_payment(), account="another") == []
    assert told(EngineState({1: a_change(state=State.AMBIGUOUS)}), a_payment("9", "kw:THEIRS2222")) == []


def test_of_what_is_gone_the_reducer_hears_what_lies_under_a_change_or_stood_twice() -> None:
    twice = EngineState(facts={"double:1": f"77,78 of {ACCOUNT}"})
    (seen,) = told(twice, gone=("payments:78", "payments:99", "expenses:77"))
    assert isinstance(seen, Seen)
    assert seen.gone == ("payments:78",)
    assert told(EngineState(), gone=("payments:78",)) == []


def test_a_second_row_is_told_of() -> None:
    state = EngineState({1: a_change(state=State.CLOSED)})
    assert told(state, a_payment("77"), a_payment("78")) == [Doubled(state.changes[1], ("77", "78"))]


def test_a_row_that_is_gone_stands_twice_again_only_where_the_cache_took_it_anew() -> None:
    state = EngineState({1: a_change(state=State.CLOSED)})
    events: list[Event] = []
    journal = tuple(state.changes.values())
    arrivals = Arrivals(lambda: state, lambda: journal, events.append, cast("Overlay", Untouched()), VirtualTime())
    both = (a_payment("77"), a_payment("78"))
    arrivals.read(ACCOUNT, both, ("payments:77", "payments:78"))
    arrivals.forget("another", ("payments:77",))
    arrivals.forget(ACCOUNT, ("payments:78",))
    arrivals.read(ACCOUNT, both, ())
    assert events == [Doubled(state.changes[1], ("77", "78"))]
    arrivals.read(ACCOUNT, both, ("payments:78",))
    assert events == [Doubled(state.changes[1], ("77", "78"))] * 2
    arrivals.read(ACCOUNT, (a_payment("79"),), ())
    assert events[2:] == [Doubled(state.changes[1], ("77", "78", "79"))]

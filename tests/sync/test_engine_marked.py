"""Marked expenses over the whole way: found after a lost answer, one by one and several in one request."""

from __future__ import annotations

import pytest

from kworkbench.domain.changes import Args, Change, Resolution, State
from kworkbench.domain.records import Lookup
from kworkbench.providers.base import Request
from kworkbench.providers.kantata.provider import KantataProvider
from kworkbench.services.changes import NotPossible
from kworkbench.sync.arrivals import Arrivals
from kworkbench.sync.facts import doubles
from tests.sync.checks import assert_converged, marks
from tests.sync.rows import draft_of, marked, several
from tests.sync.stage import Stage

GONE = "UPDATE expenses SET deleted_at = '2026-03-31T09:00:00Z' WHERE id = ?"
BACK = "UPDATE expenses SET deleted_at = NULL WHERE id = ?"
NAMED = "UPDATE expenses SET name = ? WHERE id = ?"
MOVED = "UPDATE expenses SET name = 'Moved ' || name WHERE id = ?"


def at_server(stage: Stage, text: str) -> list[int]:
    """Ids of the expenses that hold a text, whatever stands around it."""
    sql = "SELECT id FROM expenses WHERE name LIKE ? AND deleted_at IS NULL ORDER BY id"
    return [int(str(found[0])) for found in stage.server_rows(sql, f"%{text}%")]


def texts(stage: Stage) -> list[str]:
    return [str(row.values["text"]) for row in stage.rows("expenses")]


def waited(stage: Stage, change: Change, *states: State) -> Change:
    def over() -> bool:
        stage.time.advance(30)
        return stage.change(change.seq).state in states

    stage.until(over, f"change {change.seq} in {states}")
    return stage.change(change.seq)


@pytest.mark.parametrize("fault", ["drop-after", "garbage"])
def test_a_marked_expense_whose_answer_was_lost_settles_by_itself(stage: Stage, fault: str) -> None:
    marked(stage).faults(f"{fault},route=POST:*expenses*,times=1")
    (change,) = stage.save(draft_of(stage, "Lost and found"))
    stage.settle()
    assert stage.change(change.seq).state is State.CLOSED
    (record_id,) = at_server(stage, "Lost and found")
    ((stored,),) = stage.server_rows("SELECT name FROM expenses WHERE id = ?", record_id)
    assert stored == f"Lost and found {change.marker}"
    assert texts(stage).count("Lost and found") == 1
    assert not [text for text in texts(stage) if "kw:" in text]
    assert_converged(stage, "expenses")
    stage.edit(stage.rows_by_lid("expenses")[f"expenses:{record_id}"], text="Edited")
    stage.settle()
    ((stored,),) = stage.server_rows("SELECT name FROM expenses WHERE id = ?", record_id)
    assert stored == f"Edited {change.marker}"


def test_an_edit_of_one_that_is_on_its_way_keeps_its_marker(stage: Stage) -> None:
    marked(stage).wire.hold("POST")
    (change,) = stage.save(draft_of(stage, "Sent midway"))
    stage.wire.await_request("POST")
    state = stage.forms.edit("expenses", change.lid)
    stage.forms.save(state, {**state.texts, "text": "Edited midway"}).result(5)
    stage.wire.release()
    stage.settle()
    ((stored,),) = stage.server_rows("SELECT name FROM expenses WHERE name LIKE '%midway%'")
    assert stored == f"Edited midway {change.marker}"


@pytest.mark.parametrize("text", ["Trip ", " Trip", "Trip\n"])
def test_blanks_around_a_text_are_kept_beside_its_marker(stage: Stage, text: str) -> None:
    (made,) = marked(stage).save(draft_of(stage, "Start"))
    stage.settle()
    stage.faults(*(f"drop-after,route={method}:*expenses*,times=1" for method in ("PUT", "PATCH")))
    edit = stage.edit(stage.rows_by_lid("expenses")[f"expenses:{at_server(stage, 'Start')[0]}"], text=text)
    stage.settle()
    assert stage.change(edit.seq).state is State.CLOSED
    assert f"{text} {made.marker}" in [str(name) for (name,) in stage.server_rows("SELECT name FROM expenses")]


def test_one_that_a_colleague_has_renamed_is_found_all_the_same(stage: Stage) -> None:
    marked(stage).faults("drop-after,route=POST:*expenses*,times=1")
    stage.wire.block_after_write("GET")
    (change,) = stage.save(draft_of(stage, "As typed"))
    stage.await_state(change.seq, State.AMBIGUOUS)
    stage.server_writes(MOVED, at_server(stage, "As typed")[0])
    stage.wire.watch, stage.wire.blocked = lambda _moment, _sent: None, ""
    stage.settle()
    assert stage.change(change.seq).state is State.CLOSED
    assert "Moved As typed" in texts(stage)


def test_one_that_never_arrived_asks_and_is_sent_again_by_a_word(stage: Stage) -> None:
    marked(stage).faults("drop-before,route=POST:*expenses*,times=1")
    (change,) = stage.save(draft_of(stage, "Never there"))
    waited(stage, change, State.NEEDS_YOU)
    assert at_server(stage, "Never there") == []
    stage.changes.resolve(change.seq, Resolution.SEND_AGAIN).result(5)
    stage.settle()
    assert len(at_server(stage, "Never there")) == 1
    assert_converged(stage, "expenses")


def lost(stage: Stage, *names: str) -> tuple[Change, dict[str, int]]:
    """A request for several whose answer is lost, before anybody looks; and the ids at the server."""
    marked(stage).faults("drop-after,route=POST:*expenses*,times=1")
    stage.wire.block_after_write("GET")
    (change,) = stage.save(several(stage, *names))
    stage.await_state(change.seq, State.AMBIGUOUS)
    stage.wire.watch = lambda _moment, _sent: None
    return change, {name: at_server(stage, name)[0] for name in names}


def test_several_whose_answer_was_lost_settle_by_themselves(kantata: Stage) -> None:
    change, ids = lost(kantata, "Row one", "Row two", "Row three")
    assert list(marks(kantata).values()) == ["?"] * 3
    kantata.wire.blocked = ""
    kantata.settle()
    assert kantata.change(change.seq).state is State.CLOSED
    stored = kantata.server_rows("SELECT name FROM expenses WHERE id >= ? ORDER BY id", min(ids.values()))
    bears = list(kantata.change(change.seq).markers.values())
    assert stored == [(f"Row one {bears[0]}",), (f"Row two {bears[1]}",), (f"Row three {bears[2]}",)]
    assert_converged(kantata, "expenses")


def test_a_probe_finds_rows_by_itself_and_asks_no_wider_than_all_of_them_need(
    kantata: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Args] = []
    real = KantataProvider.likes

    def likes(self: KantataProvider, kind: str, args: Args, lookup: Lookup) -> Request | None:
        asked.append(args)
        return real(self, kind, args, lookup)

    monkeypatch.setattr(KantataProvider, "likes", likes)
    monkeypatch.setattr(Arrivals, "_recognise", lambda *_: None)
    change, _ = lost(kantata, "Row one", "Row two")
    kantata.wire.blocked = ""
    kantata.settle()
    assert kantata.change(change.seq).state is State.CLOSED
    project = change.wanted(change.targets[0])["project_id"]
    assert {args.get("project_id") for args in asked} == {project}
    assert not any("text" in args for args in asked)


def test_of_several_only_the_missing_ones_go_again_and_undo_takes_all_back(kantata: Stage) -> None:
    change, ids = lost(kantata, "Row one", "Row two", "Row three")
    kantata.server_writes(GONE, ids["Row two"])
    kantata.wire.blocked = ""
    asks = waited(kantata, change, State.NEEDS_YOU)
    missing = asks.targets
    assert len(missing) == 1
    assert marks(kantata) == {missing[0]: "?"}
    assert sorted(text for text in texts(kantata) if text.startswith("Row")) == ["Row one", "Row three", "Row two"]
    kantata.changes.resolve(change.seq, Resolution.SEND_AGAIN).result(5)
    kantata.settle()
    assert {name: len(at_server(kantata, name)) for name in ids} == dict.fromkeys(ids, 1)
    first, again = (sent.body for sent in kantata.wire.writes)
    assert isinstance(first, dict)
    assert again == {"expenses": [first["expenses"][1]]}
    assert_converged(kantata, "expenses")
    assert kantata.change(change.seq).targets == change.targets
    review = kantata.undos.undo()
    assert len(review.going) == 3
    kantata.undos.confirm(review).result(5)
    kantata.settle()
    assert {name: at_server(kantata, name) for name in ids} == {name: [] for name in ids}


def test_rows_found_before_the_rest_are_known_to_the_next_process(kantata: Stage) -> None:
    change, ids = lost(kantata, "Row one", "Row two")
    kantata.server_writes(GONE, ids["Row one"])
    kantata.wire.blocked = ""
    asks = waited(kantata, change, State.NEEDS_YOU)
    kantata.restart()
    assert kantata.change(change.seq).targets == asks.targets
    found = kantata.row(f"expenses:{ids['Row two']}")
    assert found is not None
    assert (found.values["text"], found.mark) == ("Row two", "")
    kantata.changes.resolve(change.seq, Resolution.GIVE_UP).result(5)
    kantata.settle()
    assert [text for text in texts(kantata) if text.startswith("Row")] == ["Row two"]
    assert_converged(kantata, "expenses")


def test_rows_that_come_late_are_recognised_by_any_reading(kantata: Stage) -> None:
    change, ids = lost(kantata, "Row one", "Row two")
    for record_id in ids.values():
        kantata.server_writes(GONE, record_id)
    kantata.wire.blocked = ""
    assert waited(kantata, change, State.NEEDS_YOU).targets == change.targets
    kantata.server_writes(BACK, ids["Row two"])
    assert kantata.sync("expenses") == ""
    assert kantata.change(change.seq).targets == change.targets[:1]
    kantata.server_writes(BACK, ids["Row one"])
    assert kantata.sync("expenses") == ""
    kantata.await_settled()
    assert kantata.change(change.seq).state is State.CLOSED
    assert_converged(kantata, "expenses")
    assert len(kantata.wire.writes) == 1


def test_an_edit_of_a_found_row_does_not_wait_for_the_others(kantata: Stage) -> None:
    change, ids = lost(kantata, "Row one", "Row two")
    lid = change.targets[1]
    state = kantata.forms.edit("expenses", lid)
    edit = kantata.forms.save(state, {**state.texts, "text": "Row two, edited"}).result(5)
    assert kantata.change(edit.seq).state is State.BLOCKED
    kantata.server_writes(GONE, ids["Row one"])
    kantata.wire.blocked = ""
    waited(kantata, edit, State.CLOSED)
    assert len(at_server(kantata, f"Row two, edited {list(change.markers.values())[1]}")) == 1
    assert waited(kantata, change, State.NEEDS_YOU).targets == change.targets[:1]


def test_a_row_that_stands_twice_is_told_of_until_a_colleague_deletes_one(stage: Stage) -> None:
    (change,) = marked(stage).save(draft_of(stage, "Twice"))
    stage.await_settled()
    (record_id,) = at_server(stage, "Twice")
    other = next(row for row in stage.plain_expenses() if row.id != str(record_id))
    stage.server_writes(NAMED, f"Twice {change.marker}", int(other.id or 0))
    assert stage.sync("expenses") == ""
    (double,) = doubles(stage.desk.facts())
    assert (double.seq, double.kind, set(double.ids)) == (change.seq, "expenses", {str(record_id), other.id})
    assert change.seq in stage.changes.attention()
    stage.server_writes(GONE, int(other.id or 0))
    assert stage.sync("expenses") == ""
    assert doubles(stage.desk.facts()) == ()
    assert stage.changes.attention() == {}
    third = next(row for row in stage.plain_expenses() if row.id not in (str(record_id), other.id))
    stage.server_writes(NAMED, f"Twice {change.marker}", int(third.id or 0))
    assert stage.sync("expenses") == ""
    assert [set(one.ids) for one in doubles(stage.desk.facts())] == [{str(record_id), third.id}]
    stage.delete("expenses", third)
    stage.settle()
    assert doubles(stage.desk.facts()) == ()
    fourth = next(row for row in stage.plain_expenses() if row.id != str(record_id))
    stage.server_writes(NAMED, f"Twice {change.marker}", int(fourth.id or 0))
    assert stage.sync("expenses") == ""
    assert [set(one.ids) for one in doubles(stage.desk.facts())] == [{str(record_id), fourth.id}]


def test_what_nobody_asks_about_has_no_word_to_wait_for(stage: Stage) -> None:
    (change,) = marked(stage).save(draft_of(stage, "Once"))
    stage.await_settled()
    with pytest.raises(NotPossible):
        stage.changes.resolve(change.seq, Resolution.GO_ON).result(5)

"""From a typed line to a durable expense, as both providers keep them."""

from __future__ import annotations

from datetime import date

import pytest

from kworkbench.domain.changes import Idem, Op, State
from kworkbench.domain.query import Query
from kworkbench.domain.resources import EXPENSES
from kworkbench.services import expenses
from kworkbench.store.reader import Choice
from tests.sync.stage import TODAY, Stage


def a_place(stage: Stage, *, currency: str = "") -> tuple[Choice, str]:
    """A project that takes expenses and the line's words for it."""
    for project in stage.reader.related("projects", "", 1000):
        if project.values.get("archived") or (currency and project.values.get("currency") != currency):
            continue
        if stage.provider == "kantata":
            return project, f"@id:{project.id} %meals"
        tracking = [
            one for one in stage.reader.related_in("services", "project_id", [project.id], 100)
            if one.values.get("expense_tracking") and one.name == "Meals"
        ]  # fmt: skip
        if len(tracking) == 1:
            return project, f"@id:{project.id} %meals"
    raise AssertionError(f"No project takes expenses in {currency}")


def add(stage: Stage, line: str, accepted: frozenset[str] = frozenset({"same-amount"})) -> str:
    plan = stage.expenses.plan(line, accepted)
    assert plan.ready, plan.refusals
    (change,) = stage.expenses.record(plan).result(5)
    return change.lid


def test_a_line_becomes_an_expense_that_stands_in_the_list_at_once(still: Stage) -> None:
    project, words = a_place(still)
    lid = add(still, f"12.50+3 lunch {words} -1d billable reimbursable")
    (change,) = still.home.desk.journal()
    assert (change.op, change.kind, change.state, change.lid) == (Op.CREATE, "expenses", State.QUEUED, lid)
    assert (change.idem, change.marker) == (Idem.UNMARKED, None)
    row = still.reader.row(EXPENSES, lid)
    assert row is not None
    shown = {key: row.values.get(key) for key in ("date", "text", "project", "category", "amount", "billable")}
    assert shown == {
        "date": "2026-03-30",
        "text": "lunch",
        "project": project.name,
        "category": "Meals",
        "amount": 1_550,
        "billable": True,
    }
    assert (row.mark, row.counted, row.values["reimbursable"]) == ("*", True, True)
    assert still.expenses.history == (f"12.50+3 lunch {words} -1d billable reimbursable",)


def test_the_server_takes_it_as_the_preview_said(stage: Stage) -> None:
    project, words = a_place(stage)
    plan = stage.expenses.plan(f"12.50+3 lunch with Ana {words} -1d billable")
    (change,) = stage.expenses.record(plan).result(5)
    done = stage.await_state(change.seq, State.CLOSED)
    assert done.differences == ()
    found = stage.reader.rows(EXPENSES, Query()).fetch(0, 5000)
    row = next(row for row in found if row.values["text"] == "lunch with Ana")
    assert (row.values["project"], row.values["category"], row.values["amount"]) == (project.name, "Meals", 1_550)
    assert (row.values["date"], row.values["billable"], row.state) == ("2026-03-30", True, None)


def test_a_connection_can_have_its_expenses_marked(still: Stage) -> None:
    still.hold_for(0.0, expense_marker=True)
    _, words = a_place(still)
    plan = still.expenses.plan(f"5 lunch {words}")
    (draft,) = still.expenses.drafts(plan, key="bank:7")
    assert (draft.idem, draft.key) == (Idem.MARKED, "bank:7")
    assert draft.marker
    assert "lunch kw:…" in [row.text for row in still.expenses.preview(plan, armed=False).rows][-1]


def test_what_kantata_converts_is_to_come_and_in_no_sum(kantata: Stage) -> None:
    """From the line and from the form alike, until the server has said what it comes to."""
    kantata.wire.hold()
    project, words = a_place(kantata, currency="EUR")
    before = kantata.reader.sums(EXPENSES, Query())
    lids = [add(kantata, f"210.50 chf taxi {words}")]
    form = kantata.forms.new("expenses", said={"project_id": project.id, "currency": "CHF", "amount": 5_000})
    lids.append(kantata.forms.save(form, {**form.texts, "category_id": "2"}).result(5).lid)
    for lid, given in zip(lids, ("210.50 CHF", "50.00 CHF"), strict=True):
        row = kantata.reader.row(EXPENSES, lid)
        assert row is not None
        assert (row.values["amount"], row.values["currency"], row.values["foreign"]) == (None, "EUR", given)
        assert not row.counted
        assert "foreign" in row.predicted
    assert kantata.reader.sums(EXPENSES, Query()) == before
    assert ("to come", 2) in kantata.reader.left_out(EXPENSES, Query())
    kantata.wire.release()
    for change in kantata.home.desk.journal():
        assert kantata.await_state(change.seq, State.CLOSED).differences == ()
    assert not [word for word, _ in kantata.reader.left_out(EXPENSES, Query()) if word == "to come"]


def test_productive_keeps_another_currency(still_productive: Stage) -> None:
    _, words = a_place(still_productive)
    row = still_productive.reader.row(EXPENSES, add(still_productive, f"210 jpy taxi {words}"))
    assert row is not None
    assert (row.values["amount"], row.values["currency"], row.counted) == (210, "JPY", True)


def test_the_same_again_is_a_caution_while_it_is_unsent(still: Stage) -> None:
    _, words = a_place(still)
    add(still, f"17.13 lunch {words}")
    again = still.expenses.plan(f"17.13 dinner {words} -3d")
    assert [one.name for one in again.open_cautions] == ["same-amount"]
    assert again.open_cautions[0].sentence.endswith("on this project is waiting to be sent: lunch.")
    assert still.expenses.plan(f"17.13 dinner {words} -4d").ready
    assert still.expenses.plan(f"17.14 dinner {words}").ready


@pytest.mark.parametrize(
    ("given", "others"),
    [
        ("8 chf", ("8", "80 chf", "8.01 chf", "8 usd")),
        ("210.50 chf", ("210.05 chf",)),
        ("1000 jpy", ("100 jpy",)),
    ],
)
def test_what_kantata_converts_is_compared_as_it_was_given(kantata: Stage, given: str, others: tuple[str, ...]) -> None:
    kantata.wire.hold()
    _, words = a_place(kantata, currency="EUR")
    add(kantata, f"{given} bus {words}")
    waiting = kantata.expenses.plan(f"{given} bus {words}").open_cautions
    assert [one.sentence.partition(" on ")[2] for one in waiting] == ["this project is waiting to be sent: bus."]
    kantata.wire.release()
    kantata.await_settled()
    known = kantata.expenses.plan(f"{given} bus {words}").open_cautions
    assert [one.sentence.partition(" on ")[2] for one in known] == ["this project on 2026-03-31: bus."]
    assert all(kantata.expenses.plan(f"{other} bus {words}").ready for other in others)


def test_what_the_server_refused_to_make_is_no_earlier_expense(stage: Stage) -> None:
    _, words = a_place(stage)
    stage.faults("status=422,route=POST:*,times=1")
    (change,) = stage.expenses.record(stage.expenses.plan(f"7.77 lunch {words}")).result(5)
    stage.await_state(change.seq, State.REJECTED)
    assert stage.expenses.plan(f"7.77 lunch {words}").ready
    stage.changes.retry(change.seq).result(5)
    stage.await_state(change.seq, State.CLOSED)
    again = stage.expenses.plan(f"7.77 lunch {words}")
    assert "stands on this project on 2026-03-31: lunch." in again.open_cautions[0].sentence


def test_the_closed_period_takes_no_expense(still: Stage) -> None:
    still.hold_for(0.0, closed_until=TODAY)
    _, words = a_place(still)
    assert still.expenses.plan(f"5 lunch {words}").refusals == (
        "2026-03-31 is in the closed period, up to 2026-03-31.",
    )


def test_who_is_signed_in_is_the_person_where_that_is_known(still: Stage) -> None:
    person = still.reader.related("people", "", 1)[0]
    still.hold_for(0.0, user_id=person.id)
    _, words = a_place(still)
    plan = still.expenses.plan(f"5 lunch {words}")
    assert plan.expense is not None
    assert plan.expense.args["person_id"] == person.id
    assert f"by {person.name}" in still.expenses.preview(plan, armed=False).rows[0].text


def test_archived_projects_and_categories_are_not_offered(still_kantata: Stage) -> None:
    archived = next(one for one in still_kantata.reader.related("projects", "", 1000) if one.values["archived"])
    refusals = still_kantata.expenses.plan(f'5 lunch @"{archived.name}" %meals').refusals
    assert f"No project matches {archived.name!r}." in refusals
    by_id = still_kantata.expenses.plan(f"5 lunch @id:{archived.id} %meals")
    assert by_id.refusals == (f"{archived.name} is archived and takes no expenses.",)
    assert still_kantata.expenses.endings(still_kantata.expenses.plan(f"5 lunch @id:{archived.id}")) == []
    assert "project_id" not in still_kantata.expenses.known(by_id)


def test_two_budgets_of_a_project_tell_their_services_apart(still_productive: Stage) -> None:
    services = still_productive.reader.related("services", "", 1000)
    tracking = [one for one in services if one.values["expense_tracking"] and one.name == "Meals"]
    project_id = next(
        one.values["project_id"]
        for one in tracking
        if len({other.values["budget"] for other in tracking if other.values["project_id"] == one.values["project_id"]})
        > 1
    )
    twins = [one for one in tracking if one.values["project_id"] == project_id]
    refusals = still_productive.expenses.plan(f"5 lunch @id:{project_id} %meals").refusals
    assert all(f"Meals, {one.values['budget']}" in refusals[0] for one in twins)
    offered = still_productive.expenses.endings(still_productive.expenses.plan(f"5 lunch @id:{project_id} %mea"))
    assert still_productive.expenses.plan(offered[0]).ready


def test_a_project_is_not_picked_where_only_some_services_were_read(
    still_productive: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, words = a_place(still_productive)
    count = len(still_productive.reader.related_in("services", "project_id", [project.id], 100))
    ground = still_productive.expenses._ground
    monkeypatch.setattr(expenses, "MOST_SERVICES", count)
    assert expenses.ExpenseService(ground).plan(f"5 lunch {words}").ready
    monkeypatch.setattr(expenses, "MOST_SERVICES", count - 1)
    assert expenses.ExpenseService(ground).plan(f"5 lunch {words}").refusals == (
        f"{project.name} has too many services for a line. The form finds them.",
    )


@pytest.mark.parametrize("line", ["", "lunch", "12 13 @x", "@", "%", '"'])
def test_a_line_that_says_too_little_is_never_ready(still: Stage, line: str) -> None:
    plan = still.expenses.plan(line)
    assert not plan.ready
    assert plan.refusals
    assert still.expenses.drafts(plan) == ()


def test_a_form_goes_on_from_what_the_line_said(still: Stage) -> None:
    _, words = a_place(still)
    plan = still.expenses.plan(f"lunch {words} -1d non-reimbursable")
    form = still.forms.new("expenses", said=still.expenses.known(plan))
    assert (form.texts["text"], form.texts["date"], form.texts["reimbursable"]) == ("lunch", "2026-03-30", "no")
    assert form.names["service_id" if still.provider == "productive" else "category_id"] == "Meals"
    assert date.fromisoformat(form.texts["date"]) == plan.line.date


def test_an_expense_that_is_to_come_is_edited_as_it_was_given(still_kantata: Stage) -> None:
    _, words = a_place(still_kantata, currency="EUR")
    lid = add(still_kantata, f"210.50 chf taxi {words}")
    form = still_kantata.forms.edit("expenses", lid)
    assert (form.texts["amount"], form.texts["currency"]) == ("210.50", "CHF")
    still_kantata.forms.save(form, {**form.texts, "amount": "220", "text": "cab"}).result(5)
    row = still_kantata.reader.row(EXPENSES, lid)
    assert row is not None
    assert (row.to_come, row.values["foreign"], row.values["text"]) == (True, "220.00 CHF", "cab")
    again = still_kantata.forms.edit("expenses", lid)
    still_kantata.forms.save(again, {**again.texts, "amount": "190", "currency": "EUR"}).result(5)
    row = still_kantata.reader.row(EXPENSES, lid)
    assert row is not None
    assert (row.to_come, row.values["amount"], row.values["currency"], row.counted) == (False, 19_000, "EUR", True)


def test_what_a_line_names_is_read_again_only_when_something_changed() -> None:
    version, asked = [1], list[str]()

    def read(text: str) -> str:
        asked.append(text)
        return f"{text} {version[0]}"

    last = expenses.LastRead(lambda: version[0], read)
    assert [last("webs"), last("webs"), last("harbour"), last("webs")] == ["webs 1", "webs 1", "harbour 1", "webs 1"]
    version[0] = 2
    assert last("webs") == "webs 2"
    assert asked == ["webs", "harbour", "webs", "webs"]

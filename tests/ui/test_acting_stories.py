"""What else is done with rows, from the lists of the real app: the menu behind `i`, its forms and reviews, and the edit
of several marked rows. The services below are the real ones; their desk is in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from kworkbench.domain.changes import FieldError, Op, Refusal, State
from kworkbench.lean import replace
from kworkbench.services.notices import ChangesChanged
from kworkbench.ui.screens.ask_form import AskForm
from kworkbench.ui.screens.list import ListScreen
from kworkbench.ui.screens.review import ReviewScreen
from tests.ui.keys import type_text
from tests.ui.standin import Bench
from tests.ui.test_writing_stories import Story, told

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def choose(story: Story, words: str) -> None:
    await story.press("i")
    await type_text(story.pilot, words)
    await story.press("enter")


async def waiting(story: Story) -> None:
    """The expenses that wait for a decision."""
    await story.press("3", "slash")
    await type_text(story.pilot, "approval:submitted")
    await story.press("enter")


async def shown(story: Story, screen: type[Screen[Any]]) -> None:
    """Wait until such a screen has opened: the one before it asks a thread first."""
    while not isinstance(story.app.screen, screen):
        await story.pilot.pause()
    await story.pilot.pause()


async def to_kantata(story: Story) -> None:
    await story.press("ctrl+o", "down", "enter")
    await story.pilot.pause()


@SIZES
async def test_i_lists_what_the_provider_does_and_escape_does_nothing(bench: Bench, size: tuple[int, int]) -> None:
    async with told(bench, size) as story:
        await story.press("3", "i")
        assert "Do with this expense" in story.text
        assert "approve " in story.text
        assert "reject " in story.text
        await story.press("escape")
        assert "Do with" not in story.text
        assert bench.desk.changes == []


@SIZES
async def test_marked_rows_are_approved_through_the_review(bench: Bench, size: tuple[int, int]) -> None:
    async with told(bench, size) as story:
        await waiting(story)
        await story.press("space", "space")
        await choose(story, "approve")
        assert isinstance(story.app.screen, ReviewScreen)
        assert "Approve 2 expenses?" in story.text
        assert "1 request for 2 ids" in story.text
        assert "y approve 2" in story.lines[-1]
        await story.press("y")
        (change,) = bench.desk.changes
        assert (change.op, change.action, len(change.targets)) == (Op.ACTION, "approve", 2)
        assert "Saved here: approve 2 expenses." in story.text
        assert "marked" not in story.text


async def test_a_rejection_asks_why_and_the_review_shows_it(bench: Bench) -> None:
    async with told(bench) as story:
        await waiting(story)
        await choose(story, "reject")
        assert isinstance(story.app.screen, AskForm)
        assert "── Reject this expense" in story.lines[1]
        assert "Enter review" in story.lines[-1]
        await type_text(story.pilot, "No receipt")
        await story.press("enter")
        assert "why              No receipt" in story.text
        await story.press("escape")  # back to what was typed
        assert isinstance(story.app.screen, AskForm)
        assert "No receipt" in story.text
        await type_text(story.pilot, " at all")
        await story.press("enter")
        await story.press("y")
        (change,) = bench.desk.changes
        assert change.args == {"rejected_reason": "No receipt at all"}


async def test_what_is_expected_to_be_refused_starts_out_and_can_be_put_in(bench: Bench) -> None:
    async with told(bench, (140, 40)) as story:
        await story.press("3", "slash")
        await type_text(story.pilot, "approval:approved")
        await story.press("enter")
        await choose(story, "approve expenses")
        assert "It is approved already." in story.text
        assert "y approve" not in story.lines[-1]
        await story.press("y")
        assert bench.desk.changes == []
        await story.press("space", "y")
        assert len(bench.desk.changes) == 1


async def test_an_action_is_in_palette_and_help(bench: Bench) -> None:
    async with told(bench, (140, 40)) as story:
        await story.press("3", "ctrl+p")
        await type_text(story.pilot, "mark reimbursed")
        assert "say on which day people got their money back" in story.text
        await story.press("enter")
        await story.pilot.pause()
        assert "── Mark this expense as reimbursed" in story.lines[1]
        await story.press("escape", "question_mark")
        await type_text(story.pilot, "unreject")
        assert "take a rejection back" in story.text


async def test_a_mail_is_held_names_its_recipients_and_u_takes_it_back(bench: Bench) -> None:
    async with told(bench, (140, 40)) as story:
        await choose(story, "send invoices to")
        await type_text(story.pilot, "books@client.example")
        await story.press("enter")
        assert "Send this invoice?" in story.text
        assert "to books@client.example" in story.text
        assert "never sent a second time" in story.text
        await story.press("y")
        assert story.states == [State.HELD]
        assert "Send 1 invoice. Sends in 5 s, u takes it back" in story.text
        await story.press("u")
        assert story.states == [State.CANCELLED]


async def test_one_record_at_a_time(bench: Bench) -> None:
    async with told(bench) as story:
        await story.press("space", "space")
        await choose(story, "add a line")
        assert "This is done with one invoice at a time" in story.text
        await story.press("escape")
        await choose(story, "add a line")
        assert "── Add a line to this invoice" in story.lines[1]


@SIZES
async def test_what_is_not_invoiced_is_billed_on_a_budget_that_has_to_be_said(
    bench: Bench, size: tuple[int, int]
) -> None:
    async with told(bench, size) as story:
        await choose(story, "not invoiced")
        assert "── Bill on this invoice what is not invoiced" in story.lines[1]
        assert "budget*" in story.text
        await story.press("enter")
        assert "Budget is required." in story.text
        await story.press("enter")
        assert "Bill on this invoice what is not invoiced?" in story.text
        assert "only Productive knows" in story.text
        await story.press("y")
        (change,) = bench.desk.changes
        assert (change.op, change.action, change.state) == (Op.ACTION, "generate-lines", State.HELD)
        await story.press("u")
        assert story.states == [State.CANCELLED]


@SIZES
async def test_marked_rows_are_edited_together(bench: Bench, size: tuple[int, int]) -> None:
    async with told(bench, size) as story:
        await story.press("3", "space", "space", "space", "e")
        assert "── Edit 3 expenses" in story.lines[1]
        assert "3 different values" in story.text
        await type_text(story.pilot, "The same")
        await story.press("enter")
        assert "Edit 3 expenses?" in story.text
        assert "text             The same" in story.text
        await story.press("y")
        (change,) = bench.desk.changes
        assert (change.op, change.args, len(change.targets)) == (Op.UPDATE, {"text": "The same"}, 3)


async def test_an_edit_of_several_in_which_nothing_differs_stays_open(bench: Bench) -> None:
    async with told(bench) as story:
        await story.press("3", "space", "space", "e", "enter")
        assert "Nothing differs from what stands there." in story.text
        await story.press("escape")
        assert isinstance(story.app.screen, ListScreen)


async def test_the_one_marked_row_is_edited_wherever_the_cursor_is(bench: Bench) -> None:
    async with told(bench) as story:
        await story.press("3")
        assert isinstance(story.app.screen, ListScreen)
        first = story.app.screen.row
        await story.press("space", "down", "e")
        assert first is not None
        assert f"── Edit expense {first.id} " in story.lines[1]


async def test_a_refused_action_comes_back_under_its_field(bench: Bench) -> None:
    async with told(bench) as story:
        await waiting(story)
        await choose(story, "reject")
        await type_text(story.pilot, "No")
        await story.press("enter")
        await story.press("y")
        (change,) = bench.desk.changes
        error = Refusal(422, (FieldError("why", "is too short (minimum is 3 characters)"),))
        bench.desk.changes[0] = replace(change, state=State.REJECTED, error=error, closed_at=change.created_at)
        bench.tell(ChangesChanged())
        screen = story.app.screen
        assert isinstance(screen, ListScreen)
        screen.do_correct()
        await story.pilot.pause()
        assert "is too short (minimum is 3 characters)" in story.text
        assert " ! why" in story.text
        await type_text(story.pilot, " receipt")
        await story.press("enter")
        await story.press("y")
        assert bench.desk.changes[-1].args == {"rejected_reason": "No receipt"}


async def test_changes_opens_a_refused_action_with_the_same_key(bench: Bench) -> None:
    async with told(bench, (140, 40)) as story:
        await waiting(story)
        await choose(story, "reject")
        await type_text(story.pilot, "No")
        await story.press("enter")
        await story.press("y")
        (change,) = bench.desk.changes
        bench.desk.changes[0] = replace(
            change, state=State.REJECTED, error=Refusal(422, (FieldError(None, "Not now"),))
        )
        await story.press("5", "e")
        while not isinstance(story.app.screen, AskForm):
            await story.pilot.pause()
        await story.pilot.pause()
        assert "Not now" in story.text
        await story.press("enter")
        await story.press("escape")  # from the review back to what was typed
        assert isinstance(story.app.screen, AskForm)
        await story.press("enter")
        await story.press("y")
        assert [each.args for each in bench.desk.changes] == [{"rejected_reason": "No"}] * 2
        assert "Saved here: reject expense" in story.text


async def test_kantata_decides_on_whole_reports(bench: Bench) -> None:
    async with told(bench) as story:
        await to_kantata(story)
        await story.press("3", "i")
        assert "approve report" in story.text
        await type_text(story.pilot, "approve report")
        await story.press("enter")
        await shown(story, AskForm)
        await story.press("enter")
        await shown(story, ReviewScreen)
        assert "Approve the report of this expense?" in story.text
        assert "It is on no expense report that waits." in story.text
        await story.press("space")
        assert "It stays out" in story.text


async def test_a_read_only_connection_offers_none_of_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.connections = tuple(replace(each, writable=False) for each in bench.connections)
    bench.current = bench.open(bench.connections[0].name)
    async with told(bench, (140, 40)) as story:
        for key in ("i", "e", "n", "d"):
            await story.press(key)
            assert "This connection is read-only" in story.text
            assert isinstance(story.app.screen, ListScreen)
        assert "i actions" not in story.lines[-1]


@SIZES
async def test_an_invoice_is_made_and_its_currency_follows_from_the_client(bench: Bench, size: tuple[int, int]) -> None:
    async with told(bench, size) as story:
        await story.press("n")
        assert "── New invoice" in story.lines[1]
        await story.press("enter")
        assert "Client is required." in story.text
        await story.press("escape")


async def test_kantatas_lines_say_what_they_add_up_to(bench: Bench) -> None:
    async with told(bench, (140, 40)) as story:
        await to_kantata(story)
        await story.press("1", "n", "tab", "tab", "tab")
        await type_text(story.pilot, "1200 Design; 50 Hosting +tax")
        assert "= 2 lines, 1,250.00" in story.text
        await story.press("ctrl+u")
        await type_text(story.pilot, "much Design")
        await story.press("tab")
        assert "Write lines like 1200 Design; 50 Hosting." in story.text

"""The whole sidebar by keyboard at 140x40: every filter is set, shows its chip, and is in the query's text."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import cast

import pytest

from kworkbench.domain.catalog import Control, ValueType
from kworkbench.domain.connections import SANDBOXES
from kworkbench.domain.query import print_terms
from kworkbench.domain.query.asked import Asked
from kworkbench.domain.query.fields import possible_choices
from kworkbench.domain.records import Record
from kworkbench.services.answers import AnswerService
from kworkbench.services.notices import Answered, Synced
from kworkbench.store.cache import Cache
from kworkbench.sync.late import LateHome
from kworkbench.ui.widgets.filter_groups import SideFilter, filter_groups
from kworkbench.ui.widgets.sidebar_lines import GROUP, key_of
from tests.ui.standin import Bench
from tests.ui.story import Story, story

PROVIDERS = ("productive", "kantata")
KINDS = {"invoices": "1", "payments": "2", "expenses": "3"}
EVERYDAY = [("productive", "payments"), ("kantata", "payments")]
ALL = [
    pytest.param(provider, kind, marks=() if (provider, kind) in EVERYDAY else pytest.mark.heavy)
    for provider in PROVIDERS
    for kind in KINDS
]
PICKED = ("clients", "projects", "people", "categories", "services", "subsidiaries", "budgets")


def bench_of(folder: Path, provider: str) -> Bench:
    """The books of one provider, with somebody behind every picker."""
    bench = Bench(folder, [one for one in SANDBOXES if one.provider == provider])
    account = bench.connections[0].account
    cache = Cache.open(bench.path)
    named = [Record(kind, "12", {"id": "12", "name": f"Some of {kind}"}) for kind in PICKED]
    cache.put(account, named, 1_000_000, lambda _lid: ())
    cache.close()
    return bench


def typed(side: SideFilter) -> str:
    """A value that a person could type."""
    if side.field.type is ValueType.AMOUNT:
        return ">5eur" if side.field.asked else "5..70"
    return {
        ValueType.DATE: "2026-01..2026-03",
        ValueType.DAYS: ">30",
        ValueType.QUANTITY: ">1",
        ValueType.CURRENCY: "eur",
        ValueType.ID: "12,13",
        ValueType.SEVERAL: "12,13",
        ValueType.KEYED: "77=blue",
    }.get(side.field.type, "word")


async def open_groups(told: Story) -> None:
    """Every closed group of the sidebar is opened."""
    for group in filter_groups(told.list.catalog):
        told.list.sidebar.lines.go(key_of(GROUP, group.title))
        await told.press("enter")


async def set_by_keyboard(told: Story, side: SideFilter) -> str:
    """Set the filter under the cursor; the words it must have then."""
    if side.control is Control.YES_NO:
        await told.press("minus")
        return "no"
    await told.press("enter")
    assert told.list.question is not None, side.label
    assert told.list.question.title == f"Filter by {side.label}"
    if side.control is Control.PICKER:
        await told.type("some")
        await told.press("enter")
        return "12"
    if side.control is Control.CHOICE:
        word = (side.choices or tuple(each for each in possible_choices(side.field) if each != "any"))[0]
        await told.type(word)
        await told.press("enter")
        return word
    await told.type(typed(side))
    await told.press("enter")
    return typed(side)


@pytest.mark.parametrize(("provider", "kind"), ALL)
async def test_every_filter_is_set_by_keyboard_and_stands_as_chip_and_as_text(
    tmp_path: Path, provider: str, kind: str
) -> None:
    async with story(tmp_path, (140, 40), bench_of(tmp_path, provider)) as told:
        await told.press(KINDS[kind], "f")
        await open_groups(told)
        for group in filter_groups(told.list.catalog):
            told.list.sidebar.lines.go(key_of(GROUP, group.title))
            for side in group.filters:
                await told.press("down")
                words = await set_by_keyboard(told, side)
                assert told.list.place.value == "filters", side.label
                text = f"{side.field.name}:{words}"
                assert print_terms(told.list.query_now) == text
                assert text in told.lines[1], (text, told.lines[1])
                assert ("offline, not asked" in told.lines[1]) is side.field.asked
                await told.press("backspace")
                assert print_terms(told.list.query_now) == ""


async def test_the_same_filters_are_typed_and_a_bad_value_is_named_under_its_word(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40), bench_of(tmp_path, "productive")) as told:
        await told.press("slash")
        await told.type("aging:over-45 sent_on:2026-01 client_id:12")
        await told.press("enter")
        assert "aging:over-45  sent_on:2026-01  client_id:12" in told.lines[1]
        for text, said in (
            ("aging:soon", "aging is never 'soon'."),
            ("sent_on:nonsense", "nonsense"),
            ("custom_field:blue", "like custom_field:77=blue"),
            ("credited_total:>5", "Say the currency too, like credited_total:>500eur."),
            ('full_query:""', "Say what full_query is to be"),
            ("sendt_on:today", "Did you mean sent_on?"),
        ):
            await told.press("slash")
            await told.type(text)
            assert said in told.lines[2], told.lines[2]
            assert told.lines[2].index("▲") >= told.lines[1].index(text.partition(":")[0])
            await told.press("escape")
        assert "aging:over-45" in told.lines[1]


async def test_a_wrong_value_in_the_question_is_said_beside_it_and_not_taken(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40), bench_of(tmp_path, "productive")) as told:
        await told.press("F")
        await told.type("credited total")
        await told.press("enter")
        await told.type(">5")
        assert any("Say the currency too" in line for line in told.lines)
        await told.press("enter")
        assert told.list.question is not None
        await told.type("eur")
        await told.press("enter")
        assert print_terms(told.list.query_now) == "credited_total:>5eur"


async def test_a_filter_is_found_by_its_name_and_set_in_one_go(tmp_path: Path) -> None:
    async with story(tmp_path, (80, 24), bench_of(tmp_path, "kantata")) as told:
        await told.press("3", "F")
        await told.type("report latest")
        assert any("latest report id" in line and "By id" in line for line in told.lines)
        await told.press("enter")
        assert told.list.question is not None
        assert told.list.question.title == "Filter by latest report id"
        await told.type("7")
        await told.press("enter")
        assert "recent_report_id:7" in told.lines[1]
        assert told.list.place.value == "table"
        await told.press("F", "escape")
        assert told.list.question is None


async def test_what_is_hidden_by_default_is_a_chip_that_can_be_lifted(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40), bench_of(tmp_path, "kantata")) as told:
        await told.press("3")
        assert "archived:no external:no" in told.lines[1]
        await told.press("F")
        await told.type("archived")
        await told.press("enter")
        await told.type("any")
        await told.press("enter")
        assert "archived:any  external:no" in told.lines[1]


class Answering:
    """A server that answers when the test lets it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.asked: list[Asked] = []
        self.futures: list[Future[str]] = []

    def answer(self, _account: str, asked: Asked) -> Future[str]:
        self.asked.append(asked)
        self.futures.append(Future())
        return self.futures[-1]

    def tell(self, ids: list[str], at: str = "2026-03-04T09:44:00+00:00", problem: str = "") -> None:
        """Answer the last question."""
        asked, account = self.asked[-1], self.bench.connections[0].account
        if not problem:
            cache = Cache.open(self.bench.path)
            cache.keep_answer(account, asked.kind, asked.key, ids, (2_000_000 + len(self.asked), at))
            cache.close()
        self.futures[-1].set_result(problem)
        self.bench.tell(Answered(account, asked.kind, asked.key, problem))


def answering(folder: Path) -> tuple[Bench, Answering]:
    bench = bench_of(folder, "productive")
    server = Answering(bench)
    service = AnswerService(cast("LateHome", server), bench.connections[0].account)
    bench.current = bench.with_answers(service)
    return bench, server


def first_ids(told: Story) -> list[str]:
    """The ids of the first two rows."""
    rows = told.list.session.reader.rows(told.list.resource, told.list.query_now).fetch(0, 2)
    return [str(row.id) for row in rows]


def numbers_in_sight(told: Story) -> int:
    return sum("INV-" in line for line in told.lines)


async def test_the_rows_before_stand_until_the_server_has_answered(tmp_path: Path) -> None:
    bench, server = answering(tmp_path)
    async with story(tmp_path, (140, 40), bench) as told:
        ids = first_ids(told)
        before = told.lines[3:20]
        await told.press("slash")
        await told.type("full_query:harbour")
        assert "Enter asks Productive for full_query:harbour." in told.lines[2]
        assert server.asked == []
        await told.press("enter")
        assert [each.text for each in server.asked] == ["full_query:harbour"]
        assert "full_query:harbour (asking Productive)" in told.lines[1]
        assert told.lines[3:20] == before
        server.tell(ids)
        await told.settle()
        assert "full_query:harbour (Productive " in told.lines[1]
        assert numbers_in_sight(told) == 2
        await told.press("backspace" if told.list.place.value == "filters" else "slash")
        await told.type("status:open")
        await told.press("enter")
        assert len(server.asked) == 1


async def test_an_answer_is_asked_anew_when_rows_were_read_and_kept_meanwhile(tmp_path: Path) -> None:
    bench, server = answering(tmp_path)
    async with story(tmp_path, (140, 40), bench) as told:
        account = bench.connections[0].account
        ids = first_ids(told)
        told.list.show_query("full_query:harbour")
        await told.settle()
        server.tell(ids)
        await told.settle()
        cache = Cache.open(bench.path)
        cache.note_sync(account, "invoices", loaded=1, total=1, checked_at="2026-03-04T09:45:00+00:00")
        cache.close()
        bench.tell(Synced(account, "invoices"))
        await told.settle()
        assert len(server.asked) == 2
        assert "(asking Productive, as of " in told.lines[1]
        assert numbers_in_sight(told) == 2
        server.tell([], problem="The server answered 500 to a read.")
        await told.settle()
        assert told.message.startswith("The server answered 500 to a read.")
        assert numbers_in_sight(told) == 2


async def test_a_refresh_by_hand_asks_again_though_the_answer_is_of_now(tmp_path: Path) -> None:
    bench, server = answering(tmp_path)
    async with story(tmp_path, (140, 40), bench) as told:
        told.list.show_query("full_query:harbour")
        await told.settle()
        server.tell(first_ids(told))
        await told.settle()
        await told.press("s")
        assert len(server.asked) == 1
        await told.press("r")
        bench.tell(Synced(bench.connections[0].account, "invoices"))
        await told.settle()
        assert len(server.asked) == 2


async def test_what_is_not_wanted_any_more_is_called_off(tmp_path: Path) -> None:
    bench, server = answering(tmp_path)
    async with story(tmp_path, (140, 40), bench) as told:
        told.list.show_query("full_query:one")
        await told.settle()
        told.list.show_query("full_query:two")
        await told.settle()
        assert server.futures[0].cancelled()
        assert not server.futures[1].done()
        server.tell([])
        await told.settle()
        assert numbers_in_sight(told) == 0


async def test_a_budget_is_completed_to_what_records_call_it(tmp_path: Path) -> None:
    """A picker names its project too, which tells budgets of one name apart."""
    bench = bench_of(tmp_path, "productive")
    cache = Cache.open(bench.path)
    budget = Record("budgets", "13", {"id": "13", "name": "Phase 9, Harbour", "called": "Phase 9"})
    cache.put(bench.connections[0].account, [budget], 1_000_001, lambda _lid: ())
    cache.close()
    async with story(tmp_path, (140, 40), bench) as told:
        await told.press("3", "slash")
        await told.type("budget:phase")
        await told.press("tab")
        assert 'budget:"Phase 9"' in told.lines[1]

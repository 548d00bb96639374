"""Stories of possible duplicates: their groups, the one that is kept, and those that a person says are none."""

from __future__ import annotations

from pathlib import Path

from kworkbench.domain.records import Record, Value
from kworkbench.services.apart import MOST_APART, load_apart
from kworkbench.services.notices import RowsChanged
from kworkbench.services.views import ViewPlaces, Views
from kworkbench.store.cache import Cache
from tests.ui.books import TODAY, no_changes
from tests.ui.standin import Bench
from tests.ui.story import Story, story


def bench_of(folder: Path, count: int = 3, *, project: str = "Webshop") -> Bench:
    """Books with expenses of one project and amount on three days, two hotels beside them, and a file for groups."""
    bench = Bench(folder)
    bench.views = Views(lambda: TODAY, ViewPlaces(apart=folder / "apart.toml"))
    taxi: dict[str, Value] = {"project": project, "person": "Keller B.", "text": "Taxi", "amount": 4200}
    hotel: dict[str, Value] = {**taxi, "text": "Hotel", "amount": 9900}
    days = ("2026-02-02", "2026-02-03", "2026-02-04")
    rows = [(f"9{index}", {**taxi, "date": days[index % 3], "receipt": index == 1}) for index in range(count)]
    rows += [(f"7{index}", {**hotel, "date": "2026-01-05"}) for index in range(2)]
    records = [Record("expenses", each, {**values, "id": each, "currency": "EUR"}) for each, values in rows]
    cache = Cache.open(bench.path)
    cache.put(bench.connections[0].account, records, 2, no_changes)
    cache.close()
    bench.current = bench.open(bench.connections[0].name)
    return bench


async def to_duplicates(told: Story) -> None:
    """The view, with the cursor on the head of its first group."""
    await told.press("3", *["less_than_sign"] * 2)
    assert told.message == "View: possible duplicates."


def heads(told: Story) -> list[str]:
    return [line.split("│")[-1] for line in told.lines if "▼ " in line and "(" in line and "more group" not in line]


async def test_all_but_one_of_a_group_are_marked(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40), bench_of(tmp_path)) as told:
        await to_duplicates(told)
        assert "▼ Webshop (3), same person or text" in heads(told)[0]
        assert "a all but one" in told.lines[-1]
        await told.press("a")
        assert told.list.marked_lids() == ("expenses:90", "expenses:92")


async def test_a_group_that_is_none_stays_in_its_place_and_is_gone_the_next_time(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)
    account = bench.connections[0].account
    async with story(tmp_path, (140, 40), bench) as told:
        await to_duplicates(told)
        assert "D no duplicates" in told.lines[-1]
        await told.press("D")
        assert told.message == "3 rows of Webshop are no duplicates. D on them takes it back."
        assert "▼ Webshop (3), no duplicates" in heads(told)[0]
        assert told.list.table.head is not None
        assert told.list.table.head.rows == 2
        assert load_apart(tmp_path / "apart.toml") == {account: (frozenset(("90", "91", "92")),)}
        bench.tell(RowsChanged(account, frozenset({"expenses"})))
        told.list.rows_changed()
        told.list.read_figures(again=True)
        await told.settle()
        assert len(heads(told)) == 2
        await told.press("greater_than_sign", "less_than_sign")
        assert ["Webshop (2), same person or text" in head for head in heads(told)] == [True]
        assert "2 of 65" in told.lines[1]
    async with story(tmp_path, (80, 24), bench_of(tmp_path)) as told:
        await to_duplicates(told)
        assert len(heads(told)) == 1


async def test_the_same_key_takes_it_back_at_once_and_later_from_any_of_its_rows(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40), bench_of(tmp_path)) as told:
        await to_duplicates(told)
        await told.press("down", "D", "home")
        assert "D duplicates again" in told.lines[-1]
        await told.press("D")
        assert told.message == "Taken back: these may be duplicates again."
        assert "same person or text" in heads(told)[0]
        assert "D no duplicates" in told.lines[-1]
        await told.press("D", "slash")
        await told.type("amount:42 project:webshop")
        await told.press("enter", "b")
        await told.type("no groups")
        await told.press("enter")
        assert "3 of 65" in told.lines[1]
        assert "D duplicates again" in told.lines[-1]
        await told.press("D")
        assert "D " not in told.lines[-1].replace("PgDn", "")
        await told.press("D")
        assert told.message.startswith("This is no possible duplicate.")
        assert load_apart(tmp_path / "apart.toml") == {}


async def test_a_file_with_a_mistake_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "apart.toml").write_text('[["x"]]\nid = ["1", "2"]\n')
    async with story(tmp_path, (140, 40), bench_of(tmp_path)) as told:
        await told.press("3", *["less_than_sign"] * 2)
        assert len(heads(told)) == 2
        await told.press("D")
        assert "line 1: There is no key 'id' in a group. Did you mean ids?" in told.message
        assert "same person or text" in heads(told)[0]
    assert (tmp_path / "apart.toml").read_text() == '[["x"]]\nid = ["1", "2"]\n'


async def test_a_group_too_large_to_put_aside_says_what_to_do(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40), bench_of(tmp_path, MOST_APART + 1)) as told:
        await to_duplicates(told)
        await told.press("D")
        assert told.message == "This group has more than 100 rows. A filter makes it smaller."
    assert not (tmp_path / "apart.toml").exists()


async def test_a_hostile_project_is_named_harmless(tmp_path: Path) -> None:
    async with story(tmp_path, (140, 40), bench_of(tmp_path, project="[@click=app.quit]x[/]\x1b[2J")) as told:
        await to_duplicates(told)
        await told.press("D")
        assert "[@click=app.quit]x" in told.message
        assert "\x1b" not in told.message

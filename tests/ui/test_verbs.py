from __future__ import annotations

from dataclasses import replace

import pytest

from kworkbench.domain.catalog import ResourceCatalog
from kworkbench.providers import CATALOGS
from kworkbench.ui.app import WorkbenchApp
from kworkbench.ui.lines.keys import fitting, key_pieces, room_for
from kworkbench.ui.screens.changes import ChangesScreen
from kworkbench.ui.screens.columns import ColumnsScreen
from kworkbench.ui.screens.connections import ConnectionsScreen
from kworkbench.ui.screens.form import FormScreen
from kworkbench.ui.screens.keys import key_bindings
from kworkbench.ui.screens.list import ListScreen
from kworkbench.ui.screens.pay_review import PayReviewScreen
from kworkbench.ui.screens.review import ReviewScreen
from kworkbench.ui.screens.totals import TotalsScreen
from kworkbench.ui.screens.verb_list import HelpScreen, PaletteScreen, help_lines, matches, palette_lines
from kworkbench.ui.verbs import (
    BY_ID,
    VERBS,
    Facts,
    Place,
    Verb,
    footer,
    help_at,
    key_name,
    keys_at,
    meant,
    reason,
    verbs_at,
)
from kworkbench.ui.widgets.ask_panel import AskPanel
from kworkbench.ui.widgets.batch_line import BatchLine
from kworkbench.ui.widgets.detail import Detail
from kworkbench.ui.widgets.expense_line import ExpenseLine
from kworkbench.ui.widgets.form_field import FormRow
from kworkbench.ui.widgets.line_list import LineList
from kworkbench.ui.widgets.query_line import QueryLine
from kworkbench.ui.widgets.quick_line import QuickLine
from kworkbench.ui.widgets.sidebar import Sidebar
from kworkbench.ui.widgets.table import RecordTable
from tests.ui.text import plain

WIDTHS = (80, 110, 140, 200)
HOSTS: dict[Place, tuple[type, ...]] = {
    Place.TABLE: (RecordTable, ListScreen, WorkbenchApp),
    Place.SIDEBAR: (LineList, Sidebar, ListScreen, WorkbenchApp),
    Place.DETAIL: (LineList, Detail, ListScreen, WorkbenchApp),
    Place.QUERY: (QueryLine, ListScreen, WorkbenchApp),
    Place.CHANGES: (LineList, ChangesScreen, WorkbenchApp),
    Place.FORM: (FormRow, FormScreen, WorkbenchApp),
    Place.PICKER: (FormRow, FormScreen, WorkbenchApp),
    Place.QUICK: (QuickLine, ListScreen, WorkbenchApp),
    Place.EXPENSE: (ExpenseLine, ListScreen, WorkbenchApp),
    Place.BATCH: (BatchLine, ListScreen, WorkbenchApp),
    Place.REVIEW: (LineList, ReviewScreen, PayReviewScreen, WorkbenchApp),
    Place.TOTALS: (LineList, TotalsScreen, WorkbenchApp),
    Place.COLUMNS: (LineList, ColumnsScreen, WorkbenchApp),
    Place.ASK: (AskPanel, ListScreen, WorkbenchApp),
    Place.HELP: (LineList, HelpScreen, WorkbenchApp),
    Place.PALETTE: (LineList, PaletteScreen, WorkbenchApp),
    Place.CONNECTIONS: (LineList, ConnectionsScreen, WorkbenchApp),
}


def catalog(resource: str, provider: str = "productive") -> ResourceCatalog:
    return CATALOGS[provider].resources[resource]


def facts_of(place: Place, resource: str = "expenses") -> list[Facts]:
    """Moments of a place: empty, on a plain row, on rows that need someone, with marks, held, read-only."""
    bare = Facts(place, catalog(resource))
    row = replace(bare, rows=5, has_row=True)
    return [
        bare,
        replace(bare, filters=2),
        row,
        *(replace(row, mark=mark) for mark in "~?!#*-"),
        replace(row, marked=3, held=True),
        replace(row, bring_back=True),
        replace(row, writable=False),
        replace(bare, rows=5, grouped=True, head=True, views=3),
        replace(row, column="due"),
    ]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.id)
def test_every_verb_has_a_handler_wherever_it_applies(verb: Verb) -> None:
    missing = [place for place in verb.places if not any(hasattr(host, f"do_{verb.action}") for host in HOSTS[place])]
    assert missing == []


def test_ids_are_unique_and_every_key_is_bound_once() -> None:
    assert len(BY_ID) == len(VERBS)
    bound = [binding.key for binding in key_bindings() if not isinstance(binding, tuple)]
    assert sorted(bound) == sorted({key for verb in VERBS for key in verb.keys})


@pytest.mark.parametrize("place", list(Place))
@pytest.mark.parametrize("resource", ["invoices", "payments", "expenses"])
def test_a_key_never_means_two_things_at_once(place: Place, resource: str) -> None:
    for facts in facts_of(place, resource):
        for key, verbs in keys_at(place).items():
            working = [verb.id for verb in verbs if not reason(verb, facts)]
            assert len(working) <= 1 or {BY_ID[each].action for each in working} == {BY_ID[working[0]].action}, (
                key,
                working,
            )


@pytest.mark.parametrize("place", list(Place))
def test_a_verb_that_does_not_work_says_why_in_a_sentence(place: Place) -> None:
    for resource in ("invoices", "payments", "expenses"):
        for facts in facts_of(place, resource):
            for verb in verbs_at(place):
                why = reason(verb, facts)
                assert not why or (why.endswith(".") and why[0].isupper()), (verb.id, why)


TYPED = (Place.QUERY, Place.FORM, Place.PICKER, Place.QUICK, Place.EXPENSE, Place.BATCH, Place.ASK)
HELP_AT = {place: "F1 help" if place in TYPED else "? help" for place in Place} | {Place.HELP: "", Place.PALETTE: ""}


@pytest.mark.parametrize("place", [place for place in Place if HELP_AT[place]])
def test_f1_opens_help_wherever_it_is_offered_and_a_question_mark_only_where_nothing_is_typed(place: Place) -> None:
    keys = {key for key, verbs in keys_at(place).items() if any(verb.action == "help" for verb in verbs)}
    assert keys == ({"f1"} if place in TYPED else {"f1", "question_mark"})


@pytest.mark.parametrize("total", WIDTHS)
@pytest.mark.parametrize("place", list(Place))
def test_the_footer_shows_whole_keys_that_work_and_help_at_the_edge(place: Place, total: int) -> None:
    for resource in ("invoices", "payments", "expenses"):
        for facts in facts_of(place, resource):
            line = plain(key_pieces(footer(facts), total, help_at(place)))
            assert len(line) == total
            assert line.rstrip().endswith(HELP_AT[place])
            shown = fitting(footer(facts), room_for(total, help_at(place)))
            assert all(not reason(verb, facts) for verb, _ in shown)
            assert all(f"{key_name(verb.keys[0])} {words}" in line for verb, words in shown)


@pytest.mark.parametrize(("total", "least"), [(80, 6), (110, 9), (140, 12)])
def test_the_footer_of_a_list_uses_its_width(total: int, least: int) -> None:
    facts = Facts(Place.TABLE, catalog("expenses"), rows=5, has_row=True, held=True)
    assert len(fitting(footer(facts), total - 2 - 8)) >= least


def test_what_needs_you_leads_the_footer() -> None:
    facts = Facts(Place.TABLE, catalog("expenses"), rows=5, has_row=True, mark="!")
    assert plain(key_pieces(footer(facts), 80)).startswith(" e edit and send again  ")
    empty = Facts(Place.TABLE, catalog("expenses"), filters=1)
    assert plain(key_pieces(footer(empty), 80)).startswith(" Esc drop the last filter  ")


def test_paying_elsewhere_than_on_invoices_says_where() -> None:
    for resource in ("payments", "expenses"):
        found = meant("p", Facts(Place.TABLE, catalog(resource), rows=1, has_row=True))
        assert found is not None
        assert "`1` opens them" in found[1]
    works = meant("p", Facts(Place.TABLE, catalog("invoices"), rows=1, has_row=True))
    assert works == (BY_ID["pay"], "")


def test_a_read_only_connection_refuses_every_write_and_says_how_to_switch() -> None:
    facts = Facts(Place.TABLE, catalog("expenses"), rows=1, has_row=True, writable=False)
    for verb in ("new", "edit", "delete", "copy-new"):
        assert "read-only" in reason(BY_ID[verb], facts)
    assert "read-only" in reason(BY_ID["pay"], replace(facts, catalog=catalog("invoices")))
    for verb in ("correct", "retry"):
        assert "read-only" in reason(BY_ID[verb], replace(facts, mark="!"))


READS = frozenset({
    "fold-head", "clear-filter", "mark", "query", "filters", "take-back", "open", "sort", "sort-more", "mark-all",
    "bring-back", "mark-range", "clear", "mark-same", "copy", "copy-row", "next-view", "previous-view", "save-view",
    "columns", "group", "fold", "fold-all", "totals", "choose", "exclude", "drop-filters", "leave-sidebar", "related",
    "leave-detail", "show-change", "pick-value", "export", "discard", "leave-change", "invoices", "payments",
    "expenses", "changes", "next-pane", "previous-pane", "refresh", "resync", "connections", "theme", "palette", "back",
    "quit", "help", "resolve", "discard-row",
})  # fmt: skip


@pytest.mark.parametrize("place", [Place.TABLE, Place.SIDEBAR, Place.DETAIL, Place.CHANGES])
def test_on_a_read_only_connection_only_what_sends_nothing_is_offered(place: Place) -> None:
    for resource in ("invoices", "payments", "expenses"):
        for facts in facts_of(place, resource):
            offered = footer(replace(facts, writable=False))
            assert {verb.id for verb, _ in offered} <= READS


def test_only_what_stopped_is_tried_again() -> None:
    for mark, works in {"": False, "~": False, "*": False, "-": False, "?": False, "!": True, "#": True}.items():
        why = reason(BY_ID["retry"], Facts(Place.TABLE, catalog("payments"), rows=1, has_row=True, mark=mark))
        assert (not why) is works, (mark, why)


def test_verbs_a_provider_does_not_have_say_its_sentence() -> None:
    facts = Facts(Place.TABLE, catalog("payments", "kantata"), rows=2, has_row=True)
    assert reason(BY_ID["edit"], replace(facts, marked=2)) == catalog("payments", "kantata").updates
    assert not reason(BY_ID["edit"], facts)  # one is deleted and recorded again


def test_help_tells_every_verb_once_with_those_of_this_place_first() -> None:
    lines = help_lines(Facts(Place.CHANGES), "")
    keys = [line.key for line in lines if line.key]
    assert sorted(keys) == sorted({verb.id for verb in VERBS if verb.about})
    assert plain(lines[0].pieces).strip() == "On the changes screen"


def test_help_and_palette_filter_by_key_title_and_sentence() -> None:
    assert matches(BY_ID["pay"], "quick pay")
    assert matches(BY_ID["query"], "/")
    assert not matches(BY_ID["pay"], "sidebar")
    assert [line.key for line in help_lines(Facts(Place.TABLE), "sidebar")[1:]] == ["filters"]


def test_the_palette_shows_why_a_verb_is_off() -> None:
    lines = palette_lines(Facts(Place.TABLE, catalog("payments")), "")
    pay = next(line for line in lines if line.key == "pay")
    assert "Payments are recorded on invoices" in plain(pay.pieces)
    assert lines.index(pay) > next(index for index, line in enumerate(lines) if line.key == "query")

from __future__ import annotations

from datetime import date

from kworkbench.domain.catalog import SortKey
from kworkbench.domain.query import Chip, Query, chips, effective, parse_query, print_terms
from kworkbench.domain.query.edit import sorted_by, toggled, with_term, without
from kworkbench.domain.resources import INVOICES

HIDES = ("archived:no", "external:no")


def query(text: str) -> Query:
    return parse_query(text, INVOICES, today=date(2026, 3, 4))


def test_usual_terms_are_added_where_their_field_is_not_mentioned() -> None:
    assert print_terms(effective(query("status:open"), HIDES)) == "status:open archived:no external:no"
    assert print_terms(effective(query("archived:any"), HIDES)) == "archived:any external:no"
    assert print_terms(effective(query("-external:no archived:yes"), HIDES)) == "-external:no archived:yes"


def test_chips_are_the_typed_words_and_then_the_implied_ones() -> None:
    assert chips(query("amount:>500eur external:any"), HIDES) == (
        Chip("amount:>500eur"),
        Chip("external:any"),
        Chip("archived:no", implied=True),
    )


def test_toggling_a_value_chooses_it_adds_it_and_takes_it_back() -> None:
    client, status = INVOICES.field("client"), INVOICES.field("status")
    chosen = toggled(query("wire"), client, "Acme, Inc.")
    assert print_terms(chosen) == 'wire client:="Acme, Inc."'
    assert print_terms(toggled(chosen, client, "Globex")) == 'wire client:="Acme, Inc.",=Globex'
    assert toggled(chosen, client, "acme, inc.") == query("wire")
    assert print_terms(toggled(query("status:open"), status, "draft", excluded=True)) == "status:open -status:draft"
    assert print_terms(toggled(query(""), client, "")) == 'client:""'


def test_a_term_replaces_those_of_its_field() -> None:
    assert print_terms(without(query("amount:>5 wire total:<9"), "total")) == "wire"
    replaced = with_term(query("due:today wire"), query("due:..today").terms[0])
    assert print_terms(replaced) == "wire due:..today"


def test_sort_keys_replace_add_or_turn() -> None:
    once = sorted_by(Query(), SortKey("due"))
    twice = sorted_by(once, SortKey("total", descending=True), further=True)
    assert twice.sort == (SortKey("due"), SortKey("total", descending=True))
    turned = sorted_by(twice, SortKey("due", descending=True), further=True)
    assert turned.sort == (SortKey("due", descending=True), SortKey("total", descending=True))
    assert sorted_by(turned, SortKey("client")).sort == (SortKey("client"),)

"""What a server answered to filters that only it knows: which rows it shows, and when it is stale."""

from __future__ import annotations

from dataclasses import replace

from kworkbench.domain.query import Query, parse_query
from kworkbench.domain.query.asked import answered, asked_of
from kworkbench.domain.records import Record
from kworkbench.providers import CATALOGS
from kworkbench.store.answers import MOST
from kworkbench.store.cache import Cache
from kworkbench.store.reader import Answer, Reader
from tests.store.books import ACCOUNT, OTHER, TODAY, no_changes, opened

INVOICES = CATALOGS["productive"].resources["invoices"].resource
AT = "2026-03-04T09:40:00+00:00"
KEY = "invoices full_query:acme"


def invoices(*ids: str) -> list[Record]:
    return [Record("invoices", each, {"id": each, "number": f"INV-{each}", "currency": "EUR"}) for each in ids]


def query(text: str) -> Query:
    return parse_query(text, INVOICES, today=TODAY)


def shown(reader: Reader, text: str) -> set[str]:
    return {lid.partition(":")[2] for lid in reader.lids(INVOICES, reader.numbers(INVOICES, query(text)))}


def filled(cache: Cache) -> None:
    cache.put(ACCOUNT, invoices("1", "2", "3"), 1, no_changes)
    cache.keep_answer(ACCOUNT, "invoices", KEY, ["1", "3", "77"], (2, AT))


def test_an_answer_shows_its_rows_and_negated_the_others() -> None:
    with opened() as (cache, reader):
        filled(cache)
        assert reader.answers(INVOICES) == {KEY: Answer(AT, stale=False)}
        assert shown(reader, "full_query:acme") == {"1", "3"}
        assert shown(reader, "-full_query:acme") == {"2"}
        assert shown(reader, "full_query:acme INV-3") == {"3"}
        assert reader.count(INVOICES, query("full_query:acme")) == 2


def test_several_values_are_several_questions_and_amounts_are_of_one_currency() -> None:
    with opened() as (cache, reader):
        filled(cache)
        asked = asked_of(query("full_query:acme,other credited_net:>5eur due:today"), INVOICES)
        assert [each.key for each in asked] == [KEY, "invoices full_query:other", "invoices credited_net:>5eur"]
        cache.keep_answer(ACCOUNT, "invoices", "invoices full_query:other", ["2"], (3, AT))
        assert shown(reader, "full_query:acme,other") == {"1", "2", "3"}
        cache.put(
            ACCOUNT, [replace(each, values={**each.values, "currency": "JPY"}) for each in invoices("3")], 4, no_changes
        )
        cache.keep_answer(ACCOUNT, "invoices", "invoices credited_net:>5eur", ["1", "3"], (5, AT))
        assert shown(reader, "credited_net:>5eur") == {"1"}


def test_a_term_without_an_answer_is_left_out_of_what_is_shown() -> None:
    known = frozenset({KEY})
    assert answered(query("full_query:acme status:open"), INVOICES, known) == query("full_query:acme status:open")
    assert answered(query("full_query:acme,other status:open"), INVOICES, known) == query("status:open")
    assert answered(query("status:open"), INVOICES, frozenset()) == query("status:open")


def test_another_answer_takes_the_place_of_the_one_before_but_not_one_that_was_asked_earlier() -> None:
    with opened() as (cache, reader):
        filled(cache)
        cache.keep_answer(ACCOUNT, "invoices", KEY, ["2"], (5, "2026-03-04T09:50:00+00:00"))
        assert shown(reader, "full_query:acme") == {"2"}
        cache.keep_answer(ACCOUNT, "invoices", KEY, ["1"], (4, AT))
        assert shown(reader, "full_query:acme") == {"2"}


def test_rows_that_change_or_go_or_are_read_again_make_answers_stale() -> None:
    with opened() as (cache, reader):
        filled(cache)
        cache.put(ACCOUNT, invoices("1"), 3, no_changes)
        assert not reader.answers(INVOICES)[KEY].stale
        cache.put(OTHER, invoices("9"), 3, no_changes)
        assert not reader.answers(INVOICES)[KEY].stale
        cache.put(ACCOUNT, invoices("4"), 3, no_changes)
        assert reader.answers(INVOICES)[KEY].stale
        cache.keep_answer(ACCOUNT, "invoices", KEY, ["1"], (4, AT))
        assert not reader.answers(INVOICES)[KEY].stale
        cache.remove(ACCOUNT, "invoices", ["4"], no_changes)
        assert reader.answers(INVOICES)[KEY].stale
        cache.keep_answer(ACCOUNT, "invoices", KEY, ["1"], (5, AT))
        cache.note_sync(ACCOUNT, "invoices", loaded=1, total=9)
        assert not reader.answers(INVOICES)[KEY].stale
        cache.note_sync(ACCOUNT, "invoices", loaded=9, total=9, checked_at=AT)
        assert reader.answers(INVOICES)[KEY].stale


def test_an_answer_that_was_asked_before_rows_changed_is_stale_when_it_comes() -> None:
    with opened() as (cache, reader):
        cache.put(ACCOUNT, invoices("1"), 6, no_changes)
        cache.keep_answer(ACCOUNT, "invoices", KEY, ["1"], (5, AT))
        assert reader.answers(INVOICES)[KEY].stale


def test_answers_are_an_accounts_own_and_go_with_it() -> None:
    with opened() as (cache, reader):
        filled(cache)
        cache.keep_answer(OTHER, "invoices", KEY, ["2"], (9, AT))
        assert shown(reader, "full_query:acme") == {"1", "3"}
        cache.forget(ACCOUNT)
        assert reader.answers(INVOICES) == {}


def test_only_the_newest_answers_are_kept() -> None:
    with opened() as (cache, reader):
        for number in range(MOST + 3):
            cache.keep_answer(ACCOUNT, "invoices", f"invoices query:{number}", ["1"], (number + 1, AT))
        kept = reader.answers(INVOICES)
        assert len(kept) == MOST
        assert "invoices query:2" not in kept
        assert "invoices query:3" in kept

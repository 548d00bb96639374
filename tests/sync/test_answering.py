"""Filters that only the server can evaluate, asked of the sandbox through a real home."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kworkbench.domain.query import Comparison, Operand, Query, Term
from kworkbench.domain.query.asked import Asked
from kworkbench.providers import CATALOGS
from kworkbench.sync.answering import asked_text, read_asked
from kworkbench.sync.home import Home
from kworkbench.sync.notices import Answered
from tests.sync.stage import TIMEOUT, Stage

IN_INVOICE = "SELECT invoice_id FROM expenses WHERE invoice_id IS NOT NULL AND deleted_at IS NULL LIMIT 1"
THEIRS = "SELECT id FROM expenses WHERE invoice_id = ? AND deleted_at IS NULL"


@pytest.fixture
def other(stage: Stage) -> Iterator[Home]:
    """A second process over the files of the first."""
    home = stage.open_home()
    yield home
    home.close()


def question(stage: Stage) -> tuple[Asked, set[str]]:
    """Which expenses are on an invoice, and the right answer."""
    ((invoice,),) = stage.server_rows(IN_INVOICE)
    assert isinstance(invoice, int)
    theirs = {str(number) for (number,) in stage.server_rows(THEIRS, invoice)}
    return Asked("expenses", "in_invoice", Operand(Comparison.HAS, str(invoice))), theirs


def shown(stage: Stage, asked: Asked) -> set[str]:
    resource = CATALOGS[stage.provider].resources[asked.kind].resource
    query = Query((Term(asked.word, (asked.operand,)),))
    lids = stage.reader.lids(resource, stage.reader.numbers(resource, query))
    return {lid.partition(":")[2] for lid in lids}


def answers(stage: Stage) -> set[str]:
    return set(stage.reader.answers(CATALOGS[stage.provider].resources["expenses"].resource))


def test_an_answer_is_kept_shows_its_rows_and_is_told(stage: Stage) -> None:
    asked, theirs = question(stage)
    assert stage.home.answer(stage.account, asked).result(TIMEOUT) == ""
    assert shown(stage, asked) == theirs
    assert Answered(stage.account, "expenses", asked.key) in stage.notices
    assert answers(stage) == {asked.key}


def test_pages_are_read_to_the_end(productive: Stage) -> None:
    asked = Asked("expenses", "invoicing_status", Operand(Comparison.HAS, "not-invoiced"))
    assert productive.home.answer(productive.account, asked).result(TIMEOUT) == ""
    free = productive.server_rows("SELECT id FROM expenses WHERE invoice_id IS NULL AND deleted_at IS NULL")
    assert len(shown(productive, asked)) == len(free) > 0


def test_offline_nothing_is_kept_and_the_reason_is_told(stage: Stage) -> None:
    asked, _ = question(stage)
    stage.wire.cut = True
    problem = stage.home.answer(stage.account, asked).result(TIMEOUT)
    assert problem
    assert Answered(stage.account, "expenses", asked.key, problem) in stage.notices
    assert answers(stage) == set()


def test_what_the_server_refuses_is_said_in_its_words(productive: Stage) -> None:
    asked = Asked("expenses", "in_invoice", Operand(Comparison.HAS, "abc"))
    problem = productive.home.answer(productive.account, asked).result(TIMEOUT)
    assert "Value 'abc' is not supported for filter 'invoice_id'" in problem


def test_a_question_that_is_called_off_keeps_nothing(stage: Stage) -> None:
    asked, _ = question(stage)
    stage.wire.hold("GET")
    future = stage.home.answer(stage.account, asked)
    stage.until(lambda: any("invoice" in one.path for one in stage.wire.sent[-1:]) or bool(stage.wire.sent))
    assert future.cancel()
    stage.wire.release()
    assert stage.sync("expenses") == ""
    assert answers(stage) == set()


def test_a_second_process_asks_the_first(stage: Stage, other: Home) -> None:
    other.start()
    asked, theirs = question(stage)
    assert other.answer(stage.account, asked).result(TIMEOUT) == ""
    stage.time.advance(0.6)
    stage.until(lambda: asked.key in answers(stage), "an answer")
    assert shown(stage, asked) == theirs


def test_a_question_survives_its_way_to_another_process_and_nonsense_does_not() -> None:
    asked = Asked("invoices", "credited_net", Operand(Comparison.RANGE, "5", "7.5", "eur"))
    assert read_asked(asked_text(asked)) == asked
    assert [read_asked(text) for text in ("", "[]", '["a"]', '["a","b","?","","",""]', "7")] == [None] * 5

"""The query line of Changes: what each kind of word finds, and what it does not take."""

from __future__ import annotations

from datetime import date

import pytest

from kworkbench.domain.changes import Change, Op, State
from kworkbench.domain.query import QueryError
from kworkbench.services.change_query import Said, completed, fits, parsed
from tests.sync.making import a_bulk, a_change, an_edit

TODAY = date(2026, 3, 4)
KNOWN = (
    a_change(1, state=State.NEEDS_YOU),
    an_edit(2, state=State.REJECTED),
    a_bulk(3, state=State.HELD),
    an_edit(4, op=Op.DELETE, state=State.CLOSED, account="kantata|embedded:||"),
)
ROWS = {1: "pay INV-9 100.00 EUR", 2: "edit expense 5, 2 Meldungen über Café", 3: "delete 3 expenses", 4: "delete 5"}


def found(text: str) -> list[int]:
    names = {"kantata|embedded:||": "sandbox-kantata"}
    said = Said(lambda change: ROWS[change.seq], lambda account: names.get(account, "books"))
    query = parsed(text, TODAY)
    return [change.seq for change in KNOWN if fits(query, change, said)]


@pytest.mark.parametrize(
    ("text", "seqs"),
    [
        ("", [1, 2, 3, 4]),
        ("state:unclear", [1]),
        ("state:refused,queued", [2, 3]),
        ("-state:done", [1, 2, 3]),
        ("state:any", [1, 2, 3, 4]),
        ("resource:payments", [1]),
        ("resource:expenses delete", [3, 4]),
        ("inv-9", [1]),
        ("100.00 eur", [1]),
        ("UBER cafe", [2]),
        ("-delete", [1, 2]),
        ("connection:kantata", [4]),
        ("nothing like it", []),
    ],
)
def test_words_and_fields_are_anded(text: str, seqs: list[int]) -> None:
    assert found(text) == seqs


def test_records_are_found_by_their_ids() -> None:
    bulk: Change = a_bulk(3, targets=("expenses:88213", "expenses:7"))
    said = Said(lambda _change: "", lambda _account: "")
    assert fits(parsed("88213", TODAY), bulk, said)
    assert not fits(parsed("88214", TODAY), bulk, said)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("state:lost", "state is never 'lost'"),
        ("stat:refused", "Did you mean state"),
        ("pay sort:state", "not sorted"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parsed(text, TODAY)


def test_words_are_completed() -> None:
    assert (completed("state:re", 8, ()) or completed("", 0, ())) is not None
    offers = completed("state:re", 8, ())
    assert offers is not None
    assert offers.offers == ("refused",)
    names = completed("connection:b", 12, ("books",))
    assert names is not None
    assert names.offers == ("books",)

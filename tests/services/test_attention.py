"""What stands at the server more than once, in words: one record, or rows of one request."""

from __future__ import annotations

import pytest

from kworkbench.services.attention import attention_of


@pytest.mark.parametrize(
    ("facts", "ids", "told", "alert"),
    [
        (
            {"double:7": "77,78"},
            ("77", "78"),
            "It stands at the server 2 times, as 77 and 78.",
            "A payment stands at the server 2 times.",
        ),
        (
            {"double:7": "51,61,71 of a|b|c|d of expenses"},
            ("51", "61", "71"),
            "It stands at the server 3 times, as 51 and 61 and 71.",
            "An expense stands at the server 3 times.",
        ),
        (
            {"double:7.2": "53,63 of a|b|c|d of expenses", "double:7": "51,61 of a|b|c|d of expenses"},
            ("51", "61", "53", "63"),
            "2 of its rows stand at the server more than once, as 51 and 61, 53 and 63.",
            "2 expenses of one request stand at the server more than once.",
        ),
    ],
)
def test_what_is_there_more_than_once_is_told(
    facts: dict[str, str], ids: tuple[str, ...], told: str, alert: str
) -> None:
    (found,) = attention_of(facts).values()
    assert (found.seq, found.account, found.ids) == (7, "", ids)
    assert (found.told, found.alert) == (told, alert)

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.domain.text import fold_text, natural_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Åkerlund & Söner", "akerlund & soner"),
        ("ZAŻÓŁĆ", "zazolc"),
        ("Straße", "strasse"),
        ("ＡＢＣ", "abc"),
        ("北斗デザイン", "北斗デザイン"),
        ("bad\ud800", "bad\ufffd"),
    ],
)
def test_case_accents_and_width_fold_away(text: str, folded: str) -> None:
    assert fold_text(text) == folded


@given(st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)


def test_numbers_inside_texts_sort_as_numbers() -> None:
    names = ["inv-10", "inv-9", "inv-0011", "inv-9b", "inv", "a2"]
    assert sorted(names, key=natural_key) == ["a2", "inv", "inv-9", "inv-9b", "inv-10", "inv-0011"]

"""Values that go by the ids of their fields: one text, read back as it was written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.keyed import pairs_in, written

IDS = st.integers(1, 120).map(str)
VALUES = st.text(min_size=1, max_size=12)


def test_they_stand_in_one_order_whatever_order_they_come_in() -> None:
    assert written([("12", "b"), ("7", "navy\n blue "), ("12", "a"), ("8", " ")]) == "7=navy blue\n12=b\n12=a"
    assert pairs_in("7=navy blue\n12=b=c\n12=a") == (("7", "navy blue"), ("12", "b=c"), ("12", "a"))
    assert written([]) is None
    assert written([("7", "\n")]) is None


@given(st.lists(st.tuples(IDS, VALUES), max_size=6))
def test_what_is_written_reads_back_and_is_written_the_same_again(pairs: list[tuple[str, str]]) -> None:
    text = written(pairs) or ""
    read = pairs_in(text)
    assert (written(read) or "") == text
    assert sorted(read) == sorted((key, " ".join(value.split())) for key, value in pairs if value.strip())

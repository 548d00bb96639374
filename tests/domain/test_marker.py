"""The marker survives being stored and is taken off exactly."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.marker import LENGTH, ROWS, new_marker, row_marker, split_marker, stem_of, with_marker

MARKER = "kw:7Q2MABCDEF"


@given(st.randoms(use_true_random=False))
def test_a_new_marker_is_ten_base32_characters(source: random.Random) -> None:
    marker = new_marker(source.randrange)
    assert re.fullmatch(r"kw:[A-Z2-7]{10}", marker)
    assert len(marker) == LENGTH


@pytest.mark.parametrize(
    ("note", "limit", "stored"),
    [
        ("wire", None, "wire kw:7Q2MABCDEF"),
        ("", None, "kw:7Q2MABCDEF"),
        ("wire ref 77812", 18, "wire kw:7Q2MABCDEF"),
        (" wire\n", None, " wire\n kw:7Q2MABCDEF"),
        ("x" * 300, 255, "x" * 241 + " kw:7Q2MABCDEF"),
    ],
)
def test_with_marker(note: str, limit: int | None, stored: str) -> None:
    assert with_marker(note, MARKER, limit) == stored


def test_without_a_marker_only_the_limit_applies() -> None:
    assert with_marker("wire ref", None, None) == "wire ref"
    assert with_marker("wire ref", None, 4) == "wire"


@pytest.mark.parametrize(
    ("stored", "note", "marker"),
    [
        ("wire kw:7Q2MABCDEF", "wire", MARKER),
        ("kw:7Q2MABCDEF\n", "", MARKER),
        (" wire\n kw:7Q2MABCDEF", " wire\n", MARKER),
        ("wire kw:7Q2MABCDEF later", "wire kw:7Q2MABCDEF later", None),
        ("wirekw:7Q2MABCDEF", "wirekw:7Q2MABCDEF", None),
        ("kw:short", "kw:short", None),
        ("", "", None),
    ],
)
def test_split_marker(stored: str, note: str, marker: str | None) -> None:
    assert split_marker(stored) == (note, marker)


def test_the_rows_of_a_request_are_told_apart_by_the_last_two_characters() -> None:
    found = [row_marker(MARKER, number) for number in range(ROWS)]
    assert [found[at] for at in (0, 1, 33, -1)] == [f"{MARKER[:-2]}{end}" for end in ("AA", "AB", "BB", "77")]
    assert len(set(found)) == ROWS
    assert {stem_of(marker) for marker in found if marker} == {stem_of(MARKER)}
    assert all(split_marker(f"Taxi {marker}") == ("Taxi", marker) for marker in found)
    assert (row_marker(MARKER, ROWS), row_marker(MARKER, -1)) == (None, None)


@given(st.text(max_size=40), st.integers(20, 60))
def test_what_was_put_on_comes_off(note: str, limit: int) -> None:
    stored = with_marker(note, MARKER, limit)
    assert len(stored) <= limit
    kept, marker = split_marker(stored)
    assert marker == MARKER
    assert note.startswith(kept)

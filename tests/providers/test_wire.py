from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.domain.changes import Raw
from kworkbench.providers import wire
from kworkbench.providers.base import UnreadableAnswerError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=40, deadline=None)
@given(JSON)
def test_what_json_writes_is_read_back(document: object) -> None:
    assert wire.parse(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")) == document


@settings(max_examples=40, deadline=None)
@given(JSON)
def test_raw_text_is_the_document(document: object) -> None:
    assert json.loads(wire.raw_text(document)) == document


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_document_or_unreadable(body: bytes) -> None:
    try:
        document = wire.parse(body)
    except UnreadableAnswerError:
        return
    assert isinstance(document, str | int | float | bool | list | dict | None)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'["\\"[",'])
def test_deep_nesting_is_refused_before_it_is_parsed(opening: bytes) -> None:
    with pytest.raises(UnreadableAnswerError, match="deep"):
        wire.parse(opening * 5000)


def test_brackets_inside_texts_do_not_count() -> None:
    document = {"note": '[{"' * 500, "rows": [["[" * 100]]}
    assert wire.parse(json.dumps(document).encode()) == document


def test_many_flat_records_are_not_deep() -> None:
    document = [{"id": str(number), "tags": []} for number in range(500)]
    assert wire.parse(json.dumps(document).encode()) == document


def test_an_endless_hostile_text_is_scanned_only_once() -> None:
    with pytest.raises(UnreadableAnswerError):
        wire.parse(b"[" * 65 + b'"' + b'\\"' * 500_000)


@pytest.mark.parametrize("body", [b"", b"<html>", b"NaN", b"[Infinity]", b"\xff\xfe", b'{"a":1', b"1" * 5000])
def test_bodies_that_are_no_json_are_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        wire.parse(body)


def test_halves_of_surrogate_pairs_can_be_stored_afterwards() -> None:
    document = wire.parse(b'{"note": "a\\ud83d b", "\\udc00": ["\\uD83D\\uDE00"]}')
    assert document == {"note": "a? b", "?": ["\N{GRINNING FACE}"]}
    wire.raw_text(document).encode()


@pytest.mark.parametrize(
    ("sent", "read"),
    [(10000, 10000), ("10000", 10000), ("10000.0", 10000), (-5, -5), ("-5", -5), (2.0, 2), (None, None), ("", None)],
)
def test_amounts_are_read_as_numbers_or_digits(sent: object, read: int | None) -> None:
    assert wire.whole(sent) == read


@pytest.mark.parametrize("sent", ["12.5", "1,000", True, 1.5, float("inf"), [1], 2**60, "x"])
def test_amounts_are_never_guessed(sent: object) -> None:
    with pytest.raises(ValueError, match="minor units"):
        wire.whole(sent)


@pytest.mark.parametrize("sent", [True, 1.5, [], {}, "1" * 65])
def test_ids_are_texts_or_whole_numbers(sent: object) -> None:
    with pytest.raises(ValueError, match="id"):
        wire.identifier(sent)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T23:30:00-07:00", "2026-03-01"),
        ("2026-02-30", None),
        ("2026-3-1", None),
        ("", None),
        (20260301, None),
    ],
)
def test_days_are_as_written_or_nothing(sent: object, read: str | None) -> None:
    assert wire.day(sent) == read


def test_moments_of_different_zones_compare_as_texts() -> None:
    early, late = wire.moment("2021-01-24T00:04:43.325+01:00"), wire.moment("2021-01-23T23:10:00Z")
    assert early is not None
    assert late is not None
    assert early < late
    assert wire.moment("soon") is None
    assert wire.moment("0001-01-01T00:00:00+14:00") is None


@pytest.mark.parametrize(
    ("sent", "read"), [("1.0", "1.0"), (3, "3"), (2.5, "2.5"), ("1e9", None), (True, None), ("", None)]
)
def test_quantities_are_plain_decimals(sent: object, read: str | None) -> None:
    assert wire.quantity(sent) == read


@pytest.mark.parametrize(("sent", "read"), [(True, True), ("FALSE", False), (0, False), (None, None), ("yes", None)])
def test_flags_are_tolerant(sent: object, read: bool | None) -> None:
    assert wire.flag(sent) is read


@settings(deadline=None)
@given(st.text())
def test_a_typed_amount_never_goes_out_as_a_number(typed: str) -> None:
    sent = wire.minor_out(Raw(typed))
    assert isinstance(sent, str)
    with pytest.raises(ValueError, match=r"could not convert|invalid"):
        float(sent if sent.strip().lower().lstrip("+-") not in ("nan", "inf", "infinity") else "x")


def test_amounts_go_out_in_minor_units_and_blanks_as_empty_text() -> None:
    assert wire.minor_out(125050) == 125050
    assert wire.minor_out(None) == ""
    assert wire.minor_out(Raw(" ")) == ""
    assert wire.minor_out(Raw("1.250")) == "'1.250'"
    assert wire.minor_out(Raw("twelve")) == "twelve"


def test_no_text_is_longer_than_a_mebibyte() -> None:
    assert wire.text("a" * wire.MAX_TEXT) == "a" * wire.MAX_TEXT
    assert wire.text("a" * (wire.MAX_TEXT + 1)) == "a" * (wire.MAX_TEXT - 1) + "…"

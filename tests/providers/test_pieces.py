"""Documents read piece by piece are the documents that the standard library reads in one go."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.providers import wire
from kworkbench.providers.base import UnreadableAnswerError
from kworkbench.providers.pieces import Pieces, Sent

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.text(max_size=4), JSON, max_size=4)


def read(text: str) -> object:
    return Pieces(text, json.JSONDecoder(), lambda piece, text: (piece, text)).read()


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, st.sampled_from((None, 1, "\t")))
def test_a_document_is_what_was_written_however_it_is_spaced(document: object, indent: int | str | None) -> None:
    assert read(json.dumps(document, indent=indent)) == document


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.data())
def test_a_damaged_document_is_read_and_refused_as_the_standard_library_does(
    document: object, data: st.DataObject
) -> None:
    written = json.dumps(document)
    at = data.draw(st.integers(0, len(written)))
    put_in = data.draw(st.sampled_from(("", ",", "}", "]", "{", "[", ":", '"', "1", " ", "\\")))
    damaged = written[:at] + put_in + written[at + data.draw(st.integers(0, 2)) :]
    expected: object = ValueError
    with suppress(ValueError):
        expected = json.loads(damaged)
    got: object = ValueError
    with suppress(ValueError):
        got = read(damaged)
    assert got == expected


def test_records_of_both_vendors_keep_the_text_they_were_sent_as() -> None:
    listed = wire.parse(b'{"data": [{"id": "1", "attributes": { "a": 1.50 }}], "included": []}')
    mapped = wire.parse(b'{"count":1,"expenses":{"7":{"id":"7","notes":"\\u00e9"}}}')
    assert isinstance(listed, dict)
    assert isinstance(mapped, dict)
    assert wire.raw_text(listed["data"][0]) == '{"id": "1", "attributes": { "a": 1.50 }}'
    assert wire.raw_text(mapped["expenses"]["7"]) == '{"id":"7","notes":"\\u00e9"}'


def test_the_text_of_a_record_holds_no_half_of_a_pair() -> None:
    document = wire.parse(b'{"data":[{"id":"1","name":"\\ud83d"}]}')
    assert isinstance(document, dict)
    assert wire.raw_text(document["data"][0]) == '{"id":"1","name":"?"}'


def test_a_record_as_deep_as_allowed_is_read_and_a_deeper_one_is_not() -> None:
    def nested(depth: int) -> bytes:
        return b'{"data":[' + b'{"a":' * depth + b"1" + b"}" * depth + b"]}"

    assert isinstance(wire.parse(nested(62)), dict)
    with pytest.raises(UnreadableAnswerError, match="deep"):
        wire.parse(nested(63))


def test_a_record_is_a_plain_object_to_whoever_reads_it() -> None:
    document = read('{"data":[{"id":"1"}]}')
    assert isinstance(document, dict)
    record = document["data"][0]
    assert isinstance(record, Sent)
    assert record == {"id": "1"}

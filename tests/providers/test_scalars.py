"""What comes beside page after page is read once, and what changed is read anew."""

from __future__ import annotations

import pytest

from kworkbench.providers import scalars
from kworkbench.providers.base import UnreadableAnswerError
from kworkbench.providers.pieces import Sent
from kworkbench.providers.scalars import Text, Wire, read_again


class Named(Wire):
    name: Text = None


class Titled(Wire):
    title: Text = None


def sent(name: str) -> Sent:
    return Sent({"name": name, "title": name}, f'{{"name":"{name}"}}')


def test_the_same_words_are_read_once() -> None:
    first = read_again(Named, sent("Acme"))
    assert first.name == "Acme"
    assert read_again(Named, sent("Acme")) is first


def test_other_words_and_another_model_are_read_anew() -> None:
    assert read_again(Named, sent("Acme")).name == "Acme"
    assert read_again(Named, sent("Acme Ltd")).name == "Acme Ltd"
    assert read_again(Titled, sent("Acme")).title == "Acme"


def test_so_much_is_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scalars, "MOST_RECENT", 3)
    scalars._RECENT.clear()
    for number in range(10):
        assert read_again(Named, sent(str(number))).name == str(number)
        assert len(scalars._RECENT) <= 3


def test_what_cannot_be_read_is_not_remembered() -> None:
    class Strict(Wire):
        count: int

    for _ in range(2):
        with pytest.raises(UnreadableAnswerError):
            read_again(Strict, Sent({"count": "x"}, '{"count":"x"}'))

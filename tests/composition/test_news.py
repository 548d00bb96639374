"""What a running program learns of a configuration that another process writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kworkbench.composition.homes import READ_ONLY, admission_of
from kworkbench.composition.news import ConfigNews
from kworkbench.config import load
from kworkbench.config_edit import add_connection
from kworkbench.domain.connections import SANDBOXES, Connection
from kworkbench.lean import replace
from kworkbench.sync.events import Admission

BOOKS = Connection("books", "productive", "https://api.example.com/api/v2", organization_id="31", user_id="12")


class Told:
    """News of one file, and what the lines were told of."""

    def __init__(self, file: Path) -> None:
        self.lines: list[str] = []
        self.news = ConfigNews(file, load(file).connections, self._admit, self._know)

    def read(self) -> Mapping[str, str] | None:
        found = self.news.read()
        return None if found is None else found.accounts

    def _admit(self, connections: Sequence[Connection]) -> Admission:
        return admission_of(connections, read_only=False)

    def _know(self, connections: Sequence[Connection]) -> None:
        self.lines = [one.name for one in connections]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "config.toml"


def test_a_connection_that_is_added_is_told_of_once(file: Path) -> None:
    told = Told(file)
    assert told.read() is None
    add_connection(file, replace(BOOKS, writable=True), make_default=True)
    assert told.read() == {**dict.fromkeys((one.account for one in SANDBOXES), ""), BOOKS.account: ""}
    assert told.lines[-1] == "books"
    assert told.read() is None


def test_writing_that_is_switched_off_is_told_of(file: Path) -> None:
    add_connection(file, replace(BOOKS, writable=True), make_default=True)
    told = Told(file)
    assert told.read() is None
    add_connection(file, BOOKS, make_default=True)
    assert (told.read() or {})[BOOKS.account] == READ_ONLY


def test_signing_in_again_is_told_of_though_the_file_says_the_same(file: Path) -> None:
    add_connection(file, BOOKS, make_default=True)
    told = Told(file)
    assert told.read() is None
    add_connection(file, BOOKS, make_default=True)
    assert BOOKS.account in (told.read() or {})


def test_what_was_written_between_the_start_and_the_first_look_is_told_of(file: Path) -> None:
    told = Told(file)
    add_connection(file, BOOKS, make_default=True)
    assert BOOKS.account in (told.read() or {})


def test_a_file_that_cannot_be_read_says_nothing_until_it_is_written_again(file: Path) -> None:
    add_connection(file, BOOKS, make_default=True)
    told = Told(file)
    file.write_text("[connections.books]\nprovider = 7\n")
    assert told.read() is None
    assert told.lines == []
    file.unlink()
    assert set(told.read() or {}) == {one.account for one in SANDBOXES}

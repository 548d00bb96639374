"""Expenses that a person said to be no duplicates of each other: a file by account that can be edited.

    [["productive https://…"]]
    ids = ["812", "815"]
    about = "Packaging, 13.44 EUR, on 2026-03-04"

Each table is one group that was put aside; without the table it is found again. What a person wrote around them stays.
Source: product.md section 6 ("not a duplicate" is remembered).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from kworkbench.config_edit import lines_of, replace_file, toml_string
from kworkbench.domain.nearest import did_you_mean
from kworkbench.domain.records import lid_of
from kworkbench.toml_files import header_of, parse_toml, read_text

MOST_APART = 100
"""Rows of one group at most: every two of them are held apart."""

KIND = "expenses"
_KEYS = ("ids", "about")
_HEAD = "# Expenses that are no duplicates of each other. Take a table out, and they are found again.\n"

Group = frozenset[str]
"""Ids of the server."""

Groups = Mapping[str, tuple[Group, ...]]
"""By account, in the order of the file."""


class ApartError(Exception):
    """The file cannot be used; the message names the file, the line and what to write instead."""


class Apart:
    """What was put aside, for all accounts. A file with a mistake puts nothing aside, and is not written to.

    Without a file it is kept in memory.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._groups: Groups | None = None if file else {}
        self._problem = ""

    @property
    def problem(self) -> str:
        """What is wrong with the file; empty where nothing is."""
        self._read()
        return self._problem

    def holds(self, account: str, record_id: str) -> bool:
        """True for an expense of a group that was put aside."""
        return any(record_id in group for group in self._read().get(account, ()))

    def pairs(self, account: str) -> frozenset[frozenset[str]]:
        """Every two local ids that are no duplicates of each other."""
        groups = self._read().get(account, ())
        lids = ([lid_of(KIND, each) for each in group] for group in groups)
        return frozenset(frozenset(pair) for group in lids for pair in combinations(group, 2))

    def put(self, account: str, ids: Collection[str], about: str) -> None:
        """Put a group aside.

        Raises:
            ApartError: the file cannot be used or written; nothing was changed.
        """
        group = frozenset(ids)
        before = self._fresh()
        if group in before.get(account, ()):
            return
        after = {**before, account: (*before.get(account, ()), group)}
        if self._file is not None:
            lines = lines_of(self._file) or [_HEAD]
            gap = ["\n"] if lines[-1].strip() else []
            _write(self._file, [*lines, *gap, *_table_of(account, ids, about)], after)
        self._groups = after

    def take_back(self, account: str, ids: Collection[str]) -> int:
        """Take every group back that holds one of these; how many there were.

        Raises:
            ApartError: as `put`.
        """
        before = self._fresh()
        mine = before.get(account, ())
        gone = [at for at, group in enumerate(mine) if not group.isdisjoint(ids)]
        after = {**before, account: tuple(group for at, group in enumerate(mine) if at not in gone)}
        if self._file is not None and gone:
            _write(self._file, _without(lines_of(self._file), account, gone), after)
        self._groups = after
        return len(gone)

    def _fresh(self) -> Groups:
        """As the file is now: another window may have written it."""
        if self._file is not None:
            self._groups = load_apart(self._file)
            self._problem = ""
        return self._read()

    def _read(self) -> Groups:
        if self._groups is None:
            self._groups = {}
            if self._file is not None:
                try:
                    self._groups = load_apart(self._file)
                except ApartError as mistake:
                    self._problem = str(mistake)
        return self._groups


def load_apart(file: Path) -> Groups:
    """What the file puts aside; nothing where there is no file.

    Raises:
        ApartError: it cannot be read, is no TOML, or holds something that means nothing.
    """
    text = read_text(file, ApartError)
    return {} if text is None else parse_apart(text, file)


def parse_apart(text: str, file: Path) -> Groups:
    """What a TOML text puts aside; `file` is only named in messages.

    Raises:
        ApartError: as `load_apart`.
    """
    document = parse_toml(text, file, ApartError)
    lines = text.splitlines()
    found: dict[str, tuple[Group, ...]] = {}
    for account, tables in document.items():
        if not isinstance(tables, list):
            at = next((at for at, line in enumerate(lines, 1) if header_of(line.strip())[:1] == (account,)), 1)
            raise ApartError(f"{file}, line {at}: Write [[{toml_string(account)}]] above each group.")
        heads = [f", line {start + 1}" for start, _ in _spans(lines, account)]
        found[account] = tuple(
            _group(table, f"{file}{''.join(heads[number : number + 1])}") for number, table in enumerate(tables)
        )
    return found


def _group(table: object, where: str) -> Group:
    if not isinstance(table, dict):
        raise ApartError(f"{where}: Write the ids of a group under a head of its own.")
    for key in table:
        if key not in _KEYS:
            raise ApartError(f"{where}: There is no key {key!r} in a group. {did_you_mean(key, _KEYS)}")
    ids = table.get("ids")
    if not isinstance(ids, list) or not all(isinstance(each, str) and each for each in ids):
        raise ApartError(f'{where}: ids is a list of ids in quotes, like ["812", "815"].')
    if not 2 <= len(set(ids)) <= MOST_APART:
        raise ApartError(f"{where}: A group has 2 to {MOST_APART} ids.")
    return frozenset(ids)


# Editing.


def _spans(lines: Sequence[str], account: str) -> Iterator[tuple[int, int]]:
    """First line and end of each table of an account; blank lines and comments behind it are not its own."""
    heads = [at for at, line in enumerate(lines) if line.lstrip().startswith("[[")]
    for at, end in zip(heads, [*heads[1:], len(lines)], strict=False):
        if header_of(lines[at].strip()) == (account,):
            while end > at + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
                end -= 1  # noqa: PLW2901 - trimmed
            yield at, end


def _table_of(account: str, ids: Collection[str], about: str) -> list[str]:
    listed = ", ".join(toml_string(each) for each in ids)
    return [f"[[{toml_string(account)}]]\n", f"ids = [{listed}]\n", f"about = {toml_string(about)}\n"]


def _without(lines: Sequence[str], account: str, numbers: Collection[int]) -> list[str]:
    spans = [span for at, span in enumerate(_spans(lines, account)) if at in numbers]
    return [line for at, line in enumerate(lines) if not any(start <= at < end for start, end in spans)]


def _write(file: Path, lines: Sequence[str], wanted: Groups) -> None:
    text = "".join(lines)
    if parse_apart(text, file) != {account: groups for account, groups in wanted.items() if groups}:
        raise ApartError(f"{file} is written in a way that cannot be changed from here. Edit it by hand.")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(file, text)
    except OSError as problem:
        raise ApartError(f"{file} cannot be written ({problem.strerror}). Check the rights of its folder.") from problem

"""The file of saved views: read with care, named precisely where it is wrong, and edited without losing its comments.

    [expenses."train tickets"]
    query = "category:travel train date:this-year sort:-amount"
    columns = ["date", "text", "amount", "currency"]
    group = "project"

    [invoices.drafts]
    shown = false

A table with the name of a shipped view takes its place; `shown = false` hides one. Source: product.md section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from kworkbench.config_edit import lines_of, replace_file, toml_string
from kworkbench.domain.catalog import Resource
from kworkbench.domain.nearest import did_you_mean
from kworkbench.domain.query import QueryError, parse_query
from kworkbench.domain.resources import RESOURCES
from kworkbench.domain.views import LONGEST_NAME, View, groupable
from kworkbench.toml_files import header_of, parse_toml, read_text

_KEYS = ("query", "columns", "group", "shown")


Lists = Callable[[str], Sequence[Resource]]
"""A list by its name, as each provider has it: a view may use the filters of any."""


class ViewFileError(Exception):
    """The file of views cannot be used; the message names the file, the line and what to write instead."""


class _MistakeError(ValueError):
    """A value that means nothing where it stands."""


def load_views(file: Path, today: date, lists: Lists) -> tuple[View, ...]:
    """Every view of the file, in its order; none where there is no file.

    Raises:
        ViewFileError: it cannot be read, is no TOML, or holds something that means nothing.
    """
    text = read_text(file, ViewFileError)
    return () if text is None else parse_views(text, file, today, lists)


def parse_views(text: str, file: Path, today: date, lists: Lists) -> tuple[View, ...]:
    """The views in a TOML text; `file` is only named in messages.

    Raises:
        ViewFileError: as `load_views`.
    """
    document = parse_toml(text, file, ViewFileError)
    return _Reading(text, file, today, lists).views(document)


def save_view(file: Path, view: View, today: date, lists: Lists) -> tuple[View, ...]:
    """Put a view into the file, new or in the place of the one with its name; all else stays as it is written.

    Raises:
        ViewFileError: the file cannot be used or written.
    """
    before = load_views(file, today, lists)
    lines = _with_table(lines_of(file), view)
    text = "".join(lines)
    after = parse_views(text, file, today, lists)
    if set(after) != {*(each for each in before if each.key != view.key), view}:
        raise ViewFileError(f"{file} is written in a way that cannot be changed from here. Edit it by hand.")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(file, text)
    except OSError as problem:
        raise ViewFileError(
            f"{file} cannot be written ({problem.strerror}). Check the rights of its folder."
        ) from problem
    return after


class _Reading:
    """One reading of one file: knows where a key stands, for the messages."""

    def __init__(self, text: str, file: Path, today: date, lists: Lists) -> None:
        self._lists = lists
        self._lines = text.splitlines()
        self._file = file
        self._today = today

    def views(self, document: Mapping[str, object]) -> tuple[View, ...]:
        found: list[View] = []
        for name, tables in document.items():
            if name not in RESOURCES:
                raise self._wrong((name,), None, f"There is no list {name!r}. {did_you_mean(name, RESOURCES)}")
            if not isinstance(tables, dict):
                raise self._wrong((name,), None, f'{name} holds views. Write [{name}."a name"] above their keys.')
            found += [self._view(RESOURCES[name], title, table) for title, table in tables.items()]
        return tuple(found)

    def _view(self, resource: Resource, name: str, table: object) -> View:
        path = (resource.name, name)
        if not isinstance(table, dict):
            raise self._wrong(
                (resource.name,), name, f"{name} is a view. Write [{resource.name}.{name}] above its keys."
            )
        if not name.strip() or len(name) > LONGEST_NAME:
            raise self._wrong(path, None, f"The name of a view has 1 to {LONGEST_NAME} characters.")
        for key in table:
            if key not in _KEYS:
                raise self._wrong(path, key, f"There is no key {key!r} in a view. {did_you_mean(key, _KEYS)}")
        try:
            key = "query"
            query = _query(table.get(key, ""), self._lists(resource.name), self._today)
            key = "columns"
            columns = _columns(table.get(key, []), resource)
            key = "group"
            group = _group(table.get(key, ""), resource)
            key = "shown"
            shown = _yes_no(table.get(key, True))
        except _MistakeError as problem:
            raise self._wrong(path, key, f"{key}: {problem}") from None
        return View(resource.name, name, query, columns, group, shown=shown)

    def _wrong(self, path: tuple[str, ...], key: str | None, sentence: str) -> ViewFileError:
        line = self._line(path, key)
        return ViewFileError(f"{self._file}{'' if line is None else f', line {line}'}: {sentence}")

    def _line(self, path: tuple[str, ...], key: str | None) -> int | None:
        """Where the key stands, or its table, as far as a plain look at the lines tells."""
        table: int | None = None
        inside = False
        for number, line in enumerate(self._lines, start=1):
            text = line.strip()
            if text.startswith("["):
                header = header_of(text)
                inside = header == path
                if inside or (table is None and header[: len(path)] == path):
                    table = number
            elif inside and key is not None and text.partition("=")[0].strip().strip("\"'") == key:
                return number
            elif table is None and len(path) == 1 and text.partition("=")[0].strip() == path[0]:
                table = number
        return table


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _MistakeError("this is a text. Put it in quotes.")
    return value


def _query(value: object, lists: Sequence[Resource], today: date) -> str:
    """A text that is a query of one provider at least."""
    text = _text(value)
    mistakes = [problem for resource in lists if (problem := _mistake(text, resource, today)) is not None]
    if len(mistakes) == len(lists):
        raise _MistakeError(mistakes[0].message)
    return text


def _mistake(text: str, resource: Resource, today: date) -> QueryError | None:
    try:
        parse_query(text, resource, today=today)
    except QueryError as problem:
        return problem
    return None


def _columns(value: object, resource: Resource) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _MistakeError(f'this is a list of columns, like ["{resource.order[0]}", "{resource.order[1]}"].')
    names = tuple(_text(each) for each in value)
    for name in names:
        if name not in resource.order:
            raise _MistakeError(f"{resource.title} have no column {name!r}. {did_you_mean(name, resource.order)}")
        if names.count(name) > 1:
            raise _MistakeError(f"{name} stands there twice.")
    return names


def _group(value: object, resource: Resource) -> str:
    name = _text(value)
    if name and name not in groupable(resource):
        raise _MistakeError(f"nothing is grouped by {name!r}. {did_you_mean(name, groupable(resource))}")
    return name


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise _MistakeError("this is true or false, without quotes.")
    return value


# Editing.


def _with_table(lines: Sequence[str], view: View) -> list[str]:
    """The lines with the view's own table; blank lines and comments before the next table are not its own."""
    starts = (at for at, line in enumerate(lines) if header_of(line.strip()) == view.key)
    start = next(starts, None)
    if start is None:
        gap = ["\n"] if lines and lines[-1].strip() else []
        return [*lines, *gap, *_table_of(view)]
    end = next((at for at in range(start + 1, len(lines)) if lines[at].lstrip().startswith("[")), len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return [*lines[:start], *_table_of(view), *lines[end:]]


def _table_of(view: View) -> list[str]:
    columns = ", ".join(toml_string(name) for name in view.columns)
    said = [f"query = {toml_string(view.query)}\n"]
    said += [f"columns = [{columns}]\n"] if view.columns else []
    said += [f"group = {toml_string(view.group)}\n"] if view.group else []
    said += ["shown = false\n"] if not view.shown else []
    return [f"[{view.resource}.{toml_string(view.name)}]\n", *said]

"""TOML files that a person can edit, as text and as a document; each mistake becomes the caller's own kind of error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

Toml: TypeAlias = Mapping[str, object]


def read_text(file: Path, error: type[Exception]) -> str | None:
    """What stands in a file; None where there is none.

    Raises:
        error: it cannot be read, or is no text; the message names the file and what to do.
    """
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise error(f"{file} cannot be read ({problem.strerror}). Check its place and its rights.") from problem
    except UnicodeDecodeError as problem:
        raise error(f"{file} is not UTF-8 text, from byte {problem.start} on. Save it as UTF-8.") from problem


def parse_toml(text: str, file: Path, error: type[Exception]) -> Toml:
    """The document in a text; `file` is only named in messages.

    Raises:
        error: the text is no TOML; the message names the place.
    """
    import tomllib  # noqa: PLC0415 - most homes have no such file, and the first paint waits for this module

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise error(f"{file} is not valid TOML: {problem}.") from problem


def header_of(line: str) -> tuple[str, ...]:
    """The path a TOML table header names: `[connections.books]` is `("connections", "books")`; empty for no header."""
    import tomllib  # noqa: PLC0415 - as above

    try:
        table: object = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    path: list[str] = []
    while isinstance(table, dict) and len(table) == 1:
        key, table = next(iter(table.items()))
        path.append(key)
    return tuple(path)

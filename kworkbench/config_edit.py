"""Changes of the configuration file that leave everything else in it, comments included, as a person wrote it.

The lines of one table are replaced, added or removed. What comes out is read again and must mean exactly what was
wanted, else nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from kworkbench.config import Config, ConfigError, load, parse
from kworkbench.domain.connections import SANDBOXES, Connection
from kworkbench.lean import replace
from kworkbench.toml_files import header_of

Lines = list[str]


def add_connection(file: Path, connection: Connection, *, make_default: bool) -> Config:
    """Store a connection, new or changed.

    Raises:
        ConfigError: the file cannot be read or written.
    """
    wanted = load(file).stored(connection)
    if make_default:
        wanted = replace(wanted, default=connection.name)
    lines = _with_table(lines_of(file), connection)
    return _write(file, _with_default(lines, connection.name) if make_default else lines, wanted)


def remove(file: Path, name: str) -> Config:
    """Take a connection out; the first built-in one becomes the default in place of it.

    Raises:
        ConfigError: as `add_connection`; also for a built-in connection.
        UnknownConnectionError: no connection has that name.
    """
    before = load(file)
    _own(before.connection(name))
    kept = tuple(each for each in before.connections if each.name != name)
    lines = _without_table(lines_of(file), name)
    if before.default != name:
        return _write(file, lines, replace(before, connections=kept))
    return _write(file, _with_default(lines, None), replace(before, connections=kept, default=SANDBOXES[0].name))


def rename(file: Path, name: str, new: str) -> Config:
    """Give a connection another name, in its place.

    Raises:
        ConfigError: as `remove`; also when the new name is taken.
        UnknownConnectionError: no connection has the old name.
    """
    before = load(file)
    connection = before.connection(name)
    _own(connection)
    if new in before.names:
        raise ConfigError(f"There is a connection {new} already. Choose another name.")
    kept = tuple(replace(each, name=new) if each.name == name else each for each in before.connections)
    wanted = replace(before, connections=kept, default=new if before.default == name else before.default)
    lines = [
        f"{_header(new)}\n" if header_of(line.strip()) == ("connections", name) else line for line in lines_of(file)
    ]
    return _write(file, _with_default(lines, new) if before.default == name else lines, wanted)


def use(file: Path, name: str) -> Config:
    """Make a connection the default one.

    Raises:
        ConfigError: as `add_connection`.
        UnknownConnectionError: no connection has that name.
    """
    before = load(file)
    before.connection(name)
    return _write(file, _with_default(lines_of(file), name), replace(before, default=name))


def _own(connection: Connection) -> None:
    if connection in SANDBOXES or connection.sandbox:
        raise ConfigError(f"{connection.name} is built in. It can be neither removed nor renamed.")


def lines_of(file: Path) -> Lines:
    """The lines of a text file, each with its end; none where there is no file.

    Raises:
        OSError, UnicodeDecodeError: it cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [line if line.endswith("\n") else f"{line}\n" for line in text.splitlines(keepends=True)]


def _span(lines: Sequence[str], name: str) -> tuple[int, int] | None:
    """First line and end of a connection's table; blank lines and comments before the next table are not its own."""
    for start, line in enumerate(lines):
        if header_of(line.strip()) == ("connections", name):
            end = next((at for at in range(start + 1, len(lines)) if lines[at].lstrip().startswith("[")), len(lines))
            while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
                end -= 1
            return start, end
    return None


def _with_table(lines: Lines, connection: Connection) -> Lines:
    span = _span(lines, connection.name)
    if span is None:
        gap = ["\n"] if lines and lines[-1].strip() else []
        return [*lines, *gap, *_table_of(connection)]
    return [*lines[: span[0]], *_table_of(connection), *lines[span[1] :]]


def _without_table(lines: Lines, name: str) -> Lines:
    span = _span(lines, name)
    if span is None:
        return lines
    before = lines[: span[0]]
    while before and not before[-1].strip():
        before.pop()
    return [*before, *lines[span[1] :]]


def _with_default(lines: Lines, name: str | None) -> Lines:
    top = next((at for at, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    kept = [line for line in lines[:top] if line.partition("=")[0].strip() != "default"]
    said = [] if name is None else [f"default = {toml_string(name)}\n"]
    rest = lines[top:]
    gap = ["\n"] if said and rest and not (kept and not kept[-1].strip()) and not kept else []
    return [*said, *gap, *kept, *rest]


def _table_of(connection: Connection) -> Lines:
    pairs: tuple[tuple[str, str | int | None], ...] = (
        ("provider", connection.provider),
        ("base_url", connection.base_url),
        ("organization_id", connection.organization_id),
        ("organization", connection.organization or None),
        ("user_id", connection.user_id or None),
        ("writable", connection.writable),
        ("client_id", connection.client_id or None),
        ("callback_port", connection.callback_port or None),
    )
    said = [f"{key} = {_plain(value)}\n" for key, value in pairs if value is not None and not connection.sandbox]
    if connection.closed_until is not None:
        said.append(f"closed_until = {connection.closed_until.isoformat()}\n")
    if not connection.marker:
        said.append("marker = false\n")
    if connection.expense_marker:
        said.append("expense_marker = true\n")
    if connection.send_again:
        said.append("send_again = true\n")
    return [f"{_header(connection.name)}\n", *said]


def _header(name: str) -> str:
    return f"[connections.{name}]" if "." not in name else f"[connections.{toml_string(name)}]"


def _plain(value: str | int) -> str:
    return toml_string(value) if isinstance(value, str) else str(value).lower()


def toml_string(text: str) -> str:
    """A TOML basic string; whatever is no plain character is written as an escape."""
    return '"' + "".join(_character(each) for each in text) + '"'


def _character(each: str) -> str:
    if each in '"\\':
        return f"\\{each}"
    return each if each.isprintable() else f"\\U{ord(each):08x}"


def _write(file: Path, lines: Lines, wanted: Config) -> Config:
    text = "".join(lines)
    if not _means(text, file, wanted):
        raise ConfigError(f"{file} is written in a way that cannot be changed from here. Edit it by hand.")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(file, text)
    except OSError as problem:
        raise ConfigError(
            f"{file} cannot be written ({problem.strerror}). Check the rights of its folder."
        ) from problem
    return wanted


def _means(text: str, file: Path, wanted: Config) -> bool:
    try:
        return parse(text, file) == wanted
    except ConfigError:
        return False


def replace_file(file: Path, text: str) -> None:
    """Put a text in the place of a file in one durable step, readable by the owner only.

    Raises:
        OSError: the folder cannot be written or the disk is full; the old file stands.
    """
    new = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)

"""What `doctor` looks at: each check gives lines of `ok`, `warn` or `fail` with a sentence."""

from __future__ import annotations

import os
import platform
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kworkbench import __version__
from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.signing import described, who
from kworkbench.cli.state import Run
from kworkbench.credentials import CredentialError, NoKeyringError
from kworkbench.domain.connections import Connection
from kworkbench.lean import dataclass

OLDEST_PYTHON = (3, 11)
PACKAGES = (
    "textual",
    "httpx",
    "pydantic",
    "starlette",
    "click",
    "platformdirs",
    "keyring",
    "babel",
    "rapidfuzz",
    "uvicorn",
)
SMALLEST = (60, 16)


class Health(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor`."""

    health: Health
    sentence: str


def runtime() -> Iterator[Finding]:
    """Python, the program and its packages."""
    running = f"Python {platform.python_version()} on {platform.system()}, SQLite {sqlite3.sqlite_version}."
    yield Finding(Health.OK if sys.version_info >= OLDEST_PYTHON else Health.FAIL, running)
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield Finding(Health.OK, f"kworkbench {__version__} with {', '.join(found)}.")
    if missing:
        yield Finding(Health.FAIL, f"Packages are missing: {', '.join(missing)}. Install kworkbench again.")


def folders(run: Run) -> Iterator[Finding]:
    """Each folder: there, writable, closed to others."""
    for folder in run.paths.folders:
        if not folder.exists():
            yield _missing(folder)
        elif not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            yield Finding(Health.FAIL, f"{folder} is not a folder that can be written. Check its rights.")
        elif stat.S_IMODE(folder.stat().st_mode) & 0o077 and os.name == "posix":
            yield Finding(Health.WARN, f"{folder} can be read by others. Run chmod 700 on it.")
        else:
            yield Finding(Health.OK, f"{folder} is writable, and closed to others.")


def _missing(folder: Path) -> Finding:
    """A folder that is not there: the nearest one above it that is must let it be made."""
    above = next(parent for parent in folder.parents if parent.exists())
    if above.is_dir() and os.access(above, os.W_OK | os.X_OK):
        return Finding(Health.OK, f"{folder} is not there yet and is made when it is needed.")
    advice = "Free the place, or set KWORKBENCH_HOME to a folder that can be written"
    return Finding(Health.FAIL, f"{folder} cannot be made below {above}. {advice}.")


def configuration(run: Run) -> Iterator[Finding]:
    """The configuration file."""
    try:
        config = run.config
    except CommandError as problem:
        yield Finding(Health.FAIL, str(problem))
        return
    yield Finding(Health.OK, f"{len(config.connections)} connections, the default is {config.default}.")


def databases(run: Run) -> Iterator[Finding]:
    """Whether each database is whole."""
    kept = "Keep a copy of the file; the next start sets it aside and begins a new one"
    for file, advice in (
        (run.paths.outbox, kept),
        (run.paths.cached, "It is made anew from the servers at the next start"),
        (run.paths.sandbox, "Run `kworkbench sandbox reset`"),
    ):
        if not file.exists():
            yield Finding(Health.OK, f"{file.name} is not there yet.")
        elif problem := _damage(file):
            yield Finding(Health.FAIL, f"{file} is damaged ({problem}). {advice}.")
        else:
            yield Finding(Health.OK, f"{file.name} is whole ({file.stat().st_size / 1_000_000:.1f} MB).")


def _damage(file: Path) -> str:
    """What is wrong with a database; empty when it is whole."""
    try:
        db = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=2.0)
    except sqlite3.Error as problem:
        return str(problem)
    try:
        answer = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as problem:
        return str(problem)
    finally:
        db.close()
    return "" if answer == "ok" else answer


def keyring(run: Run) -> Iterator[Finding]:
    """Where tokens can be kept."""
    try:
        yield Finding(Health.OK, f"Tokens are kept in {run.credentials.keyring_name()}.")
    except NoKeyringError:
        yield Finding(
            Health.WARN, "There is no keyring. Set KWORKBENCH_TOKEN for each run, or connect with --store file."
        )
    except CredentialError as problem:
        yield Finding(Health.WARN, str(problem))
    tokens = run.paths.tokens
    if tokens.exists() and stat.S_IMODE(tokens.stat().st_mode) & 0o077 and os.name == "posix":
        yield Finding(Health.FAIL, f"{tokens} can be read by others. Run chmod 600 on it.")


def servers(run: Run) -> Iterator[Finding]:
    """Whether each connection's server answers and knows who is signed in."""
    if run.start.offline:
        yield Finding(Health.OK, "No server was asked: --offline.")
        return
    try:
        connections = run.config.connections
    except CommandError:
        return
    for connection in connections:
        yield _server(run, connection)


def _server(run: Run, connection: Connection) -> Finding:
    name = connection.name
    try:
        found = run.credentials.token(connection, chosen=run.chosen(connection))
        if found is None and connection.live:
            return Finding(Health.WARN, f"{name} has no token here. Run `kworkbench connect {connection.provider}`.")
        identity = who(run, connection, found.secret if found else None)
    except CredentialError as problem:
        return Finding(Health.FAIL, f"{name}: {problem}")
    except CommandError as problem:
        return Finding(Health.WARN if problem.exit is Exit.OFFLINE else Health.FAIL, str(problem))
    return Finding(Health.OK, f"{name} answers: signed in as {described(identity)}.")


def terminal(width: int | None, height: int | None, environ: Mapping[str, str]) -> Iterator[Finding]:
    """What the screens would be drawn on."""
    if width is None or height is None:
        yield Finding(Health.OK, "This is no terminal: the commands work, the workbench needs one.")
        return
    colour = "without colour (NO_COLOR)" if environ.get("NO_COLOR") else f"colours of {environ.get('TERM', 'unknown')}"
    size = f"The terminal has {width} x {height} cells, {colour}."
    small = width < SMALLEST[0] or height < SMALLEST[1]
    yield Finding(Health.WARN if small else Health.OK, size + (" The workbench needs 60 x 16." if small else ""))
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        yield Finding(
            Health.WARN, f"The terminal's text is {encoding or 'unknown'}. Set a UTF-8 locale to see every mark."
        )


Check = Callable[[Run], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (folders, configuration, databases, keyring, servers)

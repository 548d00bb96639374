"""A run of the command line with everything around it replaced: streams, keyring, server, clock."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kworkbench.cli.console import Console
from kworkbench.cli.main import run_command
from kworkbench.cli.ports import (
    Books,
    Opening,
    Ports,
    Resetting,
    Serving,
    Timing,
    TokenRefusedError,
    UnreachableError,
)
from kworkbench.cli.start import Start
from kworkbench.cli.state import Run
from kworkbench.credentials import Credentials, Keyring, NoKeyringError
from kworkbench.domain.connections import Connection
from kworkbench.domain.secret import Secret
from kworkbench.paths import Paths, find

TOKEN = "t0ken-of-the-test"
"""No output may ever hold it."""


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class MemoryKeyring:
    """A keyring in a dict."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service_name: str, username: str) -> str | None:
        return self.kept.get((service_name, username))

    def set_password(self, service_name: str, username: str, password: str) -> None:
        self.kept[(service_name, username)] = password

    def delete_password(self, service_name: str, username: str) -> None:
        del self.kept[(service_name, username)]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a token signs in."""

    user_id: str = "12"
    user: str = "Ada Example"
    organization: str = "Harbour Agency"


@dataclass
class World:
    """What lies around the command line, and what it did there."""

    home: Path
    keyring: MemoryKeyring | None = field(default_factory=MemoryKeyring)
    environ: dict[str, str] = field(default_factory=dict)
    books: Callable[[Opening], Books] | None = None
    people: dict[str, Person] = field(default_factory=lambda: {TOKEN: Person()})
    unreachable: bool = False
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    opened: list[Opening] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    served: list[Serving] = field(default_factory=list)
    resets: list[Resetting] = field(default_factory=list)
    started: list[Start] = field(default_factory=list)
    serve_error: Exception | None = None
    browse: Callable[[Connection, Secret | None, Callable[[str], None]], Secret] = lambda *_: Secret(TOKEN)
    browsed: list[tuple[Connection, Secret | None]] = field(default_factory=list)
    seconds: float = 0.0
    on_pause: Callable[[], None] = lambda: None

    @property
    def paths(self) -> Paths:
        return find({"KWORKBENCH_HOME": str(self.home)})

    def config(self, text: str) -> None:
        self.paths.create()
        self.paths.config_file.write_text(text, encoding="utf-8")

    def ports(self) -> Ports:
        return Ports(
            workbench=self._workbench,
            open=self._open,
            who=self._who,
            browse=self._browse,
            forget=lambda connection: self.forgotten.append(connection.name),
            serve=self._serve,
            reset=self.resets.append,
            timing=Timing(lambda: self.seconds, self._pause),
        )

    def load_keyring(self) -> Keyring:
        if self.keyring is None:
            raise NoKeyringError("This machine has no keyring.")
        return self.keyring

    def _workbench(self, start: Start) -> int:
        self.started.append(start)
        return 0

    @contextmanager
    def _open(self, opening: Opening) -> Iterator[Books]:
        self.opened.append(opening)
        assert self.books is not None
        yield self.books(opening)

    def _who(self, connection: Connection, secret: Secret | None) -> Person:
        self.asked.append((connection.origin, secret.reveal() if secret else None))
        if self.unreachable:
            raise UnreachableError("No connection to the server (refused).")
        if connection.sandbox:
            return Person("1", "Sam Sample", "")
        person = self.people.get(secret.reveal() if secret else "")
        if person is None:
            raise TokenRefusedError(f"{connection.name} does not accept the token.")
        return person

    def _browse(self, connection: Connection, secret: Secret | None, tell: Callable[[str], None]) -> Secret:
        self.browsed.append((connection, secret))
        return self.browse(connection, secret, tell)

    def _serve(self, serving: Serving) -> None:
        self.served.append(serving)
        if self.serve_error is not None:
            raise self.serve_error

    def _pause(self, seconds: float) -> None:
        self.seconds += seconds
        self.on_pause()


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str


def run(
    world: World,
    *arguments: str,
    typed: str = "",
    terminal: bool = False,
    secret: str = TOKEN,
    environ: Mapping[str, str] | None = None,
    width: int | None = None,
) -> Result:
    """Run one command line; `typed` is stdin, `secret` what is typed where it is not shown."""
    out, err = io.StringIO(), Terminal() if terminal else io.StringIO()
    console = Console(out, err, io.StringIO(typed), terminal, width, lambda _: secret)
    credentials = Credentials(
        {**world.environ, **(environ or {})}, world.paths.tokens, load=world.load_keyring, run=lambda _: f"{TOKEN}\n"
    )
    status = run_command(arguments, Run(world.ports(), console, world.paths, credentials))
    assert TOKEN not in out.getvalue() + err.getvalue()
    return Result(status, out.getvalue(), err.getvalue())

"""What every command is given: streams, folders, configuration, tokens and the way into the rest of the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import NoReturn

from kworkbench.cli.console import Console
from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.ports import Books, Opening, Ports
from kworkbench.cli.start import Start
from kworkbench.config import Config, ConfigError, UnknownConnectionError, load
from kworkbench.credentials import CredentialError, Credentials
from kworkbench.domain.changes import Change
from kworkbench.domain.connections import Connection
from kworkbench.lean import dataclass, field, replace
from kworkbench.paths import HomeError, Paths
from kworkbench.services.changes import NotPossible
from kworkbench.store.failing import SaveError


@dataclass
class Run:
    """One run of the command line. `start` is completed by the options of the command."""

    ports: Ports
    console: Console
    paths: Paths
    credentials: Credentials
    start: Start = field(default_factory=Start)

    @cached_property
    def config(self) -> Config:
        """The configuration as the file says now.

        Raises:
            CommandError: the file cannot be used.
        """
        try:
            return load(self.paths.config_file)
        except ConfigError as problem:
            raise CommandError(str(problem), Exit.USAGE) from None

    def connection(self, name: str | None = None) -> Connection:
        """The connection of that name, else of `--connection`, else the default one.

        Raises:
            CommandError: there is none of that name, or the configuration cannot be used.
        """
        try:
            return self.config.connection(name or self.start.connection)
        except UnknownConnectionError as problem:
            raise CommandError(str(problem), Exit.USAGE) from None

    def chosen(self, connection: Connection) -> bool:
        """True when a token of the environment may go to that connection."""
        return connection.name == self.connection().name

    def add(self, connection: str | None, *, read_only: bool, offline: bool) -> None:
        """Take the options that stood after the command; they win over those before it."""
        self.start = replace(
            self.start,
            connection=connection or self.start.connection,
            read_only=read_only or self.start.read_only,
            offline=offline or self.start.offline,
        )

    def own_changes(self, books: Books) -> tuple[Change, ...]:
        """All changes ever made for the chosen connection's account, newest first."""
        told = books.changes.whole_journal().result()
        return tuple(change for change in told if change.account == books.connection.account)

    @contextmanager
    def books(self, *, engine: bool = True) -> Iterator[Books]:
        """The chosen connection, open.

        Raises:
            CommandError: in place of every error that a service tells in a sentence.
        """
        connection = self.connection()
        opening = Opening(
            connection,
            chosen=True,
            read_only=self.start.read_only or not connection.writable,
            offline=self.start.offline,
            engine=engine,
        )
        try:
            self.paths.create()
            with self.ports.open(opening) as books:
                yield books
        except (SaveError, HomeError, CredentialError, ConfigError, NotPossible) as problem:
            fail(problem)


_EXITS: tuple[tuple[type[Exception], Exit], ...] = (
    (SaveError, Exit.OFFLINE),
    (HomeError, Exit.OFFLINE),
    (CredentialError, Exit.SIGN_IN),
    (ConfigError, Exit.USAGE),
    (UnknownConnectionError, Exit.USAGE),
    (NotPossible, Exit.REFUSED),
)


def fail(problem: Exception) -> NoReturn:
    """End the command with the sentence of a known error and the status that belongs to its kind."""
    for kind, status in _EXITS:
        if isinstance(problem, kind):
            raise CommandError(str(problem), status) from problem
    raise problem

"""Tokens: where they come from and where they may be kept.

Source: product.md section 11; sync-engine.md section 8 ("Secrets"). A token from the environment is never stored
and goes only to the connection that was chosen. A stored one is filed under the connection's name and origin, so that
a changed base URL does not find it.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from kworkbench.config_edit import replace_file
from kworkbench.domain.connections import Connection
from kworkbench.domain.secret import Secret, is_word
from kworkbench.lean import dataclass

V = TypeVar("V")

SERVICE = "kworkbench"
TOKEN = "KWORKBENCH_TOKEN"  # noqa: S105 - the name of a variable
TOKEN_COMMAND = "KWORKBENCH_TOKEN_COMMAND"  # noqa: S105 - the name of a variable
CLIENT_SECRET = "KWORKBENCH_CLIENT_SECRET"  # noqa: S105 - the name of a variable
COMMAND_SECONDS = 60


class CredentialError(Exception):
    """A token cannot be had or kept; the message says what to do and never holds one."""


class NoKeyringError(CredentialError):
    """This machine has no keyring that the program could use."""


class Source(StrEnum):
    """Where a token was found, in words for a sentence."""

    VARIABLE = TOKEN
    COMMAND = TOKEN_COMMAND
    KEYRING = "the keyring"
    FILE = "the token file"
    TYPED = "what was typed"
    BROWSER = "the browser"

    @property
    def environment(self) -> bool:
        """True for a token that is never stored."""
        return self in (Source.VARIABLE, Source.COMMAND)

    @property
    def kept(self) -> bool:
        """True for a token that an earlier run has stored."""
        return self in (Source.KEYRING, Source.FILE)


class Store(StrEnum):
    """Where `connect` keeps a token."""

    KEYRING = "keyring"
    FILE = "file"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Found:
    """A token and where it came from."""

    secret: Secret
    source: Source


class Keyring(Protocol):
    """What is used of the `keyring` package."""

    def get_password(self, service_name: str, username: str) -> str | None:
        """The stored text, or None."""

    def set_password(self, service_name: str, username: str, password: str) -> None:
        """Store it."""

    def delete_password(self, service_name: str, username: str) -> None:
        """Forget it."""


Load = Callable[[], Keyring]
Run = Callable[[list[str]], str]


def system_keyring() -> Keyring:
    """The keyring of this machine, imported only when it is needed.

    Raises:
        NoKeyringError: there is none.
    """
    import keyring  # noqa: PLC0415 - slow, and most starts need none
    from keyring.backends import fail  # noqa: PLC0415

    backend = keyring.get_keyring()
    if isinstance(backend, fail.Keyring):
        raise NoKeyringError("This machine has no keyring.")
    return backend


def run_command(words: list[str]) -> str:
    """What a command prints; its own messages go to the terminal.

    Raises:
        CredentialError: it cannot be started, fails or takes longer than a minute.
    """
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, check=False, timeout=COMMAND_SECONDS)  # noqa: S603
    except OSError as problem:
        raise CredentialError(f"{TOKEN_COMMAND} cannot be run ({problem.strerror}). Check its first word.") from None
    except subprocess.TimeoutExpired:
        raise CredentialError(f"{TOKEN_COMMAND} gave no token within {COMMAND_SECONDS} s. Try it by hand.") from None
    if done.returncode:
        raise CredentialError(f"{TOKEN_COMMAND} ended with status {done.returncode}. Try it by hand.")
    return done.stdout.decode("utf-8", "replace")


def check_token(text: str, source: str) -> Secret:
    """The first line of `text` as a token.

    Raises:
        CredentialError: empty, too long, or no text that a header can carry.
    """
    line = next(iter(text.strip().splitlines()), "").strip()
    if not line:
        raise CredentialError(f"There is no token in {source}. Copy it from your account's settings at the provider.")
    if not is_word(line):
        raise CredentialError(f"What {source} holds is no token: a token is one word of plain characters.")
    return Secret(line)


class Credentials:
    """The tokens of one home."""

    def __init__(
        self, environ: Mapping[str, str], file: Path, *, load: Load = system_keyring, run: Run = run_command
    ) -> None:
        self._environ = environ
        self._file = file
        self._load = load
        self._run = run

    def token(self, connection: Connection, *, chosen: bool) -> Found | None:
        """The token of a connection: from the environment when it is the `chosen` one, else a stored one, else None.

        The embedded sandbox needs none.

        Raises:
            CredentialError: the environment's command failed, or the stored token cannot be read.
        """
        if connection.sandbox:
            return None
        return (self.from_environment() if chosen else None) or self.stored(connection)

    def from_environment(self) -> Found | None:
        """The token of `KWORKBENCH_TOKEN`, else the one that `KWORKBENCH_TOKEN_COMMAND` prints.

        Raises:
            CredentialError: the command failed, or what is there is no token.
        """
        if text := self._environ.get(TOKEN):
            return Found(check_token(text, TOKEN), Source.VARIABLE)
        command = self._environ.get(TOKEN_COMMAND)
        if not command:
            return None
        try:
            words = shlex.split(command)
        except ValueError as problem:
            raise CredentialError(f"{TOKEN_COMMAND} is not a command ({problem}). Check its quotes.") from None
        if not words:
            return None
        return Found(check_token(self._run(words), f"the output of {TOKEN_COMMAND}"), Source.COMMAND)

    @property
    def environment(self) -> str:
        """The variable that a token of this run comes from, empty where none is set; nothing is run for it."""
        return next((name for name in (TOKEN, TOKEN_COMMAND) if self._environ.get(name)), "")

    def client_secret(self) -> Secret | None:
        """The secret of the application that signs people in, from `KWORKBENCH_CLIENT_SECRET`, or None.

        Raises:
            CredentialError: what is there can be no secret.
        """
        text = self._environ.get(CLIENT_SECRET, "").strip()
        if text and not is_word(text):
            raise CredentialError(f"What {CLIENT_SECRET} holds is no secret: that is one word of plain characters.")
        return Secret(text) if text else None

    def stored(self, connection: Connection) -> Found | None:
        """The token kept in the token file or the keyring, or None.

        Raises:
            CredentialError: the keyring or the file refuses.
        """
        if text := self._filed().get(_entry(connection)):
            return Found(check_token(text, Source.FILE), Source.FILE)
        try:
            kept = _asking(lambda: self._load().get_password(SERVICE, _entry(connection)))
        except NoKeyringError:
            return None
        return Found(check_token(kept, Source.KEYRING), Source.KEYRING) if kept else None

    def usual_store(self, connection: Connection) -> Store:
        """Where a token of a connection is kept if nothing is said: in the file if one is there, else the keyring.

        Raises:
            CredentialError: the file cannot be read.
        """
        return Store.FILE if _entry(connection) in self._filed() else Store.KEYRING

    def keep(self, connection: Connection, secret: Secret, store: Store) -> None:
        """Store a token.

        Raises:
            NoKeyringError: the keyring was asked for and there is none.
            CredentialError: the keyring or the file refuses.
        """
        if store is Store.FILE:
            self._write({**self._filed(), _entry(connection): secret.reveal()})
        elif store is Store.KEYRING:
            _asking(lambda: self._load().set_password(SERVICE, _entry(connection), secret.reveal()))
            self._unfile(connection)

    def forget(self, connection: Connection) -> None:
        """Remove the stored token, wherever it is; nothing happens when there is none.

        Raises:
            CredentialError: the keyring or the file refuses.
        """
        self._unfile(connection)
        try:
            ring = self._load()
        except NoKeyringError:
            return
        if _asking(lambda: ring.get_password(SERVICE, _entry(connection))) is not None:
            _asking(lambda: ring.delete_password(SERVICE, _entry(connection)))

    def move(self, connection: Connection, renamed: Connection) -> None:
        """File the stored token under a new name.

        Raises:
            CredentialError: the keyring or the file refuses.
        """
        found = self.stored(connection)
        if found is not None:
            self.keep(renamed, found.secret, Store.FILE if found.source is Source.FILE else Store.KEYRING)
            self.forget(connection)

    def keyring_name(self) -> str:
        """The name of the keyring in use, for `doctor`.

        Raises:
            NoKeyringError: there is none.
        """
        backend = type(self._load())
        return f"{backend.__module__}.{backend.__qualname__}"

    def _filed(self) -> dict[str, str]:
        try:
            document: object = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as problem:
            raise CredentialError(f"{self._file} cannot be read. Remove it and connect again.") from problem
        if not isinstance(document, dict):
            raise CredentialError(f"{self._file} holds no tokens. Remove it and connect again.")
        return {str(name): token for name, token in document.items() if isinstance(token, str)}

    def _unfile(self, connection: Connection) -> None:
        filed = self._filed()
        if filed.pop(_entry(connection), None) is not None:
            self._write(filed)

    def _write(self, filed: Mapping[str, str]) -> None:
        try:
            if filed:
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                replace_file(self._file, json.dumps(filed, indent=1))
            else:
                self._file.unlink(missing_ok=True)
        except OSError as problem:
            raise CredentialError(
                f"{self._file} cannot be written ({problem.strerror}). Check its folder."
            ) from problem


def _entry(connection: Connection) -> str:
    return f"{connection.name} {connection.origin}"


def _asking(ask: Callable[[], V]) -> V:
    """Run something that needs the keyring and put its own errors into a sentence."""
    from keyring import errors  # noqa: PLC0415 - slow, and most starts need none

    try:
        return ask()
    except errors.NoKeyringError as problem:
        raise NoKeyringError("This machine has no keyring.") from problem
    except errors.KeyringError as problem:
        raise CredentialError(
            f"The keyring refused ({type(problem).__name__}). Unlock it, or set {TOKEN} for this run."
        ) from None

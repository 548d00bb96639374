from __future__ import annotations

import json
import pickle
import stat
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from keyring import errors
from keyring.backends import fail

from kworkbench.credentials import (
    CredentialError,
    Credentials,
    Found,
    Keyring,
    NoKeyringError,
    Source,
    Store,
    check_token,
    run_command,
    system_keyring,
)
from kworkbench.domain.connections import SANDBOXES, Connection
from kworkbench.domain.secret import Secret
from tests.cli.standin import TOKEN, MemoryKeyring

BOOKS = Connection("books", "productive", "https://api.example.com/api/v2", organization_id="31")


class Locked(MemoryKeyring):
    """A keyring that refuses everything, and says a secret while doing so."""

    def get_password(self, service_name: str, username: str) -> str | None:
        raise errors.KeyringLocked(f"{TOKEN} of {service_name} for {username}")

    def set_password(self, service_name: str, username: str, password: str) -> None:
        raise errors.PasswordSetError(f"{password} of {service_name} for {username}")


def kept(file: Path, keyring: Keyring | None, environ: Mapping[str, str] | None = None) -> Credentials:
    def load() -> Keyring:
        if keyring is None:
            raise NoKeyringError("This machine has no keyring.")
        return keyring

    return Credentials(environ or {}, file, load=load, run=lambda _: f"{TOKEN}\n")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "tokens.json"


def test_a_secret_is_never_shown() -> None:
    secret = Secret(TOKEN)
    shown = (repr(secret), str(secret), f"{secret}", f"{secret:>5}", f"{Found(secret, Source.FILE)}", repr([secret]))
    assert all("***" in text and TOKEN not in text for text in shown)
    assert secret.reveal() == TOKEN
    assert secret == Secret(TOKEN) != Secret("x")
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_the_environment_wins_for_the_chosen_connection_only(file: Path) -> None:
    ring = MemoryKeyring()
    credentials = kept(file, ring, {"KWORKBENCH_TOKEN": TOKEN})
    kept(file, ring).keep(BOOKS, Secret("stored"), Store.KEYRING)
    assert credentials.token(BOOKS, chosen=True) == Found(Secret(TOKEN), Source.VARIABLE)
    assert credentials.token(BOOKS, chosen=False) == Found(Secret("stored"), Source.KEYRING)
    assert Source.VARIABLE.environment
    assert not Source.KEYRING.environment


def test_the_command_is_asked_when_there_is_no_variable(file: Path) -> None:
    asked: list[list[str]] = []

    def run(words: list[str]) -> str:
        asked.append(words)
        return f"{TOKEN}\nsecond line\n"

    credentials = Credentials({"KWORKBENCH_TOKEN_COMMAND": "pass show 'my books'"}, file, run=run)
    assert credentials.from_environment() == Found(Secret(TOKEN), Source.COMMAND)
    assert asked == [["pass", "show", "my books"]]


def test_the_sandbox_needs_no_token(file: Path) -> None:
    assert kept(file, MemoryKeyring(), {"KWORKBENCH_TOKEN": TOKEN}).token(SANDBOXES[0], chosen=True) is None


def test_a_stored_token_is_not_found_for_another_origin(file: Path) -> None:
    credentials = kept(file, MemoryKeyring())
    for store in (Store.KEYRING, Store.FILE):
        credentials.keep(BOOKS, Secret(TOKEN), store)
        assert credentials.stored(replace(BOOKS, base_url="https://evil.example/api/v2")) is None
        assert credentials.stored(replace(BOOKS, base_url="https://api.example.com:444/api/v2")) is None
        assert credentials.stored(BOOKS) is not None


def test_the_token_file_is_for_its_owner_only(file: Path) -> None:
    credentials = kept(file, None)
    credentials.keep(BOOKS, Secret(TOKEN), Store.FILE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert credentials.token(BOOKS, chosen=False) == Found(Secret(TOKEN), Source.FILE)
    credentials.forget(BOOKS)
    assert not file.exists()


def test_storing_in_the_keyring_empties_the_file(file: Path) -> None:
    credentials = kept(file, MemoryKeyring())
    credentials.keep(BOOKS, Secret("old"), Store.FILE)
    credentials.keep(BOOKS, Secret(TOKEN), Store.KEYRING)
    assert credentials.stored(BOOKS) == Found(Secret(TOKEN), Source.KEYRING)
    assert not file.exists()


def test_nothing_is_kept_where_nothing_was_asked_for(file: Path) -> None:
    ring = MemoryKeyring()
    kept(file, ring).keep(BOOKS, Secret(TOKEN), Store.NONE)
    assert (ring.kept, file.exists()) == ({}, False)


@pytest.mark.parametrize("store", [Store.KEYRING, Store.FILE])
def test_a_renamed_connection_keeps_its_token(file: Path, store: Store) -> None:
    ring = MemoryKeyring()
    credentials = kept(file, ring)
    credentials.keep(BOOKS, Secret(TOKEN), store)
    credentials.move(BOOKS, replace(BOOKS, name="new"))
    assert credentials.stored(BOOKS) is None
    assert credentials.stored(replace(BOOKS, name="new")) is not None


def test_forgetting_what_was_never_kept_is_nothing(file: Path) -> None:
    kept(file, MemoryKeyring()).forget(BOOKS)
    kept(file, None).forget(BOOKS)
    assert not file.exists()


def test_without_a_keyring_a_token_is_just_not_found(file: Path) -> None:
    assert kept(file, None).token(BOOKS, chosen=True) is None
    with pytest.raises(NoKeyringError):
        kept(file, None).keep(BOOKS, Secret(TOKEN), Store.KEYRING)


def test_a_keyring_that_refuses_is_told_without_its_words(file: Path) -> None:
    credentials = kept(file, Locked())
    with pytest.raises(CredentialError, match=r"The keyring refused \(KeyringLocked\). Unlock it") as told:
        credentials.stored(BOOKS)
    assert TOKEN not in str(told.value)
    with pytest.raises(CredentialError, match="PasswordSetError"):
        credentials.keep(BOOKS, Secret(TOKEN), Store.KEYRING)


def test_the_system_keyring_may_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.get_keyring", fail.Keyring)
    with pytest.raises(NoKeyringError):
        system_keyring()


@pytest.mark.parametrize("text", ["", "  \n", "two words", "tök", "x" * 9000, "a\x00b"])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(CredentialError, match=r"(There is no token in stdin|What stdin holds is no token)"):
        check_token(text, "stdin")


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_broken_token_file_is_told(file: Path, content: str) -> None:
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(CredentialError, match="Remove it and connect again"):
        kept(file, None).stored(BOOKS)


def test_other_entries_of_the_token_file_stay(file: Path) -> None:
    credentials = kept(file, None)
    credentials.keep(BOOKS, Secret("one"), Store.FILE)
    credentials.keep(replace(BOOKS, name="b"), Secret("two"), Store.FILE)
    credentials.forget(BOOKS)
    assert json.loads(file.read_text()) == {"b https://api.example.com": "two"}


def test_a_token_command_is_run_without_a_shell() -> None:
    assert run_command([sys.executable, "-c", "print('a b; echo $HOME')"]) == "a b; echo $HOME\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([sys.executable, "-c", "raise SystemExit(3)"], "ended with status 3"),
        (["/no/such/program"], r"cannot be run \(No such file or directory\)"),
    ],
)
def test_a_token_command_that_fails_is_told(words: list[str], message: str) -> None:
    with pytest.raises(CredentialError, match=message):
        run_command(words)


def test_a_command_with_an_open_quote_is_told(file: Path) -> None:
    with pytest.raises(CredentialError, match="Check its quotes"):
        kept(file, None, {"KWORKBENCH_TOKEN_COMMAND": "pass 'x"}).from_environment()


def test_a_token_is_usually_kept_where_it_is(file: Path) -> None:
    credentials = kept(file, MemoryKeyring())
    assert credentials.usual_store(BOOKS) is Store.KEYRING
    credentials.keep(BOOKS, Secret(TOKEN), Store.FILE)
    assert credentials.usual_store(BOOKS) is Store.FILE
    assert credentials.usual_store(replace(BOOKS, name="other")) is Store.KEYRING


def test_the_secret_of_an_application_comes_from_the_environment_alone(file: Path) -> None:
    assert kept(file, None).client_secret() is None
    assert kept(file, None, {"KWORKBENCH_CLIENT_SECRET": " s "}).client_secret() == Secret("s")
    with pytest.raises(CredentialError, match="KWORKBENCH_CLIENT_SECRET holds is no secret") as caught:
        kept(file, None, {"KWORKBENCH_CLIENT_SECRET": "two words"}).client_secret()
    assert "two words" not in str(caught.value)


def test_what_a_token_would_come_from_is_named_without_asking_for_it(file: Path) -> None:
    def fails(_words: list[str]) -> str:
        raise AssertionError("nothing is run")

    for environ, name in (
        ({}, ""),
        ({"KWORKBENCH_TOKEN_COMMAND": "pass"}, "KWORKBENCH_TOKEN_COMMAND"),
        ({"KWORKBENCH_TOKEN_COMMAND": "pass", "KWORKBENCH_TOKEN": "t"}, "KWORKBENCH_TOKEN"),
    ):
        assert Credentials(environ, file, run=fails).environment == name

"""Which token signs the requests of a connection, and what a second look finds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kworkbench.composition.access import Access, SignIn
from kworkbench.credentials import Credentials, Keyring, Store
from kworkbench.domain.connections import Connection
from kworkbench.domain.secret import Secret
from tests.cli.standin import MemoryKeyring

BOOKS = Connection("books", "productive", "https://api.example.com/api/v2", organization_id="31")


def signed_in(file: Path, keyring: Keyring, environ: Mapping[str, str] | None = None) -> tuple[SignIn, list[str]]:
    """A line's sign-in, and what a token command will print at each of its runs."""
    printed = ["one", "two"]
    credentials = Credentials(environ or {}, file, load=lambda: keyring, run=lambda _words: printed.pop(0))
    return SignIn(lambda: Access(credentials, BOOKS.name).token(BOOKS)), printed


def test_another_token_in_the_keyring_is_found_at_the_next_look(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    stored = Credentials({}, tmp_path / "tokens", load=lambda: keyring)
    stored.keep(BOOKS, Secret("one"), Store.KEYRING)
    line, _ = signed_in(tmp_path / "tokens", keyring)
    assert (line.secret, line.renew()) == (Secret("one"), False)
    stored.keep(BOOKS, Secret("two"), Store.KEYRING)
    assert (line.renew(), line.secret) == (True, Secret("two"))


def test_a_token_command_is_run_again_and_may_fail(tmp_path: Path) -> None:
    line, printed = signed_in(tmp_path / "tokens", MemoryKeyring(), {"KWORKBENCH_TOKEN_COMMAND": "pass show books"})
    assert (line.renew(), line.secret) == (True, Secret("two"))
    printed.append("no token at all")
    assert (line.renew(), line.secret) == (False, Secret("two"))


def test_a_token_that_is_gone_leaves_the_one_in_use(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    stored = Credentials({}, tmp_path / "tokens", load=lambda: keyring)
    stored.keep(BOOKS, Secret("one"), Store.KEYRING)
    line, _ = signed_in(tmp_path / "tokens", keyring)
    stored.forget(BOOKS)
    assert (line.renew(), line.secret) == (False, Secret("one"))

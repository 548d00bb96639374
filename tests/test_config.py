from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kworkbench.config import Config, ConfigError, Settings, UnknownConnectionError, load, parse
from kworkbench.domain.connections import HOSTED, SANDBOXES, Connection

FULL = """\
default = "books"
date_order = "dmy"
hold_seconds = 8
locale = "de_CH"

[connections.books]
provider = "productive"
base_url = "https://api.productive.io/api/v2/"
organization_id = 31
organization = "Harbour Agency"
user_id = "12"
writable = true
closed_until = 2025-12-31
marker = false
expense_marker = true
send_again = true

[connections.sandbox-kantata]
closed_until = "2025-01-31"
"""


def read(text: str) -> Config:
    return parse(text, Path("config.toml"))


def test_without_a_file_the_sandboxes_are_there(tmp_path: Path) -> None:
    config = load(tmp_path / "config.toml")
    assert config.names == ("sandbox-productive", "sandbox-kantata")
    assert config.connection() == SANDBOXES[0]
    assert config.connection().sandbox
    assert config.connection().writable
    assert config.settings == Settings(None, 5.0, None)


def test_a_full_file_is_read() -> None:
    config = read(FULL)
    assert config.settings == Settings("dmy", 8.0, "de_CH")
    assert config.connection() == Connection(
        "books",
        "productive",
        "https://api.productive.io/api/v2",
        organization_id="31",
        organization="Harbour Agency",
        user_id="12",
        writable=True,
        closed_until=date(2025, 12, 31),
        marker=False,
        expense_marker=True,
        send_again=True,
    )
    assert config.connection("sandbox-kantata").closed_until == date(2025, 1, 31)
    assert config.names == ("sandbox-productive", "sandbox-kantata", "books")


def test_a_connection_needs_only_its_provider() -> None:
    books = read('[connections.books]\nprovider = "kantata"\n').connection("books")
    assert books == Connection("books", "kantata", HOSTED["kantata"])
    assert not books.writable
    assert books.live
    assert [books.marks(kind) for kind in ("payments", "expenses", "invoices")] == [True, False, False]


def test_the_account_binds_provider_origin_organization_and_user() -> None:
    books = read(FULL).connection("books")
    assert books.account == "productive|https://api.productive.io|31|12"
    assert SANDBOXES[0].account != SANDBOXES[1].account


def test_the_application_of_a_connection_is_read() -> None:
    books = read('[connections.books]\nprovider = "kantata"\nclient_id = "app"\ncallback_port = 8765\n').connection(
        "books"
    )
    assert (books.client_id, books.callback_port) == ("app", 8765)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[connections.a]\nprovider = "productive"\nclient_id = "app"',
            r"line 3: client_id: productive has no sign-in through the browser",
        ),
        ('[connections.a]\nprovider = "kantata"\nclient_id = "a b"', r"line 3: client_id: 'a b' is no id of an appl"),
        ('[connections.a]\nprovider = "kantata"\ncallback_port = 80', r"line 3: callback_port: this is the number of"),
        ('[connections.a]\nprovider = "kantata"\ncallback_port = true', r"line 3: callback_port: this is the number"),
        ("holdseconds = 3", r"^config.toml, line 1: There is no key 'holdseconds'. Did you mean hold_seconds\?$"),
        ("\nhold_seconds = 61", r"line 2: hold_seconds: this is a number of seconds from 0 to 60"),
        ("hold_seconds = true", r"line 1: hold_seconds: this is a number"),
        ('date_order = "dm"', r"line 1: date_order: 'dm' is no order of day, month and year. Did you mean dmy\?"),
        ('locale = "German"', r"line 1: locale: 'German' is no locale. Write it like de_CH"),
        ('default = "sandbox-kantat"', r"line 1: 'sandbox-kantat' is no connection. Did you mean sandbox-kantata\?"),
        ("default = 3", r"line 1: 3 is no connection"),
        ("connections = 3", r"line 1: connections is a table"),
        ("[connections]\nbooks = 3", r"connections.books is a table. Write \[connections.books\] above"),
        ("[connections.books]\nwritable = true", r'line 1: provider is missing. Write provider = "kantata" or "prod'),
        (
            '[connections.books]\nprovider = "productive"\nwriteable = true',
            r"line 3: There is no key 'writeable' in \[connections.books\]. Did you mean writable\?",
        ),
        ('[connections.a]\nprovider = "kantat"', r"line 2: provider: 'kantat' is no provider. Did you mean kantata\?"),
        ('[connections.a]\nprovider = "kantata"\nwritable = "yes"', r"line 3: writable: this is true or false"),
        ('[connections.sandbox-kantata]\nexpense_marker = "on"', r"line 2: expense_marker: this is true or false"),
        ("[connections.sandbox-kantata]\nexpense_markers = true", r"expense_markers' in .* mean expense_marker\?"),
        ('[connections.a]\nprovider = "kantata"\nclosed_until = "soon"', r"closed_until: this is a date. Write it lik"),
        ('[connections.a]\nprovider = "kantata"\nclosed_until = 2025-01-01T10:00:00', r"closed_until: this is a date"),
        ('[connections.a]\nprovider = "kantata"\nbase_url = "http://example.com"', r"Plain http is only for this mac"),
        ('[connections.a]\nprovider = "kantata"\nbase_url = "embedded:"', r"the embedded sandbox is built in"),
        ('[connections.a]\nprovider = "kantata"\norganization_id = "x1"', r"'x1' is no organization id. It is a numb"),
        ('[connections."a b"]\nprovider = "kantata"', r"line 1: 'a b' cannot name a connection"),
        ('[connections.sandbox-kantata]\nbase_url = "https://x.example"', r"There is no key 'base_url' in \[connec"),
        ("default = =", r"^config.toml is not valid TOML: .*line 1"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read(text)


def test_the_line_is_that_of_the_right_table() -> None:
    text = '[connections.a]\nprovider = "kantata"\nwritable = true\n\n[connections.b]\nprovider = "x"\n'
    with pytest.raises(ConfigError, match="line 6: provider"):
        read(text)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"is not UTF-8 text, from byte 0 on"):
        load(file)


def test_an_unknown_connection_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownConnectionError, match=r"There is no connection 'bokks'. Did you mean books\?"):
        read(FULL).connection("bokks")

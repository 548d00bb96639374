from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.connections import (
    HOSTED,
    SANDBOXES,
    BaseUrlError,
    ClientIdError,
    Connection,
    ConnectionNameError,
    authorization_base,
    check_base_url,
    check_client_id,
    check_name,
    sign_in_command,
)
from kworkbench.domain.nearest import did_you_mean, nearest

BOOKS = Connection("books", "productive", "https://API.example.com:8443/api/v2", organization_id="31", user_id="12")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://api.example.com/api/v2/", "https://api.example.com/api/v2"),
        (" https://API.Example.com ", "https://api.example.com"),
        ("http://127.0.0.1:8000/api/v1", "http://127.0.0.1:8000/api/v1"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://localhost:1/", "http://localhost:1"),
        ("http://[::1]:8000/api", "http://[::1]:8000/api"),
    ],
)
def test_base_urls_that_may_be_used(text: str, url: str) -> None:
    assert check_base_url(text) == url
    assert check_base_url(url) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "ftp://example.com",
        "https://",
        "http://example.com",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://128.0.0.1",
        "https://user@example.com",
        "https://user:pw@example.com",
        "https://example.com/?token=x",
        "https://example.com/#x",
        "https://[::1",
        "https://example.com:port",
        "embedded:",
    ],
)
def test_base_urls_that_may_not(text: str) -> None:
    with pytest.raises(BaseUrlError):
        check_base_url(text)


@given(st.text(max_size=60))
def test_any_text_is_a_base_url_or_told(text: str) -> None:
    try:
        url = check_base_url(text)
    except BaseUrlError:
        return
    assert url.startswith(("https://", "http://127.", "http://localhost", "http://[::1]"))


@pytest.mark.parametrize("name", ["a", "books", "Books-2.eu_x", "9" * 40])
def test_names(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", "-a", ".a", "a b", "a/b", "ü", "a" * 41, "a\n"])
def test_what_names_nothing(name: str) -> None:
    with pytest.raises(ConnectionNameError, match="cannot name a connection"):
        check_name(name)


def test_an_account_does_not_depend_on_the_name() -> None:
    assert replace(BOOKS, name="other").account == BOOKS.account
    assert BOOKS.account == "productive|https://api.example.com:8443|31|12"


@pytest.mark.parametrize(
    "other",
    [
        replace(BOOKS, provider="kantata"),
        replace(BOOKS, base_url="http://127.0.0.1:8443/api/v2"),
        replace(BOOKS, organization_id="32"),
        replace(BOOKS, user_id="13"),
    ],
)
def test_an_account_is_that_of_provider_origin_organization_and_user(other: Connection) -> None:
    assert other.account != BOOKS.account


def test_only_the_embedded_ones_are_sandboxes() -> None:
    assert all(each.sandbox and each.writable and not each.live for each in SANDBOXES)
    assert replace(BOOKS, base_url="http://127.0.0.1:8000/api/v2").live


@pytest.mark.parametrize(
    ("word", "found"), [("invoce", "invoices"), ("INVOICES", "invoices"), ("paymnt", "payments"), ("zzz", None)]
)
def test_the_nearest_name(word: str, found: str | None) -> None:
    assert nearest(word, ("invoices", "payments")) == found


def test_without_a_near_name_all_are_named() -> None:
    assert did_you_mean("zzz", ("invoices", "payments")) == "There are: invoices, payments."


@pytest.mark.parametrize(
    ("connection", "base"),
    [
        (Connection("k", "kantata", HOSTED["kantata"]), "https://app.mavenlink.com/oauth"),
        (Connection("k", "kantata", "https://API.mavenlink.com/api/v1"), "https://app.mavenlink.com/oauth"),
        (Connection("k", "kantata", "http://127.0.0.1:8123/api/v1"), "http://127.0.0.1:8123/oauth"),
        (Connection("p", "productive", HOSTED["productive"]), None),
        (SANDBOXES[1], None),
    ],
)
def test_where_an_application_is_let_in(connection: Connection, base: str | None) -> None:
    assert authorization_base(connection) == base


@pytest.mark.parametrize("text", ["a", "9f" * 32, "a~b"])
def test_ids_of_applications(text: str) -> None:
    assert check_client_id(text) == text


@pytest.mark.parametrize("text", ["", "a b", "a\n", "ü", "a" * 257])
def test_what_is_no_id_of_an_application(text: str) -> None:
    with pytest.raises(ClientIdError, match="is no id of an application"):
        check_client_id(text)


def test_the_command_that_signs_in_again() -> None:
    assert sign_in_command(Connection("kantata", "kantata", HOSTED["kantata"])) == "kworkbench connect kantata"
    assert sign_in_command(BOOKS) == "kworkbench connect productive --name books"

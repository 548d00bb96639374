from __future__ import annotations

import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.config import Config, ConfigError, UnknownConnectionError, load
from kworkbench.config_edit import add_connection, remove, rename, use
from kworkbench.domain.connections import Connection
from tests.test_config import FULL

BOOKS = Connection("books", "productive", "https://api.productive.io/api/v2", organization_id="31", user_id="12")
OTHER = Connection("other.one", "kantata", "http://127.0.0.1:8000/api/v1", user_id="7")

COMMENTED = """\
# my settings
hold_seconds = 8  # long

# the agency
[connections.books]
provider = "productive"
organization_id = "31"  # from the address

# the old one
[connections.old]
provider = "kantata"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "config.toml"


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_the_first_connection_makes_the_file(file: Path) -> None:
    assert add_connection(file, BOOKS, make_default=True) == load(file)
    assert load(file).connection() == BOOKS
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith('default = "books"\n\n[connections.books]\n')
    assert [each.name for each in file.parent.iterdir()] == ["config.toml"]


def test_what_a_person_wrote_stays(file: Path) -> None:
    written(file, COMMENTED)
    add_connection(file, OTHER, make_default=True)
    text = file.read_text()
    added = """[connections."other.one"]
provider = "kantata"
base_url = "http://127.0.0.1:8000/api/v1"
user_id = "7"
writable = false
"""
    assert text == f'default = "other.one"\n{COMMENTED}\n{added}'


def test_a_changed_connection_keeps_its_place(file: Path) -> None:
    written(file, COMMENTED)
    changed = replace(load(file).connection("books"), writable=True, closed_until=date(2025, 1, 31))
    changed = replace(changed, marker=False, expense_marker=True, send_again=True)
    add_connection(file, changed, make_default=False)
    assert load(file).connection("books") == changed
    assert load(file).names[-2:] == ("books", "old")
    assert "# the old one\n[connections.old]" in file.read_text()


def test_the_default_is_changed_where_it_stands(file: Path) -> None:
    written(file, FULL)
    use(file, "sandbox-kantata")
    assert load(file).default == "sandbox-kantata"
    assert file.read_text().count("default") == 1


def test_removing_the_default_falls_back_to_the_sandbox(file: Path) -> None:
    written(file, FULL)
    remove(file, "books")
    assert load(file).default == "sandbox-productive"
    assert load(file).names == ("sandbox-productive", "sandbox-kantata")
    assert load(file).settings.hold_seconds == 8
    assert load(file).connection("sandbox-kantata").closed_until == date(2025, 1, 31)


def test_removing_another_leaves_the_default(file: Path) -> None:
    written(file, FULL)
    add_connection(file, OTHER, make_default=False)
    remove(file, OTHER.name)
    assert file.read_text() == FULL


def test_renaming_keeps_everything_else(file: Path) -> None:
    written(file, FULL)
    before = load(file).connection("books")
    rename(file, "books", "agency.eu")
    assert load(file).connection() == replace(before, name="agency.eu")


@pytest.mark.parametrize("name", ["sandbox-productive", "sandbox-kantata"])
def test_the_built_in_ones_stay(file: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} is built in"):
        remove(file, name)
    with pytest.raises(ConfigError, match=f"{name} is built in"):
        rename(file, name, "x")


def test_a_name_is_taken_only_once(file: Path) -> None:
    written(file, COMMENTED)
    with pytest.raises(ConfigError, match="There is a connection old already"):
        rename(file, "books", "old")


def test_unknown_names_are_told(file: Path) -> None:
    with pytest.raises(UnknownConnectionError, match="no connection 'x'"):
        use(file, "x")
    with pytest.raises(UnknownConnectionError, match="no connection 'x'"):
        remove(file, "x")


def test_a_way_of_writing_that_cannot_be_edited_is_left_alone(file: Path) -> None:
    text = 'connections.books = {provider = "kantata"}\n'
    written(file, text)
    with pytest.raises(ConfigError, match="Edit it by hand"):
        add_connection(file, replace(load(file).connection("books"), writable=True), make_default=False)
    assert file.read_text() == text


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("")
    with pytest.raises(ConfigError, match=r"config\.toml cannot be"):
        add_connection(tmp_path / "config" / "config.toml", BOOKS, make_default=True)


@given(organization=st.text(st.characters(exclude_categories=["Cs"])), user=st.text(st.characters(codec="utf-8")))
def test_any_text_of_a_server_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, organization: str, user: str
) -> None:
    file = tmp_path_factory.mktemp("home") / "config.toml"
    connection = replace(BOOKS, organization=organization, user_id=user)
    add_connection(file, connection, make_default=True)
    assert load(file) == replace(Config().stored(connection), default=connection.name)


def test_the_application_of_a_connection_is_written(file: Path) -> None:
    signed = replace(OTHER, client_id="app", callback_port=8765)
    add_connection(file, signed, make_default=False)
    assert load(file).connection(OTHER.name) == signed
    assert file.read_text().endswith('client_id = "app"\ncallback_port = 8765\n')
    add_connection(file, OTHER, make_default=False)
    assert "client_id" not in file.read_text()

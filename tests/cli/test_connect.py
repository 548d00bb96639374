from __future__ import annotations

import stat
from dataclasses import replace

import pytest

from kworkbench.cli.ports import SignInError, UnreachableError
from kworkbench.config import load
from kworkbench.domain.connections import HOSTED, Connection
from kworkbench.domain.secret import Secret
from tests.cli.standin import TOKEN, Person, World, run

FLAGS = ("connect", "productive", "--organization-id", "31")
STORED = Connection(
    "productive",
    "productive",
    HOSTED["productive"],
    organization_id="31",
    organization="Harbour Agency",
    user_id="12",
)


def stored(world: World, name: str | None = None) -> Connection:
    return load(world.paths.config_file).connection(name)


def test_a_first_connection_is_tested_stored_and_the_default(world: World) -> None:
    result = run(world, *FLAGS, typed=f"{TOKEN}\n")
    assert result.status == 0
    assert result.out == ""
    assert result.err == (
        "Signed in as Ada Example (id 12) at Harbour Agency.\n"
        "productive is stored, is read-only, and is the default now.\n"
        "The token is kept in the keyring.\n"
    )
    assert stored(world) == STORED
    assert world.keyring is not None
    assert world.keyring.kept == {("kworkbench", "productive https://api.productive.io"): TOKEN}
    assert TOKEN not in world.paths.config_file.read_text()


def test_kantata_needs_no_organization(world: World) -> None:
    assert run(world, "connect", "kantata", typed=TOKEN).status == 0
    assert stored(world).base_url == HOSTED["kantata"]
    assert stored(world).organization_id is None


def test_a_name_and_a_server_can_be_given(world: World) -> None:
    url = "http://127.0.0.1:8123/api/v2/"
    assert run(world, *FLAGS, "--name", "tryout", "--base-url", url, typed=TOKEN).status == 0
    assert stored(world, "tryout").base_url == "http://127.0.0.1:8123/api/v2"
    assert world.asked == [("http://127.0.0.1:8123", TOKEN)]
    assert stored(world, "tryout").live


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["connect", "kantat"], "There is no provider 'kantat'. Did you mean kantata?"),
        (["connect", "productive"], "Productive needs --organization-id N. It is the number in the address"),
        ([*FLAGS[:3], "x"], "'x' is no organization id. It is a number, like 462."),
        ([*FLAGS, "--base-url", "http://example.com/api"], "Plain http is only for this machine, and example.com is"),
        ([*FLAGS, "--base-url", "https://me:pw@example.com"], "A base URL holds no user, password, query or fragment."),
        ([*FLAGS, "--base-url", "example.com"], "A base URL begins with https:// and names a host"),
        ([*FLAGS, "--base-url", "https://x:99999/"], "'https://x:99999/' is not a URL."),
        ([*FLAGS, "--name", "a b"], "'a b' cannot name a connection."),
        ([*FLAGS, "--name", "sandbox-kantata"], "sandbox-kantata is built in. Choose another --name."),
        ([*FLAGS, "--store", "files"], "Invalid value for '--store': there is no 'files'. Did you mean file?"),
        ([*FLAGS, "--store", "file"], "--store file needs a typed yes, and this is no terminal."),
    ],
)
def test_wrong_usage_stores_nothing(world: World, arguments: list[str], message: str) -> None:
    result = run(world, *arguments, typed=TOKEN)
    assert result.status == 2
    assert result.err.startswith(message)
    assert not world.paths.config_file.exists()
    assert world.asked == []


def test_the_same_name_is_not_for_another_provider(world: World) -> None:
    run(world, *FLAGS, typed=TOKEN)
    result = run(world, "connect", "kantata", "--name", "productive", typed=TOKEN)
    assert (result.status, result.err) == (
        2,
        "productive is a connection to productive. Choose another --name.\n",
    )


def test_a_refused_sign_in_stores_nothing(world: World) -> None:
    world.people = {}
    result = run(world, *FLAGS, typed=TOKEN)
    assert (result.status, result.err) == (4, "productive does not accept the token.\n")
    assert not world.paths.config_file.exists()
    assert world.keyring is not None
    assert world.keyring.kept == {}


def test_an_unreachable_server_stores_nothing_unless_offline_is_said(world: World) -> None:
    world.unreachable = True
    assert run(world, *FLAGS, typed=TOKEN).status == 3
    assert not world.paths.config_file.exists()
    result = run(world, "--offline", *FLAGS, typed=TOKEN)
    assert result.status == 0
    assert "Nobody signed in: `kworkbench connections test productive` does." in result.err
    assert stored(world).user_id == ""


def test_a_token_of_the_environment_is_not_stored(world: World) -> None:
    result = run(world, *FLAGS, "--store", "keyring", environ={"KWORKBENCH_TOKEN": TOKEN})
    assert result.status == 0
    assert "The token comes from KWORKBENCH_TOKEN and is not stored." in result.err
    assert world.keyring is not None
    assert world.keyring.kept == {}


def test_a_token_command_is_asked_before_stdin(world: World) -> None:
    result = run(world, *FLAGS, typed="other", environ={"KWORKBENCH_TOKEN_COMMAND": "pass show books"})
    assert "The token comes from KWORKBENCH_TOKEN_COMMAND and is not stored." in result.err
    assert world.asked == [("https://api.productive.io", TOKEN)]


def test_without_any_token_sign_in_is_needed(world: World) -> None:
    result = run(world, *FLAGS)
    assert result.status == 4
    assert result.err == "There is no token. Set KWORKBENCH_TOKEN, or give it as a line of stdin.\n"


def test_on_a_terminal_what_is_missing_is_asked(world: World) -> None:
    result = run(world, "connect", "productive", typed="31\n", terminal=True)
    assert result.status == 0
    assert result.err.startswith("Organization id: Signed in as")
    assert world.asked == [("https://api.productive.io", TOKEN)]
    assert stored(world) == STORED


def test_nothing_typed_is_no_token(world: World) -> None:
    result = run(world, *FLAGS, terminal=True, secret="")
    assert result.status == 4
    assert result.err.startswith("There is no token in what was typed.")


def test_writing_is_switched_on_by_typing_the_name(world: World) -> None:
    result = run(world, *FLAGS, "--writable", typed="productiv\n", terminal=True)
    assert result.status == 1
    assert "That is not its name. Nothing was stored" in result.err
    assert not world.paths.config_file.exists()
    result = run(world, *FLAGS, "--writable", typed="productive\n", terminal=True)
    assert result.status == 0
    assert "Type its name to switch writing on:" in result.err
    assert stored(world) == replace(STORED, writable=True)


def test_without_a_terminal_the_option_is_enough(world: World) -> None:
    result = run(world, *FLAGS, "--writable", typed=TOKEN)
    assert "productive is stored, can be written to, and is the default now." in result.err
    assert stored(world).writable


def test_connecting_again_changes_only_what_is_said(world: World) -> None:
    run(world, *FLAGS, "--writable", typed=TOKEN)
    run(world, "connect", "kantata", typed=TOKEN)
    result = run(world, "connect", "productive")
    assert result.status == 0
    assert "is the default" not in result.err
    assert stored(world, "productive") == replace(STORED, writable=True)
    run(world, "connect", "productive", "--no-writable")
    assert not stored(world, "productive").writable
    assert stored(world).name == "kantata"


def test_another_origin_is_read_only_again_and_gets_no_stored_token(world: World) -> None:
    run(world, *FLAGS, "--writable", typed=TOKEN)
    result = run(world, "connect", "productive", "--base-url", "https://elsewhere.example/api/v2")
    assert result.status == 4
    assert world.asked == [("https://api.productive.io", TOKEN)]
    run(world, "connect", "productive", "--base-url", "https://elsewhere.example/api/v2", typed=TOKEN)
    assert not stored(world).writable


def test_someone_else_is_named(world: World) -> None:
    run(world, *FLAGS, typed=TOKEN)
    world.people[TOKEN] = Person("99", "Bo", "Harbour Agency")
    assert "That is someone else than before." in run(world, "connect", "productive").err
    assert stored(world).user_id == "99"


def test_hostile_names_of_a_server_are_harmless(world: World) -> None:
    world.people[TOKEN] = Person("12", "Ada\x1b]52;c;eA==\x07", "Harbour\u202e\nAgency\ud800")
    result = run(world, *FLAGS, typed=TOKEN)
    assert "Signed in as Ada□]52;c;eA==□ (id 12) at Harbour□¶Agency□.\n" in result.err
    assert stored(world).organization == "Harbour□¶Agency□"


def test_without_a_keyring_nothing_is_stored_and_that_is_fine(world: World) -> None:
    world.keyring = None
    result = run(world, *FLAGS, typed=TOKEN)
    assert result.status == 0
    assert result.err.endswith(
        "This machine has no keyring. The token is not stored. Set KWORKBENCH_TOKEN for each run.\n"
    )


def test_a_token_file_needs_a_typed_yes(world: World) -> None:
    world.keyring = None
    assert run(world, *FLAGS, "--store", "file", typed="y\n", terminal=True).status == 1
    assert not world.paths.tokens.exists()
    result = run(world, *FLAGS, "--store", "file", typed="yes\n", terminal=True)
    assert result.status == 0
    assert f"The token is kept in {world.paths.tokens}, readable by you only." in result.err
    assert stat.S_IMODE(world.paths.tokens.stat().st_mode) == 0o600


def test_a_token_can_be_kept_nowhere(world: World) -> None:
    result = run(world, *FLAGS, "--store", "none", typed=TOKEN)
    assert "The token is not stored. Set KWORKBENCH_TOKEN for each run." in result.err


BY_BROWSER = ("connect", "kantata", "--client-id", "app")


def test_with_a_client_id_the_browser_brings_the_token(world: World) -> None:
    secret = {"KWORKBENCH_CLIENT_SECRET": "s3cret-of-the-application"}
    result = run(world, *BY_BROWSER, "--callback-port", "8765", terminal=True, secret="", environ=secret)
    assert result.status == 0
    assert result.err.startswith("Signed in as Ada Example (id 12) at Harbour Agency.\nkantata is stored")
    assert result.err.endswith("The token is kept in the keyring.\n")
    (asked,) = world.browsed
    assert (asked[0].client_id, asked[0].callback_port) == ("app", 8765)
    assert asked[1] == Secret("s3cret-of-the-application")
    assert (stored(world).client_id, stored(world).callback_port) == ("app", 8765)
    assert "s3cret" not in result.err + world.paths.config_file.read_text()


@pytest.mark.parametrize(
    ("arguments", "environ", "message"),
    [
        ([*FLAGS, "--client-id", "app"], {}, "Productive has no sign-in through the browser. Leave out --client-id"),
        ([*FLAGS, "--callback-port", "8765"], {}, "Productive has no sign-in through the browser."),
        (
            ["connect", "kantata", "--callback-port", "8765"],
            {},
            "--callback-port is for signing in through the browser",
        ),
        ([*BY_BROWSER, "--callback-port", "80"], {}, "Invalid value for '--callback-port': 80 is not in the range"),
        (["connect", "kantata", "--client-id", "a b"], {}, "'a b' is no id of an application."),
        (["connect", "kantata", "--client-id", ""], {}, "'' is no id of an application."),
        (["--offline", *BY_BROWSER], {}, "Signing in through the browser needs the server. Leave out --offline."),
        ([*BY_BROWSER, "--store", "none"], {}, "With --store none the token from the browser would be lost."),
        (BY_BROWSER, {"KWORKBENCH_TOKEN": TOKEN}, "KWORKBENCH_TOKEN is set and would be used instead. Unset it"),
        (BY_BROWSER, {"KWORKBENCH_TOKEN_COMMAND": "pass"}, "KWORKBENCH_TOKEN_COMMAND is set and would be used"),
    ],
)
def test_a_browser_is_not_opened_in_vain(
    world: World, arguments: list[str], environ: dict[str, str], message: str
) -> None:
    result = run(world, *arguments, terminal=True, environ=environ)
    assert result.status == 2
    assert result.err.startswith(message)
    assert world.browsed == []
    assert not world.paths.config_file.exists()


def test_a_browser_needs_somebody_at_a_terminal(world: World) -> None:
    result = run(world, *BY_BROWSER, typed=TOKEN)
    assert result.status == 2
    assert result.err.startswith("Signing in through the browser needs somebody at a terminal, and this is none.")
    assert world.browsed == []


def test_a_secret_that_is_none_is_told_and_not_shown(world: World) -> None:
    result = run(world, *BY_BROWSER, terminal=True, environ={"KWORKBENCH_CLIENT_SECRET": "two s3crets"})
    assert (result.status, world.browsed) == (4, [])
    assert result.err == "What KWORKBENCH_CLIENT_SECRET holds is no secret: that is one word of plain characters.\n"


def test_without_a_keyring_a_token_that_nobody_sees_needs_a_file(world: World) -> None:
    world.keyring = None
    result = run(world, *BY_BROWSER, terminal=True)
    assert result.err == "This machine has no keyring. Add --store file to keep the token from the browser.\n"
    assert (result.status, world.browsed) == (4, [])
    assert run(world, *BY_BROWSER, "--store", "file", typed="yes\n", terminal=True).status == 0
    world.people = {TOKEN: Person()}
    again = run(world, *BY_BROWSER, terminal=True)
    assert again.err.endswith(f"The token is kept in {world.paths.tokens}, readable by you only.\n")


@pytest.mark.parametrize(
    ("problem", "status", "said"),
    [
        (SignInError("The sign-in was refused in the browser."), 4, "The sign-in was refused in the browser.\n"),
        (UnreachableError("No answer came: it took too long."), 3, "kantata: No answer came: it took too long.\n"),
    ],
)
def test_what_ends_it_stores_nothing(world: World, problem: Exception, status: int, said: str) -> None:
    def ends(*_: object) -> Secret:
        raise problem

    world.browse = ends
    result = run(world, *BY_BROWSER, terminal=True)
    assert (result.status, result.err) == (status, said)
    assert not world.paths.config_file.exists()


def test_connecting_again_opens_the_browser_only_where_no_stored_token_is_good(world: World) -> None:
    run(world, *BY_BROWSER, "--callback-port", "8765", terminal=True)
    assert run(world, "connect", "kantata", "--writable", typed="kantata\n", terminal=True).status == 0
    assert len(world.browsed) == 1
    assert world.keyring is not None
    world.keyring.kept = dict.fromkeys(world.keyring.kept, "revoked")
    result = run(world, "connect", "kantata", terminal=True)
    assert result.err.startswith("kantata does not accept the stored token any more.\nSigned in as Ada")
    assert list(world.keyring.kept.values()) == [TOKEN]
    assert [asked.callback_port for asked, _ in world.browsed] == [8765, 8765]


def test_where_nobody_can_be_asked_a_remembered_application_opens_no_browser(world: World) -> None:
    run(world, *BY_BROWSER, terminal=True)
    assert world.keyring is not None
    world.keyring.kept = dict.fromkeys(world.keyring.kept, "revoked")
    result = run(world, "connect", "kantata")
    assert (result.status, result.err) == (4, "kantata does not accept the token.\n")
    assert run(world, "connect", "kantata", typed=TOKEN).status == 0
    assert len(world.browsed) == 1


def test_another_server_knows_nothing_of_the_application(world: World) -> None:
    run(world, *BY_BROWSER, "--callback-port", "8765", terminal=True)
    assert run(world, "connect", "kantata", "--base-url", "https://other.example/api/v1", terminal=True).status == 0
    assert len(world.browsed) == 1
    assert (stored(world).client_id, stored(world).callback_port) == ("", 0)


def test_a_stored_token_that_is_refused_is_typed_anew(world: World) -> None:
    run(world, *FLAGS, typed=TOKEN)
    assert world.keyring is not None
    world.keyring.kept = dict.fromkeys(world.keyring.kept, "revoked")
    result = run(world, "connect", "productive", terminal=True)
    assert result.err.startswith("productive does not accept the stored token any more.\nSigned in as Ada Example")
    assert list(world.keyring.kept.values()) == [TOKEN]

"""Stories of signing in through the browser: the whole command line, a served sandbox, and a browser of our own."""

from __future__ import annotations

import io
import json
import queue
import re
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from kworkbench.authorization.asking import ENTROPY
from kworkbench.cli.console import Console
from kworkbench.cli.main import run_command
from kworkbench.cli.state import Run
from kworkbench.composition import browsing
from kworkbench.composition.commands import ports
from kworkbench.config import load
from kworkbench.credentials import Credentials
from kworkbench.domain.connections import Connection
from kworkbench.domain.secret import Secret
from kworkbench.paths import find
from kworkbench.sandbox.serve import ServeOptions, serve
from tests.cli.standin import MemoryKeyring, Result, Terminal
from tests.sandbox.conftest import Line

SECRET = "s3cret-of-the-application"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of a served sandbox."""
    stop, out = threading.Event(), Line()
    options = ServeOptions(tmp_path_factory.mktemp("served") / "books.db", today=date(2026, 3, 15), size=30)
    thread = threading.Thread(target=serve, args=(options,), kwargs={"out": out, "stop": stop})
    thread.start()
    yield str(json.loads(out.ready.get(timeout=30))["kantata"]).removesuffix("/api/v1")
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


@dataclass
class Browser:
    """Opens an address, presses a button on the page, and goes where it is sent."""

    decision: str = "allow"
    bend: Callable[[str], str] = lambda target: target
    opened: list[str] = field(default_factory=list)
    brought: list[str] = field(default_factory=list)
    seen: queue.Queue[str] = field(default_factory=queue.Queue)

    def open(self, address: str) -> bool:
        self.opened.append(address)
        with httpx.Client(trust_env=False) as client:
            ticket = re.search(r'name="ticket" value="([^"]+)"', client.get(address).text)
            assert ticket is not None
            form = {"ticket": ticket[1], "decision": self.decision}
            sent_back = client.post(address.partition("?")[0], data=form)
            self.brought.append(sent_back.headers["location"])
            self.seen.put(client.get(self.bend(self.brought[-1])).text)
        return True

    def page(self) -> str:
        """What it shows at the end."""
        return self.seen.get(timeout=30)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    one = Browser()
    monkeypatch.setattr(webbrowser, "open", one.open)
    return one


@dataclass
class Person:
    """Somebody at a terminal with a keyring."""

    home: Path
    origin: str
    environ: dict[str, str] = field(default_factory=dict)
    keyring: MemoryKeyring = field(default_factory=MemoryKeyring)

    def run(self, *arguments: str) -> Result:
        paths = find({"KWORKBENCH_HOME": str(self.home)})
        out, err = io.StringIO(), Terminal()
        console = Console(out, err, io.StringIO(), True, 80, lambda _: pytest.fail("a token was asked for"))
        credentials = Credentials(self.environ, paths.tokens, load=lambda: self.keyring)
        given = ports(paths, self.environ, lambda _: 0)
        status = run_command(arguments, Run(given, console, paths, credentials))
        said = out.getvalue() + err.getvalue()
        assert not [token for token in self.tokens if token in said]
        return Result(status, out.getvalue(), err.getvalue())

    def connect(self, *arguments: str) -> Result:
        return self.run("connect", "kantata", "--base-url", f"{self.origin}/api/v1", *arguments)

    @property
    def tokens(self) -> list[str]:
        return list(self.keyring.kept.values())

    @property
    def stored(self) -> Connection:
        return load(self.home / "config" / "config.toml").connection("kantata")

    def everything_on_disk(self) -> str:
        return "".join(path.read_text("latin-1") for path in self.home.rglob("*") if path.is_file())


@pytest.fixture
def person(tmp_path: Path, sandbox: str) -> Person:
    return Person(tmp_path / "home", sandbox)


def test_somebody_lets_the_application_in(person: Person, browser: Browser) -> None:
    done = person.connect("--client-id", "app")
    assert done.status == 0, done.err
    lines = done.err.splitlines()
    assert lines[:2] == ["Sign in with the browser of this machine:", browser.opened[0]]
    assert re.fullmatch(
        r"The answer is awaited for 2 minutes at http://127\.0\.0\.1:\d+/callback\. "
        r"Register the application with that address\.", lines[2],
    )  # fmt: skip
    assert re.fullmatch(r"Signed in as .+ \(id \d+\) at account 4711\.", lines[3])
    assert lines[4:] == [
        "kantata is stored, is read-only, and is the default now.",
        "The token is kept in the keyring.",
    ]
    assert (person.stored.client_id, person.stored.callback_port) == ("app", 0)
    (token,) = person.tokens
    assert token not in person.everything_on_disk()
    assert "Your answer has arrived" in browser.page()
    assert person.run("connections", "test").out.startswith("kantata: signed in as ")


def test_what_was_asked_proves_itself_and_shows_nothing_of_the_proof(person: Person, browser: Browser) -> None:
    person.connect("--client-id", "app")
    person.connect("--client-id", "app")
    asked = [parse_qs(urlsplit(address).query) for address in browser.opened]
    for fields in asked:
        assert fields["code_challenge_method"] == ["S256"]
        assert len(fields["code_challenge"][0]) == len(fields["state"][0]) == ENTROPY * 4 // 3 + 1
        assert "code_verifier" not in fields
    assert asked[0]["state"] != asked[1]["state"]
    assert asked[0]["code_challenge"] != asked[1]["code_challenge"]


def test_a_token_that_died_is_asked_for_in_the_same_way(person: Person, browser: Browser) -> None:
    person.connect("--client-id", "app")
    (before,) = person.tokens
    again = person.run("connect", "kantata")
    assert (again.status, len(browser.opened)) == (0, 1)  # the stored one is still good
    httpx.post(f"{person.origin}/oauth/revoke", data={"token": before}, trust_env=False).raise_for_status()
    tested = person.run("connections", "test")
    assert (tested.status, tested.err) == (
        4, "kantata does not accept the token. Sign in again: `kworkbench connect kantata`.\n",
    )  # fmt: skip
    again = person.run("connect", "kantata")
    assert again.status == 0, again.err
    assert again.err.startswith("kantata does not accept the stored token any more.\nSign in with the browser")
    assert person.tokens != [before]
    assert person.run("connections", "test").status == 0


def test_a_fixed_port_is_remembered(person: Person, browser: Browser) -> None:
    with socket.socket() as kept:  # bound for nobody else to take it, and not listened on
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        port = kept.getsockname()[1]
        done = person.connect("--client-id", "app", "--callback-port", str(port))
    assert done.status == 0, done.err
    assert f"http://127.0.0.1:{port}/callback." in done.err
    assert person.stored.callback_port == port


def test_refusing_is_told_and_stores_nothing(person: Person, browser: Browser) -> None:
    browser.decision = "deny"
    done = person.connect("--client-id", "app")
    assert (done.status, done.err.splitlines()[-1]) == (4, "The sign-in was refused in the browser.")
    assert "You are not signed in" in browser.page()
    assert not (person.home / "config" / "config.toml").exists()


def test_an_answer_with_another_state_ends_it(person: Person, browser: Browser) -> None:
    browser.bend = lambda target: re.sub("state=[^&]+", "state=another", target)
    done = person.connect("--client-id", "app")
    assert (done.status, done.err.splitlines()[-1]) == (
        4, "An answer came that does not belong to this sign-in, so it was ended. Start again.",
    )  # fmt: skip
    assert person.tokens == []


def test_a_code_that_the_server_did_not_give_is_refused(person: Person, browser: Browser) -> None:
    browser.bend = lambda target: re.sub("code=[^&]+", "code=made-up", target)
    person.environ["KWORKBENCH_CLIENT_SECRET"] = SECRET
    done = person.connect("--client-id", "app")
    assert done.status == 4
    assert done.err.splitlines()[-1] == (
        "The server does not take the code from the browser, or not any more. Start again. "
        "It said: The code is not valid, not any more, or not for this request."
    )
    assert SECRET not in done.err + "".join(browser.opened + browser.brought)


def test_a_text_of_the_server_is_harmless_and_short(person: Person, browser: Browser) -> None:
    hostile = "&error=evil%1B%5D52%3Bc%3Bx%07&error_description=%0Akwork%E2%80%AE" + "x" * 999
    browser.bend = lambda target: re.sub("code=[^&]+", "", target) + hostile
    done = person.connect("--client-id", "app")
    last = done.err.splitlines()[-1]
    assert done.status == 4
    assert last.startswith("The server refused the sign-in. It said: evil□]52;c;x□: ¶kwork□xxx")
    assert len(last) == len("The server refused the sign-in. It said: ") + browsing.MOST_SAID


def _raise(_address: str) -> bool:
    raise webbrowser.Error("none")


@pytest.mark.parametrize("fails", [lambda _: False, _raise])
def test_without_a_browser_the_address_is_opened_by_hand(
    sandbox: str, monkeypatch: pytest.MonkeyPatch, fails: Callable[[str], bool]
) -> None:
    told: list[str] = []
    by_hand = Browser()

    def tell(sentence: str) -> None:
        told.append(sentence)
        if sentence == "No browser could be opened. Open the address by hand.":
            by_hand.open(told[0].splitlines()[1])

    monkeypatch.setattr(webbrowser, "open", fails)
    connection = Connection("kantata", "kantata", f"{sandbox}/api/v1", client_id="app")
    assert browsing.browse(connection, Secret(SECRET), tell).reveal()
    assert len(told) == 3


def test_a_server_that_is_gone_when_the_code_is_brought_is_told(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_elsewhere(address: str) -> bool:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        httpx.get(asked["redirect_uri"], params={"code": "c", "state": asked["state"]}, trust_env=False)
        return True

    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and nobody listens
        person.origin = f"http://127.0.0.1:{bound.getsockname()[1]}"
        monkeypatch.setattr(webbrowser, "open", open_elsewhere)
        done = person.connect("--client-id", "app")
    assert (done.status, done.err.splitlines()[-1]) == (
        3, "kantata: No connection to the server: it was refused.",
    )  # fmt: skip


def test_a_port_in_use_is_told_before_a_browser_opens(person: Person, browser: Browser) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = person.connect("--client-id", "app", "--callback-port", str(port))
    assert done.status == 3
    assert done.err.startswith(f"kantata: The browser's answer cannot be awaited on port {port} of 127.0.0.1 (")
    assert browser.opened == []

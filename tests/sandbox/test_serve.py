"""The server on a real socket."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import cast

import httpx
import pytest

from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.opening import reset, system_clock
from kworkbench.sandbox.serve import ServeError, ServeOptions, loopback_address, serve, size_of
from tests.sandbox.both import TOKEN
from tests.sandbox.conftest import PAYMENT, TODAY, Start

HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


def count(client: httpx.Client) -> int:
    return int(client.get("/external_payments?per_page=1").json()["count"])


def test_drops_end_the_connection_without_an_answer(start: Start) -> None:
    url = start("drop-before,route=POST:*,times=1", "drop-after,route=POST:*,times=1")
    with httpx.Client(base_url=url, headers=HEADERS) as client:
        before = count(client)
        for expected in (before, before + 1):
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                client.post("/external_payments", content=PAYMENT)
            assert count(client) == expected
        assert client.post("/external_payments", content=PAYMENT).status_code == 200


def test_a_cut_answer_begins_and_breaks_off(start: Start) -> None:
    url = start("truncate,times=1")
    with httpx.Client(base_url=url, headers=HEADERS) as client:
        with client.stream("GET", "/expenses") as answer:
            assert answer.status_code == 200
            parts: list[bytes] = []
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                parts.extend(answer.iter_raw())
        assert 0 < len(b"".join(parts)) < int(answer.headers["content-length"])
        assert client.get("/expenses").status_code == 200


def test_delay_garbage_and_status_over_the_socket(start: Start) -> None:
    url = start("delay=30ms", "garbage,times=1", "status=503,times=1")
    with httpx.Client(base_url=url, headers=HEADERS) as client:
        answer = client.get("/expenses")
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() >= 0.03
        with pytest.raises(UnicodeDecodeError):
            answer.json()
        assert client.get("/expenses").status_code == 503
        assert client.get("/expenses").json()["count"] > 0


def test_raw_bytes_on_the_socket_do_no_harm(start: Start) -> None:
    url = httpx.URL(start())
    for raw in (
        b"\x00\xff\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"POST /api/v1/expenses HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET",
    ):
        with socket.create_connection((url.host, cast("int", url.port)), timeout=5) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    assert httpx.get(f"{url}/users/me", headers=HEADERS).status_code == 200


def test_what_is_no_http_is_refused_with_a_document(start: Start) -> None:
    url = httpx.URL(start())
    for raw in (
        b"\x16\x03\x01\r\n\r\n",
        b"GET /api/v1/users/me HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    ):
        with socket.create_connection((url.host, cast("int", url.port)), timeout=5) as connection:
            connection.sendall(raw)
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert f"content-length: {len(body)}".encode() in head
        assert [error["type"] for error in json.loads(body)["errors"]] == ["system"]


def test_small_answers_are_not_held_back(start: Start) -> None:
    """Without TCP_NODELAY each of them comes 40 ms late on a connection that is kept."""
    with httpx.Client(base_url=start(), headers=HEADERS) as client:
        took = [client.get("/users/me").elapsed.total_seconds() for _ in range(12)]
    assert min(took[2:]) < 0.03


PROGRAM = """
import sys, pathlib
from kworkbench.sandbox.serve import ServeOptions, serve
sys.exit(serve(ServeOptions(pathlib.Path(sys.argv[1]), size=30), out=sys.stdout))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_ready_line_and_a_clean_end(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "data" / "books.db")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    ready = json.loads(process.stdout.readline())
    assert list(ready) == ["kantata", "productive", "token", "organization_id", "pid"]
    assert ready["pid"] == process.pid
    assert ready["kantata"].startswith("http://127.0.0.1:")
    assert len(ready["token"]) > 20
    headers = {"Authorization": f"Bearer {ready['token']}"}
    assert httpx.get(f"{ready['kantata']}/users/me", headers=headers).status_code == 200
    other = {"X-Auth-Token": ready["token"], "X-Organization-Id": ready["organization_id"]}
    assert httpx.get(f"{ready['productive']}/payments", headers=other).status_code == 200
    process.send_signal(number)
    rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com", "::", ""])  # noqa: S104 - refused
def test_only_loopback(tmp_path: Path, host: str) -> None:
    with pytest.raises(ServeError, match="is not a loopback address"):
        serve(ServeOptions(tmp_path / "books.db", host=host), out=StringIO())
    assert not (tmp_path / "books.db").exists()


def test_loopback_names() -> None:
    assert [loopback_address(host) for host in ("localhost", "127.0.0.1", "127.0.0.5", "::1")] == [
        "127.0.0.1", "127.0.0.1", "127.0.0.5", "::1",
    ]  # fmt: skip


def test_what_keeps_it_from_starting_is_a_sentence(tmp_path: Path) -> None:
    good = ServeOptions(tmp_path / "books.db", size=5)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServeError, match="cannot be listened on"):
        serve(replace(good, port=taken.getsockname()[1]), out=StringIO())
    with pytest.raises(ServeError, match="70000 is no port"):
        serve(replace(good, port=70000), out=StringIO())
    with pytest.raises(ServeError, match="is no size"):
        serve(replace(good, size=0), out=StringIO())
    (tmp_path / "broken.db").write_bytes(b"x" * 5000)
    with pytest.raises(ServeError, match=r"broken\.db cannot be used as sandbox books"):
        serve(replace(good, data=tmp_path / "broken.db"), out=StringIO())
    with pytest.raises(ServeError, match="cannot be opened"):
        serve(replace(good, data=tmp_path / "broken.db" / "books.db"), out=StringIO())
    for today in (date(1, 1, 1), date(1979, 12, 31), date(9999, 12, 31)):
        with pytest.raises(ServeError, match=f"No sample books reach up to {today}"):
            serve(replace(good, today=today), out=StringIO())
    assert size_of("small") == 3000
    assert size_of(7) == 7


def test_reset_makes_new_books(books_path: Path) -> None:
    def books_id() -> str:
        books = Books.open(books_path, today=TODAY, clock=system_clock)
        try:
            assert books.seed in (1, 9)
            return books.books_id
        finally:
            books.close()

    before = books_id()
    reset(books_path, seed=9, today=TODAY, size=10)
    assert books_id() != before
    assert not list(books_path.parent.glob("*.new*"))

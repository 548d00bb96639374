"""A home, a served sandbox that can go away and come back, and the program on a pseudo terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from screenshots.terminal import Terminal

PROGRAM = str(Path(sys.executable).with_name("kworkbench"))
TOKEN = "a-token-of-the-sandbox"


@dataclass
class Served:
    """`kworkbench sandbox serve` on a port of its own, over one file of books."""

    books: Path
    process: subprocess.Popen[str] | None = None
    ready: dict[str, Any] = field(default_factory=dict)

    def start(self, *faults: str) -> None:
        """Serve, on the same port as before where there was one."""
        command = [PROGRAM, "sandbox", "serve", "--data", str(self.books), "--token", TOKEN, "--today", "2026-03-03"]
        command += ["--size", "300"]
        command += ["--port", self.port] if self.ready else []
        command += [part for fault in faults for part in ("--fault", fault)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())

    def stop(self) -> None:
        """The network is gone."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
            if self.process.stdout is not None:
                self.process.stdout.close()
            self.process = None

    @property
    def port(self) -> str:
        """The port it listens on."""
        return str(httpx.URL(self.ready["productive"]).port)

    def productive(self, path: str, **query: str) -> Any:
        """A document of the Productive dialect."""
        headers = {"X-Auth-Token": TOKEN, "X-Organization-Id": self.ready["organization_id"]}
        answer = httpx.get(self.ready["productive"] + path, params=query, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def kantata(self, path: str, **query: str) -> Any:
        """A document of the Kantata dialect."""
        answer = httpx.get(self.ready["kantata"] + path, params=query, headers={"Authorization": f"Bearer {TOKEN}"})
        answer.raise_for_status()
        return answer.json()


@dataclass
class Home:
    """A folder for one user's files, and the program run over it."""

    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """The environment of a user who has a token."""
        own_size = ("COLUMNS", "LINES")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("KWORKBENCH_") and name not in own_size
        }
        own = {
            "KWORKBENCH_HOME": str(self.folder),
            "KWORKBENCH_TOKEN": TOKEN,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        return kept | own

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command of the command line."""
        return subprocess.run(
            [PROGRAM, *arguments], env=self.environ, capture_output=True, text=True, timeout=50, check=False
        )

    def rows(self, resource: str, query: str) -> list[dict[str, Any]]:
        """What `list` prints from what is stored here."""
        done = self.run("list", resource, query, "--format", "json", "--offline")
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    def changes(self) -> list[dict[str, Any]]:
        """What `changes list` prints."""
        found: list[dict[str, Any]] = json.loads(self.run("changes", "list", "--format", "json").stdout)
        return found

    def open(self, columns: int = 80, rows: int = 24, arguments: Sequence[str] = ()) -> Terminal:
        """The workbench on a terminal."""
        return Terminal([PROGRAM, *arguments], columns, rows, self.environ)

    def hold(self, seconds: float) -> None:
        """How long a gesture can be taken back, before the first connection is written to the same file."""
        (self.folder / "config").mkdir(parents=True, exist_ok=True)
        (self.folder / "config" / "config.toml").write_text(f"hold_seconds = {seconds}\n")


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sample books made once; each test works on a copy."""
    made = Served(tmp_path_factory.mktemp("books") / "books.db")
    made.start()
    made.stop()
    return made.books


@pytest.fixture
def served(tmp_path: Path, books: Path) -> Iterator[Served]:
    """A server that is not started yet."""
    copy = tmp_path / "books.db"
    copy.write_bytes(books.read_bytes())
    one = Served(copy)
    yield one
    one.stop()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh machine."""
    one = Home(tmp_path / "home")
    one.folder.mkdir()
    return one


def connect(home: Home, served: Served, provider: str) -> None:
    """Connect for writing."""
    done = home.run(
        "connect", provider, "--base-url", served.ready[provider], "--organization-id", "4711", "--name", "books",
        "--writable", "--store", "none",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

"""What a sync costs, against the same pages pulled and thrown away, and what it costs keys (P10, P11).

The server is `sandbox serve` in another process; nothing but the shown program and the floor run while keys are timed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kworkbench.config import load
from kworkbench.paths import find
from kworkbench.services.view_state import LeftOff, save_state
from tests.benchmarks import measures
from tests.benchmarks.figures import Figures, Line
from tests.benchmarks.measures import Press, Target
from tests.benchmarks.terminal import Sample, Terminal

NAME = "bench"
TOKEN = "benchmark"
PERSON = "203"
"""Whom the sandbox signs in."""
BATCH = 10
"""Presses between two looks whether the sync still runs."""

_PROGRESS = re.compile(r"[■·] +[\d,]+ of [\d,]+")
_LIST = range(3, 36)
"""Lines of a window of 40 that hold rows."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running `sandbox serve`."""

    base_url: str
    organization_id: str

    @property
    def config(self) -> str:
        """A configuration whose default connection is this server."""
        return f"""default = "{NAME}"

[connections.{NAME}]
provider = "productive"
base_url = "{self.base_url}"
organization_id = "{self.organization_id}"
organization = "Benchmark"
user_id = "{PERSON}"
writable = true
"""


@contextmanager
def served(folder: Path, size: int, environ: Mapping[str, str]) -> Iterator[Served]:
    """`sandbox serve` with books of so many expenses, made once per folder."""
    books = folder / f"served-{size}.db"
    command = (sys.executable, "-m", "kworkbench", "sandbox", "serve", "--data", str(books), "--size", str(size))
    told = {**environ, "KWORKBENCH_HOME": str(folder / "server")}
    with subprocess.Popen((*command, "--token", TOKEN), stdout=subprocess.PIPE, text=True, env=told) as server:
        try:
            line = json.loads(server.stdout.readline() if server.stdout else "")
            yield Served(line["productive"], line["organization_id"])
        finally:
            server.terminate()


def home_of(folder: Path, server: Served, resource: str = "expenses") -> Path:
    """An empty home that opens this server, on that list."""
    home = folder / "copied"
    shutil.rmtree(home, ignore_errors=True)
    paths = find({"KWORKBENCH_HOME": str(home)})
    paths.create()
    paths.config_file.write_text(server.config)
    save_state(paths.view_state, {load(paths.config_file).connection(NAME).account: LeftOff(resource)})
    return home


def pulled(server: Served, environ: Mapping[str, str]) -> list[float]:
    """Seconds and CPU seconds to pull every page without keeping anything."""
    return _said(environ, "pull", server.base_url, TOKEN, server.organization_id)


def synced(home: Path, environ: Mapping[str, str]) -> list[float]:
    """Seconds and CPU seconds of a sync of everything."""
    return _said({**environ, "KWORKBENCH_HOME": str(home), "KWORKBENCH_TOKEN": TOKEN}, "copy")


def lines(
    folder: Path, size: int, runs: int, presses: int, environ: Mapping[str, str], floor: Target
) -> Iterator[Line]:
    """First syncs and further ones against pulls, in turns; then keys while syncs go on."""
    pulls: list[list[float]] = []
    firsts: list[list[float]] = []
    others: list[list[float]] = []
    with served(folder, size, environ) as server:
        for _ in range(runs):
            pulls.append(pulled(server, environ))
            home = home_of(folder, server)
            firsts.append(synced(home, environ))
            others.append(synced(home, environ))
        for at, what in enumerate(("", ", CPU of the process")):
            pull, first, other = (Figures.of([each[at] for each in found]) for found in (pulls, firsts, others))
            yield Line("P10", f"first sync against a pull{what}", first, pull, limit="" if at else "1.5x")
            yield Line("P11", f"sync with nothing new against a pull{what}", other, pull)
        yield from _keys(home, presses, environ, floor)


def _keys(home: Path, presses: int, environ: Mapping[str, str], floor: Target) -> Iterator[Line]:
    told = {**environ, "KWORKBENCH_HOME": str(home), "KWORKBENCH_TOKEN": TOKEN}
    with ExitStack() as stack:
        running = {"floor": measures.opened(stack, floor)}
        ours = stack.enter_context(Terminal((sys.executable, "-m", "kworkbench"), told))
        running["ours"] = ours
        ours.wait_for(_PROGRESS.pattern)
        for key in ("down", "pagedown"):
            found: dict[str, list[Sample]] = {name: [] for name in running}
            for _ in range(max(1, presses // BATCH)):
                _go_on(ours)
                both = {"floor": Press("x"), "ours": Press(key, lines=_LIST)}
                for name, samples in measures.keys(running, both, BATCH).items():
                    found[name] += samples
            yield from measures.lines_of(
                "P11", f"{key} while a sync runs", found["ours"], found["floor"], "2.0x / 2.5x"
            )


def _go_on(ours: Terminal) -> None:
    """See to it that a sync runs, and that the cursor has room."""
    ours.write("home")
    ours.rest(0.1, 1.0)
    if not _PROGRESS.search(ours.text):
        ours.write("r")
        ours.wait_for(_PROGRESS.pattern)


def _said(environ: Mapping[str, str], app: str, *arguments: str) -> list[float]:
    command = (sys.executable, "-m", f"tests.benchmarks.apps.{app}", *arguments)
    run = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    return [float(each) for each in json.loads(run.stdout)]

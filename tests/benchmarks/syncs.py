"""What a sync costs, against the same pages pulled and thrown away; the server is in another process (P10, P11)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kworkbench.paths import find

NAME = "bench"
TOKEN = "benchmark"


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
user_id = "1"
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


def home_of(folder: Path, server: Served) -> Path:
    """An empty home that opens this server."""
    home = folder / "copied"
    shutil.rmtree(home, ignore_errors=True)
    paths = find({"KWORKBENCH_HOME": str(home)})
    paths.create()
    paths.config_file.write_text(server.config)
    return home


def pulled(server: Served, environ: Mapping[str, str]) -> tuple[int, float]:
    """Pages, and seconds to pull them all without keeping anything."""
    pages, seconds = _said(environ, "pull", server.base_url, TOKEN, server.organization_id)
    return int(pages), seconds


def synced(home: Path, environ: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of a sync of everything, and CPU seconds of its process."""
    seconds, cpu = _said({**environ, "KWORKBENCH_HOME": str(home), "KWORKBENCH_TOKEN": TOKEN}, "copy")
    return seconds, cpu


def _said(environ: Mapping[str, str], app: str, *arguments: str) -> tuple[float, float]:
    command = (sys.executable, "-m", f"tests.benchmarks.apps.{app}", *arguments)
    first, second = json.loads(subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout)
    return first, second

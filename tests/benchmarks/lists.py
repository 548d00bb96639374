"""What each list of the sandbox costs: `python -m tests.benchmarks.lists [--size 100000] [--crossed] [--only TEXT]`.

Makes books of `--size` expenses once in `--work`, asks in this process for a page of 200 with every filter (each
operation, with common, rare and absent values), every order and include of every list of both dialects, and takes the
processor time of the answer: the least of `--runs`. `--crossed` adds every filter with every order of the three long
lists. Writes `lists.md` beside this file, unless `--only` narrows the requests to those whose name holds a text.
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from statistics import median

from starlette.types import ASGIApp, Message, Scope

from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.books.schema import VERSION
from kworkbench.sandbox.front import EMBEDDED_HOST
from kworkbench.sandbox.opening import open_context
from tests.benchmarks.list_requests import ListRequest, crossed, singles

RESULTS = Path(__file__).with_name("lists.md")
TOKEN = "benchmark"
TODAY = date(2026, 11, 20)
SHOWN = 25
"""How many of the slowest requests the results name."""


class ListError(Exception):
    """A request that was not answered by a list."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A request with the processor time of its answer in milliseconds."""

    request: ListRequest
    spent: float

    @property
    def is_over(self) -> bool:
        """Whether it takes longer than it may."""
        return self.spent >= self.request.limit

    def row(self) -> str:
        """As a row of a table."""
        asked = self.request
        what = asked.what.replace("|", "\\|")
        return f"| {asked.vendor} | {asked.resource} | {what} | {self.spent:.1f} | {asked.limit:.0f} |"


def main() -> int:
    """Makes or finds the books, asks for everything, writes and prints the results."""
    options = _options()
    folder = Path(options.work)
    path = folder / f"lists-{options.size}-{VERSION}.db"
    begun = time.process_time()
    open_context(path, token=TOKEN, today=TODAY, size=options.size).books.close()
    made = time.process_time() - begun
    context = open_context(path, token=TOKEN, clock=lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))
    found = [*singles(context.books), *(crossed(context.books) if options.crossed else ())]
    asked = [one for one in found if options.only in f"{one.vendor} {one.resource} {one.what}"]
    with asyncio.Runner() as runner:
        app = build_app(context)
        costs = [_cost(runner, app, one, options.runs) for one in asked]
    context.books.close()
    text = _report(costs, options, made)
    if not options.only:
        RESULTS.write_text(text)
    sys.stdout.write(text)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.lists", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="expenses in the books")
    parser.add_argument("--runs", type=int, default=3, help="answers to each request")
    parser.add_argument("--crossed", action="store_true", help="every filter with every order, too")
    parser.add_argument("--only", default="", metavar="TEXT", help="only requests whose name holds this text")
    parser.add_argument("--work", default=str(Path(tempfile.gettempdir()) / "kworkbench-benchmarks"))
    return parser.parse_args()


def _cost(runner: asyncio.Runner, app: ASGIApp, request: ListRequest, runs: int) -> Cost:
    """Asks some times, and more often what seems too slow; the least is what the answer costs, the rest is others'."""
    least = float("inf")
    for run in range(runs * 5):
        if run >= runs and least * 1000 < request.limit * 0.8:
            break
        begun = time.process_time()
        status, body = runner.run(_answer(app, request))
        least = min(least, time.process_time() - begun)
        if status != 200:
            raise ListError(f"{request.path}: {status} {body[:300]!r}")
    return Cost(request, least * 1000)


async def _answer(app: ASGIApp, request: ListRequest) -> tuple[int, bytes]:
    path, _, query = request.path.partition("?")
    headers = [(b"host", EMBEDDED_HOST.encode()), (b"x-auth-token", TOKEN.encode())]
    scope: Scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "raw_path": b"",
        "query_string": query.encode(), "headers": [*headers, (b"authorization", f"Bearer {TOKEN}".encode())],
    }  # fmt: skip
    status, parts = 0, []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return status, b"".join(parts)


def _report(costs: Sequence[Cost], options: argparse.Namespace, made: float) -> str:
    over = sorted((cost for cost in costs if cost.is_over), key=lambda cost: -cost.spent)
    slowest = sorted(costs, key=lambda cost: -cost.spent)[:SHOWN]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    facts = (
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        f"books of {options.size:,} expenses" + (f", made in {made:.1f} s of processor time" if made > 1 else ""),
        f"{len(costs):,} requests for a page of 200, the least of {options.runs} answers each",
        f"{memory:.0f} MiB at most",
    )
    return "\n".join(
        (
            f"# Lists of the sandbox, {datetime.now(UTC).date().isoformat()}\n",
            f"{'; '.join(facts)}.\n",
            "Milliseconds of processor time in process, from the request to the last byte. A single filter or order",
            "may take 50, a `contains`, a group or a sum 200. Made by `python -m tests.benchmarks.lists`.\n",
            f"**{len(over)} over the limit.**\n",
            *_table(over),
            "## By list\n",
            "| vendor | list | requests | median | slowest |\n|---|---|---|---|---|",
            *_by_list(costs),
            "\n## The slowest\n",
            *_table(slowest),
        )
    )


def _table(costs: Iterable[Cost]) -> list[str]:
    rows = [cost.row() for cost in costs]
    head = "| vendor | list | what | ms | limit |\n|---|---|---|---|---|"
    return [head, *rows, ""] if rows else []


def _by_list(costs: Iterable[Cost]) -> list[str]:
    def list_of(cost: Cost) -> tuple[str, str]:
        return cost.request.vendor, cost.request.resource

    rows = []
    for (vendor, name), group in groupby(sorted(costs, key=list_of), key=list_of):
        spent = [cost.spent for cost in group]
        rows.append(f"| {vendor} | {name} | {len(spent)} | {median(spent):.1f} | {max(spent):.1f} |")
    return rows


if __name__ == "__main__":
    sys.exit(main())

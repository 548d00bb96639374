"""What a payment costs the key that makes it: from Enter to the unsent row, durable by then (P7).

The program saves before it paints, so the painted row says that the outbox holds the payment.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from kworkbench.config import load
from kworkbench.paths import find
from kworkbench.services.view_state import LeftOff, save_state
from tests.benchmarks import measures
from tests.benchmarks.figures import Line
from tests.benchmarks.measures import Press, Target
from tests.benchmarks.syncs import TOKEN, Served, home_of, served, synced

GOAL = "2.5x"
PRESSES = 20
"""Each pays an invoice of the sample books, which have some forty to pay."""

DELAYS = (0, 10)
"""Seconds by which the server answers late, whatever it is asked."""

_UNSENT = r"~ [^\n]*paid"
"""The mark of the unsent row and its foretold status."""
_OPEN = ("/", "status:open", "enter")


def lines(folder: Path, home: Path, environ: Mapping[str, str], floor: Target) -> Iterator[Line]:
    """Payments with no network at all, from the home of the other measures, and at servers that take their time.

    The servers' books are made anew: what an earlier run has paid cannot be paid again.
    """
    offline = folder / "paying"
    shutil.rmtree(offline, ignore_errors=True)
    shutil.copytree(home, offline)
    _open_on_invoices(offline)
    os.sync()  # a commit would wait until the disk has taken the copy
    yield from _timed("a payment, offline", offline, environ, floor, after=("u",))
    books = folder / "unpaid"
    shutil.rmtree(books, ignore_errors=True)
    books.mkdir()
    with served(books, 3000, environ) as server:
        for seconds in DELAYS:
            late = home_of(books, server, "invoices")
            synced(late, environ)
            os.sync()
            _answer_late(server, seconds)
            what = f"a payment, the server {seconds} s late"
            yield from _timed(what, late, environ, floor, after=("down",))
            _answer_late(server, 0)


def _timed(what: str, home: Path, environ: Mapping[str, str], floor: Target, after: tuple[str, ...]) -> Iterator[Line]:
    told = {**environ, "KWORKBENCH_HOME": str(home), "KWORKBENCH_TOKEN": TOKEN}
    ours = Target("ours", (sys.executable, "-m", "kworkbench"), r"INV-\d+", told, setup=_OPEN)
    with ExitStack() as stack:
        running = {"floor": measures.opened(stack, floor), "ours": measures.opened(stack, ours)}
        press = Press("enter", ("p",), _UNSENT, after)
        found = measures.keys(running, {"floor": Press("x"), "ours": press}, PRESSES)
    yield from measures.lines_of("P7", what, found["ours"], found["floor"], GOAL)


def _open_on_invoices(home: Path) -> None:
    paths = find({"KWORKBENCH_HOME": str(home)})
    config = load(paths.config_file)
    save_state(paths.view_state, {config.connection(config.default).account: LeftOff("invoices")})


def _answer_late(server: Served, seconds: int) -> None:
    """Set the delay of every answer of a running sandbox; 0 ends it."""
    request = urllib.request.Request(  # noqa: S310 - our own server on loopback
        f"{server.base_url.removesuffix('/api/v2')}/sandbox/faults",
        data=json.dumps({"faults": [f"delay={seconds},route=*:/api/*"] if seconds else []}).encode(),
        headers={"authorization": f"Bearer {TOKEN}", "content-type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request).close()  # noqa: S310

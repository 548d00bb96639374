"""A stage whose home speaks real HTTP to the proxy, and the proxy to `sandbox serve`."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from kworkbench.providers import load
from kworkbench.sandbox.serve import ServeOptions, serve
from kworkbench.sync.http import HttpTransport
from kworkbench.sync.link import Link
from kworkbench.sync.notices import ConnectionState
from tests.proofs.proxy.proxy import Proxy
from tests.sync.stage import TOKEN, Stage

PATHS = {"kantata": "/api/v1", "productive": "/api/v2"}


class _Line(StringIO):
    """Standard output of which the first line can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.ready: queue.Queue[str] = queue.Queue()

    def flush(self) -> None:
        self.ready.put(self.getvalue())


@contextmanager
def served(books: Path) -> Iterator[Proxy]:
    """`sandbox serve` over these books, behind a proxy."""
    stop, out = threading.Event(), _Line()
    options = ServeOptions(books, token=TOKEN)
    thread = threading.Thread(target=serve, args=(options,), kwargs={"out": out, "stop": stop})
    thread.start()
    try:
        proxy = Proxy(str(json.loads(out.ready.get(timeout=20))["kantata"]))
        yield proxy
        proxy.stop()
    finally:
        stop.set()
        thread.join(20)


@dataclass
class ProxiedStage(Stage):
    """As `Stage`, with the proxy in place of the line inside the process."""

    proxy: Proxy | None = None

    def make_link(self, account: str, notice: Callable[[ConnectionState], None]) -> Link | None:
        if account != self.account or self.proxy is None:
            return None
        provider = load(self.provider)
        base = f"http://127.0.0.1:{self.proxy.port}{PATHS[self.provider]}"
        transport = HttpTransport(base, lambda: provider.auth(TOKEN, None))
        return Link(account, provider, transport, self._reader().said, notice)

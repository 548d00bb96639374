"""Reading the pages of a scan: here while it is short, in a process of its own once it is long.

Reading a page of 200 records is the most of what a scan costs, and a key that is pressed meanwhile waits for the
interpreter. Another process has one of its own (performance.md P10 and P11).
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path

from kworkbench.domain.records import Lookup, Record
from kworkbench.lean import dataclass
from kworkbench.providers.base import Provider, Response, UnreadableAnswerError
from kworkbench.sync.link import Link

LONG = 25
"""Pages of a scan that is worth a process: 5,000 records."""

HEAD = struct.Struct(">I")
"""Before each message its length in bytes."""

MODULE = "kworkbench.sync.page_process"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that was read: its records in order, and what came with them where that was wanted.

    Attributes:
        pages, total: how many there are in all.
    """

    records: tuple[Record, ...]
    related: tuple[Record, ...]
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that is to be read elsewhere: an answer's body, and whatever reading it needs."""

    account: str
    provider: Provider
    kind: str
    body: bytes
    with_related: bool


def read_sheet(asked: Asked, lookup: Lookup) -> Sheet:
    """Read a page on the thread that calls. Raises `UnreadableAnswerError`."""
    page = asked.provider.read_page(asked.kind, Response(200, {}, asked.body), lookup)
    return Sheet(page.records, page.related if asked.with_related else (), page.pages, page.total)


class PageReader:
    """Reads the pages of scans, one at a time; `close` it.

    Args:
        cached: `cache.db`, where the other process looks up what was known of a record; None: never another process.
    """

    def __init__(self, cached: Path | None) -> None:
        self._cached = cached
        self._process: Process | None = None
        self._pages = 1

    async def read(self, link: Link, kind: str, answer: Response, *, with_related: bool) -> Sheet:
        """The page in an answer.

        Raises:
            UnreadableAnswerError: it is no page of that kind.
        """
        asked = Asked(link.account, link.provider, kind, answer.body, with_related)
        if self._pages >= LONG and self._cached is not None:
            try:
                return await self._read_elsewhere(asked, self._cached)
            except (OSError, EOFError) as problem:
                logger.warning("Pages are read in this process: %r.", problem)
                self._cached = None
        sheet = read_sheet(asked, link.lookup)
        self._pages = sheet.pages
        return sheet

    async def close(self) -> None:
        """End the other process; it keeps nothing."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()

    async def _read_elsewhere(self, asked: Asked, cached: Path) -> Sheet:
        if self._process is None:
            self._process = await _start(cached)
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None:
            raise EOFError("it has no pipes")
        written = pickle.dumps(asked, pickle.HIGHEST_PROTOCOL)
        into.write(HEAD.pack(len(written)) + written)
        await into.drain()
        (size,) = HEAD.unpack(await out.readexactly(HEAD.size))
        said = pickle.loads(await out.readexactly(size))  # noqa: S301 - our own process wrote it
        if isinstance(said, Sheet):
            self._pages = said.pages
            return said
        raise UnreadableAnswerError(str(said))


async def _start(cached: Path) -> Process:
    """The process; it gets no sign-in, and no key that is pressed here reaches it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KWORKBENCH_TOKEN")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", MODULE, str(cached)),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=environ,
        start_new_session=True,
    )

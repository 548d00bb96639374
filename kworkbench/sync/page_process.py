"""The process that reads the pages of long scans for another one: `Asked` in, `Sheet` or a sentence out.

It ends with its standard input, so it never outlives who started it.
"""

from __future__ import annotations

import gc
import os
import pickle
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from kworkbench.domain.records import Values
from kworkbench.providers.base import UnreadableAnswerError
from kworkbench.store.cache_file import connect_reader
from kworkbench.store.documents import values_of
from kworkbench.sync.pages import HEAD, Asked, Sheet, read_sheet

BACKGROUND = 5
"""How much the screen's process goes before this one where both want the processor."""


def main() -> None:
    """Serve until the other side closes."""
    os.nice(BACKGROUND)
    gc.disable()  # a page that was read leaves nothing that holds itself
    with closing(connect_reader(Path(sys.argv[1]))) as db:
        serve(sys.stdin.buffer, sys.stdout.buffer, db)


def serve(into: BinaryIO, out: BinaryIO, db: sqlite3.Connection) -> None:
    """Answer each message of `into` on `out`, in order, to its end."""
    while len(head := into.read(HEAD.size)) == HEAD.size:
        asked: Asked = pickle.loads(into.read(*HEAD.unpack(head)))  # noqa: S301 - who started this process wrote it
        written = pickle.dumps(_read(asked, db), pickle.HIGHEST_PROTOCOL)
        out.write(HEAD.pack(len(written)) + written)
        out.flush()


def _read(asked: Asked, db: sqlite3.Connection) -> Sheet | str:
    found = db.execute("SELECT id FROM account WHERE name = ?", (asked.account,)).fetchone()

    def lookup(kind: str, record_id: str) -> Values | None:
        return None if found is None else values_of(db, found[0], kind, record_id)

    try:
        return read_sheet(asked, lookup)
    except UnreadableAnswerError as problem:
        return str(problem)


if __name__ == "__main__":
    main()

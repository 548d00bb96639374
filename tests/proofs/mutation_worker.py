"""Runs pytest once for each line it is sent, each time in a fork of a process that has the libraries loaded.

It imports nothing of the project, so that every fork sees the sources as they stand then.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time

LIBRARIES = (
    "hypothesis.stateful",
    "pytest",
    "_pytest.assertion.rewrite",
    "httpx",
    "pydantic",
    "rich.text",
    "textual.content",
)
SECONDS = 120.0


def run(arguments: list[str]) -> int:
    """The status of one run of pytest; -1 where it did not end in time."""
    child = os.fork()
    if not child:
        sys.path.insert(0, os.getcwd())  # noqa: PTH109 - no import of more than is needed
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        status = 99
        try:
            status = int(importlib.import_module("pytest").main(arguments))
        finally:
            os._exit(status)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    for library in LIBRARIES:
        importlib.import_module(library)
    for line in sys.stdin:
        print(run(line.split()), flush=True)  # noqa: T201 - the answer

"""Starts the installed program on a pty as a new user would, waits for the list of invoices, and quits it.

Standard library only: the environment it runs in holds nothing but the program and its runtime dependencies.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Callable

LIMIT_SECONDS = 60.0
WANTED = (rb"SANDBOX", rb"INV-[0-9]+", rb"outstanding")


def main(command: str) -> int:
    """Exit status 0 when the list came up and the program ended by its own key."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(command, [command], {**os.environ, "TERM": "xterm-256color"})  # noqa: S606
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = read_until(terminal, lambda text: all(re.search(one, text) for one in WANTED))
    os.write(terminal, b"\x11")
    read_until(terminal, lambda _text: False)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    missing = [one.decode() for one in WANTED if not re.search(one, seen)]
    if missing or status or b"Traceback" in seen:
        sys.stderr.write(f"clean start failed: missing {missing}, exit status {status}\n{seen[-4000:]!r}\n")
        return 1
    sys.stdout.write("clean start: the list of invoices came up and the program ended by its own key\n")
    return 0


def read_until(terminal: int, done: Callable[[bytes], bool]) -> bytes:
    """Everything written until `done` holds, the program ends, or time is up."""
    seen = b""
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
        if done(seen):
            break
    return seen


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""The three streams of a command: data on stdout, narration on stderr, answers from stdin.

Passed in, so that a test gives its own. Source: product.md section 11.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Self, TextIO

from kworkbench.cli.plain import visible, visible_lines
from kworkbench.crash import OutputError
from kworkbench.lean import dataclass

USUAL_WIDTH = 80
"""Cells of a terminal that does not tell its width."""


@dataclass(frozen=True, slots=True)
class Console:
    """Where a command reads and writes.

    Attributes:
        terminal: someone can be asked: stdin and stderr are a terminal.
        width: cells of the terminal that stdout is, None where it is a file or a pipe.
        read_secret: asks without showing what is typed; is given the question.
    """

    out: TextIO
    err: TextIO
    source: TextIO
    terminal: bool
    width: int | None
    read_secret: Callable[[str], str]

    @classmethod
    def of_process(cls) -> Self:
        """The streams of this process."""
        asks = sys.stdin.isatty() and sys.stderr.isatty()
        return cls(sys.stdout, sys.stderr, sys.stdin, asks, _width(), _read_secret)

    def data(self, text: str) -> None:
        """Write data as it is, without adding a line end."""
        self._write(text)

    def show(self, sentence: str) -> None:
        """Write a line of text for a person to stdout, made harmless."""
        self._write(f"{visible_lines(sentence)}\n")

    def flush(self) -> None:
        """Let all data out that was written; raises `OutputError` as writing does."""
        self._write("")

    def _write(self, text: str) -> None:
        try:
            self.out.write(text)
            if not text:
                self.out.flush()
        except BrokenPipeError:
            raise
        except OSError as problem:
            raise OutputError(problem.strerror) from problem

    def say(self, sentence: str) -> None:
        """Narrate: a line on stderr, made harmless."""
        self.err.write(f"{visible_lines(sentence)}\n")
        self.err.flush()

    def progress(self, sentence: str) -> None:
        """Replace the progress line on a terminal; an empty text removes it. Nothing elsewhere."""
        if self.err.isatty():
            self.err.write(f"\r{visible(sentence)[:78]:<78}\r" if not sentence else f"\r{visible(sentence)[:78]:<78}")
            self.err.flush()

    def ask(self, question: str) -> str:
        """The line typed as an answer, without blanks around it; empty at the end of input."""
        self.err.write(f"{visible_lines(question)} ")
        self.err.flush()
        return self.source.readline().strip()

    def ask_secret(self, question: str) -> str:
        """The same, not shown while it is typed."""
        return self.read_secret(f"{question} ").strip()

    def lines(self) -> Iterator[str]:
        """The lines of stdin that hold something."""
        return (line.strip() for line in self.source if line.strip())


def _width() -> int | None:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or USUAL_WIDTH if sys.stdout.isatty() else None
    except (OSError, ValueError):
        return USUAL_WIDTH


def _read_secret(question: str) -> str:
    from getpass import getpass  # noqa: PLC0415 - only one command asks

    return getpass(question, stream=sys.stderr)

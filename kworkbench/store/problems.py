"""What went wrong with a file, in words for a sentence: never an error number."""

from __future__ import annotations

import sqlite3


def said(problem: sqlite3.Error | OSError) -> str:
    """The plain words of a problem: `Permission denied`, `unable to open database file`."""
    return (isinstance(problem, OSError) and problem.strerror) or str(problem)

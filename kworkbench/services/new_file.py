"""A new file: whole or not there, never over another one, for its owner only (sync-engine.md section 8)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


class FileNotMadeError(Exception):
    """A file was not made; the message is a sentence with what to do."""


def write_new(path: Path, parts: Iterable[str]) -> None:
    """Write texts as UTF-8 into a file that is not there yet.

    Raises:
        FileNotMadeError: there is one already, or the folder or the disk does not take it.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
    except FileExistsError:
        raise FileNotMadeError(f"{path} is there already. Choose another name.") from None
    except OSError as problem:
        raise FileNotMadeError(f"{path} cannot be written ({problem.strerror}). Check its folder.") from problem
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the name durable where the system can; some have no folders to open."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

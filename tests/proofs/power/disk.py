"""A disk that writes down what is done to it, and what may be left of it when the power goes.

A write lasts once its file was synced; that a file was made or deleted lasts once its folder was synced. Until then any
part of it may have reached the disk, in sectors of 512 bytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

import apsw

SECTOR = 512
_JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL


class Did(Enum):
    """What can be done to a disk."""

    MAKE = auto()
    WRITE = auto()
    TRUNCATE = auto()
    SYNC = auto()
    SYNC_FOLDER = auto()
    DELETE = auto()


@dataclass(frozen=True)
class Operation:
    """One of the things done; `at` is an offset, or the size that a file is cut to."""

    did: Did
    name: str = ""
    at: int = 0
    data: bytes = b""


Files = dict[str, bytes]


@dataclass
class Disk:
    """All that was done to the files of one folder, in order, and what stood there before."""

    folder: Path
    before: Files = field(default_factory=dict)
    done: list[Operation] = field(default_factory=list)

    def note(self, did: Did, path: str, at: int = 0, data: bytes = b"") -> None:
        """Write one operation down."""
        self.done.append(Operation(did, Path(path).name, at, data))


class RecordingVfs(apsw.VFS):
    """SQLite's own file system, every operation of which is written down."""

    def __init__(self, name: str, disk: Disk) -> None:
        super().__init__(name, "")
        self._disk = disk

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None:
            return super().xOpen(name, flags)
        made = not Path(path).exists()
        file = _RecordingFile(self._disk, path, name, flags)
        if made:
            self._disk.note(Did.MAKE, path)
        return file

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - SQLite's signature
        super().xDelete(filename, syncdir)
        self._disk.note(Did.DELETE, filename)
        if syncdir:
            self._disk.note(Did.SYNC_FOLDER, filename)


class _RecordingFile(apsw.VFSFile):
    def __init__(self, disk: Disk, path: str, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        self._path = path
        self._new_journal = bool(flags[0] & _JOURNALS and flags[0] & apsw.SQLITE_OPEN_CREATE)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self._disk.note(Did.WRITE, self._path, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        self._disk.note(Did.TRUNCATE, self._path, newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        """With the first sync of a journal SQLite syncs its folder too."""
        super().xSync(flags)
        self._disk.note(Did.SYNC, self._path)
        if self._new_journal:
            self._new_journal = False
            self._disk.note(Did.SYNC_FOLDER, self._path)


class Survivors:
    """What is on the disk, and what only seems to be, after some operations.

    Attributes:
        synced: the files as they surely are.
    """

    def __init__(self, before: Files) -> None:
        self._contents: Files = dict(before)
        self._pending: list[Operation] = []
        self._folder: list[Operation] = []
        self.synced: Files = dict(before)

    def do(self, operation: Operation) -> None:
        """One operation more."""
        if operation.did is Did.SYNC:
            self._seen_to_disk(operation.name)
        elif operation.did is Did.SYNC_FOLDER:
            self._apply_folder(self._folder)
            self._folder = []
        elif operation.did in (Did.MAKE, Did.DELETE):
            self._folder.append(operation)
            self._pending = [one for one in self._pending if one.name != operation.name]
            if operation.did is Did.MAKE:
                self._contents[operation.name] = b""
        else:
            self._pending.append(operation)

    def torn(self, chance: random.Random) -> Files:
        """The synced files with a random part of what was not synced yet."""
        files, contents = dict(self.synced), dict(self._contents)
        for operation in self._pending:
            if operation.name in contents:
                contents[operation.name] = _changed(contents[operation.name], _part(operation, chance))
        for operation in self._folder[: chance.randint(0, len(self._folder))]:
            if operation.did is Did.DELETE:
                files.pop(operation.name, None)
            else:
                files[operation.name] = b""
        return {name: contents.get(name, b"") for name in files}

    def _seen_to_disk(self, name: str) -> None:
        for operation in (one for one in self._pending if one.name == name):
            self._contents[name] = _changed(self._contents.get(name, b""), operation)
        self._pending = [one for one in self._pending if one.name != name]
        if name in self.synced:
            self.synced[name] = self._contents[name]

    def _apply_folder(self, operations: Iterable[Operation]) -> None:
        for operation in operations:
            if operation.did is Did.DELETE:
                self.synced.pop(operation.name, None)
                self._contents.pop(operation.name, None)
            else:
                self.synced[operation.name] = self._contents.get(operation.name, b"")


def _changed(content: bytes, operation: Operation | None) -> bytes:
    if operation is None:
        return content
    if operation.did is Did.TRUNCATE:
        return content[: operation.at].ljust(operation.at, b"\0")
    filled = content.ljust(operation.at, b"\0")
    return filled[: operation.at] + operation.data + filled[operation.at + len(operation.data) :]


def _part(operation: Operation, chance: random.Random) -> Operation | None:
    """All of an operation, none of it, or the sectors at the beginning of a write."""
    luck = chance.random()
    if luck < 1 / 3:
        return None
    if operation.did is Did.TRUNCATE or luck < 2 / 3:
        return operation
    sectors = chance.randint(0, len(operation.data) // SECTOR)
    return Operation(Did.WRITE, operation.name, operation.at, operation.data[: sectors * SECTOR])


def cuts(disk: Disk) -> Iterator[tuple[int, Survivors]]:
    """After how many operations the power goes, and what survives then; the survivors are the same object each time."""
    survivors = Survivors(disk.before)
    yield 0, survivors
    for number, operation in enumerate(disk.done, start=1):
        survivors.do(operation)
        yield number, survivors

"""Whether a folder stands on a network file system: there SQLite's locks and commits cannot be trusted.

Source: sync-engine.md section 7, "second instance".
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from kworkbench.store.failing import NetworkPlaceError

MOUNTS = Path("/proc/self/mountinfo")
NETWORKS = frozenset(  # not 9p: virtual machines mount folders of their own host by it
    "afp afs afpfs ceph cifs coda davfs fuse.davfs fuse.glusterfs fuse.rclone fuse.s3fs fuse.sshfs gfs gfs2 glusterfs"
    " lustre ncpfs nfs nfs4 ocfs2 smb2 smb3 smbfs webdav".split()
)


def refuse_network(path: Path, mounts: Path = MOUNTS) -> None:
    """Do nothing where the place can be trusted.

    Raises:
        NetworkPlaceError: it is on a network; the message says what to do.
    """
    kind = file_system(path.parent, mounts)
    shared = sys.platform == "win32" and str(path).startswith("\\\\")
    if shared or kind in NETWORKS:
        raise NetworkPlaceError(
            f"{path.parent} is on a network file system ({kind or 'a share'}), where unsent changes are not safe, so"
            " nothing can be saved. Set KWORKBENCH_HOME to a folder on this machine."
        )


def file_system(folder: Path, mounts: Path = MOUNTS) -> str:
    """The type of the file system a folder is on; empty where this machine does not tell."""
    best, kind = -1, ""
    place = folder.resolve()
    with suppress(OSError):
        for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            before, _, after = line.partition(" - ")
            fields, types = before.split(), after.split()
            if len(fields) < 5 or not types:
                continue
            point = Path(_unescaped(fields[4]))
            if (place == point or point in place.parents) and len(point.parts) >= best:
                best, kind = len(point.parts), types[0]
    return kind


def _unescaped(text: str) -> str:
    """A mount point as it is written there: blanks and the like stand as octal numbers."""
    for code in ("040", "011", "012", "134"):
        text = text.replace(f"\\{code}", chr(int(code, 8)))
    return text

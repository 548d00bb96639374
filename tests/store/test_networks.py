"""Network file systems are found by what is mounted where, and refused with a sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from kworkbench.store.failing import NetworkPlaceError
from kworkbench.store.networks import file_system, refuse_network


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    base = tmp_path.resolve()
    table = tmp_path / "mountinfo"
    shared = str(base / "with blank").replace(" ", "\\040")
    table.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        f"23 22 0:50 / {base}/far rw shared:2 - nfs4 server:/home rw\n"
        f"24 23 8:2 / {base}/far/near rw - xfs /dev/sdb1 rw\n"
        f"25 22 0:51 / {shared} rw - fuse.sshfs user@host: rw\n"
        "broken line\n",
        encoding="utf-8",
    )
    return table


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("here", "ext4"), ("far", "nfs4"), ("far/deep", "nfs4"), ("far/near/x", "xfs"), ("with blank/y", "fuse.sshfs")],
)
def test_a_folder_is_on_what_is_mounted_closest_above_it(mounts: Path, folder: str, kind: str) -> None:
    assert file_system(mounts.parent / folder, mounts) == kind


@pytest.mark.parametrize("folder", ["far", "with blank"])
def test_an_outbox_on_a_network_is_refused(mounts: Path, folder: str) -> None:
    with pytest.raises(NetworkPlaceError, match=r"network file system.*Set KWORKBENCH_HOME"):
        refuse_network(mounts.parent / folder / "outbox.db", mounts)


@pytest.mark.parametrize("folder", ["here", "far/near"])
def test_an_outbox_on_this_machine_is_not(mounts: Path, folder: str) -> None:
    refuse_network(mounts.parent / folder / "outbox.db", mounts)


def test_a_machine_that_does_not_tell_is_trusted(tmp_path: Path) -> None:
    assert file_system(tmp_path, tmp_path / "none") == ""
    refuse_network(tmp_path / "outbox.db", tmp_path / "none")

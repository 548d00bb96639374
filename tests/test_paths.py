from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kworkbench.paths import HomeError, find


def test_everything_lies_below_the_home(tmp_path: Path) -> None:
    paths = find({"KWORKBENCH_HOME": str(tmp_path)})
    assert paths.config_file == tmp_path / "config" / "config.toml"
    assert paths.outbox == tmp_path / "data" / "outbox.db"
    assert paths.sandbox == tmp_path / "data" / "sandbox.db"
    assert paths.cached == tmp_path / "cache" / "cache.db"
    assert paths.crash_log == tmp_path / "logs" / "crash.log"
    assert paths.state == tmp_path / "state"


def test_a_relative_home_does_not_follow_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    paths = find({"KWORKBENCH_HOME": "here"})
    monkeypatch.chdir("/")
    assert paths.data == tmp_path / "here" / "data"


def test_without_a_home_the_folders_of_the_platform_are_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    paths = find({})
    assert all(tmp_path in folder.parents and "kworkbench" in folder.parts for folder in paths.folders)
    assert not paths.config.exists()


def test_folders_are_made_for_their_owner_only(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        paths = find({"KWORKBENCH_HOME": str(tmp_path / "new")})
        paths.create()
        paths.create()
    finally:
        os.umask(before)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (*paths.folders, tmp_path / "new")} == {0o700}


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeError, match=r"cannot be made \(Not a directory\).*KWORKBENCH_HOME"):
        find({"KWORKBENCH_HOME": str(tmp_path / "file")}).create()

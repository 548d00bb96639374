from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kworkbench.paths import find
from kworkbench.ui.first_paint import early

BEFORE_A_KEPT_FRAME = {
    "kworkbench",
    "kworkbench.__main__",
    "kworkbench.crash",
    "kworkbench.ui",
    "kworkbench.ui.first_paint",
    "kworkbench.ui.first_paint.early",
    "kworkbench.ui.first_paint.terminal",
    "__future__",
    "gc",
    "termios",
    "time",
}
BEFORE_A_DRAWN_FRAME = {"kworkbench", "sqlite3", "json", "tomllib", "platformdirs"}
"""Packages, the standard library's small ones apart."""
HEAVY = (
    "textual", "rich", "asyncio", "httpx", "pydantic", "starlette", "uvicorn", "keyring", "babel", "click", "rapidfuzz",
    "anyio", "logging", "email", "ssl", "kworkbench.sync", "kworkbench.services.session", "kworkbench.sandbox",
    "kworkbench.cli.ports", "kworkbench.composition.homes", "kworkbench.store.outbox", "kworkbench.store.cache",
)  # fmt: skip
NOW = 1_800_000_000.0


def loaded_by(code: str) -> set[str]:
    program = f"import sys; before = set(sys.modules); {code}; print('\\n'.join(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_next_to_nothing_is_loaded_before_a_kept_frame() -> None:
    code = "import kworkbench.__main__; from kworkbench.ui.first_paint import early, terminal"
    assert loaded_by(code) <= BEFORE_A_KEPT_FRAME


def test_nothing_heavy_is_loaded_before_a_drawn_frame() -> None:
    loaded = loaded_by("import kworkbench.composition.workbench, kworkbench.composition.first")
    assert "kworkbench.ui.first_paint.frame" in loaded
    assert loaded.isdisjoint(HEAVY)


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    file = tmp_path / "cache.db"
    file.write_bytes(b"rows")
    early.keep(
        str(tmp_path), "here", (int(NOW), int(NOW) + 60), [(str(file), early.stamp(str(file)))], b"\x1b[1;1Ha\n\nframe"
    )
    return file


def test_a_kept_frame_comes_back_as_it_was(watched: Path) -> None:
    folder = watched.parent
    assert early.kept(str(folder), "here", NOW) == b"\x1b[1;1Ha\n\nframe"
    assert stat.S_IMODE((folder / early.NAME).stat().st_mode) == 0o600
    assert sorted(each.name for each in folder.iterdir()) == ["cache.db", early.NAME]


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.write_bytes(b"more rows"),
        lambda file: os.utime(file, (1, 1)),
        lambda file: file.unlink(),
        lambda file: (file.parent / early.NAME).write_bytes(b""),
        lambda file: (file.parent / early.NAME).write_bytes(b"here\n\n\x1b[2J"),
        lambda file: (file.parent / early.NAME).unlink(),
    ],
    ids=["another size", "another time", "gone", "empty", "cut off", "none kept"],
)
def test_a_frame_of_other_files_is_not_shown(watched: Path, change: Callable[[Path], object]) -> None:
    change(watched)
    assert early.kept(str(watched.parent), "here", NOW) is None


@pytest.mark.parametrize(("where", "at"), [("there", NOW), ("here", NOW - 1), ("here", NOW + 60)])
def test_a_frame_of_another_situation_or_time_is_not_shown(watched: Path, where: str, at: float) -> None:
    assert early.kept(str(watched.parent), where, at) is None


def test_a_situation_is_one_line_and_tells_terminals_apart() -> None:
    told = {"TERM": "xterm\nx", "COLORTERM": "truecolor"}
    here = early.situation(told, 80, 24)
    assert "\n" not in here
    others = {early.situation({**told, "NO_COLOR": "1"}, 80, 24), early.situation(told, 81, 24)}
    assert here not in others
    assert len(others) == 2


@pytest.mark.parametrize("environ", [{"KWORKBENCH_HOME": "~/x"}, {"KWORKBENCH_HOME": "y"}, {}])
def test_frames_are_kept_where_the_program_keeps_its_state(environ: dict[str, str]) -> None:
    assert Path(early.state_folder(environ)) == find(environ).state

from __future__ import annotations

import errno
import io
import logging
import stat
import sys
import threading
from pathlib import Path
from typing import TextIO

import pytest

from kworkbench import crash
from kworkbench.cli.console import Console

SECRET = "s3cret"


def test_a_result_goes_through(tmp_path: Path) -> None:
    assert crash.guarded(lambda: 6, tmp_path / "crash.log") == 6
    assert not (tmp_path / "crash.log").exists()


def test_a_fault_becomes_a_sentence_and_a_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        local = "value of a variable"
        raise RuntimeError(f"sent with {SECRET}" if local else "")

    log = tmp_path / "logs" / "crash.log"
    assert crash.guarded(work, log, (SECRET, "")) == crash.CRASHED
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("kworkbench stopped because of a fault of its own (RuntimeError).")
    assert str(log) in shown.err
    assert "Traceback" not in shown.err
    text = log.read_text()
    assert "RuntimeError: sent with ***" in text
    assert SECRET not in text
    assert "value of a variable" not in text
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("")
    assert crash.guarded(_fail, tmp_path / "logs" / "crash.log") == crash.CRASHED
    assert "It could not be written to" in capsys.readouterr().err


def test_a_log_does_not_grow_without_end(tmp_path: Path) -> None:
    log = tmp_path / "crash.log"
    log.write_text("x" * (crash.LARGEST_LOG + 1))
    crash.write_log(ValueError("new"), log)
    assert log.stat().st_size < 1000
    crash.write_log(ValueError("newer"), log)
    assert "ValueError: new\n" in log.read_text()


def test_ctrl_c_ends_quietly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> int:
        raise KeyboardInterrupt

    assert crash.guarded(work, tmp_path / "crash.log") == crash.INTERRUPTED
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_fault_of_a_thread_goes_to_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    log = tmp_path / "crash.log"
    crash.watch_threads(log, (SECRET,))
    thread = threading.Thread(target=lambda: _fail(SECRET))
    thread.start()
    thread.join()
    assert "ValueError: ***" in log.read_text()
    assert capsys.readouterr().err == ""


def _fail(word: str = "") -> int:
    raise ValueError(word)


def test_what_is_logged_goes_to_the_log_and_not_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = root.handlers[:]
    log = tmp_path / "logs" / "crash.log"
    try:
        crash.watch_logging(log, (SECRET,))
        logging.getLogger("some.library").warning("refused %s", SECRET)
        logging.getLogger("some.library").info("quiet")
    finally:
        root.handlers[:] = before
    assert "refused ***" in log.read_text()
    assert "quiet" not in log.read_text()
    assert capsys.readouterr().err == ""


def test_output_that_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    swallowed: list[bool] = []
    monkeypatch.setattr(crash, "_swallow_output", lambda: swallowed.append(True))
    console = Console(Full(), io.StringIO(), io.StringIO(), terminal=False, width=None, read_secret=str)

    def work() -> int:
        console.show("a row")
        return 0

    assert crash.guarded(work, tmp_path / "crash.log") == crash.FAILED_OUTPUT
    assert capsys.readouterr().err.startswith("The output could not be written (No space left on device).")
    assert swallowed == [True]
    assert not (tmp_path / "crash.log").exists()


def test_a_process_without_streams_gets_harmless_ones_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    with pytest.raises(crash.OutputError, match="stdout is closed"):
        crash.open_streams()
    opened: list[TextIO] = [sys.stdin, sys.stdout, sys.stderr]
    try:
        assert opened[0].read() == ""
        assert all(stream.write("lost") == 4 for stream in opened[1:])
    finally:
        for stream in opened:
            stream.close()


def test_the_secrets_of_the_environment_are_masked(tmp_path: Path) -> None:
    given = {"KWORKBENCH_TOKEN": "t0ken", "KWORKBENCH_CLIENT_SECRET": SECRET, "HOME": "/home"}
    log = tmp_path / "crash.log"
    crash.write_log(RuntimeError(f"t0ken and {SECRET} at /home"), log, crash.secrets_in(given))
    assert "*** and *** at /home" in log.read_text()

"""The program as a process of its own: what a person's shell sees."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.standin import TOKEN

MAIN = (sys.executable, "-m", "kworkbench")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KWORKBENCH", "PYTHON"))}
    ring = "keyring.backends.fail.Keyring"
    return {**kept, "KWORKBENCH_HOME": str(tmp_path / "home"), "PYTHON_KEYRING_BACKEND": ring}


def process(environ: dict[str, str], *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run((*MAIN, *arguments), env=environ, input=text, capture_output=True, text=True, check=False)


def test_without_a_terminal_the_workbench_says_what_works(environ: dict[str, str]) -> None:
    done = process(environ)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "The workbench needs a terminal. `kworkbench list invoices` prints without one; --help names the rest.\n"
    )


def test_the_bare_start_imports_nothing_heavy(environ: dict[str, str]) -> None:
    program = (
        "import sys; from kworkbench.__main__ import main; status = main([]); "
        "heavy = {'click', 'httpx', 'pydantic', 'starlette', 'keyring', 'babel', 'platformdirs', 'textual'}; "
        "print(status, sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run((sys.executable, "-c", program), env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "2 []\n"


def test_a_payment_from_end_to_end(environ: dict[str, str], tmp_path: Path) -> None:
    reset = process(environ, "sandbox", "reset", "--yes", "--size", "40", "--today", "2026-03-10")
    assert (reset.returncode, reset.stdout, reset.stderr) == (0, "", "The sample books are new.\n")
    listed = process(environ, "list", "invoices", "status:unpaid", "--format", "json")
    first = json.loads(listed.stdout)[0]
    paid = process(environ, "pay", first["number"], "--yes", "--key", "bank-1")
    assert (paid.returncode, paid.stdout, paid.stderr) == (0, f"done 1  pay {first['number']}\n", "")
    again = process(environ, "pay", first["number"], "--yes", "--key", "bank-1")
    assert (again.returncode, again.stdout) == (0, f"done 1  pay {first['number']}\n")
    left = process(environ, "list", "invoices", first["number"], "--format", "ndjson", "--columns", "outstanding")
    assert float(json.loads(left.stdout)["outstanding"]) == 0
    (change,) = json.loads(process(environ, "changes", "list", "--format", "json").stdout)
    assert (change["state"], change["asked"]["amount"]) == ("done", first["outstanding"])
    made = [path for path in (tmp_path / "home").rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert made == []


def test_a_fault_of_its_own_is_a_sentence_and_a_log(environ: dict[str, str], tmp_path: Path) -> None:
    program = (
        "import sys; import kworkbench.__main__ as m; secret_local = 'x'\n"
        f"def fails(*_): raise RuntimeError('sent {TOKEN}')\n"
        "m._run = fails; import resource; status = m.main(['list'])\n"
        "print(status, resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    given = {**environ, "KWORKBENCH_TOKEN": TOKEN}
    done = subprocess.run((sys.executable, "-c", program), env=given, capture_output=True, text=True, check=True)
    assert done.stdout == "70 0\n"
    assert done.stderr.startswith("kworkbench stopped because of a fault of its own (RuntimeError).")
    log = (tmp_path / "home" / "logs" / "crash.log").read_text()
    assert "RuntimeError: sent ***" in log
    assert TOKEN not in done.stderr + log


@pytest.mark.parametrize("arguments", [("connections",), ("--version",)])
def test_a_reader_that_goes_away_is_no_fault(environ: dict[str, str], tmp_path: Path, arguments: tuple[str]) -> None:
    (tmp_path / "home" / "config").mkdir(parents=True)
    many = "".join(f'[connections.c{number}]\nprovider = "kantata"\n' for number in range(3000))
    (tmp_path / "home" / "config" / "config.toml").write_text(many)
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write) as out:
        done = subprocess.run((*MAIN, *arguments), env=environ, stdout=out, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")

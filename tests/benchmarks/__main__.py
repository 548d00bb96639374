"""`python -m tests.benchmarks [--size 100000] [--runs 10] [--keys 200] [--posting PYTHON] [--harlequin PYTHON]`.

The default takes some minutes. `--size 1000000` is the size that performance.md speaks of; making its cache takes a few
minutes once, and 1 GB in `--work`. posting and harlequin are measured where a Python that has them is named;
posting 2.11 needs `tree-sitter<0.26` beside it.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import measures, payments, syncs
from tests.benchmarks.books import COMMON, RARE, prepare
from tests.benchmarks.figures import Figures, Line
from tests.benchmarks.measures import Press, Target
from tests.benchmarks.terminal import MeasureError, Terminal

RESULTS = Path(__file__).with_name("results.md")
ROOT = Path(__file__).resolve().parents[2]
_SMALL = 1000
_OTHERS = {"posting": (r"Collection|GET", "ctrl+c"), "harlequin": (r"Data Catalog|Query", "ctrl+q")}
_REJECTED = r"(?:[^\n]*rejected[^\n]*\n){6}"
_ONLY_RARE = rf"{RARE}(?:(?!{COMMON})[\s\S])*\Z"
_MARK = ("home", "v", *["pagedown"] * 31)
_ROWS = rf"(?:[^\n]*{COMMON}[^\n]*\n){{6}}"


def main() -> int:
    options = _options()
    environ = _environ()
    folder = Path(options.work)
    lines: list[Line] = []
    notes: list[str] = []
    homes = {size: prepare(folder, size) for size in dict.fromkeys((_SMALL, options.size))}
    lines += _starts(options, environ, homes, notes)
    lines += _running(options, environ, homes[options.size], notes)
    floor = _app("floor", environ, "Hello")
    lines += payments.lines(folder, homes[options.size], environ, floor)
    if options.syncs:
        lines += syncs.lines(folder, options.sync_size, options.syncs, options.keys, environ, floor)
    text = _report(options, lines, notes, homes[options.size])
    RESULTS.write_text(text)
    sys.stdout.write(text)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="expenses in the cache")
    parser.add_argument("--runs", type=int, default=10, help="starts of each program")
    parser.add_argument("--keys", type=int, default=200, help="presses of each key")
    parser.add_argument("--syncs", type=int, default=1, help="first syncs of a served copy; 0: none")
    parser.add_argument("--sync-size", type=int, default=100_000, help="expenses of the served copy")
    parser.add_argument("--stock", type=int, default=10_000, help="rows of the toolkit's own table")
    parser.add_argument("--idle", type=float, default=10.0, help="seconds of idleness")
    parser.add_argument("--work", default=str(Path(tempfile.gettempdir()) / "kworkbench-benchmarks"))
    for name in _OTHERS:
        parser.add_argument(f"--{name}", default="", metavar="PYTHON", help=f"a Python that has {name}")
    return parser.parse_args()


def _environ() -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ")}
    told = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT), "KWORKBENCH_TOKEN": "x"}
    return {**kept, **told, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def _app(name: str, environ: Mapping[str, str], ready: str, *arguments: str) -> Target:
    return Target(name, (sys.executable, "-m", f"tests.benchmarks.apps.{name}", *arguments), ready, environ)


def _ours(name: str, home: Path, environ: Mapping[str, str]) -> Target:
    told = {**environ, "KWORKBENCH_HOME": str(home)}
    return Target(name, (sys.executable, "-m", "kworkbench"), r"kappa\d", told)


def _starts(
    options: argparse.Namespace, environ: Mapping[str, str], homes: Mapping[int, Path], notes: list[str]
) -> Iterator[Line]:
    targets = [_app("hello", environ, "Hello"), *(_ours(f"ours-{size}", home, environ) for size, home in homes.items())]
    for name, (ready, end) in _OTHERS.items():
        python = getattr(options, name)
        if python:
            targets.append(Target(name, (python, "-m", name), ready, environ, quit=end))
        else:
            notes.append(f"{name} was not measured: no Python that has it was named.")
    found = measures.starts(targets, options.runs)
    hello, ours, small = found["hello"], found[f"ours-{options.size}"], found[f"ours-{_SMALL}"]
    base = Figures.of(hello.live)
    yield Line("-", "hello: start", base)
    yield Line("P1", "start to rows on the live screen", Figures.of(ours.live), base, limit="1.10x")
    yield Line("P2", "start to first rows, the frame kept", Figures.of(ours.first), base, limit="0.15x")
    yield Line(
        "P3", f"live start against {_SMALL:,} rows", Figures.of(ours.live), Figures.of(small.live), limit="1.05x"
    )
    drawn = [_drawn_start(targets[-1 if len(homes) == 1 else 2], homes[options.size]) for _ in range(options.runs)]
    yield Line("P2", "start to first rows, drawn from the cache", Figures.of(drawn), base)
    for name in _OTHERS:
        if name in found:
            yield Line("P1", f"{name}, empty", Figures.of(found[name].live), base)


def _drawn_start(target: Target, home: Path) -> float:
    """A start that finds no kept frame, as after another program has changed the cache."""
    (home / "state" / "first-frame").unlink(missing_ok=True)
    with Terminal(target.command, target.environ) as terminal:
        seconds = terminal.wait_for(target.ready)
        terminal.rest()
        terminal.quit()
    return seconds


def _running(options: argparse.Namespace, environ: Mapping[str, str], home: Path, notes: list[str]) -> Iterator[Line]:
    with ExitStack() as stack:
        floor = measures.opened(stack, _app("floor", environ, "Hello"))
        ours = measures.opened(stack, _ours("ours", home, environ))
        running = {"floor": floor, "ours": ours}
        yield Line("P9", "memory", Figures((ours.memory(),)), Figures((floor.memory(),)), unit="MiB", limit="1.5x")
        yield Line("P12", "idle CPU", Figures((ours.idle(options.idle)[0],)), unit="%", limit="0.2 %")
        presses = {name: {"floor": Press("x"), "ours": Press(name)} for name in ("down", "pagedown")}
        for name, both in presses.items():
            found = measures.keys(running, both, options.keys)
            yield from measures.lines_of("P4", name, found["ours"], found["floor"], "2.0x / 2.5x")
        few = max(5, options.keys // 10)
        for goal, what, press, limit in _steps():
            found = measures.keys(running, {"floor": Press("x"), "ours": press}, few)
            answered = sum(sample.shown is not None for sample in found["ours"])
            if answered < few:
                notes.append(f"{what}: {few - answered} of {few} presses did not show what was waited for.")
            if answered:
                yield from measures.lines_of(goal, what, found["ours"], found["floor"], limit)
        yield Line("P9", "memory after all of this", Figures((ours.memory(),)), Figures((floor.memory(),)), unit="MiB")
        yield from _stock(options, environ, floor, stack, notes)


def _steps() -> Sequence[tuple[str, str, Press, str]]:
    erase = ("escape",)
    return (
        ("P5", "sort by an indexed column", Press("s", ("home",), "date▲", ("s",)), "3x"),
        ("P5", "apply a filter", Press("d", ("home", "/", "approval:rejecte"), _REJECTED, erase), "4x"),
        ("P6", "search, a common word", Press(COMMON[-1], ("home", "/", COMMON[:-1]), _ROWS, erase), "5x"),
        ("P6", "search, a rare word", Press(RARE[-1], ("home", "/", RARE[:-1]), _ONLY_RARE, erase), "5x"),
        ("P8", "review of 1,000 marked rows", Press("d", _MARK, r"Delete [\d,]+", ("escape",) * 3), "10x"),
    )  # fmt: skip


def _stock(
    options: argparse.Namespace, environ: Mapping[str, str], floor: Terminal, stack: ExitStack, notes: list[str]
) -> Iterator[Line]:
    try:
        stock = measures.opened(stack, _app("stock", environ, "kappa", str(options.stock)))
    except MeasureError:
        notes.append(f"The toolkit's own table did not show {options.stock:,} rows in time.")
        return
    for name in ("down", "pagedown"):
        found = measures.keys({"floor": floor, "stock": stock}, {"floor": Press("x"), "stock": Press(name)}, 40)
        yield Line(
            "-",
            f"DataTable, {options.stock:,} rows: {name}",
            measures.shown(found["stock"]),
            measures.shown(found["floor"]),
        )


def _report(options: argparse.Namespace, lines: Sequence[Line], notes: Sequence[str], home: Path) -> str:
    size = sum(megabytes for _, megabytes in measures.sizes(home))
    facts = (
        f"{platform.system()} {platform.release()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        f"load at the end {os.getloadavg()[0]:.2f}",
        f"{options.size:,} expenses and {options.size // 5:,} invoices, cache {size:.0f} MB, window 120x40",
        f"{options.runs} starts, {options.keys} presses",
    )
    head = "| goal | what | p50 | against | p99 | against | goal's limit |\n|---|---|---|---|---|---|---|"
    body = "\n".join(line.row() for line in lines)
    said = "".join(f"\n- {note}" for note in notes)
    day = datetime.now(UTC).date().isoformat()
    return (
        f"# Benchmarks, {day}\n\n{'; '.join(facts)}.\n\nStarts are against the bare app `hello`, keys against `floor`, "
        f"measured in turns; only ratios count.\n\n{head}\n{body}\n{said}\n"
    )


if __name__ == "__main__":
    sys.exit(main())

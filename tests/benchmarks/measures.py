"""Starts and keys of several programs, measured in turns so that they share the machine's moods."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.figures import Figures, Line
from tests.benchmarks.terminal import MeasureError, Sample, Terminal


@dataclass(frozen=True, slots=True)
class Target:
    """A program: how it is started and ended, what its first screen holds, and keys to where keys are timed."""

    name: str
    command: tuple[str, ...]
    ready: str
    environ: Mapping[str, str]
    setup: tuple[str, ...] = ()
    quit: str = "ctrl+q"


@dataclass(frozen=True, slots=True)
class Press:
    """A timed press: untimed ones before it, what must be seen after it, untimed ones behind it.

    `lines` are those of the screen whose change answers it; None: any.
    """

    key: str
    before: tuple[str, ...] = ()
    until: str = ""
    after: tuple[str, ...] = ()
    lines: range | None = None


@dataclass(slots=True)
class Starts:
    """Seconds from the start of a program to its first rows and to rows drawn by the toolkit."""

    first: list[float] = field(default_factory=list)
    live: list[float] = field(default_factory=list)


def start_once(target: Target, into: Starts) -> None:
    """One start to its live screen, and its end by its own key."""
    with Terminal(target.command, target.environ) as terminal:
        into.first.append(terminal.wait_for(target.ready))
        into.live.append(terminal.wait_live(target.ready))
        terminal.rest()
        terminal.quit(target.quit)


def starts(targets: Sequence[Target], runs: int) -> Mapping[str, Starts]:
    """So many starts of each, in turns, after one that is not counted."""
    found = {target.name: Starts() for target in targets}
    for run in range(runs + 1):
        for target in (*targets[run % len(targets) :], *targets[: run % len(targets)]):
            start_once(target, found[target.name] if run else Starts())
    return found


def opened(stack: ExitStack, target: Target) -> Terminal:
    """A program brought to where its keys are timed."""
    terminal = stack.enter_context(Terminal(target.command, target.environ))
    terminal.wait_for(target.ready, 180)
    terminal.calm()
    for key in target.setup:
        terminal.write(key)
        terminal.rest()
    if target.setup:
        terminal.calm()
    return terminal


def keys(running: Mapping[str, Terminal], presses: Mapping[str, Press], count: int) -> Mapping[str, list[Sample]]:
    """So many presses in each program, in turns, spaced at random so that no frame timer is met in step."""
    dice = random.Random(1)  # noqa: S311 - pauses
    found: dict[str, list[Sample]] = {name: [] for name in presses}
    for _ in range(count):
        for name, press in presses.items():
            terminal = running[name]
            for key in press.before:
                terminal.write(key)
                terminal.rest(0.1)
            time.sleep(0.02 + dice.random() / 50)
            try:
                found[name].append(terminal.press(press.key, press.until, lines=press.lines))
            except MeasureError:
                found[name].append(Sample(None, None, 0.0, 0, 0.0))
            for key in press.after:
                terminal.write(key)
                terminal.rest(0.1)
    return found


def shown(samples: Sequence[Sample]) -> Figures:
    """From the key to the visible change."""
    return Figures.of([sample.shown for sample in samples])


def sizes(folder: Path) -> Iterator[tuple[str, float]]:
    """The cache's file and its MiB."""
    for file in sorted(folder.rglob("cache.db")):
        yield file.name, file.stat().st_size / 1e6


def lines_of(goal: str, what: str, samples: Sequence[Sample], floor: Sequence[Sample], limit: str) -> Iterator[Line]:
    """A press's time, CPU and bytes against those of the floor."""
    yield Line(goal, what, shown(samples), shown(floor), limit=limit)
    cpu = Figures.of([sample.cpu for sample in samples])
    yield Line(goal, f"{what}, CPU", cpu, Figures.of([sample.cpu for sample in floor]))
    yield Line(goal, f"{what}, bytes", Figures.of([float(sample.sent) for sample in samples]), unit="bytes")

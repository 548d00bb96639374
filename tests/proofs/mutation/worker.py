"""Plants mutants, one for each line `MODULE NUMBER` it is sent, and answers `red` or `green`.

`python -m tests.proofs.mutation.worker inside`: mutants inside functions. The living function gets the changed code, in
a fork of a process that has all tests collected and knows which of them come by which line.

`python -m tests.proofs.mutation.worker imported`: mutants of what runs while a module is imported (tables, defaults).
Everything is imported anew, in a fork of a process that knows the libraries alone.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from types import CodeType, FrameType, FunctionType
from typing import IO, Any

import pytest
from hypothesis import Phase, settings

from tests.proofs.mutation.mutants import MODULES, path_of, planted

FAST = (
    "tests/sync/test_arrivals.py",
    "tests/sync/test_classify.py",
    "tests/sync/test_likeness.py",
    "tests/sync/test_reducer.py",
    "tests/sync/test_reducer_accounts.py",
    "tests/sync/test_reducer_bulk.py",
    "tests/sync/test_reducer_deciding.py",
    "tests/sync/test_reducer_lanes.py",
    "tests/sync/test_reducer_merging.py",
    "tests/sync/test_reducer_needs.py",
    "tests/sync/test_reducer_protocol.py",
    "tests/sync/test_reducer_reasons.py",
    "tests/sync/test_reducer_rebase.py",
    "tests/sync/test_reducer_rows.py",
    "tests/sync/test_invariants.py",
    "tests/proofs/protocol",
)
"""Pure suites, under ten seconds together, the quickest first."""
OF_SAFE = ("tests/ui/test_safe.py",)
LIBRARIES = ("hypothesis.stateful", "httpx", "pydantic", "rich.text", "textual.content")
GIVEN = (
    *("-q", "-x", "-s", "-o", "timeout=0", "-p", "no:cacheprovider", "--hypothesis-profile=mutants"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
LONGEST_SECONDS = 60
"""Of a processor: a mutant that does not end is red, however busy the machine."""
MOST_BYTES = 4 << 30

settings.register_profile(
    "mutants", deadline=None, database=None, derandomize=True, phases=(Phase.explicit, Phase.generate)
)


def in_fork(work: Callable[[IO[bytes]], bool]) -> tuple[bool, bytes]:
    """Whether a piece of work went well in a process of its own, and what it wrote into the pipe it was given."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        well = False
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
            with os.fdopen(write, "wb") as told:
                well = work(told)
        finally:
            os._exit(0 if well else 1)
    os.close(write)
    with os.fdopen(read, "rb") as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    return status == 0, said


def allow(seconds: float) -> None:
    """Let this process use so much more of a processor, then end it."""
    most = int(time.process_time() + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


# Inside functions.


@dataclass(frozen=True)
class Passed:
    """What running one test showed: its seconds of a processor, and the lines of the modules that it came by."""

    seconds: float
    lines: frozenset[tuple[str, int]]


class RedError(Exception):
    """A suite fails without any mutant."""


Codes = dict[FunctionType, CodeType]
"""Living functions with the code they are to have."""


class Trials:
    """For pytest: instead of running what was collected once, run for each mutant the tests that come by its line."""

    def __init__(self, asked: IO[str], answer: Callable[[str], None]) -> None:
        self._asked = asked
        self._answer = answer

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """The whole work."""
        living = _living()
        gc.freeze()  # what is here by now is looked through by no fork
        try:
            quickest = _passed(session.items)
        except RedError as red:
            self._answer(f"red without any mutant: {red}")
            return True
        self._answer(f"{len(quickest)} tests of {sum(each.seconds for each in quickest.values()):.1f} s of a processor")
        for line in self._asked:
            module, number = line.split()
            place, tree = planted(module, int(number))
            path = str(path_of(module))
            code = next(each for each in _codes(compile(tree, path, "exec")) if each.co_qualname == place.function)
            codes = dict.fromkeys(living[path, place.function], code)
            span = {(module, at) for at in range(place.first, place.last + 1)}
            chosen = {item: each.seconds for item, each in quickest.items() if not span.isdisjoint(each.lines)}
            well, _ = in_fork(lambda _told: _stays_green(codes, chosen))  # noqa: B023 - called at once
            self._answer("green" if well else "red")
        return True


def _passed(items: list[pytest.Item]) -> dict[pytest.Item, Passed]:
    """What each test showed in a process of its own, the quickest first; they must pass in one process too."""
    passed: dict[pytest.Item, Passed] = {}
    for item in items:
        well, said = in_fork(lambda told, item=item: _is_green(item, told))  # type: ignore[misc]
        if not well:
            raise RedError(item.nodeid)
        passed[item] = pickle.loads(said)  # noqa: S301 - from a fork of this process
    quickest = dict(sorted(passed.items(), key=lambda each: each[1].seconds))
    well, _ = in_fork(lambda _told: _stays_green({}, {item: each.seconds for item, each in quickest.items()}))
    if not well:
        raise RedError("all in one process")
    return quickest


def _is_green(item: pytest.Item, told: IO[bytes]) -> bool:
    """Run a test, and tell what it came by."""
    lines: set[tuple[str, int]] = set()
    names = {str(path_of(module)): module for module in MODULES}

    def trace(frame: FrameType, _event: str, _arg: Any) -> Any:
        module = names.get(frame.f_code.co_filename)
        if module is None:
            return None
        lines.add((module, frame.f_lineno))
        return trace

    began = time.process_time()
    sys.settrace(trace)
    well = _passes(item)
    sys.settrace(None)
    pickle.dump(Passed(time.process_time() - began, frozenset(lines)), told)
    return well


def _passes(item: pytest.Item) -> bool:
    item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
    return not item.session.testsfailed


Functions = dict[tuple[str, str], list[FunctionType]]


def _living() -> Functions:
    """Every function of the modules by file and qualified name, wherever it is kept."""
    files = {str(path_of(module)) for module in MODULES}
    found: Functions = {}
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename in files:
            found.setdefault((each.__code__.co_filename, each.__code__.co_qualname), []).append(each)
    return found


def _stays_green(codes: Codes, chosen: dict[pytest.Item, float]) -> bool:
    """Whether the chosen tests pass, the quickest first, once the functions have the changed code."""
    for function, code in codes.items():
        function.__code__ = code
    for item, seconds in chosen.items():
        allow(5 + 5 * seconds)
        if not _passes(item):
            return False
    return True


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


# While modules are imported.


def _imported_anew(module: str, number: int) -> bool:
    """Whether the suites pass where the module is imported as changed."""
    path = path_of(module)
    _, tree = planted(module, number)
    real = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        return compile(tree, path, "exec") if loader.path == str(path) else real(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    return _suites_pass(OF_SAFE if module.startswith("ui/") else FAST)


def _suites_pass(suites: tuple[str, ...]) -> bool:
    allow(LONGEST_SECONDS)
    return pytest.main([*GIVEN, *suites]) == 0


def _import_anew(asked: IO[str], answer: Callable[[str], None]) -> None:
    for library in LIBRARIES:
        importlib.import_module(library)
    well, _ = in_fork(lambda _told: _suites_pass((*FAST, *OF_SAFE)))
    answer("imported anew" if well else "red without any mutant")
    for line in asked:
        module, number = line.split()
        well, _ = in_fork(lambda _told: _imported_anew(module, int(number)))  # noqa: B023 - called at once
        answer("green" if well else "red")


def main(kind: str) -> None:
    """Answer on a copy of the output that no test can write to."""
    answers = os.fdopen(os.dup(1), "w")
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)

    def answer(text: str) -> None:
        print(text, file=answers, flush=True)

    if kind == "inside":
        pytest.main([*GIVEN, *FAST, *OF_SAFE], plugins=[Trials(sys.stdin, answer)])
    else:
        _import_anew(sys.stdin, answer)


if __name__ == "__main__":
    main(sys.argv[1])

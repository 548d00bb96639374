"""Mutation testing of our own: one small change of the code at a time, and the fast suites must go red.

Comparisons, boolean operators, numbers, conditions and what `replace` is given are changed in turn; the suites run in a
fork over a copy of the project. A mutant is a changed source file, so tables of functions are mutated as they are
written, and no suite knows of it.
"""

from __future__ import annotations

import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MODULES = (
    "sync/checking.py",
    "sync/classify.py",
    "sync/coalesce.py",
    "sync/comparing.py",
    "sync/deciding.py",
    "sync/doubles.py",
    "sync/equal.py",
    "sync/facts.py",
    "sync/lanes.py",
    "sync/likeness.py",
    "sync/needs.py",
    "sync/outcomes.py",
    "sync/probing.py",
    "sync/proving.py",
    "sync/rebase.py",
    "sync/reducer.py",
    "sync/settling.py",
    "ui/safe.py",
)
FAST = (
    "tests/sync/test_classify.py",
    "tests/sync/test_reducer.py",
    "tests/sync/test_reducer_accounts.py",
    "tests/sync/test_reducer_bulk.py",
    "tests/sync/test_reducer_lanes.py",
    "tests/sync/test_reducer_needs.py",
    "tests/sync/test_reducer_protocol.py",
    "tests/sync/test_reducer_rebase.py",
    "tests/sync/test_likeness.py",
    "tests/sync/test_invariants.py",
    "tests/proofs/protocol",
)
"""Pure suites, under ten seconds together, the quickest first."""

OF_SAFE = ("tests/ui/test_safe.py",)
AT_ONCE = 2
GOAL = 85


@dataclass(frozen=True)
class Mutant:
    """One change: of which module, at which line, in words, and the module's new text."""

    module: str
    line: int
    words: str
    text: str


def mutants_of(module: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module."""
    tree = ast.parse(source)
    for place, node in enumerate(ast.walk(tree)):
        for number, (words, _) in enumerate(_changes(node)):
            changed = copy.deepcopy(tree)
            twin = next(each for at, each in enumerate(ast.walk(changed)) if at == place)
            _changes(twin)[number][1]()
            yield Mutant(module, getattr(node, "lineno", 0), words, ast.unparse(ast.fix_missing_locations(changed)))


Change = tuple[str, Callable[[], None]]

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


def _changes(node: ast.AST) -> list[Change]:
    """What can be changed about a node, in words, and the doing of it."""
    return [change for kind, found in _FINDERS if isinstance(node, kind) for change in found(node)]


def _of_compare(node: ast.Compare) -> Iterator[Change]:
    new = _COMPARISONS[type(node.ops[0])]()
    words = f"{type(node.ops[0]).__name__} becomes {type(new).__name__}"
    yield words, partial(setattr, node, "ops", [new, *node.ops[1:]])


def _of_bool_op(node: ast.BoolOp) -> Iterator[Change]:
    other: ast.boolop = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "and and or change places", partial(setattr, node, "op", other)


def _of_not(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not):
        yield "not is left out", partial(setattr, node, "operand", ast.UnaryOp(ast.Not(), node.operand))


def _of_bin_op(node: ast.BinOp) -> Iterator[Change]:
    if type(node.op) in _ARITHMETIC:
        new = _ARITHMETIC[type(node.op)]()
        yield f"{type(node.op).__name__} becomes {type(new).__name__}", partial(setattr, node, "op", new)


def _of_either(node: ast.IfExp) -> Iterator[Change]:
    yield "the two sides change places", partial(setattr, node, "test", ast.UnaryOp(ast.Not(), node.test))


def _of_if(node: ast.If) -> Iterator[Change]:
    for value in (True, False):
        yield f"the condition is {value}", partial(setattr, node, "test", ast.Constant(value))


def _of_constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool | int):
        value = (not node.value) if isinstance(node.value, bool) else node.value + 1
        yield f"{node.value} becomes {value}", partial(setattr, node, "value", value)


def _of_call(node: ast.Call) -> Iterator[Change]:
    for each in node.keywords if isinstance(node.func, ast.Name) and node.func.id == "replace" else ():
        yield f"{each.arg}= is left out", partial(node.keywords.remove, each)


_FINDERS: tuple[tuple[type[ast.AST], Callable[[Any], Iterator[Change]]], ...] = (
    (ast.Compare, _of_compare),
    (ast.BoolOp, _of_bool_op),
    (ast.UnaryOp, _of_not),
    (ast.BinOp, _of_bin_op),
    (ast.IfExp, _of_either),
    (ast.If, _of_if),
    (ast.Constant, _of_constant),
    (ast.Call, _of_call),
)


def mutate(is_over: Callable[[], bool]) -> Iterator[tuple[str, bool]]:
    """Try the mutants in a random order; for each module what survived, at the end the score in per cent."""
    mutants = [
        mutant
        for module in MODULES
        for mutant in mutants_of(module, (ROOT / "kworkbench" / module).read_text(encoding="utf-8"))
    ]
    random.Random(1).shuffle(mutants)  # noqa: S311 - so that a part of them is a fair sample
    with tempfile.TemporaryDirectory(prefix="mutants-") as below, ExitStack() as stack:
        rooms = [stack.enter_context(closing(Room(Path(below) / str(number)))) for number in range(AT_ONCE)]
        assert not rooms[0].is_red(FAST), "the fast suites are red without any mutant"
        with ThreadPoolExecutor(AT_ONCE) as pool:
            shares = [pool.submit(_try_all, room, mutants[at::AT_ONCE], is_over) for at, room in enumerate(rooms)]
            results = [result for share in shares for result in share.result()]
    for module in MODULES:
        own = [(mutant, red) for mutant, red in results if mutant.module == module]
        alive = "; ".join(f"line {one.line}: {one.words}" for one, red in own if not red)
        yield f"{module}: {sum(red for _, red in own)} of {len(own)} killed; {alive}", True
    killed = sum(red for _, red in results)
    score = 100 * killed / max(1, len(results))
    yield f"{killed} of {len(results)} killed ({len(mutants)} in all), {score:.1f} %", score >= GOAL


def _try_all(room: Room, mutants: list[Mutant], is_over: Callable[[], bool]) -> list[tuple[Mutant, bool]]:
    return [(mutant, room.kills(mutant)) for mutant in mutants if not is_over()]


class Room:
    """A copy of the project in which mutants live, and the process that runs the suites there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("kworkbench", "tests"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "__snapshots__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        worker = folder / "tests" / "proofs" / "mutation_worker.py"
        self._worker = subprocess.Popen(
            [sys.executable, str(worker)], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def kills(self, mutant: Mutant) -> bool:
        """Whether the fast suites go red over a mutant; a run that does not end is red too."""
        path = self._folder / "kworkbench" / mutant.module
        before = path.read_text(encoding="utf-8")
        path.write_text(mutant.text, encoding="utf-8")
        try:
            return self.is_red(OF_SAFE if mutant.module == "ui/safe.py" else FAST)
        finally:
            path.write_text(before, encoding="utf-8")

    def is_red(self, suites: Sequence[str]) -> bool:
        """Whether the suites fail now."""
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        self._worker.stdin.write(
            f"-q -x -p no:cacheprovider -W ignore::pytest.PytestAssertRewriteWarning {' '.join(suites)}\n"
        )
        self._worker.stdin.flush()
        return self._worker.stdout.readline().strip() != "0"

    def close(self) -> None:
        """End the process."""
        self._worker.communicate()

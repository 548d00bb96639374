"""What is changed: comparisons, boolean operators, numbers, conditions and what `replace` is given, one at a time.

Left out is what says nothing: annotations, which nobody evaluates, and decorators, which say how a class or an answer
is kept.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
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
"""The rules, which are pure, and the only way of a text to the screen."""

_NOT_EVALUATED = frozenset({"annotation", "returns", "decorator_list"})


@dataclass(frozen=True)
class Place:
    """Where a change stands.

    Attributes:
        function: qualified name of the outermost function in whose body it is; empty for what runs while its module is
            imported.
        first, last: the lines of its statement.
    """

    function: str = ""
    scope: str = ""
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Mutant:
    """One change of a module: the number of the change, its place, its line, and what it is, in words."""

    module: str
    number: int
    place: Place
    line: int
    words: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}"


def path_of(module: str) -> Path:
    """The file of a module."""
    return ROOT / "kworkbench" / module


def mutants_of(module: str) -> Iterator[Mutant]:
    """Every mutant of a module."""
    for number, (node, place, words, _) in enumerate(_changes_in(_parsed(module))):
        yield Mutant(module, number, place, getattr(node, "lineno", place.first), words)


def planted(module: str, number: int) -> tuple[Place, ast.Module]:
    """A module with one of its changes made, and where."""
    tree = _parsed(module)
    _, place, _, make = next(islice(_changes_in(tree), number, None))
    make()
    return place, ast.fix_missing_locations(tree)


def _parsed(module: str) -> ast.Module:
    return ast.parse(_text(module))


@lru_cache
def _text(module: str) -> str:
    return path_of(module).read_text(encoding="utf-8")


def _changes_in(tree: ast.Module) -> Iterator[tuple[ast.AST, Place, str, Callable[[], None]]]:
    for node, place in _walk(tree, Place()):
        for kind, found in _FINDERS:
            if isinstance(node, kind):
                yield from ((node, place, words, make) for words, make in found(node))


def _walk(node: ast.AST, place: Place) -> Iterator[tuple[ast.AST, Place]]:
    """Every node that is evaluated, with its place."""
    if isinstance(node, ast.stmt):
        place = replace(place, first=node.lineno, last=node.end_lineno or node.lineno)
    yield node, place
    for name, value in ast.iter_fields(node):
        below = _inside(place, node) if name == "body" else place
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in _NOT_EVALUATED:
                yield from _walk(child, below)


def _inside(place: Place, node: ast.AST) -> Place:
    if place.function:
        return place
    if isinstance(node, ast.ClassDef):
        return replace(place, scope=f"{place.scope}{node.name}.")
    return replace(place, function=f"{place.scope}{node.name}") if isinstance(node, ast.FunctionDef) else place


Change = tuple[str, Callable[[], None]]

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


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

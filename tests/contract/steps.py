"""Scenarios as data: requests in a row, each with the status, the values and the errors that the contract promises.

`$name` as a whole text in a body or an expectation is the variable of that name, `#name` the same as a whole number; in
a path and in bytes it stands as `{name}`. Variables are saved by earlier steps or chosen from the books by the vendor's
`variables`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.contract.documented import Key
from tests.contract.wires import Answer

Covers = tuple[tuple[Key, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One request and what must come back.

    Attributes:
        path: below the vendor's base, with `{name}` for variables; may have a query.
        status: the promised one, or those between which the contract leaves the choice.
        body: a JSON document, or bytes that go out as they are with `content_type`.
        values: expected values by path. `a/b` starts at the answer's main record, `/a/b` at the document; a callable
            is a check of the value that was found.
        errors: the whole list of errors in order, each by some of its members; None where none are expected.
        save: variables by name, from such paths.
        absent: paths that must lead to nothing.
    """

    method: str
    path: str
    body: Any = None
    status: int | tuple[int, ...] = 200
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[Mapping[str, Any], ...] | None = None
    save: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def get(path: str, **expected: Any) -> Step:
    """A GET."""
    return Step("GET", path, **expected)


def delete(path: str, body: Any = None, **expected: Any) -> Step:
    """A DELETE; 204 where nothing else is said."""
    return Step("DELETE", path, body, **{"status": 204, **expected})


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named row of steps and what of the documentation it covers."""

    name: str
    steps: tuple[Step, ...]
    covers: Covers = ()


class Speaker(Protocol):
    """A vendor's way of asking."""

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends one request with the vendor's headers; a document that comes back is well formed."""
        ...

    def main(self, document: Any) -> Any:
        """The record that a document is about; None for lists and errors."""
        ...


class Variables(dict[str, Any]):
    """Saved values, and chosen ones for the names nobody saved."""

    def __init__(self, choose: Mapping[str, Callable[[], Any]]) -> None:
        super().__init__()
        self._choose = choose

    def __missing__(self, name: str) -> Any:
        assert name in self._choose, f"no step has saved {name}"
        self[name] = self._choose[name]()
        return self[name]


def run(scenario: Scenario, speaker: Speaker, variables: Variables) -> None:
    """Walks through the steps.

    Raises:
        AssertionError: an answer is not as promised.
    """
    for number, step in enumerate(scenario.steps, 1):
        _run_step(f"step {number}", step, speaker, variables)


def _run_step(label: str, step: Step, speaker: Speaker, variables: Variables) -> None:
    body = filled(step.body, variables)
    path = step.path.format_map(variables)
    headers = {name: str(filled(value, variables)) for name, value in step.headers.items()}
    answer = speaker.ask(step.method, path, body, content_type=step.content_type, headers=headers)
    where = f"{label}: {answer}"
    allowed = step.status if isinstance(step.status, tuple) else (step.status,)
    assert answer.status in allowed, f"expected {step.status} in {where}"
    if not answer.body:
        assert not step.values, where
        return
    document = answer.json()
    main = speaker.main(document)
    for at, expected in step.values.items():
        _check(find(at, document, main), filled(expected, variables), f"{at} in {where}")
    for at in step.absent:
        _check_absent(at, document, main, where)
    if step.errors is not None:
        check_errors(document, tuple(filled(error, variables) for error in step.errors), where)
    for name, at in step.save.items():
        variables[name] = find(at, document, main)


def check_errors(document: Any, expected: tuple[Mapping[str, Any], ...], where: str) -> None:
    """Compares the list of errors, in order, by the members that are expected."""
    found = document.get("errors")
    assert isinstance(found, list), f"no errors in {where}"
    shown = [{name: error.get(name) for name in wanted} for error, wanted in zip(found, expected, strict=False)]
    assert (len(found), shown) == (len(expected), [dict(wanted) for wanted in expected]), where


def find(path: str, document: Any, main: Any) -> Any:
    """What stands at a path; raises AssertionError when it leads nowhere."""
    node = document if path.startswith("/") else main
    for part in path.strip("/").split("/"):
        if isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        elif isinstance(node, dict) and part in node:
            node = node[part]
        else:
            raise AssertionError(f"nothing at {path!r} in {document!r:.600}")
    return node


def _check_absent(path: str, document: Any, main: Any, where: str) -> None:
    try:
        found = find(path, document, main)
    except AssertionError:
        return
    raise AssertionError(f"{path} is there ({found!r}) in {where}")


def _check(found: Any, expected: Any, where: str) -> None:
    if callable(expected):
        assert expected(found), f"{found!r} at {where}"
    else:
        assert (type(found) is bool) == (type(expected) is bool), where
        assert found == expected, f"{found!r} instead of {expected!r} at {where}"


def filled(value: Any, variables: Mapping[str, Any]) -> Any:
    """A copy with the variables put in."""
    if isinstance(value, str) and value.startswith("$"):
        return variables[value[1:]]
    if isinstance(value, str) and value.startswith("#"):
        return int(variables[value[1:]])
    if isinstance(value, bytes):
        return re.sub(rb"\{(\w+)\}", lambda found: str(variables[found[1].decode()]).encode(), value)
    if isinstance(value, dict):
        return {name: filled(inner, variables) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(inner, variables) for inner in value]
    return value

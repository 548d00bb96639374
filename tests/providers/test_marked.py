"""An expense's marker stands at the end of its text at the server, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from kworkbench.domain.changes import Args, Op
from kworkbench.domain.records import Values
from kworkbench.lean import replace
from kworkbench.providers import load
from kworkbench.providers.base import Write
from kworkbench.providers.marked import without_marker
from tests.providers.support import known, nothing_known

MARKER, OTHER = "kw:ABCDEFGH23", "kw:ZYXWVUTS76"
MEMBER = {"kantata": "notes", "productive": "name"}


def sent(provider: str, write: Write, before: Values | None = None) -> object:
    """The text in the body of a write."""
    lookup = nothing_known if before is None else known({("expenses", "902"): before})
    body = load(provider).write(write, lookup).body
    assert isinstance(body, dict)
    found = body["expense"] if provider == "kantata" else body["data"]["attributes"]
    return found.get(MEMBER[provider], "absent")


@pytest.fixture(params=["kantata", "productive"])
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


new = partial(Write, Op.CREATE, "expenses", marker=MARKER)
edit: Callable[..., Write] = partial(Write, Op.UPDATE, "expenses", "902")


@pytest.mark.parametrize(
    ("stored", "values"),
    [
        (f"Taxi {MARKER}", {"text": "Taxi", "marker": MARKER}),
        (MARKER, {"text": None, "marker": MARKER}),
        ("Taxi", {"text": "Taxi"}),
        (None, {"text": None}),
    ],
)
def test_reading_takes_it_off(stored: str | None, values: Values) -> None:
    assert without_marker("expenses", stored) == values


@pytest.mark.parametrize(
    ("write", "before", "text"),
    [
        (new(args={"text": "Taxi"}), None, f"Taxi {MARKER}"),
        (new(args={"text": "Taxi"}, marker=None), None, "Taxi"),
        (edit(args={"text": "Bus"}), {"marker": OTHER}, f"Bus {OTHER}"),
        (edit(args={"text": "Bus"}), {}, "Bus"),
        (edit(args={"text": "Bus"}, pre={"marker": MARKER}), {"marker": OTHER}, f"Bus {MARKER}"),
        (edit(args={"date": "2026-03-04"}), {"marker": OTHER}, "absent"),
    ],
)
def test_writing_puts_it_on_and_an_edit_keeps_it(provider: str, write: Write, before: Values, text: str) -> None:
    assert sent(provider, write, before) == text


@pytest.mark.parametrize("args", [{}, {"text": ""}, {"text": None}])
def test_a_text_that_may_be_empty_holds_the_marker_alone(args: Args) -> None:
    assert sent("kantata", new(args=args)) == MARKER
    assert sent("kantata", edit(args={"text": ""}), {"marker": OTHER}) == OTHER


def test_each_of_several_new_ones_bears_its_own() -> None:
    several: tuple[Args, ...] = ({"text": "Taxi"}, {"text": "Bus"}, {})
    write = Write(Op.CREATE, "expenses", args={"date": "2026-03-04"}, rows=several, marker="kw:WRONG22222")
    body = load("kantata").write(replace(write, markers=(MARKER, None, OTHER)), nothing_known).body
    assert isinstance(body, dict)
    assert [row.get("notes") for row in body["expenses"]] == [f"Taxi {MARKER}", "Bus", OTHER]
    body = load("kantata").write(replace(write, marker=None), nothing_known).body
    assert isinstance(body, dict)
    assert [row.get("notes") for row in body["expenses"]] == ["Taxi", "Bus", None]


def test_a_required_text_goes_out_empty() -> None:
    assert sent("productive", new(args={"text": ""})) == ""
    assert sent("productive", edit(args={"text": ""}), {"marker": OTHER}) == ""


def test_several_edited_at_once_keep_each_its_own() -> None:
    before = known({("expenses", "1"): {"marker": MARKER}, ("expenses", "2"): {}, ("expenses", "3"): {"marker": OTHER}})
    write = Write(Op.UPDATE, "expenses", targets=("1", "2", "3"), args={"text": "Bus"}, pre={"marker": "kw:WRONG22222"})
    body = load("productive").write(write, before).body
    assert isinstance(body, dict)
    assert [one["attributes"]["name"] for one in body["data"]] == [f"Bus {MARKER}", "Bus", f"Bus {OTHER}"]


@pytest.mark.parametrize(
    ("args", "before", "named"),
    [
        ({}, {"text": "Taxi", "marker": MARKER}, {"name": "Taxi"}),
        ({"text": "Bus"}, {"text": "Taxi", "marker": MARKER}, {"name": "Bus"}),
        ({}, {"text": "Taxi"}, {}),
    ],
)
def test_a_copy_at_the_server_does_not_take_the_marker_with_it(args: Args, before: Values, named: Values) -> None:
    write = Write(Op.ACTION, "expenses", "902", action="copy", args=args)
    body = load("productive").write(write, known({("expenses", "902"): before})).body
    assert isinstance(body, dict)
    attributes = body["data"]["attributes"]
    assert {key: attributes[key] for key in ("name",) if key in attributes} == named

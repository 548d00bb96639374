"""The lean dataclasses beside those of the standard library: the same answers to everything they are used for."""

from __future__ import annotations

import copy
import dataclasses
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import pytest

from kworkbench import lean

T = TypeVar("T")
BOTH = pytest.mark.parametrize("dataclass", [dataclasses.dataclass, lean.dataclass], ids=["standard", "lean"])
Maker = Callable[..., Any]


def point(dataclass: Maker, **flags: bool) -> Any:
    field: Any = lean.field if dataclass is lean.dataclass else dataclasses.field

    @dataclass(**flags)
    class Point:
        """A point."""

        KIND: ClassVar[str] = "point"
        x: int
        y: int = 2
        names: Mapping[str, int] = field(default_factory=dict)

        @property
        def sum(self) -> int:
            return self.x + self.y

    return Point


@BOTH
@pytest.mark.parametrize("slots", [True, False])
def test_a_frozen_one(dataclass: Maker, slots: bool) -> None:
    made = point(dataclass, frozen=True, slots=slots)
    one = made(1)
    assert (one.x, one.y, one.names, one.sum, made.KIND, made.__doc__) == (1, 2, {}, 3, "point", "A point.")
    assert one == made(x=1, y=2) == made(1, 2, {})
    assert one != made(1, 3)
    assert one != (1, 2, {})
    assert one.names is not made(1).names
    assert repr(one).endswith("Point(x=1, y=2, names={})")
    assert made.__match_args__ == ("x", "y", "names")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.x = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.x
    with pytest.raises(TypeError):
        made()
    with pytest.raises(TypeError):
        made(1, z=3)
    assert hasattr(one, "__dict__") is not slots
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


@BOTH
def test_one_of_plain_values_is_hashable(dataclass: Maker) -> None:
    @dataclass(frozen=True, slots=True)
    class Pair:
        a: str
        b: tuple[int, ...] = ()

    field: Any = lean.field if dataclass is lean.dataclass else dataclasses.field

    @dataclass(frozen=True, slots=True)
    class Word:
        text: str
        place: int = field(default=0, compare=False)

    @dataclass(frozen=True, slots=True)
    class Nothing:
        pass

    assert len({Pair("a"), Pair("a", ()), Pair("b"), Pair("a", (1,))}) == 3
    assert len({Word("a"), Word("a", 4)}) == 1
    assert Word("a", 4).place == 4
    assert Nothing() == Nothing()
    assert len({Nothing(), Nothing()}) == 1


@BOTH
def test_a_mutable_one(dataclass: Maker) -> None:
    made = point(dataclass, slots=True)
    one = made(1)
    one.x = 5
    assert one == made(5)
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
    with pytest.raises(AttributeError):
        one.other = 1


@BOTH
def test_ordered_generic_and_inherited_ones(dataclass: Maker) -> None:
    @dataclass(frozen=True, slots=True, order=True)
    class Money:
        minor: int
        currency: str = "EUR"

    @dataclass(frozen=True, slots=True)
    class Box(Generic[T]):
        held: T

    @dataclass
    class Base:
        a: int

    @dataclass
    class Both(Base):
        b: int = 7

    @dataclass
    class Own:
        a: int

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

        def __repr__(self) -> str:
            return "own"

    assert sorted([Money(3), Money(1), Money(1, "CHF")]) == [Money(1, "CHF"), Money(1), Money(3)]
    assert (Money(1) <= Money(1), Money(2) > Money(1), Money(2) >= Money(3)) == (True, True, False)
    assert Box(3).held == 3
    both = Both(1)
    assert (both.a, both.b, both == Both(1, 7), both == Base(1)) == (1, 7, True, False)
    assert (repr(Own(1)), Own(1) == Own(2)) == ("own", True)


def test_the_standard_library_takes_lean_ones() -> None:
    one = point(lean.dataclass, frozen=True, slots=True)(1)
    assert [each.name for each in dataclasses.fields(one)] == ["x", "y", "names"]
    assert dataclasses.replace(one, y=9) == lean.replace(one, y=9)
    assert lean.replace(one, y=9).y == 9
    assert dataclasses.asdict(one) == {"x": 1, "y": 2, "names": {}}
    assert copy.deepcopy(one) == one
    assert dataclasses.is_dataclass(one)


def test_replacing_takes_fields_only() -> None:
    one = point(lean.dataclass, frozen=True)(1)
    with pytest.raises(TypeError):
        lean.replace(one, z=1)


def test_the_import_needs_no_other() -> None:
    program = (
        "import sys; import kworkbench.lean; print(sorted({'dataclasses', 'inspect', 'typing'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


if TYPE_CHECKING:  # what follows is for mypy alone

    @lean.dataclass(frozen=True)
    class Typed:
        x: int

    Typed(1).x = 2  # type: ignore[misc]
    Typed("one")  # type: ignore[arg-type]

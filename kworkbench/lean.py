"""Dataclasses that cost next to nothing before the first instance is made.

The standard library writes and compiles six methods for every class while its module is imported: 0.35 ms each, 40 ms
for the classes that the first screen needs, and 10 ms for the import of `dataclasses` itself. Here `__init__` is
compiled when the first instance is made, and all classes share the other methods. Everything else is as there, and its
functions (`fields`, `asdict`, `replace`) take these classes too. Source: performance.md P1 and P2.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:  # the real one would cost an import
    from collections.abc import Callable, Mapping
    from dataclasses import Field, dataclass, field, replace
    from typing import Any, ClassVar, TypeVar

    T = TypeVar("T")

    class _Lean:
        """What every class has that was made here."""

        __lean__: ClassVar[Mapping[str, object]]

        @staticmethod
        def __values__(of: object) -> tuple[object, ...]: ...


__all__ = ["dataclass", "field", "replace"]

_SPEC = "__lean__"
"""Where a class keeps the defaults of its fields by their names."""


_MISSING = object()


class _Field:
    """A field that is not just a name and a default."""

    __slots__ = ("compare", "default", "make")

    def __init__(self, default: object, make: Callable[[], object] | None, compare: bool) -> None:
        self.default = default
        self.make = make
        self.compare = compare


def _field(
    *, default: object = _MISSING, default_factory: Callable[[], object] | None = None, compare: bool = True
) -> _Field:
    """As the standard library's; its other parameters are not there."""
    return _Field(default, default_factory, compare)


def _dataclass(
    made: type[T] | None = None, *, frozen: bool = False, slots: bool = False, order: bool = False
) -> type[T] | Callable[[type[T]], type[T]]:
    """As the standard library's; its other parameters are not there."""
    return (lambda late: _process(late, frozen, slots, order)) if made is None else _process(made, frozen, slots, order)


def _replace(instance: T, /, **changes: object) -> T:
    """A copy with other values."""
    kind = type(instance)
    for name in getattr(kind, _SPEC):
        if name not in changes:
            changes[name] = getattr(instance, name)
    return kind(**changes)


def _process(made: type[T], frozen: bool, slots: bool, order: bool) -> type[T]:
    spec: dict[str, object] = {}
    for base in made.__mro__[:0:-1]:
        spec.update(base.__dict__.get(_SPEC, ()))
    own = [name for name, hint in vars(made).get("__annotations__", {}).items() if not _of_class(hint)]
    spec.update((name, made.__dict__.get(name, _MISSING)) for name in own)
    shared = {**_SHARED, **(_FROZEN if frozen else _MUTABLE), **(_ORDER if order else {})}
    given = {name: what for name, what in shared.items() if name not in made.__dict__}
    given |= {_SPEC: spec, "__match_args__": tuple(spec), "__values__": staticmethod(_values_of(spec))}
    if slots:
        kept = {name: what for name, what in made.__dict__.items() if name not in own and name not in _OF_DICT}
        kind: Any = type(made)
        new: type[T] = kind(made.__name__, made.__bases__, {**kept, **given, "__slots__": tuple(own)})
        new.__qualname__ = made.__qualname__
    else:
        new = made
        for name in own:
            if isinstance(spec[name], _Field):
                delattr(new, name)
        for name, what in given.items():
            setattr(new, name, what)
    _await_first(new, frozen)
    return new


_OF_DICT = frozenset({"__dict__", "__weakref__"})


def _of_class(hint: object) -> bool:
    return str(hint).startswith(("ClassVar", "typing.ClassVar"))


def _values_of(spec: Mapping[str, object]) -> Callable[[object], object]:
    compared = [name for name, default in spec.items() if not isinstance(default, _Field) or default.compare]
    return attrgetter(*compared) if compared else lambda _instance: ()


def _await_first(made: type, frozen: bool) -> None:
    def __init__(self: object, *given: object, **named: object) -> None:  # noqa: N807 - gives way to the real one
        init = _compiled(made, getattr(made, _SPEC), frozen)
        type.__setattr__(made, "__init__", init)
        init(self, *given, **named)

    type.__setattr__(made, "__init__", __init__)


def _compiled(made: type, spec: Mapping[str, object], frozen: bool) -> Callable[..., None]:
    """The `__init__` of a class: the same statements as the standard library's."""
    scope: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": _MISSING}
    heads, lines = ["self"], []
    for name, default in spec.items():
        value, known = name, default.default if isinstance(default, _Field) else default
        if isinstance(default, _Field) and default.make is not None:
            heads.append(f"{name}=_MISSING")
            scope[f"_make_{name}"] = default.make
            value = f"_make_{name}() if {name} is _MISSING else {name}"
        elif known is _MISSING:
            heads.append(name)
        else:
            heads.append(f"{name}=_given_{name}")
            scope[f"_given_{name}"] = known
        lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    body = "\n ".join(lines or ["pass"])
    exec(f"def __init__({', '.join(heads)}):\n {body}", scope)  # noqa: S102 - the names are those of our own fields
    init: Callable[..., None] = scope["__init__"]
    return init


# The methods that all classes share.


def _equal(self: _Lean, other: _Lean) -> bool:
    return self.__values__(self) == other.__values__(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: _Lean) -> int:
    return hash(self.__values__(self))


def _written(self: _Lean) -> str:
    told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__lean__)
    return f"{type(self).__qualname__}({told})"


def _reduced(self: _Lean) -> tuple[type[_Lean], tuple[object, ...]]:
    return type(self), tuple(getattr(self, name) for name in self.__lean__)


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 - only a mistake needs it

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 - only a mistake needs it

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _before(self: _Lean, other: _Lean) -> bool:
    return self.__values__(self) < other.__values__(other) if other.__class__ is self.__class__ else NotImplemented


def _not_after(self: _Lean, other: _Lean) -> bool:
    return self.__values__(self) <= other.__values__(other) if other.__class__ is self.__class__ else NotImplemented


class _Fields:
    """The fields as the standard library has them, made when its own functions ask."""

    def __get__(self, _instance: object, made: type[_Lean]) -> Mapping[str, Field[object]]:
        import dataclasses  # noqa: PLC0415 - only those functions need it

        named: list[tuple[str, type, object]] = []
        for name, given in made.__lean__.items():
            one = given if isinstance(given, _Field) else _Field(given, None, True)
            told = (
                {"default_factory": one.make}
                if one.make
                else {}
                if one.default is _MISSING
                else {"default": one.default}
            )
            named.append((name, object, dataclasses.field(compare=one.compare, **told)))
        return {each.name: each for each in dataclasses.fields(dataclasses.make_dataclass(made.__name__, named))}


_SHARED: Mapping[str, object] = {
    "__eq__": _equal,
    "__repr__": _written,
    "__reduce__": _reduced,
    "__dataclass_fields__": _Fields(),
}
_FROZEN: Mapping[str, object] = {"__hash__": _hash, "__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
_MUTABLE: Mapping[str, object] = {"__hash__": None}
_ORDER: Mapping[str, object] = {"__lt__": _before, "__le__": _not_after}

if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _field, _replace

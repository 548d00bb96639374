"""Imports a library without a part of it that is never used here, and gives memory back.

Source: performance.md P1 and P9.
"""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ARENA_MAX = -8
"""The number of that setting in glibc's malloc.h."""


class Empty(ModuleType):
    """A module whose every name is an empty class: enough for annotations, base classes and `isinstance`."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {})
        setattr(self, name, made)
        return made


class LeftOut:
    """While it is entered a module is not imported; whoever asks for it afterwards gets the real one."""

    def __init__(self, name: str, stand_in: ModuleType | None = None) -> None:
        """`stand_in` is had in its place; None: its import fails, as where it is not installed."""
        self._name = name
        self._stand_in = stand_in
        self._known = False

    def __enter__(self) -> None:
        self._known = self._name in sys.modules
        if not self._known:
            # The import system takes None for a module that cannot be found.
            sys.modules[self._name] = self._stand_in  # type: ignore[assignment]

    def __exit__(self, *_problem: object) -> None:
        if not self._known:
            del sys.modules[self._name]


@cache
def _of_c(name: str) -> Callable[..., int] | None:
    """A function of the C library; None where it has none of that name."""
    import ctypes  # noqa: PLC0415 - after the first live frame

    try:
        return getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):  # a system whose C library cannot be asked
        return None


def share_pools() -> None:
    """From now on new threads share the pools of memory that are there; each would keep its own for good."""
    if (mallopt := _of_c("mallopt")) is not None:
        mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Let the system have what was freed; a large read leaves megabytes that nothing else would use."""
    if (trim := _of_c("malloc_trim")) is not None:
        trim(0)

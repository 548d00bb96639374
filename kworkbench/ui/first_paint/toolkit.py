"""Imports the toolkit without its command palette, which is a fifth of its import and never shown here.

The palette brings buttons, inputs, option lists and trees with it. The module that defines it is absent only while the
toolkit's app is imported; whoever asks for it later gets the real one. Source: performance.md P1.
"""

from __future__ import annotations

import sys
from types import ModuleType

_PALETTE = "textual.command"


class _Absent(ModuleType):
    """A module whose every name is an empty class: enough for annotations, base classes and `isinstance`."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {})
        setattr(self, name, made)
        return made


def import_toolkit() -> None:
    """Import `textual.app`, where that was not done before."""
    if "textual.app" in sys.modules or _PALETTE in sys.modules:
        return
    sys.modules[_PALETTE] = _Absent(_PALETTE)
    try:
        import textual.app  # noqa: F401, PLC0415 - for its effect
    finally:
        del sys.modules[_PALETTE]

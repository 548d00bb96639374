"""Imports the toolkit without what this program never uses of it. Source: performance.md P1.

Its command palette brings buttons, inputs, option lists and trees with it: a fifth of its import. asyncio does without
TLS where there is none; ours is that of httpx, which wraps its streams itself and imports it behind the first frame.
"""

from __future__ import annotations

import sys

from kworkbench.sparing import Empty, LeftOut

_PALETTE = "textual.command"


def import_toolkit() -> None:
    """Import `textual.app`, where that was not done before."""
    if "asyncio" not in sys.modules:
        with LeftOut("ssl"):
            import asyncio  # noqa: F401, PLC0415 - for its effect
    if "textual.app" not in sys.modules:
        with LeftOut(_PALETTE, Empty(_PALETTE)):
            import textual.app  # noqa: F401, PLC0415 - for its effect

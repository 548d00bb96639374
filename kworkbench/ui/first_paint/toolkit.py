"""Imports the toolkit without its command palette, which is a fifth of its import and never shown here.

The palette brings buttons, inputs, option lists and trees with it. Source: performance.md P1.
"""

from __future__ import annotations

import sys

from kworkbench.sparing import Empty, LeftOut

_PALETTE = "textual.command"


def import_toolkit() -> None:
    """Import `textual.app`, where that was not done before."""
    if "textual.app" not in sys.modules:
        with LeftOut(_PALETTE, Empty(_PALETTE)):
            import textual.app  # noqa: F401, PLC0415 - for its effect

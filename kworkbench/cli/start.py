"""Options of the workbench itself, apart from all commands: the bare start needs nothing else of this room."""

from __future__ import annotations

from kworkbench.lean import dataclass


@dataclass(frozen=True, slots=True)
class Start:
    """Options that stand before any command, or alone for the workbench.

    Attributes:
        connection: its name; None opens the default one.
        read_only: nothing may be written in this run.
        offline: no request leaves in this run.
    """

    connection: str | None = None
    read_only: bool = False
    offline: bool = False

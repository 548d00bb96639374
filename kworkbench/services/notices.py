"""The notices a screen listens to; made by the engine, see `kworkbench.sync.notices`."""

from __future__ import annotations

from kworkbench.sync.notices import (
    Answered,
    ChangesChanged,
    ConnectionState,
    Notice,
    Progressed,
    Renamed,
    RowsChanged,
    Settled,
    Synced,
)

__all__ = [
    "Answered",
    "ChangesChanged",
    "ConnectionState",
    "Notice",
    "Progressed",
    "Renamed",
    "RowsChanged",
    "Settled",
    "Synced",
]

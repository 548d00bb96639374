"""What the engine tells whoever draws: frozen facts in the past tense, delivered from other threads."""

from __future__ import annotations

from typing import TypeAlias

from kworkbench.domain.changes import Change
from kworkbench.lean import dataclass


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """Rows of these kinds of an account changed in the view; `lids` None means possibly any."""

    account: str
    kinds: frozenset[str]
    lids: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Renamed:
    """A record made here goes by the server's id from now on; cursors and selections follow it."""

    account: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangesChanged:
    """States or number of changes moved."""


@dataclass(frozen=True, slots=True)
class Progressed:
    """A collection is being read: rows so far and rows in all."""

    account: str
    kind: str
    loaded: int
    total: int


@dataclass(frozen=True, slots=True)
class Synced:
    """A collection was read completely."""

    account: str
    kind: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A filter was asked of the server: its answer is in the cache, or `problem` says why not."""

    account: str
    kind: str
    key: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """An account's server was reached, or not, or no longer accepts the sign-in."""

    account: str
    online: bool
    reason: str = ""
    sign_in: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """A change was confirmed or refused, or became unclear or conflicting."""

    change: Change


Notice: TypeAlias = RowsChanged | Renamed | ChangesChanged | Progressed | Synced | Answered | ConnectionState | Settled

"""Bringing lists up to date, and what is known of the line. Source: product.md section 4, sync-engine.md section 5."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future

from kworkbench.domain.catalog import Catalog, RelatedKind
from kworkbench.lean import dataclass
from kworkbench.services.futures import chained, ended
from kworkbench.sync.late import LateHome
from kworkbench.sync.notices import Notice, Progressed, Synced


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a collection is: rows so far and rows in all."""

    kind: str
    loaded: int
    total: int


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the engine knows of the server, and what it is reading."""

    online: bool
    reason: str
    sign_in: bool
    active: tuple[Progress, ...]


class RefreshService:
    """Refreshes one account. Listens to progress from its construction on."""

    def __init__(self, home: LateHome, account: str, catalog: Catalog, *, offline: bool = False) -> None:
        self._home = home
        self._account = account
        self._catalog = catalog
        self._offline = offline
        self._active: dict[str, Progress] = {}
        self._problem = ""
        self.leave = home.hub.subscribe(self._listen)

    def refresh(self, kinds: Collection[str] | None = None, full: bool = False, stale: bool = False) -> Future[None]:
        """Bring kinds (None: all) up to date; the related kinds they show go first, for names come from them.

        `full`: each is gone through as a whole. `stale`: only what is not fresh any more.
        The future ends also when it failed; `status` says so.
        """
        if self._offline:
            return ended(None)
        wanted = tuple(self._catalog.resources) if kinds is None else tuple(kinds)
        related = tuple(kind.name for kind in self._catalog.related if kinds is None or self._named_in(kind, wanted))
        reading = self._home.refresh(self._account, (*related, *wanted), full=full, stale=stale)
        return chained(reading, self._ended)

    def cancel(self) -> Future[str]:
        """Stop reading; what was read stays."""
        return self._home.cancel(self._account)

    def status(self) -> SyncStatus:
        """The line and the progress now."""
        if self._offline:
            return SyncStatus(online=False, reason="Working offline as asked.", sign_in=False, active=())
        line = self._home.line(self._account)
        reason = line.reason or self._problem
        return SyncStatus(line.online, reason, line.sign_in, tuple(self._active.values()))

    def _named_in(self, related: RelatedKind, kinds: Collection[str]) -> bool:
        """Whether one of these kinds has a column of the related one's names."""
        resources = (self._catalog.resources[kind].resource for kind in kinds if kind in self._catalog.resources)
        return any(field.name == related.singular for resource in resources for field in resource.fields)

    def _ended(self, problem: str) -> None:
        self._problem = problem
        if problem:
            self._active.clear()

    def _listen(self, notice: Notice) -> None:
        if isinstance(notice, Progressed) and notice.account == self._account:
            self._active[notice.kind] = Progress(notice.kind, notice.loaded, notice.total)
        elif isinstance(notice, Synced) and notice.account == self._account:
            self._active.pop(notice.kind, None)

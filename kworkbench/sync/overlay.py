"""Which open changes lie over which rows, and writing those rows anew when that moves. For the writer thread.

A record made here goes by its local id until the server has named it, then by the server's. Source: sync-engine.md
sections 3 and 5.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from kworkbench.domain.changes import Change, is_new
from kworkbench.domain.records import lid_of, remote_id_of
from kworkbench.lean import dataclass, replace
from kworkbench.store.cache import Cache
from kworkbench.store.cache_file import CacheError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Named:
    """A record made here and the id that the server has given it."""

    account: str
    lid: str
    kind: str
    remote_id: str


class Overlay:
    """The open changes by the rows they touch."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._by_lid: dict[tuple[str, str], tuple[Change, ...]] = {}
        self._placed: dict[int, tuple[Change, tuple[tuple[str, str], ...]]] = {}
        self._aliases: dict[tuple[str, str], tuple[str, str]] = {}
        self._behind: dict[str, set[str]] = {}
        self._folding: str | None = None

    def know(self, aliases: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        """Take in what the server has named: account and local id -> kind and the server's id."""
        self._aliases = dict(aliases)

    def name(self, named: Named) -> None:
        """The server has named a record that was made here; what touches it moves to its new name."""
        moved = [one.seq for one in self._by_lid.get((named.account, named.lid), ())]
        changes = [self._placed[seq][0] for seq in moved]
        for change in changes:
            self._take(change.seq)
        self._aliases[named.account, named.lid] = (named.kind, named.remote_id)
        for change in changes:
            self._place(change)

    def index(self, changes: Iterable[Change]) -> None:
        """These are the changes that are open, or not applied, now."""
        self._by_lid, self._placed = {}, {}
        for change in changes:
            self._place(change)

    def move(self, changed: Iterable[Change], now: Mapping[int, Change]) -> None:
        """Some changes have moved; `now` are all that are open, or not applied, by their numbers."""
        for seq in {change.seq for change in changed}:
            self._take(seq)
            if seq in now:
                self._place(now[seq])

    def _place(self, change: Change) -> None:
        """Lay a change over its rows, in the order of the numbers."""
        known = self._with_names(change) if change.each else change
        keys = tuple((change.account, lid) for lid in self._canonical(change))
        for key in keys:
            before = self._by_lid.get(key, ())
            in_order = not before or before[-1].seq < change.seq
            after = (*before, known)
            self._by_lid[key] = after if in_order else tuple(sorted(after, key=lambda one: one.seq))
        self._placed[change.seq] = (change, keys)

    def _take(self, seq: int) -> None:
        _, keys = self._placed.pop(seq, (None, ()))
        for key in keys:
            left = tuple(one for one in self._by_lid[key] if one.seq != seq)
            if left:
                self._by_lid[key] = left
            else:
                del self._by_lid[key]

    def changes_of(self, account: str) -> Callable[[str], Sequence[Change]]:
        """Local id -> the changes that touch it."""
        return lambda lid: self._by_lid.get((account, lid), ())

    def without(self, gone: Change) -> Callable[[str], Sequence[Change]]:
        """Local id -> the changes that touch it, but for one that is about to be closed."""
        return lambda lid: tuple(one for one in self._by_lid.get((gone.account, lid), ()) if one.seq != gone.seq)

    def remote_id(self, account: str, lid: str) -> str | None:
        """The server's id of a record, or None while the server has not named it."""
        if is_new(lid):
            found = self._aliases.get((account, lid))
            return None if found is None else found[1]
        return remote_id_of(lid)

    def lids(self, change: Change) -> set[str]:
        """Every lid whose row may have to be written: before and after the server named the record."""
        return {*change.touched, *self._canonical(change)}

    def stale(self, changes: Iterable[Change]) -> dict[str, set[str]]:
        """Rows an earlier process may have left as they were, by account: those overlaid, and those of `changes`."""
        found = {account: set(self._cache.overlaid(account)) for account in self._cache.accounts()}
        for change in changes:
            found.setdefault(change.account, set()).update(self.lids(change))
        return found

    def fold(self, account: str, lids: set[str]) -> None:
        """Write rows anew, unseen until `keep`; `drop` undoes it.

        A cache that fails keeps nobody from saving: its rows are written with the next step.
        """
        wanted = lids | self._behind.get(account, set())
        self._behind[account] = wanted
        try:
            self._cache.fold_ahead(account, sorted(wanted), self.changes_of(account))
            self._folding = account
        except CacheError as problem:
            logger.warning("%s", problem)

    def keep(self) -> None:
        """The rows that were folded last are seen from now on."""
        account, self._folding = self._folding, None
        if account is None:
            return
        try:
            self._cache.keep_fold()
            del self._behind[account]
        except CacheError as problem:
            logger.warning("%s", problem)

    def drop(self) -> None:
        """The rows that were folded last stand as before."""
        account, self._folding = self._folding, None
        if account is not None:
            self._cache.drop_fold()

    def _canonical(self, change: Change) -> tuple[str, ...]:
        """The lids of the rows a change touches: a record made here goes by the server's id once it has one."""
        return tuple(dict.fromkeys(self._renamed(change.account, lid) for lid in change.touched))

    def _with_names(self, change: Change) -> Change:
        """A bulk create whose rows go by the server's ids, as far as it has named them."""
        return replace(change, each={self._renamed(change.account, lid): args for lid, args in change.each.items()})

    def _renamed(self, account: str, lid: str) -> str:
        named = self._aliases.get((account, lid))
        return lid if named is None else lid_of(*named)

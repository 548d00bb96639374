"""How far the first copy of the books is, and how old the data are; read rarely, for every frame shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource
from kworkbench.domain.resources import RESOURCES
from kworkbench.ui.screens.list_words import Copied
from kworkbench.ui.words import lasting

if TYPE_CHECKING:
    from kworkbench.services.session import Session
    from kworkbench.store.reader import Ages

_ENOUGH_SECONDS = 2.0
"""A pace is guessed only after so long."""


class Copying:
    """The ages of collections, remembered until something happened, and the pace of the first copy."""

    def __init__(self, session: Session, resource: Resource, now: Callable[[], datetime]) -> None:
        self._session = session
        self._resource = resource
        self._now = now
        self._ages: dict[str, Ages] = {}
        self._begun: dict[str, tuple[datetime, int]] = {}
        self._at: dict[str, tuple[int, int]] = {}

    def ages(self, kind: str) -> Ages:
        """How old a collection is and how much of it is here."""
        if kind not in self._ages:
            self._ages[kind] = self._session.reader.ages(kind)
        return self._ages[kind]

    def forget_ages(self) -> None:
        """Something was read: look again."""
        self._ages.clear()

    def note(self, kind: str, loaded: int, total: int) -> None:
        """A collection came on."""
        self._begun.setdefault(kind, (self._now(), loaded))
        self._at[kind] = (loaded, total)

    def bars(self) -> tuple[Copied, ...]:
        """One bar per resource and one for all related records; none once this list was copied whole."""
        if all(self.ages(name).checked_at is not None for name in RESOURCES) or not self._at:
            return ()
        related = [kind.name for kind in self._session.catalog.related]
        bars = [self._bar(resource.title, (name,)) for name, resource in RESOURCES.items()]
        return (*bars, self._bar("People, projects", tuple(related)))

    def _bar(self, title: str, kinds: tuple[str, ...]) -> Copied:
        loaded = total = 0
        for kind in kinds:
            ages = self.ages(kind)
            here, all_of = self._at.get(kind, (ages.loaded or 0, ages.total or 0))
            loaded, total = loaded + here, total + all_of
        done = all(self.ages(kind).checked_at is not None for kind in kinds)
        return Copied(title, loaded, total, done, "" if done else self._left(kinds, loaded, total))

    def _left(self, kinds: tuple[str, ...], loaded: int, total: int) -> str:
        begun = [self._begun[kind] for kind in kinds if kind in self._begun]
        if not begun or loaded >= total:
            return ""
        seconds = (self._now() - min(at for at, _ in begun)).total_seconds()
        gained = loaded - sum(first for _, first in begun)
        if seconds < _ENOUGH_SECONDS or gained <= 0:
            return ""
        return f"{lasting((total - loaded) * seconds / gained)} left"

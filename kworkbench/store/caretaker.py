"""Keeps a cache up on the writer thread while nobody waits for it, one short piece after the other."""

from __future__ import annotations

import logging

from kworkbench.store.cache import Cache
from kworkbench.store.cache_file import CacheError
from kworkbench.store.writer import Writer

logger = logging.getLogger(__name__)


class Caretaker:
    """Gives the writer one idle job at a time. `wake` it after rows were stored; it sleeps when all is done."""

    def __init__(self, writer: Writer, cache: Cache) -> None:
        self._writer = writer
        self._cache = cache
        self._awake = False

    def wake(self) -> None:
        """Look for work; for the writer thread."""
        if not self._awake:
            self._awake = True
            self._go_on()

    def _work(self) -> None:
        try:
            more = self._cache.tidy(lambda: self._writer.is_wanted)
        except CacheError as problem:
            logger.warning("%s", problem)
            more = False
        self._awake = more
        if more:
            self._go_on()

    def _go_on(self) -> None:
        try:
            self._writer.submit(self._work, idle=True)
        except RuntimeError:
            self._awake = False

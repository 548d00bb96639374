"""Hands notices from whoever makes them to whoever draws."""

from __future__ import annotations

from collections.abc import Callable

from kworkbench.sync.notices import Notice


class Hub:
    """Hands every notice to whoever listens, on the thread it comes from."""

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[Notice], None], ...] = ()

    def subscribe(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Listen; the returned function ends it."""
        self._listeners = (*self._listeners, listener)

        def leave() -> None:
            self._listeners = tuple(one for one in self._listeners if one is not listener)

        return leave

    def tell(self, notice: Notice) -> None:
        """Tell every listener."""
        for listener in self._listeners:
            listener(notice)

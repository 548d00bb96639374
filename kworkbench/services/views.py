"""The views of all lists, and where each account's lists were left when the program ended.

Source: product.md sections 4 ("It opens on the last view") and 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource
from kworkbench.domain.resources import RESOURCES
from kworkbench.domain.views import View, combined
from kworkbench.lean import dataclass
from kworkbench.services.view_state import LeftOff, load_state, save_state

if TYPE_CHECKING:
    from kworkbench.services.apart import Apart


def _bare(name: str) -> Sequence[Resource]:
    return (RESOURCES[name],)


@dataclass(frozen=True, slots=True)
class ViewPlaces:
    """Where views, the last state and what was put aside are kept; None keeps them in memory alone."""

    file: Path | None = None
    state: Path | None = None
    apart: Path | None = None


class Views:
    """Views for screens. A file with a mistake leaves the shipped views, and `problem` says what is wrong with it."""

    def __init__(
        self,
        today: Callable[[], date],
        places: ViewPlaces | None = None,
        lists: Callable[[str], Sequence[Resource]] | None = None,
    ) -> None:
        """`lists` gives a list by its name as each provider has it; without, views know no provider's filters."""
        self._resources = lists or _bare
        self._places = places = places or ViewPlaces()
        self._today = today
        self._own: tuple[View, ...] | None = None if places.file else ()
        self._combined: Mapping[str, tuple[View, ...]] | None = None
        self._problem = ""
        self._lists: dict[str, LeftOff] | None = None if places.state else {}

    @cached_property
    def apart(self) -> Apart:
        """The possible duplicates that were said to be none."""
        from kworkbench.services.apart import Apart  # noqa: PLC0415 - few lists need it

        return Apart(self._places.apart)

    @property
    def problem(self) -> str:
        """What is wrong with the file of views; empty where nothing is."""
        self._views()
        return self._problem

    def of(self, resource: str) -> tuple[View, ...]:
        """The views of a list, in the order of the sidebar."""
        if self._combined is None:
            self._combined = combined(self._views())
        return self._combined[resource]

    def save(self, view: View) -> None:
        """Keep a view under its name.

        Raises:
            ViewFileError: the file cannot be used or written; nothing was changed.
        """
        if self._places.file is None:
            self._own = (*(each for each in self._views() if each.key != view.key), view)
        else:
            from kworkbench.services.view_file import save_view  # noqa: PLC0415 - only when one is saved

            self._own, self._problem = save_view(self._places.file, view, self._today(), self._resources), ""
        self._combined = None

    def left_off(self, account: str) -> LeftOff:
        """Where an account's lists were left."""
        return self._left().get(account, LeftOff())

    def leave(self, account: str, where: LeftOff) -> None:
        """Remember where an account's lists are left.

        Raises:
            OSError: the state cannot be written.
        """
        lists = self._left()
        if lists.get(account) == where:
            return
        lists[account] = where
        if self._places.state is not None:
            save_state(self._places.state, lists)

    def _views(self) -> tuple[View, ...]:
        """One's own views; the file is read when they are first asked for."""
        if self._own is None:
            from kworkbench.services.view_file import ViewFileError, load_views  # noqa: PLC0415 - as above

            self._own = ()
            if self._places.file is not None:
                try:
                    self._own = load_views(self._places.file, self._today(), self._resources)
                except ViewFileError as mistake:
                    self._problem = str(mistake)
        return self._own

    def _left(self) -> dict[str, LeftOff]:
        if self._lists is None:
            self._lists = {} if self._places.state is None else load_state(self._places.state)
        return self._lists

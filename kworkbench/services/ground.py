"""What every service of one open connection stands on."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date

from kworkbench.domain.catalog import Catalog
from kworkbench.domain.connections import Connection
from kworkbench.domain.numbers import NumberStyle
from kworkbench.domain.quickline.days import DateOrder
from kworkbench.domain.records import NEW
from kworkbench.lean import dataclass
from kworkbench.services.changes import ChangeService
from kworkbench.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Ground:
    """One open connection.

    Attributes:
        reader: for the thread that calls the services.
        style: how figures are typed and shown; None on the command line, which has no locale.
        hold_seconds: how long payments and deletes can be taken back; 0 on the command line.
        below: `below(n)` gives a random number from 0 to n - 1.
    """

    connection: Connection
    catalog: Catalog
    reader: Reader
    changes: ChangeService
    today: Callable[[], date]
    style: NumberStyle | None
    date_order: DateOrder | None
    hold_seconds: float
    below: Callable[[int], int] = secrets.randbelow

    @property
    def account(self) -> str:
        """The account changes are bound to (I13)."""
        return self.connection.account

    def new_lid(self) -> str:
        """A local id for a record made here."""
        return NEW + "".join("0123456789abcdef"[self.below(16)] for _ in range(16))

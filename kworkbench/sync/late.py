"""A home that is opened after the first rows stand on the live screen (performance.md P1).

Opening it imports the writing half of the program and touches two databases and a lock. Lists need none of that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock
from typing import TYPE_CHECKING

from kworkbench.sync.hub import Hub
from kworkbench.sync.notices import ConnectionState

if TYPE_CHECKING:
    from kworkbench.domain.query.asked import Asked
    from kworkbench.sync.desk import Desk
    from kworkbench.sync.follower import Follower
    from kworkbench.sync.home import Home
    from kworkbench.sync.unopened import UnopenedDesk


class LateHome:
    """What is known of a home before it is open, and the home itself afterwards."""

    def __init__(self, make: Callable[[Hub], Home]) -> None:
        """`make` opens the home; it is called once, on the thread of `open`."""
        self.hub = Hub()
        self._make = make
        self._lock = Lock()
        self._closed = False
        self._home: Home | None = None
        self._unopened: UnopenedDesk | None = None

    @property
    def is_open(self) -> bool:
        """True once changes can be made."""
        return self._home is not None

    def open(self) -> Home:
        """The home, opened now where it was not.

        Raises:
            SaveError: the outbox, the cache or the lock cannot be used.
            Whatever `make` raises.
        """
        with self._lock:
            if self._home is None:
                if self._closed:
                    raise RuntimeError("The home was closed before it was opened.")
                self._home = self._make(self.hub)
            return self._home

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person has to be told about the files, in sentences."""
        return () if self._home is None else self._home.notes

    @property
    def desk(self) -> Desk | Follower | UnopenedDesk:
        """The desk of this moment; one without changes until the home is open."""
        if self._home is not None:
            return self._home.desk
        if self._unopened is None:
            from kworkbench.sync.unopened import UnopenedDesk  # noqa: PLC0415 - the command line never needs it

            self._unopened = UnopenedDesk()
        return self._unopened

    def start(self) -> None:
        """Start the engine."""
        self.open().start()

    def refresh(self, account: str, kinds: Sequence[str], *, full: bool = False, stale: bool = False) -> Future[str]:
        """See `Home.refresh`."""
        return self.open().refresh(account, kinds, full=full, stale=stale)

    def cancel(self, account: str) -> Future[str]:
        """See `Home.cancel`."""
        return self.open().cancel(account)

    def answer(self, account: str, asked: Asked) -> Future[str]:
        """See `Home.answer`."""
        return self.open().answer(account, asked)

    def next_number(self, account: str) -> Future[str]:
        """See `Home.next_number`."""
        return self.open().next_number(account)

    def line(self, account: str) -> ConnectionState:
        """What is known of the line to an account's server."""
        return ConnectionState(account, online=True) if self._home is None else self._home.line(account)

    def close(self) -> None:
        """Close the home; one that is being opened is waited for, one that is not stays closed."""
        with self._lock:
            self._closed = True
            if self._home is not None:
                self._home.close()

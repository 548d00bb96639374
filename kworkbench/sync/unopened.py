"""The desk of a home that is not open yet: it knows no changes, and takes none."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from kworkbench.store.failing import SaveError

if TYPE_CHECKING:
    from kworkbench.domain.changes import Attempt, Change, Draft
    from kworkbench.sync.events import Discarded, Resolved, Retried

T = TypeVar("T")


class UnopenedDesk:
    """Screens hold verbs back until the home is open; what asks all the same is told so."""

    def enqueue(self, drafts: Sequence[Draft]) -> Future[tuple[Change, ...]]:  # noqa: ARG002 - a desk's signature
        """Nothing is saved."""
        return _not_yet()

    def take_back(self) -> Future[tuple[Change, ...]]:
        """Nothing is taken back."""
        return _not_yet()

    def ask(self, event: Retried | Discarded | Resolved) -> Future[Change | None]:  # noqa: ARG002 - a desk's signature
        """Nothing is decided."""
        return _not_yet()

    def open(self) -> tuple[Change, ...]:
        """None is known."""
        return ()

    def journal(self) -> tuple[Change, ...]:
        """None is known."""
        return ()

    def attempts(self, seq: int) -> Future[tuple[Attempt, ...]]:  # noqa: ARG002 - a desk's signature
        """None is known."""
        return _not_yet()


def _not_yet() -> Future[T]:
    future: Future[T] = Future()
    future.set_exception(SaveError("The outbox is being opened. Nothing was saved; press the key again."))
    return future

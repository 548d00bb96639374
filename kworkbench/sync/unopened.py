"""The desk of a home that is not open yet, or cannot be written: it knows no changes, and takes none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from kworkbench.domain.records import remote_id_of
from kworkbench.store.failing import SaveError

if TYPE_CHECKING:
    from kworkbench.domain.changes import Attempt, Change, Draft
    from kworkbench.sync.events import Discarded, Resolved, Retried

T = TypeVar("T")


NOT_YET = "The outbox is being opened. Nothing was saved; press the key again."


class UnopenedDesk:
    """Screens hold verbs back until the home is open; what asks all the same is told why nothing can be saved."""

    def __init__(self, reason: str = NOT_YET) -> None:
        """`reason`: the sentence that everybody is told."""
        self._reason = reason

    def enqueue(self, drafts: Sequence[Draft]) -> Future[tuple[Change, ...]]:  # noqa: ARG002 - a desk's signature
        """Nothing is saved."""
        return self._refused()

    def take_back(self) -> Future[tuple[Change, ...]]:
        """Nothing is taken back."""
        return self._refused()

    def ask(self, event: Retried | Discarded | Resolved) -> Future[Change | None]:  # noqa: ARG002 - a desk's signature
        """Nothing is decided."""
        return self._refused()

    def open(self) -> tuple[Change, ...]:
        """None is known."""
        return ()

    def journal(self) -> tuple[Change, ...]:
        """None is known."""
        return ()

    def facts(self) -> Mapping[str, str]:
        """None is known."""
        return {}

    def whole_journal(self) -> Future[tuple[Change, ...]]:
        """None is known."""
        return self._refused()

    def attempts(self, seq: int) -> Future[tuple[Attempt, ...]]:  # noqa: ARG002 - a desk's signature
        """None is known."""
        return self._refused()

    def by_key(self, account: str, key: str) -> Future[Change | None]:  # noqa: ARG002 - a desk's signature
        """None is known."""
        return self._refused()

    def remote_id(self, account: str, lid: str) -> str | None:  # noqa: ARG002 - a desk's signature
        """The server's id inside a local id."""
        return remote_id_of(lid)

    def _refused(self) -> Future[T]:
        future: Future[T] = Future()
        future.set_exception(SaveError(self._reason))
        return future

"""What every screen can take back: what is still held, with its countdown, and through a review what was sent.

Source: product.md section 10.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from kworkbench.domain.changes import Change, State
from kworkbench.services.changes import NotPossible
from kworkbench.ui.safe import Content
from kworkbench.ui.screens.keys import KeyScreen
from kworkbench.ui.words import lasting, server_sentence, spoken

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.timer import Timer

    from kworkbench.services.session import Session
    from kworkbench.services.undo import UndoReview

Answer = TypeVar("Answer")
T = TypeVar("T")


class Undoing(KeyScreen[Answer]):
    """The verbs `u` and `U`, and the sentence with a countdown behind what was just asked for."""

    session: Session
    now: Callable[[], datetime]
    retired: bool
    _said_held = ""
    _next_second: Timer | None = None

    # Words.

    def tell(self, *parts: str | Content) -> None:
        """Put a sentence on the status line; keys stand in backticks, texts of records are `Content`."""
        self.say(*spoken(*parts))

    async def settle(self, future: Future[T]) -> T:
        """Wait for a service on its own thread without holding the screen."""
        return await asyncio.wrap_future(future)

    def count_down(self, sentence: str) -> None:
        """Say a sentence, and after it how long the newest gesture can still be taken back."""
        self._said_held = sentence
        self._tick()

    def _tick(self) -> None:
        if self._next_second is not None:
            self._next_second.stop()
            self._next_second = None
        if not self._said_held or self.retired:
            return
        seconds = self.session.changes.held_seconds()
        if seconds is None or seconds <= 0:
            self._said_held = ""
            self.refresh_frame()
            return
        said = server_sentence(f"{self._said_held} Sends in {lasting(seconds)}, `u` takes it back")
        self.say(*said, seconds=1.5)
        self._next_second = self.set_timer(1.0, self._tick)

    # Verbs.

    async def do_take_back(self) -> None:
        """Take the newest gesture back before it is sent; once sent, the review of undoing it."""
        changes = self.session.changes
        taken = await self.settle(changes.take_back())
        if taken is None and (waiting := self.session.undos.waiting()):
            taken = await self.settle(changes.withdraw(waiting))
            if taken is None:
                raise NotPossible("It is being sent now. u undoes it once the server has answered.")
        self._said_held = ""
        if taken is None:
            self.review_undo(self.session.undos.undo())
        else:
            what = changes.sentence(taken.changes[0]) if taken.changes else ""
            more = f" and {len(taken.changes) - 1} more" if len(taken.changes) > 1 else ""
            self.say(*server_sentence(f"Taken back: {what}{more}. Nothing was sent"))
        self.refresh_frame()

    async def do_redo(self) -> None:
        """Do again what was undone last: through a review where that moves money or deletes."""
        review = self.session.undos.redo()
        if review.moves_money:
            self.review_undo(review)
            return
        if not review.going:
            raise NotPossible(f"It cannot be done again. {review.rows[0].why_not if review.rows else ''}")
        made = await self.settle(self.session.undos.confirm(review))
        self._undone(made)

    def review_undo(self, review: UndoReview) -> None:
        """Show what an undo, or a redo, asks of the provider, before it is asked."""
        from kworkbench.ui.screens.undo import UndoScreen  # noqa: PLC0415  # only when something is undone

        self.app.push_screen(UndoScreen(self.session, review, self.now), self._undone)

    def _undone(self, changes: tuple[Change, ...] | None) -> None:
        if not changes:
            return
        more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
        said = f"Saved here: {self.session.changes.sentence(changes[0])}{more}."
        if any(change.state is State.HELD for change in changes):
            self.count_down(said)
        else:
            self.say(*server_sentence(said))

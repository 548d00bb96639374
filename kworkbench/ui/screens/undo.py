"""The review of an undo, or of a redo: what the provider is asked to do, before it is asked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from kworkbench.domain.changes import Change
from kworkbench.lean import replace
from kworkbench.services.changes import NotPossible
from kworkbench.store.failing import SaveError
from kworkbench.ui.lines.status import Status
from kworkbench.ui.safe import safe_text
from kworkbench.ui.screens.painted import PaintedFirst
from kworkbench.ui.screens.undo_lines import undo_lines
from kworkbench.ui.verbs import Facts, Place
from kworkbench.ui.widgets.line_list import LineList
from kworkbench.ui.widgets.rules import Rule
from kworkbench.ui.words import server_sentence, spoken

if TYPE_CHECKING:
    from collections.abc import Callable

    from kworkbench.services.session import Session
    from kworkbench.services.undo import UndoReview


class UndoScreen(PaintedFirst[tuple[Change, ...]]):
    """An undo before it is done. Dismissed with the changes that were queued; with none where it was left."""

    PLACE: ClassVar[Place] = Place.REVIEW
    DEFAULT_CSS = "UndoScreen #undo { width: 1fr; height: 1fr; }"

    def __init__(self, session: Session, review: UndoReview, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(session, now)
        self.review = review
        self._confirming = False

    @property
    def tab(self) -> str:
        """The tab of the records it is about."""
        return self.review.deed.changes[0].kind

    def compose_body(self) -> ComposeResult:
        """Title, lines, rule."""
        with Vertical(id="undo"):
            yield Rule(id="undo-top")
            yield LineList(id="undo-rows")
            yield Rule(id="undo-bottom")

    def on_mount(self) -> None:
        """Draws it, for the first frame already; only behind that does it listen to keys."""
        self.query_one("#undo-bottom", Rule).show(focused=True)
        self.query_one(LineList).focus()
        self._draw(self.app.size.width)
        self.listen_once_painted()

    def on_line_list_resized(self) -> None:
        """Other line breaks at another width."""
        self._draw()

    def facts(self) -> Facts:
        """The footer names what `y` does; with nothing left `y` is gone."""
        count = len(self.review.going)
        verb = "redo" if self.review.redo else "undo"
        stopped = "" if count else f"Nothing of it can be {verb}ne. `Esc` leaves."
        off = {"confirm": stopped, "set-amount": "No amount is set here.", "toggle-group": "There is one group."}
        titles = {"confirm": verb if len(self.review.rows) == 1 else f"{verb} {count}"}
        return replace(super().facts(), rows=len(self.review.rows), titles=titles, off=off)

    def status(self) -> Status:
        """What `y` does, and how long it can be taken back."""
        held = any(row.draft is not None and row.draft.hold_seconds for row in self.review.going)
        words = "It waits 5 s after `y`; until then `u` takes it back" if held else "It is sent after `y`"
        if not self.review.going:
            words = "Nothing of it can be taken back. `Esc` leaves"
        return replace(super().status(), reason=tuple(spoken(words, ink="muted")))

    # Verbs.

    async def do_confirm(self) -> None:
        """Asks the provider for what the rows say."""
        if self._confirming:
            return
        self._confirming = True
        try:
            changes = await self.settle(self.session.undos.confirm(self.review))
        except (SaveError, NotPossible) as problem:
            self.say(*server_sentence(str(problem)), seconds=None)
            return
        finally:
            self._confirming = False
        self.dismiss(changes)

    def do_leave(self) -> None:
        """Leaves everything as it is."""
        self.dismiss(())

    def do_toggle(self) -> None:
        """Takes the row under the cursor out, or puts it in, and goes down."""
        rows = self.query_one(LineList)
        row = next((each for each in self.review.rows if each.key == rows.key), None)
        if row is None:
            return
        if row.why_not or row.draft is None:
            self.say(*server_sentence(f"It stays out: {row.why_not}."))
            return
        self.review = self.review.toggle(row.key)
        self._draw()
        rows.do_move("down")

    def _draw(self, total: int | None = None) -> None:
        if not self.is_attached:
            return
        rows = self.query_one(LineList)
        rows.show(undo_lines(self.review, total or rows.size.width or self.app.size.width, self.session.style))
        self.query_one("#undo-top", Rule).show(
            [(safe_text(self._title()), "strong bold")], [("nothing has been sent", "muted")], focused=True
        )
        self.refresh_frame()

    def _title(self) -> str:
        first, *more = self.review.asked
        what = self.session.changes.sentence(first) + (f" and {len(more)} more" if more else "")
        return f"{'Redo' if self.review.redo else 'Undo'}: {what}?"

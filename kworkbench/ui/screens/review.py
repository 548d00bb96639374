"""The review of a delete: what goes, what stays, every row in its group; `y` confirms and nothing else does.

Source: product.md section 9, screens.md section 7.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from kworkbench.domain.changes import Change
from kworkbench.lean import replace
from kworkbench.store.failing import SaveError
from kworkbench.ui.lines.status import Status
from kworkbench.ui.screens.painted import PaintedFirst
from kworkbench.ui.screens.review_lines import review_lines
from kworkbench.ui.verbs import Facts, Place
from kworkbench.ui.widgets.line_list import LineList
from kworkbench.ui.widgets.rules import Rule
from kworkbench.ui.words import counted, server_sentence, spoken

if TYPE_CHECKING:
    from kworkbench.services.review import Group, Review
    from kworkbench.services.session import Session


class ReviewScreen(PaintedFirst[tuple[Change, ...]]):
    """A delete before it is made. Dismissed with the changes that were queued; with none where it was left."""

    PLACE: ClassVar[Place] = Place.REVIEW
    WAITS: ClassVar[str] = "Deletes wait 5 s after `y`; until then `u` takes them back"
    DEFAULT_CSS = "ReviewScreen #review { width: 1fr; height: 1fr; }"

    def __init__(self, session: Session, review: Review, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(session, now)
        self.review = review
        self._drawn_for = 0
        self._confirming = False

    @property
    def tab(self) -> str:
        """The tab of the resource under review."""
        return self.review.catalog.resource.name

    def compose_body(self) -> ComposeResult:
        """Title, lines, rule."""
        with Vertical(id="review"):
            yield Rule(id="review-top")
            yield LineList(id="review-rows")
            yield Rule(id="review-bottom")

    def on_mount(self) -> None:
        """Draws it, for the first frame already; only behind that does it listen to keys."""
        self.query_one("#review-bottom", Rule).show(focused=True)
        self.query_one(LineList).focus()
        self._draw(self.app.size.width)
        self.listen_once_painted()

    def on_line_list_resized(self) -> None:
        """Other columns and other line breaks at another width."""
        if self.query_one(LineList).size.width != self._drawn_for:
            self._draw()

    def facts(self) -> Facts:
        """The footer names the number; with nothing left `y` is gone."""
        count = len(self.review.going)
        verb = self.review.word
        stopped = self.review.stopped or (
            "" if count else f"No row is left to {verb}. `space` puts one in, `Esc` leaves."
        )
        off = {"confirm": stopped, "set-amount": self.unsettable}
        return replace(super().facts(), rows=len(self.review.rows), titles={"confirm": f"{verb} {count}"}, off=off)

    @property
    def unsettable(self) -> str:
        """Why no row's amount can be set; empty where it can."""
        return "Amounts are set where invoices are paid."

    def status(self) -> Status:
        """What `y` and `u` do."""
        if self.review.stopped:
            return replace(super().status(), reason=tuple(server_sentence(self.review.stopped)))
        return replace(super().status(), reason=tuple(spoken(self.waits, ink="muted")))

    @property
    def waits(self) -> str:
        """What `y` does, and how long it can be taken back."""
        if self.review.action is None:
            return self.WAITS
        if self.review.action.held:
            return "It waits 5 s after `y`; until then `u` takes it back"
        return "`y` sends it at once; `u` undoes it where that can be"

    # Verbs.

    async def do_confirm(self) -> None:
        """Does what the title asks, for every row that goes."""
        if self._confirming:
            return
        self._confirming = True
        try:
            changes = await self.confirmed()
        except SaveError as problem:
            self.say(*server_sentence(str(problem)), seconds=None)
            return
        finally:
            self._confirming = False
        self.dismiss(changes)

    async def confirmed(self) -> tuple[Change, ...]:
        """Queues what is asked for every row that goes."""
        if self.review.action is not None:
            return await self.settle(self.session.acting.confirm(self.review))
        return await self.settle(self.session.deletes.confirm(self.review))

    def toggled(self, lid: str) -> Review:
        """The review with that row taken out, or put in."""
        return self.review.toggle(lid)

    def toggled_group(self, group: Group) -> Review:
        """The review with a whole group put in, or taken out."""
        return self.review.toggle_group(group)

    def do_leave(self) -> None:
        """Leaves everything as it is."""
        self.dismiss(())

    def do_toggle(self) -> None:
        """Takes the row under the cursor out, or puts it in, and goes down."""
        lid = self.query_one(LineList).key
        if lid is None:
            return
        before = self.review
        self.review = self.toggled(lid)
        barred = any(row.row.lid == lid and row.barred for row in before.rows)
        if barred:
            self._say_barred(lid)
            return
        self._draw()
        self.query_one(LineList).do_move("down")

    def do_toggle_group(self) -> None:
        """Puts the whole group of the row under the cursor in, or takes it out."""
        row = next((row for row in self.review.rows if row.row.lid == self.query_one(LineList).key), None)
        if row is not None:
            self.review = self.toggled_group(row.group)
            self._draw()

    def _say_barred(self, lid: str) -> None:
        row = next(row for row in self.review.rows if row.row.lid == lid)
        self.say(*server_sentence(f"It stays out: {row.reason}."))

    def _draw(self, total: int | None = None) -> None:
        if not self.is_attached:
            return
        rows = self.query_one(LineList)
        self._drawn_for = rows.size.width if total is None else total
        rows.show(review_lines(self.review, self._drawn_for, self.session.style))
        self.query_one("#review-top", Rule).show(
            [(self._title(), "strong bold")], [("nothing has been sent", "muted")], focused=True
        )
        self.refresh_frame()

    def _title(self) -> str:
        going, asked, resource = len(self.review.going), self.review.asked, self.review.catalog.resource
        if asked == 1:
            what = f"this {resource.singular}"
        elif going == asked:
            what = counted(going, resource.singular, self.session.style)
        else:
            what = f"{going} of {counted(asked, resource.singular, self.session.style)}"
        question = self.review.asks(what)
        return f"{question[:1].upper()}{question[1:]}?"

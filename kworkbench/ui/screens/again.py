"""A payment deleted and recorded again: the form, and the review of both steps before anything is sent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from kworkbench.domain.numbers import format_money
from kworkbench.lean import replace
from kworkbench.services.changes import NotPossible
from kworkbench.store.failing import SaveError
from kworkbench.ui.lines.status import Status
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import safe_text
from kworkbench.ui.screens.form import FormClosed, FormScreen
from kworkbench.ui.screens.painted import PaintedFirst
from kworkbench.ui.screens.undo_lines import below_lines, field_line
from kworkbench.ui.verbs import Facts, Place
from kworkbench.ui.widgets.line_list import BLANK, Line, LineList
from kworkbench.ui.widgets.rules import Rule
from kworkbench.ui.words import spoken

if TYPE_CHECKING:
    from collections.abc import Callable

    from kworkbench.services.again import AgainReview
    from kworkbench.services.session import Session

_STEPS = (
    "The new payment is checked first: only when it can be recorded, the old one is deleted.",
    'If recording it fails then, its row stays `!` "deleted, not recorded again", and `e` goes on.',
)


class AgainScreen(PaintedFirst[bool]):
    """Both steps under review. Dismissed with True where they are to be done."""

    PLACE: ClassVar[Place] = Place.REVIEW
    DEFAULT_CSS = "AgainScreen #again { width: 1fr; height: 1fr; }"

    def __init__(self, session: Session, review: AgainReview, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(session, now)
        self._review = review

    @property
    def tab(self) -> str:
        """The tab of payments."""
        return self._review.drafts[0].kind

    def compose_body(self) -> ComposeResult:
        """Title, lines, rule."""
        with Vertical(id="again"):
            yield Rule(id="again-top")
            yield LineList(id="again-rows")
            yield Rule(id="again-bottom")

    def on_mount(self) -> None:
        """Draws it, for the first frame already; only behind that does it listen to keys."""
        self.query_one("#again-bottom", Rule).show(focused=True)
        self.query_one(LineList).focus()
        self._draw(self.app.size.width)
        self.listen_once_painted()

    def on_line_list_resized(self) -> None:
        """Other line breaks at another width."""
        self._draw(self.query_one(LineList).size.width)

    def facts(self) -> Facts:
        """What `y` does."""
        off = dict.fromkeys(("toggle", "toggle-group"), "There are two steps, and both or none are done.")
        titles = {"confirm": "delete and record again", "leave-review": "back to the form"}
        return replace(super().facts(), titles=titles, off={**off, "set-amount": "The form sets what it says."})

    def status(self) -> Status:
        """How long it can be taken back."""
        return replace(super().status(), reason=tuple(spoken("Both wait 5 s; until then `u` takes them back")))

    def do_confirm(self) -> None:
        """Both steps."""
        self.dismiss(True)

    def do_leave(self) -> None:
        """Back to the form; nothing is sent."""
        self.dismiss(False)

    def _draw(self, total: int) -> None:
        review, style = self._review, self.session.style
        money: list[Piece] = []
        if review.minor is not None:
            money = [("  ", ""), (format_money(review.minor, review.currency, style), "strong bold")]
        lines = [BLANK, Line([(" - ", "refused"), (safe_text(f"delete {review.name}", total - 30), "text"), *money])]
        lines += [Line([(" * ", "unsent"), ("record it again with", "text")])]
        lines += [field_line(each, review.fields, total, "text") for each in review.fields]
        lines.append(BLANK)
        for sentence in _STEPS:
            lines += below_lines("  ", sentence.replace("`", ""), "muted", total)
        lines += below_lines("▲ ", f"Does not come back: {review.lost}.", "unclear", total)
        self.query_one(LineList).show(lines)
        title = safe_text(f"Delete and record again: {review.name}?")
        self.query_one("#again-top", Rule).show(
            [(title, "strong bold")], [("nothing has been sent", "muted")], focused=True
        )
        self.refresh_frame()


class AgainForm(FormScreen):
    """The form of the new payment; `Enter` shows both steps before anything is saved."""

    async def saved(self) -> FormClosed:
        """Saves both steps once they were looked at.

        Raises:
            SaveError: nothing was saved; the form stays open.
        """
        try:
            review = self.session.again.review(self.state, self.texts)
        except NotPossible as why:
            raise SaveError(str(why)) from why
        if not await self.app.push_screen_wait(AgainScreen(self.session, review, self.now)):
            raise SaveError("Nothing was sent. Enter shows both steps again, Esc leaves.")
        change = await self.settle(self.session.again.confirm(review))
        return FormClosed(self.state, change)

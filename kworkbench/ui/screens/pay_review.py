"""The review of paying several marked invoices: shares, what cannot be paid, `e` sets one row's amount."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from kworkbench.domain.changes import Change
from kworkbench.domain.numbers import PLAIN, format_amount
from kworkbench.services.review import Group, Review
from kworkbench.ui.screens.review import ReviewScreen
from kworkbench.ui.widgets.ask_panel import AskPanel, Question
from kworkbench.ui.widgets.line_list import LineList

if TYPE_CHECKING:
    from kworkbench.services.pay_review import PayReview
    from kworkbench.services.session import Session


class PayReviewScreen(ReviewScreen):
    """Payments before they are recorded."""

    WAITS = "Payments wait 5 s after `y`; until then `u` takes them back"

    def __init__(self, session: Session, batch: PayReview, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(session, batch.review, now)
        self._batch = batch

    async def confirmed(self) -> tuple[Change, ...]:
        """Records every payment that goes."""
        return await self.settle(self.session.pay_reviews.confirm(self._batch))

    def toggled(self, lid: str) -> Review:
        """With that invoice taken out, or put in; a total is shared out anew."""
        return self._take(self.session.pay_reviews.toggle(self._batch, lid))

    def toggled_group(self, group: Group) -> Review:
        """With the whole group put in, or taken out."""
        return self._take(self.session.pay_reviews.toggle_group(self._batch, group))

    def _take(self, batch: PayReview) -> Review:
        self._batch = batch
        return batch.review

    @property
    def unsettable(self) -> str:
        """Why no row's amount can be set; empty where it can."""
        if self.session.catalog.payments.part:
            return ""
        return f"{self.session.catalog.title} pays an invoice whole or not at all."

    async def do_set_amount(self) -> None:
        """Asks for the amount of the row under the cursor."""
        lid = self.query_one(LineList).key
        row = next((each for each in self.review.going if each.row.lid == lid), None)
        if row is None or lid is None or self.query(AskPanel):
            self.tell("Only a row that is to be paid has an amount to set.")
            return
        minor, currency = row.row.values.get("amount"), str(row.row.values.get("currency") or "")
        question = Question(
            title=f"Amount for {row.row.values.get('number')}",
            text=format_amount(minor, currency, PLAIN) if isinstance(minor, int) else "",
            hint="Nothing: what the line gives it.",
            check=lambda text: self._problem(lid, text),
        )
        self._asked = lid
        await self.query_one("#panel").mount(AskPanel(question))

    def _problem(self, lid: str, text: str) -> str:
        found = self.session.payments.amount(text, lid)
        return found if isinstance(found, str) else ""

    def on_ask_panel_answered(self, message: AskPanel.Answered) -> None:
        """Shares the total out anew around what was set."""
        found = self.session.pay_reviews.set_amount(self._batch, self._asked, message.text)
        if not isinstance(found, str):
            self.review = self._take(found)
        self._close()

    def on_ask_panel_left(self) -> None:
        """Nothing is changed."""
        self._close()

    def _close(self) -> None:
        for panel in self.query(AskPanel):
            panel.remove()
        self.query_one(LineList).focus()
        self._draw()

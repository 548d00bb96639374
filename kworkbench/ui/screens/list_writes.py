"""What a list asks of the services: pay, new, edit, delete, correct, retry, refresh; and what it says afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource
from kworkbench.domain.changes import Change, Op, State
from kworkbench.domain.numbers import format_money
from kworkbench.domain.rowset import RowSet
from kworkbench.ui.safe import safe_text
from kworkbench.ui.screens.correcting import has_review
from kworkbench.ui.screens.list_actions import ListActions
from kworkbench.ui.widgets.table import RecordTable
from kworkbench.ui.words import counted, server_sentence

if TYPE_CHECKING:
    from kworkbench.services.form_state import FormState
    from kworkbench.services.session import Session
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.screens.form import FormClosed
    from kworkbench.ui.widgets.batch_line import BatchLine
    from kworkbench.ui.widgets.expense_line import ExpenseLine
    from kworkbench.ui.widgets.quick_line import QuickLine

    _Base = WorkScreen[None]
else:
    _Base = object


MOST_PAID = 500
"""Invoices that one line pays at most: it reads them all on every key."""


class ListWrites(ListActions):
    """The writing half of a list's verbs. Panels and screens are imported when they are first opened."""

    session: Session
    resource: Resource
    table: RecordTable
    quick_line: QuickLine | ExpenseLine | None = None
    batch_line: BatchLine | None = None
    _doubted: int | None = None

    def marked_lids(self) -> tuple[str, ...]:
        """The local ids of the marked rows, those of a review at most."""
        return tuple(sorted(self.session.reader.lids(self.resource, self.table.marks.rows)))

    # Payments.

    async def do_pay(self) -> None:
        """The quick line for the invoice under the cursor."""
        from kworkbench.ui.widgets.quick_line import QuickLine  # noqa: PLC0415  # only when first paid

        row = self.row
        marked = self.table.marks.rows
        if self.quick_line is not None or self.batch_line is not None:
            return
        if len(marked) > 1:
            await self._pay_marked(marked)
            return
        lid = next(iter(self.marked_lids()), None) or (row.lid if row else None)
        if lid is None:
            return
        await self._open_line(QuickLine(self.session, lid, as_of=self._as_of))

    @property
    def _as_of(self) -> str:
        """How old the data are, where the server is out of reach."""
        return "" if self.session.refresh.status().online else self.data_time()

    async def _open_line(self, line: QuickLine | ExpenseLine) -> None:
        self.quick_line = line
        with self.app.batch_update():
            await self.query_one("#panel").mount(line)
        self.refresh_frame()

    async def _pay_marked(self, marked: RowSet) -> None:
        from kworkbench.ui.widgets.batch_line import BatchLine  # noqa: PLC0415  # only when first paid

        if len(marked) > MOST_PAID:
            self.tell(f"At most {MOST_PAID} invoices are paid with one line. Mark fewer.")
            return
        lids = self.marked_lids()
        self.batch_line = BatchLine(self.session, lids, sum(not self.table.shows(lid) for lid in lids))
        await self.query_one("#panel").mount(self.batch_line)
        self.refresh_frame()

    def on_batch_line_asked(self, message: BatchLine.Asked) -> None:
        """The review; the line is done with."""
        from kworkbench.ui.screens.pay_review import PayReviewScreen  # noqa: PLC0415  # only when first opened

        lids = self.marked_lids()
        self._close_line()
        batch = self.session.pay_reviews.begin(message.text, lids, self.table.shows, self.hidden_by())
        self.app.push_screen(PayReviewScreen(self.session, batch, self.now), self._paid)

    def _paid(self, changes: tuple[Change, ...] | None) -> None:
        if changes:
            self.count_down(f"Paid {counted(len(changes), 'invoice', self.session.style)}.")

    def data_time(self) -> str:
        """When the data were last checked, as shown."""
        raise NotImplementedError

    def on_pay_line_changed(self) -> None:
        """The footer's words differ."""
        self.refresh_frame()

    def on_pay_line_closed(self) -> None:
        """A line was left, and nothing recorded."""
        self._close_line()

    def on_quick_line_recorded(self, message: QuickLine.Recorded) -> None:
        """Say what was paid, and how long it can be taken back."""
        self._close_line()
        plan = message.plan
        minor = sum(payment.amount for payment in plan.payments)
        whose = plan.invoice or plan.project
        currency = whose.currency if whose else ""
        number = plan.invoice.number if plan.invoice else "the project"
        self.count_down(f"Paid {number}, {format_money(minor, currency, self.session.style)}.")

    def _close_line(self) -> None:
        for line in (self.quick_line, self.batch_line):
            if line is not None:
                line.remove()
        self.quick_line = self.batch_line = None
        self.table.focus()
        self.refresh_frame()

    # Expenses.

    async def do_new(self) -> None:
        """The line of a new expense; of other lists an empty form."""
        if self.resource.name != "expenses":
            self._form(lambda: self.session.forms.new(self.resource.name))
            return
        from kworkbench.ui.widgets.expense_line import ExpenseLine  # noqa: PLC0415  # only when first opened

        if self.quick_line is None:
            await self._open_line(ExpenseLine(self.session, as_of=self._as_of))

    def on_expense_line_formed(self, message: ExpenseLine.Formed) -> None:
        """Go on in the form, with what the line said."""
        self._close_line()
        self._form(lambda: self.session.forms.new(self.resource.name, said=message.said))

    def on_expense_line_recorded(self, message: ExpenseLine.Recorded) -> None:
        """Say what was added, and show it."""
        self._close_line()
        expense, project = message.plan.expense, message.plan.line.place.project
        self.run_query(message.changes[0].lid)
        if expense is not None and project is not None:
            amount = format_money(expense.amount, expense.currency, self.session.style)
            self.tell(f"Added {amount} on ", safe_text(project.name, 40), ".")

    # Forms.

    def do_copy_new(self) -> None:
        """A form filled from this row."""
        row = self.row
        if row is not None:
            self._form(lambda: self.session.forms.new(self.resource.name, copy_of=row.lid))

    async def do_edit(self) -> None:
        """The form of this record, or of what the marked ones share."""
        row = self.row
        if len(self.table.marks) > 1:
            await self.edit_marked()
            return
        lid = next(iter(self.marked_lids()), None) or (row.lid if row else None)
        if lid is None:
            return
        if self.catalog.again:
            self._record_again(lid)
            return
        self._form(lambda: self.session.forms.edit(self.resource.name, lid))

    def _record_again(self, lid: str) -> None:
        """The form of what is recorded again, where a provider cannot change it in place."""
        from kworkbench.ui.screens.again import AgainForm  # noqa: PLC0415  # only when first opened

        state = self.session.again.form(self.resource.name, lid)
        self.app.push_screen(AgainForm(self.session, state, self.now), self._form_closed)

    def do_correct(self) -> None:
        """The refused form with what was typed."""
        change = self._needy()
        if change is not None and has_review(change):
            self.correct_action(change)
        elif change is not None:
            self._form(lambda: self.session.forms.reopen(change.seq))

    def _needy(self, marks: str = "!#") -> Change | None:
        row = self.row
        changes = self.session.changes.of(row.lid) if row else ()
        return next((one for one in changes if one.shown.mark and one.shown.mark in marks), None)

    def do_resolve(self) -> None:
        """The change of this row on Changes, opened there."""
        change = self._needy("!?#")
        if change is not None:
            from kworkbench.ui.widgets.detail import Detail  # noqa: PLC0415  # it is on screen only where there is room

            self.post_message(Detail.Followed(("change", change.kind, str(change.seq))))

    async def do_discard_change(self) -> None:
        """Gives this row's change up; asks once, naming what goes with it."""
        change = self._needy("!?#")
        if change is None:
            return
        if self._doubted != change.seq:
            self._doubted = change.seq
            self.tell("`d` again discards ", safe_text(self.session.changes.with_it(change), 200))
            return
        self._doubted = None
        gone = await self.settle(self.session.changes.discard(change.seq))
        self.say(*server_sentence(f"Discarded: {self.session.changes.sentence(gone)}."))

    def acts_on(self, change: Change) -> bool:
        """Whether it is a change of the row under the cursor."""
        row = self.row
        return row is not None and any(one.seq == change.seq for one in self.session.changes.of(row.lid))

    def _form(self, make: Callable[[], FormState]) -> None:
        from kworkbench.ui.screens.form import FormScreen  # noqa: PLC0415  # only when first opened

        self.app.push_screen(FormScreen(self.session, make(), self.now), self._form_closed)

    def _form_closed(self, closed: FormClosed | None) -> None:
        if closed is None or closed.change is None:
            if closed is not None and closed.kept:
                self.tell("Kept as typed. `e` opens it again.")
            return
        if closed.change.op is Op.CREATE:
            self.run_query(closed.change.lid)
        said = f"Saved here: {self.session.changes.sentence(closed.change)}."
        if closed.change.state is State.HELD:
            self.count_down(said)
        else:
            self.say(*server_sentence(said))

    async def do_retry(self) -> None:
        """Send the change of this row again."""
        change = self._needy()
        if change is None:
            self.tell("No change of this row has stopped.")
            return
        again = await self.settle(self.session.changes.retry(change.seq))
        self.say(*server_sentence(f"Sends again: {self.session.changes.sentence(again)}."))

    # Reading.

    def before_refresh(self) -> None:
        """Run the query again, so that rows which kept their place move; the server is asked anew, too."""
        self.ask_anew = True
        self.run_query(self.table.lid)

    ask_anew: bool

    def run_query(self, lid: str | None = None) -> None:
        """Show the rows of the query."""
        raise NotImplementedError

"""What a person does with a change: open, decide, correct, try again, discard."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from kworkbench.domain.changes import Change, Resolution
from kworkbench.services.changes import NotPossible
from kworkbench.services.deeds import DONE
from kworkbench.store.failing import SaveError
from kworkbench.ui.safe import safe_text
from kworkbench.ui.screens.change_detail import Way
from kworkbench.ui.screens.form import FormClosed, FormScreen
from kworkbench.ui.verbs import BY_ID
from kworkbench.ui.widgets.line_list import LineList
from kworkbench.ui.words import server_sentence

if TYPE_CHECKING:
    from kworkbench.services.session import Session
    from kworkbench.ui.screens.base import WorkScreen

    _Base = WorkScreen[None]
else:
    _Base = object


class ChangeVerbs(_Base):
    """The verbs of the changes screen. `doubted` is what a first key asked about and a second one does."""

    session: Session
    doubted: str = ""

    @property
    def change(self) -> Change | None:
        """The change under the cursor."""
        raise NotImplementedError

    @property
    def entries(self) -> LineList:
        """The list of changes."""
        raise NotImplementedError

    @property
    def detail(self) -> LineList:
        """The lines of one change."""
        raise NotImplementedError

    def reload(self) -> None:
        """Reads the changes again and draws them."""
        raise NotImplementedError

    def draw_detail(self) -> None:
        """Draws the change under the cursor in full."""
        raise NotImplementedError

    def ways(self, change: Change) -> tuple[Way, ...]:
        """The decisions an unclear change leaves to a person."""
        raise NotImplementedError

    # Verbs.

    async def do_show_change(self) -> None:
        """Opens the detail; there, takes the decision under the cursor."""
        change = self.change
        if change is None:
            return
        if self.focused is not self.detail:
            self.add_class("-detail")
            self.detail.focus()
            self.call_after_refresh(self.draw_detail)
            return
        way = next((way for way in self.ways(change) if way.key == self.detail.key), None)
        if way is not None:
            await self._decide(change, way)

    async def _decide(self, change: Change, way: Way) -> None:
        if way.resolution is Resolution.SEND_AGAIN and self.doubted != way.key:
            self.doubted = way.key
            self.tell("`Enter` again sends it once more. If the first one arrived, both stand there.")
            return
        self.doubted = ""
        if way.resolution is None:
            self.tell("Looking at the server for it.")
            await self.settle(self.session.refresh.refresh(("invoices", change.kind)))
            self.reload()
            return
        ask, resolution = self.session.changes, way.resolution
        await self._ask(lambda: ask.resolve(change.seq, resolution, way.payment_id), f"Decided, {way.title}")

    async def do_take_back(self) -> None:
        """What is still held goes first; else the change under the cursor, where the server has taken it."""
        change = self.change
        if change is None or change.state not in DONE or self.session.changes.held():
            await super().do_take_back()
            return
        self.review_undo(self.session.undos.undo_of(change))

    async def do_correct(self) -> None:
        """Opens the form with what was typed."""
        change = self.change
        if change is None:
            return
        if change.account != self.session.connection.account:
            self.tell("This change belongs to another connection. `ctrl+o` switches there.")
            return
        try:
            state = self.session.forms.reopen(change.seq)
        except NotPossible as why:
            self.say(*server_sentence(str(why)))
            return
        await self.app.push_screen(FormScreen(self.session, state, self.now), self._form_closed)

    def _form_closed(self, closed: FormClosed | None) -> None:
        if closed is None:
            return
        if closed.change is not None:
            self.say(*server_sentence(f"Saved here: {self.session.changes.sentence(closed.change)}"))
        elif closed.kept:
            self.tell("Kept as typed. `e` opens it again.")
        self.reload()

    async def do_retry(self) -> None:
        """Sends the change again as it is."""
        change = self.change
        if change is not None:
            await self._ask(lambda: self.session.changes.retry(change.seq), "Tries again")

    async def do_discard(self) -> None:
        """Gives the change up; asks once, for what was typed goes with it."""
        change = self.change
        if change is None:
            return
        if self.doubted != f"discard:{change.seq}":
            self.doubted = f"discard:{change.seq}"
            self.tell("`d` again discards this change: ", safe_text(self.session.changes.sentence(change), 40))
            return
        self.doubted = ""
        await self._ask(lambda: self.session.changes.discard(change.seq), "Discarded")

    async def _ask(self, ask: Callable[[], Future[Change]], done: str) -> None:
        try:
            change = await self.settle(ask())
        except (NotPossible, SaveError) as why:
            self.say(*server_sentence(str(why)))
        else:
            self.say(*server_sentence(f"{done}: {self.session.changes.sentence(change)}"))
        self.reload()

    def do_leave(self) -> None:
        """From the detail back to the list."""
        self.remove_class("-detail")
        self.entries.focus()
        self.call_after_refresh(self.reload)

    def do_back(self) -> None:
        """From an opened change back to the list; from there out of the program."""
        if self.has_class("-detail"):
            self.do_leave()
        else:
            self.perform(BY_ID["quit"])

    def do_next_pane(self) -> None:
        """From list to detail and back, where both are in sight."""
        if self.focused is self.detail:
            self.do_leave()
        elif self.detail.display and self.detail.size.width:
            self.detail.focus()

    def do_previous_pane(self) -> None:
        """There are two panes."""
        self.do_next_pane()

"""What a person does with a change: open, decide, correct, try again, discard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING

from kworkbench.domain.changes import Change, Resolution
from kworkbench.domain.records import lid_of
from kworkbench.services.changes import NotPossible
from kworkbench.services.deeds import DONE
from kworkbench.store.failing import SaveError
from kworkbench.ui.safe import safe_text
from kworkbench.ui.screens.change_ways import Act, Way
from kworkbench.ui.screens.correcting import Correcting, has_review
from kworkbench.ui.screens.form import FormClosed, FormScreen
from kworkbench.ui.verbs import BY_ID
from kworkbench.ui.widgets.line_list import LineList
from kworkbench.ui.words import server_sentence

if TYPE_CHECKING:
    from kworkbench.services.review import Review
    from kworkbench.services.session import Session


class ChangeVerbs(Correcting):
    """The verbs of the changes screen. `doubted` is what a first key asked about and a second one does."""

    session: Session
    doubted: str = ""
    picks: dict[int, frozenset[str]]

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
        way = self.way
        if way is not None:
            await self._decide(change, way)

    async def _decide(self, change: Change, way: Way) -> None:
        if way.doubtful and self.doubted != way.key:
            self.doubted = way.key
            self.tell(way.doubtful)
            return
        self.doubted = ""
        here = self._here.get(way.act)
        if here is not None:
            here(change, way)
            return
        if way.act is Act.CORRECT:
            await self.do_correct()
            return
        if way.act is Act.LOOK:
            self.tell("Looking at the server for it.")
            await self.settle(self.session.refresh.refresh(("invoices", change.kind)))
            self.reload()
            return
        await self._ask(lambda: self._decided(change, way), f"Decided, {way.title}")

    @property
    def _here(self) -> Mapping[Act, Callable[[Change, Way], None]]:
        """Decisions that ask nothing of the outbox yet."""
        return {
            Act.PICK: self._pick,
            Act.ALL_MINE: self._pick,
            Act.ALL_THEIRS: self._pick,
            Act.UNDO: lambda change, _way: self.review_undo(self.session.undos.undo_of(change)),
            Act.DELETE_ONE: lambda change, way: self._delete_one(change, way.argument),
            Act.STAY: lambda _change, _way: self.tell("Nothing is sent on this connection until you go on."),
        }

    def _decided(self, change: Change, way: Way) -> Future[Change]:
        """What a decision asks of the services."""
        changes, conflicts = self.session.changes, self.session.conflicts
        asks: dict[Act, Callable[[], Future[Change]]] = {
            Act.FOUND: lambda: changes.resolve(change.seq, Resolution.FOUND, way.argument),
            Act.SEND_AGAIN: lambda: changes.resolve(change.seq, Resolution.SEND_AGAIN),
            Act.GIVE_UP: lambda: changes.resolve(change.seq, Resolution.GIVE_UP),
            Act.GO_ON: lambda: changes.resolve(change.seq, Resolution.GO_ON),
            Act.SEND_PICKS: lambda: conflicts.settle(change, self.picks_of(change)),
            Act.ANEW: lambda: conflicts.make_anew(change),
            Act.REST: lambda: conflicts.pay_rest(change),
            Act.RETRY: lambda: changes.retry(change.seq),
            Act.DISCARD: lambda: changes.discard(change.seq),
            Act.DISCARD_ALL: lambda: self._discard_alike(change),
        }
        return asks[way.act]()

    def _delete_one(self, change: Change, record_id: str) -> None:
        """The review of deleting one of the rows that stand there twice."""
        from kworkbench.ui.screens.review import ReviewScreen  # noqa: PLC0415  # only when something stands twice

        review = self.session.deletes.review(change.kind, (lid_of(change.kind, record_id),), lambda _lid: True)
        self.app.push_screen(ReviewScreen(self.session, review, self.now), self._undone)

    def _discard_alike(self, change: Change) -> Future[Change]:
        conflict = self.session.conflicts.of(change)
        if conflict is None:
            return self.session.changes.discard(change.seq)
        return self.session.conflicts.discard_all(conflict)

    def _pick(self, change: Change, way: Way) -> None:
        """Whose value is sent, of one field or of all; then on to what is to be decided next."""
        picks = set(self.picks_of(change))
        conflict = self.session.conflicts.of(change)
        keys = [each.key for each in conflict.moved] if conflict else []
        wanted = [way.argument] if way.act is Act.PICK else keys
        theirs = way.act is Act.ALL_THEIRS or (way.act is Act.PICK and way.theirs)
        self.picks[change.seq] = frozenset(picks | set(wanted) if theirs else picks - set(wanted))
        self.draw_detail()
        ways = self.ways(change)
        later = keys[keys.index(way.argument) + 1 :] if way.act is Act.PICK else []
        for each in ways:
            if each.act is Act.SEND_PICKS or (later and each.act is Act.PICK and each.argument == later[0]):
                self.detail.go(each.key)
                return

    def picks_of(self, change: Change) -> frozenset[str]:
        """The fields of a conflict of which the server's value is picked."""
        return self.picks.get(change.seq, frozenset())

    @property
    def way(self) -> Way | None:
        """The decision under the cursor of the detail."""
        change = self.change
        if change is None or self.focused is not self.detail:
            return None
        return next((way for way in self.ways(change) if way.key == self.detail.key), None)

    def do_pick(self) -> None:
        """Picks the value under the cursor."""
        change, way = self.change, self.way
        if change is not None and way is not None and way.act is Act.PICK:
            self._pick(change, way)

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
        if has_review(change):
            self.correct_action(change)
            return
        try:
            state = self.session.forms.reopen(change.seq)
        except NotPossible as why:
            self.say(*server_sentence(str(why)))
            return
        await self.app.push_screen(FormScreen(self.session, state, self.now), self._form_closed)

    def corrected(self, review: Review, changes: tuple[Change, ...] | None) -> None:
        """Say what is done again, and how long it can be taken back."""
        said = f"Saved here: {self.session.changes.sentence(changes[0])}." if changes else ""
        if said and review.action and review.action.held:
            self.count_down(said)
        elif said:
            self.say(*server_sentence(said))
        self.reload()

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
        """Gives the change up; asks once, naming what goes with it."""
        change = self.change
        if change is None:
            return
        if self.doubted != f"discard:{change.seq}":
            self.doubted = f"discard:{change.seq}"
            self.tell("`d` again discards ", safe_text(self.session.changes.with_it(change), 200))
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

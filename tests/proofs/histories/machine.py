"""A home, its person, a colleague and a line that fails, moved by hypothesis; every promise is held at every step."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kworkbench.domain.changes import Change, Resolution, State
from kworkbench.domain.resources import RESOURCES
from kworkbench.services.changes import NotPossible
from kworkbench.store.failing import SaveError
from kworkbench.sync.desk import Desk
from tests.proofs.books import Templates, payable
from tests.proofs.histories import colleague
from tests.proofs.histories.model import MAY_BE_THERE, Model
from tests.proofs.people import settle
from tests.proofs.reached import Reached
from tests.proofs.writings import WITH_CENTS
from tests.sync.checks import assert_converged
from tests.sync.stage import Stage

WRITE_FAULTS = (
    "drop-before",
    "drop-after",
    "truncate",
    "garbage",
    "status=503",
    "status=429",
    "status=422",
    "status=302",
)
READ_FAULTS = ("drop-after", "garbage", "status=500", "status=429")
HOLD_SECONDS = 5.0
EXPENSES = 4
places = st.integers(0, EXPENSES - 1)
numbers = st.integers(1, 10**9)


def _texts(whose: str) -> st.SearchStrategy[str]:
    """Texts that no other rule writes."""
    return numbers.map(lambda number: f"{whose} {number}")


class Histories(RuleBasedStateMachine):
    """One home from its first change to an empty outbox.

    Attributes:
        templates, reached, provider: set for a whole run by `machine`.
    """

    templates: ClassVar[Templates]
    reached: ClassVar[Reached]
    provider: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="history-", dir=self.templates.folder))
        self.homes = 0
        self.made = 0
        self.stage = self.opened(self.templates.copy(self.provider, self.folder / "0"))
        self.model = Model.of(self.stage)
        self.stage.wire.watch = lambda moment, sent: self.model.watch(self.stage, moment, sent)
        plain = [row for row in self.stage.plain_expenses() if row.values["currency"] in WITH_CENTS]
        self.expenses = sorted(plain, key=lambda row: row.lid)[:EXPENSES]
        self.invoices = payable(self.stage)[:2]
        self.reached.cases += 1

    def opened(self, home: Path) -> Stage:
        """A started stage over a home."""
        stage = Stage(home, self.provider)
        stage.home.start()
        return stage

    def count(self, event: str) -> None:
        """One event more of this kind."""
        self.reached.events[event] += 1

    @initialize(held=st.booleans())
    def begin(self, held: bool) -> None:
        """Payments and deletes may be taken back for a while, or not."""
        self.stage.hold_for(HOLD_SECONDS if held else 0.0)

    def asks(self, ask: Callable[[], Change | tuple[Change, ...]], event: str) -> tuple[Change, ...]:
        """The person asks for something; what the form or the review refuses is not asked."""
        try:
            asked = ask()
        except (NotPossible, SaveError, AssertionError):
            return ()
        changes = (asked,) if isinstance(asked, Change) else asked
        self.model.note_saved(*changes)
        self.count(event)
        return changes

    # What the person does.

    @rule(place=st.integers(0, 1), cents=st.integers(100, 400))
    def pay(self, place: int, cents: int) -> None:
        """Pay an invoice: in full, or a part of it where that can be done."""
        line = "" if self.provider == "kantata" or cents > 350 else f"{cents / 100:.2f}"
        self.asks(lambda: self.stage.pay(self.invoices[place], line), "paid")

    @rule(place=places, text=_texts("edited"))
    def edit(self, place: int, text: str) -> None:
        """Write another text to an expense."""
        if self.asks(lambda: self.stage.edit(self.expenses[place], text=text), "edited"):
            self.model.may_bear(self.expenses[place].lid, text)

    @rule(text=_texts("made"))
    def make(self, text: str) -> None:
        """Make a new expense, by a text that no other one bears."""
        self.made += 1
        text = f"{text}, the {self.made}."

        def ask() -> Change:
            state = self.stage.forms.new("expenses")
            like = self.expenses[0].values
            given = {
                key: str(like[key]) for key in ("project_id", "service_id", "category_id", "currency") if like.get(key)
            }
            amount = {"amount": "7.50"} if self.provider == "kantata" else {"unit_amount": "7.50", "quantity": "1"}
            wanted = {**state.texts, **given, **amount, "date": "2026-03-30", "text": text}
            return self.stage.forms.save(state, {key: wanted[key] for key in state.texts}).result(60)

        self.asks(ask, "made")

    @rule(place=places)
    def delete(self, place: int) -> None:
        """Delete an expense."""
        self.asks(lambda: self.stage.delete("expenses", self.expenses[place]), "deleted")

    @rule()
    def delete_two(self) -> None:
        """Delete two with one request."""
        self.asks(lambda: self.stage.delete("expenses", *self.expenses[:2]), "deleted two")

    @rule()
    def take_back(self) -> None:
        """Take the newest gesture back that is still held."""
        if self.stage.changes.take_back().result(60):
            self.count("taken back")

    @rule(which=st.integers(0, 5), again=st.booleans())
    def decide(self, which: int, again: bool) -> None:
        """Decide about one of the open changes: try again, discard, give up, send again."""
        changes = self.stage.home.desk.open()
        if not changes:
            return
        change = changes[which % len(changes)]
        try:
            if change.state is State.NEEDS_YOU:
                way = Resolution.SEND_AGAIN if again and change.marker else Resolution.GIVE_UP
                done = self.stage.changes.resolve(change.seq, way).result(60)
            elif again:
                done = self.stage.changes.retry(change.seq).result(60)
            else:
                done = self.stage.changes.discard(change.seq).result(60)
        except NotPossible:
            return
        self.count("decided")
        self.note_loose(change, done)

    def note_loose(self, before: Change, after: Change) -> None:
        """What was given up while it was unclear may or may not stand there."""
        unclear = before.state in (State.AMBIGUOUS, State.NEEDS_YOU, State.SENDING)
        if after.state is State.CANCELLED and (unclear or before.attempts or MAY_BE_THERE in (after.reason or "")):
            self.model.loose.add(before.seq)

    @rule(place=places, text=_texts("undone"))
    def undo_leaves_no_trace(self, place: int, text: str) -> None:
        """Without a line: an edit that is discarded leaves the view as it was (I6), unless an answer that was on its
        way moved the base or another change meanwhile."""
        if not self.stage.wire.cut:
            return
        ground, before = self._ground(), self.stage.view()
        made = self.asks(lambda: self.stage.edit(self.expenses[place], text=text), "edited and discarded")
        self.model.may_bear(self.expenses[place].lid, text)
        if made and self.stage.change(made[0].seq).state in (State.QUEUED, State.BLOCKED):
            self.stage.changes.discard(made[0].seq).result(60)
            after = self.stage.view()
            moved = {lid for lid in before.keys() | after.keys() if before.get(lid) != after.get(lid)}
            assert self._ground() != ground or not moved, f"I6: {[(before.get(lid), after.get(lid)) for lid in moved]}"

    def _ground(self) -> tuple[object, ...]:
        """What the view is made of."""
        return self.stage.base(), self.stage.states()

    @rule(place=places, text=_texts("there"))
    def another_window(self, place: int, text: str) -> None:
        """A second process appends a change, which the sender sends (I10)."""
        follower = self.stage.open_home()
        try:
            own, self.stage.home = self.stage.home, follower
            made = self.asks(lambda: self.stage.edit(self.expenses[place], text=text), "asked from another window")
        finally:
            self.stage.home = own
            follower.close()
        if made:
            self.model.may_bear(self.expenses[place].lid, text)
            desk = self.stage.home.desk
            assert isinstance(desk, Desk)
            desk.poll().result(60)

    # What the colleague does.

    @rule(place=st.integers(0, 1), cents=st.integers(500, 900))
    def he_pays(self, place: int, cents: int) -> None:
        """He pays a part of an invoice, or all of it."""
        self.stage.faults()
        if colleague.pays(self.stage, self.invoices[place], cents):
            self.model.his_payments += 1
            self.count("he paid")

    @rule(place=places, text=_texts("his"))
    def he_edits(self, place: int, text: str) -> None:
        """He writes another text."""
        self.stage.faults()
        if colleague.edits(self.stage, self.expenses[place], text):
            self.model.may_bear(self.expenses[place].lid, text)
            self.count("he edited")

    @rule(place=places)
    def he_deletes(self, place: int) -> None:
        """He deletes an expense."""
        self.stage.faults()
        if colleague.deletes(self.stage, self.expenses[place]):
            self.model.gone.add(int(self.expenses[place].id or 0))
            self.count("he deleted")

    # What the world does.

    @rule(spec=st.sampled_from(WRITE_FAULTS), times=st.integers(1, 2))
    def a_write_fails(self, spec: str, times: int) -> None:
        """The next writes meet a fault."""
        self.stage.faults(*(f"{spec},route={method}:*,times={times}" for method in ("POST", "PUT", "PATCH", "DELETE")))
        self.count("a write is to fail")

    @rule(spec=st.sampled_from(READ_FAULTS), times=st.integers(1, 3))
    def a_read_fails(self, spec: str, times: int) -> None:
        """The next reads meet a fault."""
        self.stage.faults(f"{spec},route=GET:*,times={times}")
        self.count("a read is to fail")

    @rule()
    def signed_out(self) -> None:
        """The server takes the sign-in no more, until the faults are taken away."""
        self.stage.faults("status=401,route=*:*")
        self.count("signed out")

    @rule()
    def all_is_well(self) -> None:
        """Line and server do what they should."""
        self.stage.faults()
        self.stage.wire.cut = False

    @rule()
    def the_line_is_cut(self) -> None:
        """Nothing goes out any more."""
        self.stage.wire.cut = True
        self.count("cut off")

    @rule(seconds=st.sampled_from((0.6, 3.0, 6.0, 30.0, 65.0, 400.0)))
    def time_passes(self, seconds: float) -> None:
        """Time passes."""
        self.stage.time.advance(seconds)

    @rule(hours=st.sampled_from((-30, -1, 1, 30)))
    def the_clock_jumps(self, hours: int) -> None:
        """Somebody sets the clock."""
        self.stage.time.jump(3600.0 * hours)
        self.count("the clock jumped")

    @rule(kinds=st.sampled_from((("expenses",), ("invoices", "payments"))), full=st.booleans())
    def refresh(self, kinds: tuple[str, ...], full: bool) -> None:
        """The person asks for what the server has now."""
        self.count("refreshed" if self.synced(*kinds, full=full) == "" else "could not refresh")

    def synced(self, *kinds: str, full: bool = True) -> str:
        """Read these, as a whole or what changed in them; what the reading waits for comes."""
        reading = self.stage.home.refresh(self.stage.account, kinds, full=full)
        reading.add_done_callback(lambda _done: self.stage._tell())

        def over() -> bool:
            if not reading.done() and self.stage.wire.is_quiet:
                self.stage.time.advance(0.5)
            return reading.done()

        self.stage.until(over, "a reading")
        return reading.result()

    @rule()
    def restart(self) -> None:
        """The program is ended and started."""
        self.stage.restart()
        self.count("started again")

    @rule()
    def crash(self) -> None:
        """The process is killed: the next one finds the files as they stand there, and nothing is sent after that."""
        self.homes += 1
        home, old = self.folder / str(self.homes), self.stage
        home.mkdir()
        old.wire.cut = True
        old.home._writer.submit(lambda: copy_files(old.folder, home)).result(60)
        old.close()
        with (
            closing(sqlite3.connect(old.folder / "sandbox.db")) as books,
            closing(sqlite3.connect(home / "sandbox.db")) as copied,
        ):
            books.backup(copied)
        shutil.rmtree(old.folder)
        self.stage = Stage(home, self.provider, old.time)
        self.stage.wire.watch = lambda moment, sent: self.model.watch(self.stage, moment, sent)
        self.stage.home.start()
        self.count("killed")

    @invariant()
    def promises_hold(self) -> None:
        """What holds at every moment."""
        self.model.check_always(self.stage)

    def teardown(self) -> None:
        """Bring it to its end: nothing fails any more, the person decides what is left; then all must agree."""
        try:
            self.stage.faults()
            self.stage.wire.cut = False
            assert not (why := self.synced("expenses")), why
            settle(self.stage, self.found, retries=False, note=self.note_loose)
            assert not (why := self.synced(*RESOURCES)), why
            assert_converged(self.stage, *RESOURCES)
            self.model.check_always(self.stage)
            self.model.check_end(self.stage)
        finally:
            self.stage.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def found(self, change: Change) -> str:
        """The id of the expense that bears the text asked for, as the person finds it in the list."""
        text = change.args.get("text")
        if change.kind != "expenses" or not isinstance(text, str):
            return ""
        rows = self.stage.server_rows("SELECT id FROM expenses WHERE name = ? AND deleted_at IS NULL", text)
        return str(rows[0][0]) if rows else ""


def copy_files(folder: Path, home: Path) -> None:
    """What a kill leaves of the home's files; between two steps of the writer, so that all are of one moment."""
    for path in folder.iterdir():
        if path.name.startswith(("outbox", "cache")) and not path.name.endswith("-shm"):
            shutil.copyfile(path, home / path.name)


def machine(templates: Templates, reached: Reached, provider: str) -> type[Histories]:
    """The machine of a dialect, which counts into `reached`."""
    return type(
        "HistoriesOf" + provider.title(),
        (Histories,),
        {"templates": templates, "reached": reached, "provider": provider},
    )

"""The changes screen (`5`): everything asked of the server, what became of it, and the ways out.

Source: screens.md section 8. From 110 columns the detail stands at the right; below, `Enter` opens it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from kworkbench.domain.changes import OPEN, Attempt, Change, State
from kworkbench.domain.query import Query
from kworkbench.lean import replace
from kworkbench.services.change_words import can_be_taken_back
from kworkbench.services.deeds import DONE
from kworkbench.services.notices import ChangesChanged, Notice, Settled
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.lines.status import Status
from kworkbench.ui.paint import Pieces
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.screens.change_detail import CORRECTABLE, RETRYABLE, detail_lines, detail_title
from kworkbench.ui.screens.change_export import ChangeExport
from kworkbench.ui.screens.change_query import ChangeQuery
from kworkbench.ui.screens.change_reading import ChangeReading
from kworkbench.ui.screens.change_verbs import ChangeVerbs
from kworkbench.ui.screens.change_ways import Act, Way
from kworkbench.ui.screens.changes_lines import (
    count_words,
    grid_of,
    head_pieces,
    items_of,
    list_lines,
    sum_pieces,
)
from kworkbench.ui.verbs import Facts, Place
from kworkbench.ui.widgets.line_list import BLANK, Line, LineList
from kworkbench.ui.widgets.rules import Rule, Seam
from kworkbench.ui.words import marked_sentence, server_sentence, spoken

if TYPE_CHECKING:
    from collections.abc import Callable

    from kworkbench.services.session import Session

_NOTHING = (
    "Nothing was asked of the server today.",
    "`1` shows the invoices; `p` there records a payment, and it is listed here.",
)


class Heads(Drawn):
    """The column heads."""

    _pieces: Pieces = ()

    def show(self, pieces: Pieces) -> None:
        """Draws these heads."""
        self._pieces = pieces
        self.refresh()

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The heads."""
        return self._pieces


class ChangesScreen(ChangeQuery, ChangeExport, ChangeVerbs, WorkScreen[None]):
    """Outbox and today's journal. Its verbs act on the change under the cursor."""

    PLACE: ClassVar[Place] = Place.CHANGES
    TAB: ClassVar[str] = "changes"
    DEFAULT_CSS = """
    ChangesScreen #changes { width: 1fr; height: 1fr; }
    ChangesScreen #change { width: 46; height: 1fr; display: none; }
    ChangesScreen Seam { display: none; }
    ChangesScreen #changes.-typing #changes-top { display: none; }
    ChangesScreen.-wide #change, ChangesScreen.-wide Seam { display: block; }
    ChangesScreen.-detail #changes { display: none; }
    ChangesScreen.-detail #change { display: block; width: 1fr; }
    ChangesScreen.-wide.-detail #changes { display: block; }
    ChangesScreen.-wide.-detail #change { width: 46; }
    """

    def __init__(self, session: Session, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(session, now)
        self.reading = ChangeReading(session, now)
        self.query_now = self._before = Query()
        self._changes: dict[str, Change] = {}
        self.picks = {}
        self._attempts: dict[int, tuple[Attempt, ...]] = {}
        self._clock: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """List, seam, detail."""
        with Vertical(id="changes"):
            yield Rule(id="changes-top")
            yield Heads()
            yield LineList(id="changes-list")
            yield Rule(id="changes-bottom")
        yield Seam()
        with Vertical(id="change"):
            yield Rule(id="change-top")
            yield LineList(id="change-lines")
            yield Rule(id="change-bottom")

    def on_mount(self) -> None:
        """Reads the changes; countdowns move once a second."""
        self.entries.focus()
        self._clock = self.set_interval(1.0, self._count_down)
        self.call_after_refresh(self.reload)

    def on_line_list_resized(self, message: LineList.Resized) -> None:
        """Other widths."""
        if message.lines is self.entries:
            self.reload()
        else:
            self.draw_detail()

    def on_screen_resume(self) -> None:
        """Something may have been settled meanwhile."""
        super().on_screen_resume()
        self.call_after_refresh(self.reload)

    def on_notice(self, notice: Notice) -> None:
        """Changes moved on."""
        super().on_notice(notice)
        if isinstance(notice, ChangesChanged | Settled):
            self._attempts.clear()
            self.reload()

    # What it shows.

    @property
    def change(self) -> Change | None:
        """The change under the cursor."""
        return self._changes.get(self.entries.key or "")

    def acts_on(self, change: Change) -> bool:
        """Whether the cursor stands on it."""
        return self.change is not None and self.change.seq == change.seq

    @property
    def entries(self) -> LineList:
        """The list of changes."""
        return self.query_one("#changes-list", LineList)

    @property
    def detail(self) -> LineList:
        """The lines of one change."""
        return self.query_one("#change-lines", LineList)

    def facts(self) -> Facts:
        """What can be done with the change under the cursor."""
        change = self.change
        mark = "" if change is None else change.shown.mark
        facts = super().facts()
        here = change is not None and change.state in DONE and not facts.held
        return replace(
            facts,
            has_row=change is not None,
            rows=len(self._changes),
            filters=len(self.query_now.terms),
            mark=mark,
            undoable=facts.undoable or here,
            titles=self._titles(undo_this=here),
            off=self._off(),
        )

    def _titles(self, *, undo_this: bool) -> dict[str, str]:
        """What the footer calls verbs here and now: a decision by its own name."""
        titles = {"take-back": "undo this"} if undo_this else {}
        if (question := self.asked) is not None:
            return {**titles, "answer": question.answer}
        way = self.way
        return titles if way is None else {**titles, "show-change": way.title}

    def _off(self) -> dict[str, str]:
        change, off = self.change, {}
        if (question := self.asked) is not None and question.choices is None:
            off["next-choice"] = "There is nothing to choose from."
        if self.way is None or self.way.act is not Act.PICK:
            off["pick-value"] = "`space` picks a value of a conflict. `Enter` opens this change."
        if not self.has_class("-detail") and self.focused is not self.detail:
            off["leave-change"] = "The list is open already."
        if change is None:
            return off
        word = change.shown.word
        if can_be_taken_back(change):
            off["retry"] = "It is sent by itself in a moment. Until then `u` takes it back."
        elif change.state not in RETRYABLE:
            off["retry"] = f"This change is {word}; there is nothing to try again."
        if change.state not in OPEN or change.state is State.SENDING:
            off["discard"] = f"This change is {word}; there is nothing to discard."
        if change.state in CORRECTABLE and change.deletes:
            off["correct"] = "A delete has no form. `t` tries again, `d` discards it."
        return off

    def status(self) -> Status:
        """The reason of the change under the cursor."""
        change = self.change if self.is_mounted else None
        if change is None or (change.state not in OPEN and self.reading.attention(change) is None):
            return super().status()
        said = server_sentence(self.reading.reason(change))
        return replace(super().status(), reason=tuple(marked_sentence(change.shown.mark or "▲", said)) if said else ())

    def reload(self) -> None:
        """Reads the changes again and draws them; the cursor stays on its change."""
        width = self.entries.size.width or self.size.width
        if not self.is_attached or not width:
            return
        known, style, now = self.session.changes.all(), self.session.style, self.now()
        waits, changes = self.session.changes.attention(), self.found(known)
        sections = items_of(changes, self.session.changes.sentence, self.reading.answer, now, waits)
        self._changes = {str(item.change.seq): item.change for group in sections.values() for item in group}
        grid = grid_of(sections, width, style)
        self.query_one(Heads).show(head_pieces(grid))
        self.entries.show(list_lines(sections, grid, style) if self._changes else self._nothing())
        roomy = self.size.width >= 70 and not self.query_now.terms
        about = [("  everything you asked of the server", "muted")] if roomy else self.query_words
        self.query_one("#changes-top", Rule).show(
            [("Changes", "strong bold"), *about], [(count_words(len(self._changes), len(known), style), "text")]
        )
        self.query_one("#changes-bottom", Rule).show(sum_pieces(changes, style, width - 8))
        self.draw_detail()
        self.refresh_frame()

    def _nothing(self) -> list[Line]:
        """What stands there without any row."""
        if self.query_now.terms:
            return self.none_found()
        inks = zip(_NOTHING, ("strong bold", "muted"), strict=True)
        return [BLANK, *(Line([("   ", ""), *spoken(words, ink=ink)]) for words, ink in inks)]

    def show_heads(self, pieces: Pieces) -> None:
        """Something else than the column heads stands under the top rule, until the changes are drawn again."""
        self.query_one(Heads).show(pieces)

    def _count_down(self) -> None:
        if self.is_current and any(change.state is State.HELD for change in self._changes.values()):
            self.reload()

    def on_descendant_focus(self) -> None:
        """The focused pane's rules are lit."""
        super().on_descendant_focus()
        for pane in ("changes", "change"):
            lit = self.query_one(f"#{pane}").has_focus_within
            for edge in ("top", "bottom"):
                self.query_one(f"#{pane}-{edge}", Rule).show(focused=lit)

    # The detail.

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """Another change is under the cursor."""
        if message.key in self._changes or message.key is None:
            self.doubted = ""
            self.draw_detail()
            self.refresh_frame()

    def on_line_list_clicked(self, message: LineList.Clicked) -> None:
        """A second click opens the change or takes the decision."""
        self.call_later(self.do_show_change)
        message.stop()

    def draw_detail(self) -> None:
        """Draws the change under the cursor in full."""
        change, rule = self.change, self.query_one("#change-top", Rule)
        if change is None:
            rule.show([])
            self.detail.show([])
            return
        rule.show(detail_title(change, self.session.changes.sentence(change)))
        room = self.detail.size.width or self.size.width
        attempts = self._attempts.get(change.seq, ())
        facts = self.reading.facts(change, attempts, self.picks_of(change))
        self.detail.show([_indented(line) for line in detail_lines(change, facts, room - 3)])
        if change.seq not in self._attempts:
            self._attempts[change.seq] = ()
            self.run_worker(self._read_attempts(change.seq), group="attempts", exclusive=True)

    async def _read_attempts(self, seq: int) -> None:
        self._attempts[seq] = await self.settle(self.session.changes.attempts(seq))
        if self.change is not None and self.change.seq == seq and self._attempts[seq]:
            self.draw_detail()

    def ways(self, change: Change) -> tuple[Way, ...]:
        """The decisions an unclear change leaves to a person."""
        return self.reading.ways(change, self.picks_of(change))


def _indented(line: Line) -> Line:
    return line if line.key else Line([("  ", ""), *line.pieces])

"""The one list screen of all resources: composes panes, keeps the query, routes figures and notices."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.dom import DOMNode

from kworkbench.domain.catalog import Resource
from kworkbench.domain.dates import moment
from kworkbench.domain.query import Query, chips
from kworkbench.domain.views import DUPLICATES
from kworkbench.lean import replace
from kworkbench.services.notices import Answered, ConnectionState, Notice, Progressed, Renamed, RowsChanged, Synced
from kworkbench.ui.lines.status import Status
from kworkbench.ui.paint import Piece
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.screens.copying import Copying
from kworkbench.ui.screens.list_answers import ListAnswers
from kworkbench.ui.screens.list_apart import ListApart
from kworkbench.ui.screens.list_figures import ListFigures
from kworkbench.ui.screens.list_marks import ListMarks
from kworkbench.ui.screens.list_panes import ListPane, local
from kworkbench.ui.screens.list_query import ListQuery
from kworkbench.ui.screens.list_questions import ListQuestions
from kworkbench.ui.screens.list_reading import ListReading
from kworkbench.ui.screens.list_setting import ListSetting
from kworkbench.ui.screens.list_views import ListViews
from kworkbench.ui.screens.list_words import (
    no_match_lines,
    not_read_lines,
    nothing_here_lines,
    progress_pieces,
    reading_lines,
    selection_pieces,
    sign_in_lines,
)
from kworkbench.ui.screens.list_writes import ListWrites
from kworkbench.ui.timed import once_painted
from kworkbench.ui.verbs import Facts, Place
from kworkbench.ui.widgets.cells import gutter_mark
from kworkbench.ui.widgets.chips import RowCount
from kworkbench.ui.widgets.detail import Detail
from kworkbench.ui.widgets.detail_lines import Subject
from kworkbench.ui.widgets.rules import Seam, focused_within
from kworkbench.ui.widgets.sidebar import Sidebar
from kworkbench.ui.words import marked_sentence, server_sentence

if TYPE_CHECKING:
    from kworkbench.services.session import Session
    from kworkbench.store.reader import Row

_NEEDS_YOU = "!?#"
_SETTLE_SECONDS = 0.2
"""Figures are read at most so often while rows keep coming."""
FEW = 20
"""So many rows that changed together are a change of one's own, or its answer; a sync's pages have more."""


class ListScreen(
    ListAnswers,
    ListReading,
    ListFigures,
    ListViews,
    ListSetting,
    ListQuestions,
    ListQuery,
    ListMarks,
    ListApart,
    ListWrites,
    WorkScreen[None],
):
    """One resource of one connection."""

    PLACE: ClassVar[Place] = Place.TABLE

    def __init__(self, session: Session, resource: Resource, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(session, now)
        self.resource = resource
        self.catalog = session.catalog.resources[resource.name]
        self.query_now = Query()
        self.pane = ListPane(resource, session.style, dated=session.catalog.payments.dated)
        self.table = self.pane.table
        self.sidebar = Sidebar(self.catalog, session.style)
        self.detail = Detail(resource, session.style, now)
        self.copying = Copying(session, resource, now)
        self.start_answers()
        self.start_reading()
        self.start_figures()
        self._stale = False
        self._missed = False

    # Composition.

    @property
    def tab(self) -> str:
        """The resource's own tab."""
        return self.resource.name

    def compose_body(self) -> ComposeResult:
        """Sidebar, list, detail."""
        yield self.sidebar
        yield Seam(id="left-seam")
        yield self.pane
        yield Seam(id="right-seam")
        yield self.detail

    def on_mount(self) -> None:
        """Draw the first page before anything is counted."""
        self.open_where_left()
        self.run_query()
        self.table.focus()
        once_painted(self, self._tell_problem)

    def _tell_problem(self) -> None:
        if problem := self.session.views.problem:
            self.say(*server_sentence(problem))

    def panes_for_keys(self) -> Iterable[DOMNode]:
        """The table answers while nothing has the focus."""
        return (self.table,)

    def data_time(self) -> str:
        """When the data were last checked, as shown."""
        at = local(self.copying.ages(self.resource.name).checked_at)
        return moment(at, self.now()) if at else ""

    def hidden_by(self) -> str:
        """The query as text, its usual words included."""
        return " ".join(chip.text for chip in chips(self.query_now, self.catalog.hides))

    # What is told about it.

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.table.row

    def facts(self) -> Facts:
        """What the conditions of verbs look at."""
        row = self.row
        return replace(
            super().facts(),
            catalog=self.catalog,
            rows=self.table.count,
            has_row=row is not None,
            mark=gutter_mark(row) if row else "",
            marked=len(self.table.marks),
            bring_back=self.table.marks.can_bring_back,
            filters=len(self.query_now.terms),
            column=self.table.chosen_column,
            views=len(self.session.views.of(self.resource.name)),
            grouped=bool(self.group_now),
            head=self.table.head is not None,
            duplicates=self.group_now == DUPLICATES,
            aside=self.is_aside,
            titles=self.verb_titles(),
            off=self.panel_off(),
        )

    def verb_titles(self) -> Mapping[str, str]:
        """What verbs are called in the footer now, where that differs."""
        titles = dict(self.panel_titles())
        if self.group_now == DUPLICATES:
            titles |= {"mark-all": "all but one"}
        if self.is_aside:
            titles |= {"not-duplicate": "duplicates again"}
        return titles

    def status(self) -> Status:
        """Ages, the row's reason, the selection, the sync."""
        ages = self.copying.ages(self.resource.name)
        active = self.session.refresh.status().active
        loaded, total = sum(each.loaded for each in active), sum(each.total for each in active)
        roomy = self.app.size.width >= 110
        return replace(
            super().status(),
            reason=tuple(self._reason()),
            selection=tuple(selection_pieces(self.selected, self.session.style, roomy=roomy)),
            progress=tuple(progress_pieces(loaded, total, self.session.style)) if active else (),
            changed_at=local(ages.changed_at),
            checked_at=local(ages.checked_at),
            offline_since=local(ages.checked_at),
        )

    def _reason(self) -> list[Piece]:
        row = self.row
        if row is None or not row.mark or row.mark not in _NEEDS_YOU:
            return []
        for change in self.session.changes.of(row.lid):
            if change.shown.mark in _NEEDS_YOU and change.shown.mark:
                why = self.session.changes.reason(change, row.lid).removeprefix("Refused: ")  # the mark says so already
                return marked_sentence(change.shown.mark, server_sentence(why))
        return []

    def refresh_frame(self) -> None:
        """Rules, empty states, status line and footer."""
        if not self.is_mounted or self.retired:
            return
        ages = self.copying.ages(self.resource.name)
        partly = (ages.loaded, ages.total) if ages.checked_at is None and ages.total is not None else None
        counted, summed = self.counted, self.summed
        rows = RowCount(
            counted.rows if counted else None,
            counted.total if counted else None,
            partly,
            summed.left_out if summed else (),
        )
        self.pane.top.say(self.query_chips(), rows)
        aside = summed.aside if summed else ()
        self.pane.bottom.say(summed.sums if summed else None, aside, partial=partly is not None)
        self.pane.first_copy.say(self.copying.bars() if self.app.size.height >= 22 else ())
        self.table.show_empty(self._empty_lines())
        self.pane.show_focus(focused=focused_within(self.pane))
        self.sidebar.show_focus(focused=focused_within(self.sidebar))
        self.detail.show_focus(focused=focused_within(self.detail))
        super().refresh_frame()

    def _empty_lines(self) -> list[list[Piece]]:
        counted, style = self.counted, self.session.style
        if counted is None or counted.rows:
            return []
        sync = self.session.refresh.status()
        if counted.total:
            usual = " ".join(self.catalog.hides)
            lines = no_match_lines(self.resource, len(self.query_now.terms), self.drops, usual, style)
        elif sync.sign_in:
            lines = sign_in_lines(self.session.catalog.title, self.session.changes.counts().unsent)
        elif self.copying.ages(self.resource.name).checked_at is not None:
            lines = nothing_here_lines(self.resource, creates=not self.catalog.creates)
        else:
            lines = reading_lines(self.resource) if sync.online else not_read_lines(sync.reason)
        return [list(line) for line in lines]

    # Notices.

    def on_notice(self, notice: Notice) -> None:
        """Rows changed, or a sync came on."""
        if isinstance(notice, Progressed):
            self.copying.note(notice.kind, notice.loaded, notice.total)
        if isinstance(notice, Progressed | Synced | RowsChanged):
            self.copying.forget_ages()
        if isinstance(notice, Renamed) and notice.before == self.table.lid and self.is_mounted and not self.retired:
            self.run_query(notice.after)
        mine = isinstance(notice, RowsChanged) and self.resource.name in notice.kinds
        if mine or (isinstance(notice, Synced) and notice.kind == self.resource.name):
            lids = notice.lids if isinstance(notice, RowsChanged) else None
            self.rows_changed(lids if lids and len(lids) <= FEW else None)
        super().on_notice(notice)
        if isinstance(notice, Answered) and self.is_mounted and not self.retired:
            self.take_answer(notice)
        if isinstance(notice, Synced | ConnectionState) and self.is_mounted and not self.retired:
            self.refreshed()
        if isinstance(notice, Progressed | Synced):
            self.refresh_frame()

    def rows_changed(self, few: Collection[str] | None = None) -> None:
        """Read the window again now, and the figures soon; out of sight, when it comes back.

        `few`: local ids of all that have changed, where that is a change of one's own, or its answer: they are painted
        within the key that changed them.
        """
        if not self.is_mounted or self.retired:
            return
        if self not in self.app.screen_stack:
            self._missed = True
            return
        if few and self.table.show_as_now(few):
            self.paint_now(self.table)
        if self.asked_now:
            self.read_answers()
        self.table.data_changed(few)
        if self.copying.ages(self.resource.name).checked_at is not None:
            self.table.stays_at_top = False
        if few:
            self.paint_now(self.table)
        if self.quick_line is not None:
            self.quick_line.rows_changed()
        self.show_detail()
        self.refresh_frame()
        if not self._stale:
            self._stale = True
            self.set_timer(_SETTLE_SECONDS, self._read_again)

    def _read_again(self) -> None:
        self._stale = False
        if not self.retired:
            self.read_figures(again=True)

    def on_screen_resume(self) -> None:
        """Catch up with what was missed out of sight."""
        super().on_screen_resume()
        if self._missed:
            self._missed = False
            self.rows_changed()

    def retire(self) -> None:
        """Let go of the window."""
        super().retire()
        self.table.close()
        self.close_lanes()

    def on_unmount(self) -> None:
        """Let go of the threads."""
        self.close_lanes()

    # The detail.

    def show_detail(self) -> None:
        """Draw the record under the cursor where the detail is in sight."""
        if not self.detail.display or self.retired:
            return
        row = self.row
        if row is None:
            self.detail.show(None)
            return
        session = self.session
        payments = session.reader.payments_of(row.id) if self.resource.name == "invoices" and row.id else ()
        changes = tuple(
            (change, session.changes.sentence(change), session.changes.reason(change, row.lid))
            for change in session.changes.of(row.lid)
        )
        raw = session.reader.raw(self.resource.name, row.id) if row.id else None
        whole = session.reader.row(self.resource, row.lid) or row
        self.detail.show(Subject(whole, tuple(payments), changes, raw))

    def on_record_table_moved(self) -> None:
        """Another record is under the cursor."""
        self.show_detail()
        self.refresh_frame()

    def on_record_table_marked(self) -> None:
        """Other rows are marked."""
        self.read_selection()
        self.prepare_review()
        self.refresh_frame()

    def on_resize(self, event: events.Resize) -> None:
        """Panes come and go with the width."""
        super().on_resize(event)
        self.call_after_refresh(self.show_detail)
        self.call_after_refresh(self.refresh_frame)

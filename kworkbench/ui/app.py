"""The app: themes, one screen per tab, connections, notices from other threads, and a crash that keeps secrets."""

from __future__ import annotations

import sys
from asyncio import to_thread
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import RenderableType
from textual import events
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

from kworkbench.domain.resources import RESOURCES
from kworkbench.lean import dataclass
from kworkbench.services.notices import Notice
from kworkbench.services.view_state import LeftOff
from kworkbench.sparing import share_pools
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.screens.list import ListScreen
from kworkbench.ui.theme import DARK, LIGHT, THEMES, AttributesOnly
from kworkbench.ui.timed import TimedApp
from kworkbench.ui.verbs import VERBS
from kworkbench.ui.widgets.detail import Detail
from kworkbench.ui.widgets.line_list import LineList
from kworkbench.ui.widgets.table import RecordTable

if TYPE_CHECKING:
    from kworkbench.services.session import Session, Workbench


_SOON = tuple(
    f"kworkbench.{name}"
    for name in (
        "domain.query.complete",
        "services.view_file",
        "ui.screens.list_filters",
        "ui.widgets.query_line",
        "ui.widgets.expense_line",
        "ui.widgets.quick_line",
    )
)
"""What the first keys may open, imported behind the first frame."""


LINE_FEED = "ctrl+j"
"""What the toolkit calls it; no verb has this key."""


class WorkbenchApp(TimedApp[str], inherit_css=False):
    """The workbench on a screen.

    Its result is what is to be said after it has ended, if anything. `fault` is the bug that ended it: whoever started
    the app raises it again, so that one place writes it down and says a sentence.
    """

    TITLE = "kworkbench"
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "first@0"  # the first screen is a list: an empty one before it would be composed and drawn too
    early_keys = frozenset(key for verb in VERBS if verb.action == "move" for key in verb.keys)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", show=False, priority=True),
        Binding("ctrl+c", "name_the_way_out", show=False),
    ]
    DEFAULT_CSS = "WorkbenchApp { background: $background; color: $foreground; }"  # the toolkit's own is long
    CSS = "Screen { background: $bg; color: $text; }"
    CSS_PATH = "styles/list.tcss"  # a style of a screen would have all styles read again

    @dataclass
    class Noticed(Message):
        """The engine told something; posted from its thread."""

        notice: Notice

    def __init__(
        self,
        workbench: Workbench,
        *,
        light: bool = False,
        now: Callable[[], datetime] = datetime.now,
        driver_class: type[Driver] | None = None,
    ) -> None:
        """The app over a workbench whose current session is open.

        Args:
            workbench: everything it works with.
            light: begin with the light theme.
            now: local time without a zone.
            driver_class: takes the terminal over; None: the toolkit's own.
        """
        super().__init__(driver_class)
        self.opening = True
        self.whole = workbench.is_open
        self.workbench = workbench
        self._now = now
        self._unsubscribe: Callable[[], None] | None = None
        self._attributes_only = AttributesOnly()
        self.fault: BaseException | None = None
        self.kept_forms: dict[int, Mapping[str, str]] = {}
        self._era = 0
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = LIGHT if light else DARK
        self.stylesheet.set_variables(self.get_css_variables())
        self._first = self._left_off(workbench.current).resource
        self._add_tabs(workbench.current)

    # Screens.

    def _add_tabs(self, session: Session) -> None:
        for name, of in session.catalog.resources.items():
            self.add_mode(self._mode(name), partial(ListScreen, session, of.resource, self._now))
        self.add_mode(self._mode("changes"), partial(self._changes_screen, session))

    def _changes_screen(self, session: Session) -> Screen[Any]:
        from kworkbench.ui.screens.changes import ChangesScreen  # noqa: PLC0415  # only when first opened

        return ChangesScreen(session, self._now)

    def _mode(self, name: str) -> str:
        """The mode of a tab; that of the list shown first has one name whichever list it is."""
        return f"{'first' if name == self._first else name}@{self._era}"

    # Where lists are left.

    def _left_off(self, session: Session) -> LeftOff:
        return session.views.left_off(session.connection.account)

    def _remember(self) -> str:
        """Keep what each list shows for the next start; a sentence where that fails, else nothing."""
        session = self.workbench.current
        before = self._left_off(session)
        opened = [stack[0] for stack in self._screen_stacks.values() if stack]
        lists = [screen for screen in opened if isinstance(screen, ListScreen) and not screen.retired]
        shown = {screen.resource.name: screen.shown_view() for screen in lists}
        base = self.screen_stack[0] if self.screen_stack else None
        resource = base.resource.name if isinstance(base, ListScreen) else before.resource
        try:
            session.views.leave(session.connection.account, LeftOff(resource, {**before.lists, **shown}))
        except OSError as problem:
            return f"Where the lists stood could not be kept ({problem.strerror})."
        return ""

    async def on_event(self, event: events.Event) -> None:
        """Enter typed before the program had the terminal arrives as a line feed, the way an editor would get it."""
        if isinstance(event, events.Key) and event.key == LINE_FEED:
            event = events.Key("enter", "\r")
        await super().on_event(event)

    def on_mount(self) -> None:
        """Listen to the engine."""
        self._unsubscribe = self.workbench.subscribe(self._noticed)

    def on_ready(self) -> None:
        """The first list has its place; behind the size that its table was told, the table calls for the paint."""
        self.query_one(RecordTable).call_later(self.call_later, self._show)

    def _show(self) -> None:
        """The first frame is laid out: paint it, over the first paint where there is one."""
        self.opening = False
        screen = self.screen
        if isinstance(screen, WorkScreen):
            screen.paint_first()
        self._begin()

    def _begin(self) -> None:
        """The first frame is painted: open what makes changes behind it, then start the engine."""
        self.painted()
        if self.whole:
            self._completed()
        else:
            self.run_worker(self._complete, thread=True)

    def _complete(self) -> None:
        """Open what makes changes, off the UI thread; what prevents it ends the app and is told by who started it."""
        try:
            share_pools()
            for name in _SOON:
                import_module(name)
            self.workbench.complete()
        except Exception as problem:  # noqa: BLE001 - raised again by whoever started the app
            self.fault = problem
            self.call_from_thread(self.exit)
        else:
            self.call_from_thread(self._completed)

    def _completed(self) -> None:
        self.litter.begin()
        self.become_whole()
        for stack in self._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, WorkScreen):
                    screen.refresh_frame()
        self.workbench.begin()  # imports the network, and brings the lists up to date

    def _noticed(self, notice: Notice) -> None:
        self.post_message(self.Noticed(notice))

    def on_workbench_app_noticed(self, message: Noticed) -> None:
        """Hand a notice to every screen."""
        for stack in list(self._screen_stacks.values()):
            for screen in stack:
                if isinstance(screen, WorkScreen) and screen.is_mounted and not screen.retired:
                    screen.on_notice(message.notice)

    def do_show_screen(self, name: str) -> None:
        """Show a tab's screen."""
        self.switch_mode(self._mode(name))

    async def show_list(self, name: str) -> ListScreen | None:
        """Show a list and give its screen."""
        await self.switch_mode(self._mode(name))
        base = self.screen_stack[0]
        return base if isinstance(base, ListScreen) else None

    async def on_detail_followed(self, message: Detail.Followed) -> None:
        """Open what a detail named: a record, the records that share a value, or a change."""
        what, kind, *rest = message.parts
        if what == "change":
            await self.switch_mode(self._mode("changes"))
            shown_changes = self.screen_stack[0]
            go = partial(self._go_to_change, shown_changes, rest[0])
            shown_changes.call_after_refresh(shown_changes.call_after_refresh, go)  # it draws after its own refresh
            return
        shown = await self.show_list(kind)
        if shown is not None:
            where = partial(shown.show_record, rest[0]) if what == "record" else partial(shown.show_same, *rest[:2])
            shown.call_after_refresh(where)

    def _go_to_change(self, screen: Screen[Any], seq: str) -> None:
        entries = screen.query_one("#changes-list", LineList)
        entries.go(seq)
        if entries.key == seq and isinstance(screen, WorkScreen):
            entries.focus()
            screen.call_after_refresh(screen.run_verb, "show-change")

    # Verbs of the whole program.

    def do_theme(self) -> None:
        """Dark or light."""
        self.theme = LIGHT if self.theme == DARK else DARK

    def do_help(self) -> None:
        """Every verb of this place, and of the others."""
        from kworkbench.ui.screens.verb_list import HelpScreen  # noqa: PLC0415  # only when first opened

        screen = self.screen
        if isinstance(screen, WorkScreen):
            self.push_screen(HelpScreen(screen.session, screen.facts(), screen.tab, self._now))

    def do_palette(self) -> None:
        """Every verb with its key; the chosen one runs."""
        from kworkbench.ui.screens.verb_list import PaletteScreen  # noqa: PLC0415  # only when first opened

        screen = self.screen
        if isinstance(screen, WorkScreen):
            palette = PaletteScreen(screen.session, screen.facts(), screen.tab, self._now)
            self.push_screen(palette, partial(self._run_chosen, screen))

    def _run_chosen(self, screen: WorkScreen[Any], verb_id: str | None) -> None:
        if verb_id:
            screen.call_after_refresh(screen.run_verb, verb_id)

    def do_connections(self) -> None:
        """The list of connections; the chosen one is opened."""
        from kworkbench.ui.screens.connections import ConnectionsScreen  # noqa: PLC0415  # only when first opened

        self.push_screen(ConnectionsScreen(self.workbench, self._now), self._chosen)

    def _chosen(self, name: str | None) -> None:
        if name is not None:
            self.run_worker(self._reread(name), group="connections", exclusive=True, exit_on_error=True)

    async def _reread(self, name: str) -> None:
        await to_thread(self.workbench.reread)
        self.call_next(self._open_chosen, name)

    async def _open_chosen(self, name: str) -> None:
        """Open a connection as the configuration has it now; the one that is open, where it was changed."""
        wanted = next((one for one in self.workbench.connections if one.name == name), None)
        if wanted is not None and wanted != self.workbench.current.connection:
            await self._switch(name)
        elif wanted is None and isinstance(self.screen, WorkScreen):
            self.screen.tell(f"{name} is no longer configured. `ctrl+o` lists the others.")

    async def _switch(self, name: str) -> None:
        self._remember()
        old = [self._mode(each) for each in (*RESOURCES, "changes")]
        self._era += 1
        for stack in self._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, WorkScreen):
                    screen.retire()
        session = self.workbench.open(name)
        self._first = self._left_off(session).resource
        self._add_tabs(session)
        await self.switch_mode(self._mode(self._first))
        for mode in old:
            await self.remove_mode(mode)
        self.workbench.begin()

    def do_back(self) -> None:
        """Leave the screen on top, or the program."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.do_quit()

    def do_quit(self) -> None:
        """End the program and name what still waits."""
        unsent = self.workbench.current.changes.counts().unsent
        waits = "1 unsent change waits" if unsent == 1 else f"{unsent} unsent changes wait"
        said = [f"{waits} in the outbox for the next start."] if unsent else []
        lost = self._remember()
        self.exit(" ".join([*said, *([lost] if lost else [])]))

    def action_name_the_way_out(self) -> None:
        """`ctrl+c` ends nothing: a habit of the shell must not drop what is being typed."""
        if isinstance(self.screen, WorkScreen):
            self.screen.tell("`ctrl+q` quits.")

    def action_leave(self) -> None:
        """`ctrl+q` from anywhere."""
        self.do_quit()

    def on_unmount(self) -> None:
        """No notices any more."""
        if self._unsubscribe is not None:
            self._unsubscribe()

    def on_paste(self, event: events.Paste) -> None:
        """Pastes are for text fields."""
        event.stop()

    def refresh_css(self, animate: bool = True) -> None:
        """Read the styles again with the colours of now; before the first frame they are read as they come."""
        if not self.opening:
            super().refresh_css(animate)

    # Without colour, and when something breaks.

    def get_line_filters(self) -> list[LineFilter]:
        """Without colour only attributes leave the program; Textual's own filters would send greys."""
        if self.no_color:
            return [self._attributes_only]
        return list(super().get_line_filters())

    def _fatal_error(self) -> None:
        """A bug: keep it for whoever started the app, restore the terminal, print nothing.

        Textual's own handler prints every local variable, a token among them.
        """
        self.fault = sys.exception() or self._exception
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:  # noqa: ARG002  # they hold a traceback
        """The other way into Textual's crash screen."""
        self._fatal_error()

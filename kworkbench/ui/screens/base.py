"""What every screen has: row 1, body, panel, status line and footer; and the way from a key to its handler."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from kworkbench.domain.changes import Change
from kworkbench.services.changes import NotPossible
from kworkbench.services.notices import ChangesChanged, ConnectionState, Notice, Settled
from kworkbench.store.failing import SaveError
from kworkbench.ui.front_first import FrontFirst
from kworkbench.ui.lines.status import Status
from kworkbench.ui.lines.top import TABS
from kworkbench.ui.paint import Piece, Pieces
from kworkbench.ui.safe import Content
from kworkbench.ui.timed import TimedApp
from kworkbench.ui.verbs import BY_ID, VERBS, Facts, Place, Verb, meant, reason
from kworkbench.ui.widgets.key_row import KeyRow
from kworkbench.ui.widgets.status_line import MESSAGE_SECONDS, StatusLine
from kworkbench.ui.widgets.too_small import TooSmall
from kworkbench.ui.widgets.top_row import TopRow
from kworkbench.ui.words import lasting, server_sentence, spoken

if TYPE_CHECKING:
    from kworkbench.services.session import Session

OPENING = frozenset({"pay", "new", "copy-new", "edit", "correct", "query", "save-view", "group", "set-amount"})
"""Verbs that open something to type into; keys behind them are for that."""

Answer = TypeVar("Answer")
T = TypeVar("T")


def key_bindings() -> list[BindingType]:
    """One binding for every key of the verb table; which verb it means is decided when it is pressed."""
    keys = dict.fromkeys(key for verb in VERBS for key in verb.keys)
    return [Binding(key, f"press('{key}')", show=False) for key in keys]


class WorkScreen(Screen[Answer]):
    """A screen on the grid.

    Subclasses compose their body, name the place of a key pressed outside any pane, and give facts and status.
    """

    PLACE: ClassVar[Place] = Place.TABLE
    TAB: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = key_bindings()
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide"), (160, "-roomy"), (200, "-huge")]  # noqa: RUF012  # base type
    DEFAULT_CSS = """
    WorkScreen { background: $bg; color: $text; layers: base over; }
    WorkScreen > #body { height: 1fr; width: 1fr; layout: horizontal; layers: base over; }
    WorkScreen > #panel { height: auto; width: 1fr; }
    WorkScreen.-tiny > * { display: none; }
    WorkScreen.-tiny > TooSmall { display: block; }
    """

    def __init__(self, session: Session, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__()
        self._compositor = FrontFirst()
        self.session = session
        self.now = now
        self.retired = False
        self._said_held = ""

    def retire(self) -> None:
        """Its session is about to be closed: nothing is read any more."""
        self.retired = True

    # Composition.

    @property
    def tab(self) -> str:
        """The name of the tab that is this screen's."""
        return self.TAB

    def compose(self) -> ComposeResult:
        """The grid: row 1, body, panel, status line, footer."""
        for least, name in self.HORIZONTAL_BREAKPOINTS:  # at once, so that nothing is laid out twice
            if self.app.size.width >= least:
                self.remove_class(*(other for _, other in self.HORIZONTAL_BREAKPOINTS)).add_class(name)
        connection = self.session.connection
        yield TopRow(connection, connection.organization, TABS, self.tab)
        with Container(id="body"):
            yield from self.compose_body()
        yield Container(id="panel")
        yield StatusLine(self.status())
        yield KeyRow()
        yield TooSmall()

    def compose_body(self) -> ComposeResult:
        """The panes in rows 2 to h-2."""
        raise NotImplementedError

    # What subclasses tell about themselves.

    def facts(self) -> Facts:
        """What the conditions of verbs look at, now."""
        return Facts(place=self.place, writable=self.session.connection.writable)

    def status(self) -> Status:
        """What the status line says, now."""
        counts = self.session.changes.counts()
        sync = self.session.refresh.status()
        return Status(
            now=self.now(),
            counted=not isinstance(self.app, TimedApp) or self.app.whole,
            offline=not sync.online,
            sign_in=sync.sign_in,
            unsent=counts.unsent,
            refused=counts.refused,
            conflict=counts.conflict,
            unclear=counts.unclear,
        )

    def on_notice(self, notice: Notice) -> None:
        """Something happened; called on the screen's own thread."""
        if isinstance(notice, Settled) and self.is_current and (sentence := self.settled_sentence(notice)):
            self.say(*sentence)
        if isinstance(notice, ChangesChanged | ConnectionState | Settled):
            self.refresh_frame()

    def settled_sentence(self, notice: Settled) -> list[Piece]:
        """The message for a change that was settled; empty where nothing is to be said."""
        shown = notice.change.shown
        if shown.mark not in ("!", "?", "#"):
            return []
        here = self.acts_on(notice.change)
        return server_sentence(self.session.changes.reason(notice.change, here=here))

    def acts_on(self, change: Change) -> bool:  # noqa: ARG002 - screens with a cursor look at it
        """Whether the keys that a change's sentence names act on this change now."""
        return False

    # Paints.

    def paint_now(self, *widgets: Widget) -> None:
        """Paint these within the key that changed them: left to themselves they come a frame or two later."""
        if self.is_mounted:
            self._dirty_widgets.update(widgets)
            self._on_timer_update()

    async def painted(self) -> None:
        """Wait until what has changed so far is painted."""
        done = asyncio.Event()
        self.call_after_refresh(done.set)
        await done.wait()

    def in_place_of(self, group: str, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a job beside the keys, in place of the one of its group that still runs."""
        self.run_worker(cast("Any", job), group=group, exclusive=True, exit_on_error=True)

    # From a key to its handler.

    @property
    def place(self) -> Place:
        """Where a key is pressed now: the innermost pane with a place around the focus."""
        node: DOMNode | None = self.focused
        while node is not None and node is not self:
            place = getattr(node, "PLACE", None)
            if isinstance(place, Place):
                return place
            node = node.parent
        return self.PLACE

    def action_press(self, key: str) -> None:
        """Run what a key means here and now, or say why it does not work."""
        found = meant(key, self.facts())
        if found is None:
            return
        verb, why = found
        if why:
            self.say(*spoken(why))
            return
        self.perform(verb)

    def run_verb(self, verb_id: str) -> None:
        """Run a verb chosen with the mouse or from the palette."""
        verb = BY_ID[verb_id]
        if why := reason(verb, self.facts()):
            self.say(*spoken(why))
            return
        self.perform(verb)

    def perform(self, verb: Verb) -> None:
        """Call the verb's handler: `do_<action>` of the focused widget, a parent, this screen or the app."""
        if isinstance(self.app, TimedApp) and not self.app.whole and verb.action != "move":
            self.app.once_whole(partial(self.perform, verb))
            return
        for host in self._hosts():
            handler = getattr(host, f"do_{verb.action}", None)
            if handler is None:
                continue
            if verb.id in OPENING and isinstance(self.app, TimedApp):
                self.app.hold_keys()
            try:
                result = handler(*verb.args)
            except (NotPossible, SaveError) as why:
                self.say(*server_sentence(str(why)))
                return
            if inspect.iscoroutine(result):
                self.run_worker(self._told(result), group="verbs", exit_on_error=True)
            self.refresh_frame()
            return

    async def _told(self, work: Coroutine[object, object, None]) -> None:
        """Let a verb's work end; what could not be done or saved is a sentence on the status line."""
        try:
            await work
        except (NotPossible, SaveError) as why:
            self.say(*server_sentence(str(why)))
        self.refresh_frame()

    def _hosts(self) -> Iterable[DOMNode]:
        node: DOMNode | None = self.focused
        while node is not None and node is not self:
            yield node
            node = node.parent
        yield from self.panes_for_keys()
        yield self
        yield self.app

    def panes_for_keys(self) -> Iterable[DOMNode]:
        """Panes that answer keys pressed while nothing has the focus."""
        return ()

    def on_key_row_pressed(self, message: KeyRow.Pressed) -> None:
        """A verb of the footer was clicked."""
        self.run_verb(message.verb)

    # Words.

    def say(self, *pieces: Piece, seconds: float | None = MESSAGE_SECONDS) -> None:
        """Put a message on the status line."""
        self.query_one(StatusLine).say(pieces, seconds)

    def tell(self, *parts: str | Content) -> None:
        """Put a sentence on the status line; keys stand in backticks, texts of records are `Content`."""
        self.say(*spoken(*parts))

    def refresh_frame(self) -> None:
        """Draw status line and footer again where they changed."""
        if self.is_mounted and self.is_attached and not self.retired:
            self.query_one(StatusLine).show(self.status())
            self.query_one(KeyRow).show(self.facts())

    async def settle(self, future: Future[T]) -> T:
        """Wait for a service on its own thread without holding the screen."""
        return await asyncio.wrap_future(future)

    def count_down(self, sentence: str) -> None:
        """Say a sentence, and after it how long the newest gesture can still be taken back."""
        self._said_held = sentence
        self._tick()

    def _tick(self) -> None:
        if not self._said_held or self.retired:
            return
        seconds = self.session.changes.held_seconds()
        if seconds is None or seconds <= 0:
            self._said_held = ""
            self.refresh_frame()
            return
        said = server_sentence(f"{self._said_held} Sends in {lasting(seconds)}, `u` takes it back")
        self.say(*said, seconds=1.5)
        self.set_timer(1.0, self._tick)

    # Verbs every screen has.

    async def do_take_back(self) -> None:
        """Take the newest gesture back before it is sent."""
        taken = await self.settle(self.session.changes.take_back())
        self._said_held = ""
        if taken is None:
            self.tell("It was sent already and can no longer be taken back here.")
        else:
            what = self.session.changes.sentence(taken.changes[0]) if taken.changes else ""
            more = f" and {len(taken.changes) - 1} more" if len(taken.changes) > 1 else ""
            self.say(*server_sentence(f"Taken back: {what}{more}. Nothing was sent"))
        self.refresh_frame()

    async def do_refresh(self) -> None:
        """Read what has changed."""
        await self._refresh(full=False)

    async def do_resync(self) -> None:
        """Read everything again."""
        await self._refresh(full=True)

    def before_refresh(self) -> None:
        """What a screen does first when it is refreshed by hand."""

    async def _refresh(self, *, full: bool) -> None:
        self.before_refresh()
        future = self.session.refresh.refresh(full=full)
        self.refresh_frame()
        await self.settle(future)
        status = self.session.refresh.status()
        if not status.online or status.reason:
            self.say(*server_sentence(status.reason or "The server was not reached."))
        else:
            self.tell("Everything is up to date.")
        self.refresh_frame()

    def _compositor_refresh(self) -> None:
        """Nothing is painted over the first paint before the whole frame is there."""
        if not (isinstance(self.app, TimedApp) and self.app.opening):
            super()._compositor_refresh()

    def paint_first(self) -> None:
        """Lay out what has asked for it, and paint, without waiting for the toolkit's next tick."""
        self._refresh_layout()

    def _extend_compose(self, widgets: list[Widget]) -> None:
        """Neither toasts nor tooltips: messages stand on the status line."""

    # Events of the window.

    def on_resize(self, event: events.Resize) -> None:
        """Below 60 by 16 say so and nothing else."""
        self.set_class(event.size.width < 60 or event.size.height < 16, "-tiny")
        self.query_one(TooSmall).show(self.session.changes.counts().unsent)

    def on_paste(self, event: events.Paste) -> None:
        """A paste outside a text field does nothing but say so."""
        event.stop()
        self.tell("Pasting works in text fields only.")

    def on_descendant_focus(self) -> None:
        """Another pane has the keys."""
        self.refresh_frame()

    def on_descendant_blur(self) -> None:
        """Another pane has the keys."""
        self.refresh_frame()

    def on_screen_resume(self) -> None:
        """The screen is shown again."""
        self.refresh_frame()

    def on_top_row_chosen(self, message: TopRow.Chosen) -> None:
        """A tab was clicked."""
        self.perform(BY_ID[message.name])


def pieces_text(pieces: Pieces) -> str:
    """The plain text of pieces, for tests and the log."""
    return "".join(text if isinstance(text, str) else text.plain for text, _ in pieces)

"""What every screen has: row 1, body, panel, status line and footer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from time import sleep
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.reactive import Reactive
from textual.widget import Widget

from kworkbench.domain.changes import Change
from kworkbench.domain.connections import sign_in_command
from kworkbench.services.notices import ChangesChanged, ConnectionState, Notice, Settled
from kworkbench.ui.boxes import Box
from kworkbench.ui.front_first import FrontFirst
from kworkbench.ui.lines.status import Status
from kworkbench.ui.lines.top import TABS
from kworkbench.ui.paint import Piece, Pieces
from kworkbench.ui.screens.undoing import Undoing
from kworkbench.ui.timed import TimedApp
from kworkbench.ui.verbs import BY_ID, Facts
from kworkbench.ui.widgets.key_row import KeyRow
from kworkbench.ui.widgets.status_line import MESSAGE_SECONDS, StatusLine
from kworkbench.ui.widgets.too_small import TooSmall
from kworkbench.ui.widgets.top_row import TopRow
from kworkbench.ui.words import marked_sentence, server_sentence, spoken

if TYPE_CHECKING:
    from kworkbench.services.session import Session

_PANES_FROM = [(0, "-narrow"), (110, "-wide"), (160, "-roomy"), (200, "-huge")]
"""The class a screen has from a width on (screens.md section 2)."""

Answer = TypeVar("Answer")
T = TypeVar("T")


class WorkScreen(Undoing[Answer]):
    """A screen on the grid.

    Subclasses compose their body, name the place of a key pressed outside any pane, and give facts and status.
    """

    TAB: ClassVar[str] = ""
    AUTO_FOCUS = ""
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Who has the keys draws it; the toolkit would paint the whole screen."""
    HORIZONTAL_BREAKPOINTS = _PANES_FROM
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
        self._yielded = 0

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
        body = Box(id="body")
        body.styles.margin = self.body_margin(self.app.size.width)
        with body:
            yield from self.compose_body()
        yield Box(id="panel")
        yield StatusLine(self.status())
        yield KeyRow()
        yield TooSmall()

    def compose_body(self) -> ComposeResult:
        """The panes in rows 2 to h-2."""
        raise NotImplementedError

    # What subclasses tell about themselves.

    def facts(self) -> Facts:
        """What the conditions of verbs look at, now."""
        connection, changes = self.session.connection, self.session.changes
        undoable, redoable = changes.can_undo(connection.account)
        return Facts(
            place=self.place,
            writable=connection.writable,
            held=bool(changes.held()),
            undoable=undoable,
            redoable=redoable,
            reading=bool(self.session.refresh.status().active),
        )

    def status(self) -> Status:
        """What the status line says, now."""
        counts = self.session.changes.counts()
        sync = self.session.refresh.status()
        return Status(
            now=self.now(),
            alert=tuple(self._alert()),
            counted=not isinstance(self.app, TimedApp) or self.app.whole,
            offline=not sync.online,
            sign_in=sync.sign_in,
            unsent=counts.unsent,
            refused=counts.refused,
            conflict=counts.conflict,
            unclear=counts.unclear,
        )

    def _alert(self) -> list[Piece]:
        """What is over at the server and still waits for a word: a held queue, a row that is there twice."""
        attention = self.session.changes.attention()
        if not attention:
            return []
        doubled = next((one for one in attention.values() if one.ids), None)
        if doubled is not None:
            said = f"{doubled.alert} `5` shows {'both' if len(doubled.ids) == 2 else 'them'}"
            return [("!", "refused bold"), (" ", ""), *spoken(said, ink="refused bold")]
        return marked_sentence("▲", spoken("A first write came out otherwise, the queue waits. `5` shows it"))

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
            sleep(0)  # the thread that writes to the terminal goes first

    async def painted(self) -> None:
        """Wait until what has changed so far is painted."""
        done = asyncio.Event()
        self.call_after_refresh(done.set)
        await done.wait()

    def in_place_of(self, group: str, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a job beside the keys, in place of the one of its group that still runs."""
        self.run_worker(cast("Any", job), group=group, exclusive=True, exit_on_error=True)

    # Words.

    def say(self, *pieces: Piece, seconds: float | None = MESSAGE_SECONDS) -> None:
        """Put a message on the status line."""
        self.query_one(StatusLine).say(pieces, seconds)

    def refresh_frame(self) -> None:
        """Draw status line and footer again where they changed."""
        if self.is_mounted and self.is_attached and not self.retired:
            self.query_one(StatusLine).show(self.status())
            self.query_one(KeyRow).show(self.facts())

    # Verbs every screen has.

    async def do_refresh(self) -> None:
        """Read what has changed."""
        await self._refresh(full=False)

    async def do_resync(self) -> None:
        """Read everything again."""
        await self._refresh(full=True)

    async def do_stop_reading(self) -> None:
        """Stop what is being read."""
        await self.settle(self.session.refresh.cancel())
        self.tell("Stopped. What was read stays, `r` reads on.")
        self.refresh_frame()

    def before_refresh(self) -> None:
        """What a screen does first when it is refreshed by hand."""

    async def _refresh(self, *, full: bool) -> None:
        self.before_refresh()
        future = self.session.refresh.refresh(full=full)
        self.refresh_frame()
        await self.settle(future)
        status = self.session.refresh.status()
        if status.sign_in:
            self.tell(f"Sign in again: `{sign_in_command(self.session.connection)}`, or set KWORKBENCH_TOKEN.")
        elif not status.online or status.reason:
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
        self.query_one("#body").styles.margin = self.body_margin(event.size.width)
        self.set_class(event.size.width < 60 or event.size.height < 16, "-tiny")
        self.query_one(TooSmall).show(self.session.changes.counts().unsent)

    def body_margin(self, width: int) -> tuple[int, int, int, int]:  # noqa: ARG002  # screens beside others look at it
        """The cells around the body in a window of `width`: top, right, bottom, left."""
        return (0, self._yielded, 0, 0)

    def make_room(self, cells: int) -> None:
        """Lay the body out without the rightmost `cells` columns, where another screen stands beside it; 0: with all.

        Panes come and go with the width that is left.
        """
        self._yielded = cells
        self.HORIZONTAL_BREAKPOINTS = [(least and least + cells, name) for least, name in _PANES_FROM]
        if self.is_attached:
            self.post_message(events.Resize(self.app.size, self.app.size))

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

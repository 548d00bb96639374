"""The status line as a widget; its words are `lines.status`."""

from __future__ import annotations

from textual.timer import Timer

from kworkbench.lean import replace
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.lines.status import Status, status_pieces
from kworkbench.ui.paint import Piece, Pieces

MESSAGE_SECONDS = 5.0


class StatusLine(Drawn):
    """The line. A message stands for five seconds, then what it hid comes back."""

    def __init__(self, status: Status) -> None:
        super().__init__(id="status-line")
        self._status = status
        self._message: tuple[Piece, ...] = ()
        self._timer: Timer | None = None

    @property
    def message(self) -> str:
        """The message that stands there now, as text."""
        return "".join(text if isinstance(text, str) else text.plain for text, _ in self._message)

    def show(self, status: Status) -> None:
        """Draw another status; a message that still stands stays."""
        before, self._status = self._status, status
        if _minute(status) != _minute(before):
            self.refresh()

    def say(self, pieces: Pieces, seconds: float | None = MESSAGE_SECONDS) -> None:
        """Show a message for some seconds; None: until the next one."""
        self.hush()
        self._message = tuple(pieces)
        if seconds is not None:
            self._timer = self.set_timer(seconds, self.hush)
        self.refresh()

    def hush(self) -> None:
        """Take the message away."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._message:
            self._message = ()
            self.refresh()

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The line."""
        status = self._status
        if self._message:
            status = Status(**{**{name: getattr(status, name) for name in Status.__slots__}, "message": self._message})
        return status_pieces(status, total)


def _minute(status: Status) -> Status:
    """What is drawn tells times by the minute."""
    return replace(status, now=status.now.replace(second=0, microsecond=0))

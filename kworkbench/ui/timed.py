"""Keys in their order: each is answered before the next is handed on, and it is known when it was pressed.

Textual hands a key to the widget that has the focus and goes on. Keys that come in one breath (a fast hand, a slow
line) would so reach the widget that had the focus before the first of them opened something.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import ClassVar, TypeVar

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from kworkbench.lean import dataclass
from kworkbench.ui.litter import Litter

Answer = TypeVar("Answer")

LONGEST_HOLD = 2.0
"""Seconds after which held keys go on whatever happened to the one before them."""


class TimedApp(App[Answer]):
    """Answers keys one after the other.

    A verb that opens something to type into holds the keys behind it until that has the focus (`hold_keys`,
    `let_keys_go`). A screen that must not take keys pressed before it was shown looks at `key_time`.

    Attributes:
        opening: nothing was painted yet.
        whole: everything that verbs need is there. Until then only `early_keys` are answered; the others wait, and
            those behind them.
    """

    early_keys: ClassVar[frozenset[str]] = frozenset()

    @dataclass
    class KeyAnswered(Message):
        """Follows a key through the same queues; when it is back, the key has been answered."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class)
        self.key_time = 0.0
        self.opening = False
        self.whole = True
        self._once_painted: list[Callable[[], object]] = []
        self._afterwards: list[Callable[[], object]] = []
        self._keys: deque[events.Key] = deque()
        self._asked: Widget | None = None
        self._opening = False
        self._patience: Timer | None = None
        self.litter = Litter(self)

    async def on_event(self, event: events.Event) -> None:
        """Hands a key on, or keeps it until the one before it was answered."""
        if not isinstance(event, events.Key):
            await super().on_event(event)
        elif event.is_forwarded:
            self.key_time = event.time
            await super().on_event(event)
        elif self._is_out or self._opening or self._keys or not self._answers(event):
            self._keys.append(event)
            if self._patience is None:
                self._patience = self.set_timer(LONGEST_HOLD, self._let_all_go)
        else:
            await self._hand_on(event)

    async def _hand_on(self, key: events.Key) -> None:
        self.litter.stir()
        self._asked = self.focused or self.screen
        self.key_time = key.time
        if not self.app_focus or any(_takes(type(node), key.is_printable) for node in self._way()):
            await super().on_event(key)
        elif not await self._check_bindings(key.key, priority=True):
            await self._check_bindings(key.key)
        if self._opening or not self._asked.post_message(self.KeyAnswered()):
            self._asked = None  # what opens says itself when the next key may go

    def _way(self) -> Iterator[Widget]:
        """The widgets that the toolkit would bring a key to, one by one, before it asks what the key is bound to."""
        node: DOMNode | None = self._asked
        while isinstance(node, Widget):
            yield node
            node = node.parent

    def _answers(self, key: events.Key) -> bool:
        return self.whole or key.key in self.early_keys

    def once_painted(self, then: Callable[[], object]) -> None:
        """Call it now where something was painted, else as soon as it is."""
        if self.opening:
            self._once_painted.append(then)
        else:
            then()

    def painted(self) -> None:
        """The first frame is painted: what waited for it goes on."""
        self.opening = False
        waiting, self._once_painted = self._once_painted, []
        for then in waiting:
            then()

    def once_whole(self, then: Callable[[], object]) -> None:
        """Call it now where the app is whole, else as soon as it is, before any key that waits."""
        if self.whole:
            then()
        else:
            self._afterwards.append(then)

    def become_whole(self) -> None:
        """Everything is there: what waited for it goes on."""
        self.whole = True
        waiting, self._afterwards = self._afterwards, []
        for then in waiting:
            then()
        self.call_later(self._hand_on_next)

    @property
    def _is_out(self) -> bool:
        """Whether a key is still on its way; one whose widget has left the screen will not come back."""
        return self._asked is not None and self._asked.is_attached

    @property
    def has_keys(self) -> bool:
        """True while keys wait, or one is on its way."""
        return bool(self._keys) or self._is_out

    @property
    def keys_wait(self) -> bool:
        """True while there are keys behind the one that is answered now."""
        return bool(self._keys)

    def on_timed_app_key_answered(self) -> None:
        """The next key may go, behind the change of focus that this one may have asked for."""
        self._asked = None
        self.call_later(self._hand_on_next)

    async def _hand_on_next(self) -> None:
        if self._keys and not self._is_out and not self._opening and self._answers(self._keys[0]):
            await self._hand_on(self._keys.popleft())
        if not self._keys and not self._opening and self._patience is not None:
            self._patience.stop()
            self._patience = None

    def hold_keys(self) -> None:
        """Something opens that the keys from now on are for."""
        self._opening = True
        if self._patience is None:
            self._patience = self.set_timer(LONGEST_HOLD, self._let_all_go)

    def let_keys_go(self) -> None:
        """What opened has the focus."""
        self._opening = False
        self.call_later(self._hand_on_next)

    async def _let_all_go(self) -> None:
        self._patience = None
        self._opening, self._asked = False, None
        await self._hand_on_next()
        if self._keys and not self.whole:
            self._patience = self.set_timer(LONGEST_HOLD, self._let_all_go)


@lru_cache(maxsize=512)
def _takes(kind: type[Widget], printable: bool) -> bool:
    """Whether a kind of widget does something with keys of its own: a text field only with what is typed into it."""
    own = [each for each in kind.__mro__ if each not in Widget.__mro__]
    if any("on_key" in vars(each) for each in own):
        return True
    return printable and any("_on_key" in vars(each) for each in own)


def hold_keys(widget: Widget) -> None:
    """Something opens or closes: keys from now on are for what has the focus then."""
    if isinstance(widget.app, TimedApp):
        widget.app.hold_keys()


def let_keys_go(widget: Widget) -> None:
    """What has opened, or is left, has the focus."""
    if isinstance(widget.app, TimedApp):
        widget.app.let_keys_go()


def once_painted(widget: Widget, then: Callable[[], object]) -> None:
    """Call it now, or as soon as the app's first frame is painted."""
    if isinstance(widget.app, TimedApp):
        widget.app.once_painted(then)
    else:
        then()


def now() -> float:
    """The clock of `key_time`."""
    return Message().time

"""The way from a key to its handler: where it is pressed, which verb it means there, and who answers it."""

from __future__ import annotations

import inspect
from collections.abc import Coroutine, Iterable
from functools import partial
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from kworkbench.services.changes import NotPossible
from kworkbench.store.failing import SaveError
from kworkbench.ui.paint import Piece
from kworkbench.ui.timed import TimedApp
from kworkbench.ui.verbs import VERBS, Facts, Place, Verb, meant, reason, verb_named
from kworkbench.ui.widgets.key_row import KeyRow
from kworkbench.ui.widgets.status_line import MESSAGE_SECONDS
from kworkbench.ui.words import server_sentence, spoken

Answer = TypeVar("Answer")

OPENING = frozenset(
    {
        "pay",
        "new",
        "copy-new",
        "edit",
        "correct",
        "query",
        "save-view",
        "group",
        "set-amount",
        "act",
        "find-filter",
        "export",
    }
)
"""Verbs that open something to type into; keys behind them are for that."""


def key_bindings() -> list[BindingType]:
    """One binding for every key of the verb table; which verb it means is decided when it is pressed."""
    keys = dict.fromkeys(key for verb in VERBS for key in verb.keys)
    return [Binding(key, f"press('{key}')", show=False) for key in keys]


class KeyScreen(Screen[Answer]):
    """A screen whose keys are the verb table's. What a verb cannot do now is a sentence."""

    PLACE: ClassVar[Place] = Place.TABLE
    BINDINGS: ClassVar[list[BindingType]] = key_bindings()

    def facts(self) -> Facts:
        """What the conditions of verbs look at, now."""
        raise NotImplementedError

    def say(self, *pieces: Piece, seconds: float | None = MESSAGE_SECONDS) -> None:
        """Put a message on the status line."""
        raise NotImplementedError

    def refresh_frame(self) -> None:
        """Draw status line and footer again where they changed."""
        raise NotImplementedError

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
        facts = self.facts()
        verb = verb_named(verb_id, facts)
        if why := reason(verb, facts):
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
            else:
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

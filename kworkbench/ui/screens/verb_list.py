"""Help and command palette: the verb table as a list that is filtered while typing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.dom import DOMNode

from kworkbench.domain.text import fold_text
from kworkbench.lean import replace
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Piece, Pieces, clip
from kworkbench.ui.safe import Content, fill
from kworkbench.ui.screens.base import WorkScreen
from kworkbench.ui.verbs import VERBS, Facts, Place, Verb, action_verbs, key_name, reason
from kworkbench.ui.widgets.line_input import LineInput
from kworkbench.ui.widgets.line_list import BLANK, Line, LineList
from kworkbench.ui.widgets.rules import Rule
from kworkbench.ui.words import spoken

if TYPE_CHECKING:
    from kworkbench.services.session import Session

_KEYS, _TITLE = 14, 21
_WHERE = {
    Place.TABLE: "In a list",
    Place.SIDEBAR: "In the filters",
    Place.DETAIL: "In the detail",
    Place.CHANGES: "On the changes screen",
    Place.REVIEW: "In a review",
}


def keys_text(verb: Verb) -> str:
    """All keys of a verb as a person reads them."""
    return " ".join(key_name(key) for key in verb.keys)


def matches(verb: Verb, text: str) -> bool:
    """True where every typed word is in the verb's key, title or sentence."""
    body = fold_text(f"{keys_text(verb)} {verb.title} {verb.about}")
    return all(word in body for word in fold_text(text).split())


def verb_line(verb: Verb, why: str) -> Line:
    """One verb: keys, title, what it does or why it does not work now."""
    pieces: list[Piece] = [
        (" ", ""),
        (fill(Content(keys_text(verb)), _KEYS), "muted" if why else "accent bold"),
        (fill(Content(verb.title), _TITLE), "muted" if why else "strong"),
    ]
    return Line([*pieces, *(spoken(why, ink="muted") if why else [(verb.about, "text")])], verb.id)


def _all(facts: Facts) -> tuple[Verb, ...]:
    """The verb table, and behind it what the provider does with the rows of this list."""
    return (*VERBS, *action_verbs(facts.catalog))


def help_lines(facts: Facts, text: str) -> list[Line]:
    """The verbs of this place first, then those of the others, each once."""
    lines: list[Line] = []
    seen: set[str] = set()
    verbs = _all(facts)
    for place in (facts.place, *(place for place in _WHERE if place is not facts.place)):
        here = [
            verb
            for verb in verbs
            if place in verb.places and verb.about and verb.id not in seen and matches(verb, text)
        ]
        seen.update(verb.id for verb in here)
        if here and place in _WHERE:
            lines += [BLANK] if lines else []
            lines.append(Line([(" ", ""), (_WHERE[place], "strong bold")]))
            lines.extend(verb_line(verb, "") for verb in here)
    return lines


def palette_lines(facts: Facts, text: str) -> list[Line]:
    """The verbs of this place: those that work, then those that do not with the reason."""
    here = [verb for verb in _all(facts) if facts.place in verb.places and verb.about and matches(verb, text)]
    told = [(verb, reason(verb, facts)) for verb in here]
    ordered = sorted(told, key=lambda each: (bool(each[1]), each[0].action == "move"))
    return [verb_line(verb, why) for verb, why in ordered]


class _Lead(Drawn):
    DEFAULT_CSS = "_Lead { width: 3; }"

    def pieces(self, y: int, total: int) -> Pieces:  # noqa: ARG002  # one line
        """The rule's beginning."""
        return [("──", "accent"), (" ", "")]


class VerbList(WorkScreen[str]):
    """A list of verbs under a line that filters it. Dismissed with the id of the verb to run."""

    GHOST: ClassVar[str] = ""
    DEFAULT_CSS = """
    VerbList #verbs { width: 1fr; height: 1fr; }
    VerbList #verbs-line { height: 1; }
    VerbList LineInput { width: 1fr; }
    """

    def __init__(self, session: Session, facts: Facts, tab: str, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(session, now)
        self._facts = facts
        self._tab = tab

    @property
    def tab(self) -> str:
        """The tab it was opened from."""
        return self._tab

    def compose_body(self) -> ComposeResult:
        """Line, verbs, rule."""
        with Vertical(id="verbs"):
            with Horizontal(id="verbs-line"):
                yield _Lead()
                yield LineInput(ghost=self.GHOST)
            yield LineList(id="verbs-list")
            yield Rule(id="verbs-bottom")

    def on_mount(self) -> None:
        """Show all."""
        self.query_one(LineInput).focus()
        self.query_one("#verbs-bottom", Rule).show(focused=True)
        self.call_after_refresh(self._draw)

    def panes_for_keys(self) -> Iterable[DOMNode]:
        """The list moves while the line has the focus."""
        return (self.query_one(LineList),)

    def facts(self) -> Facts:
        """This list's own footer."""
        return replace(super().facts(), off=self.off())

    def off(self) -> dict[str, str]:
        """Verbs of the list that are off."""
        return {}

    def lines(self, text: str) -> list[Line]:
        """What matches."""
        raise NotImplementedError

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Filter while typing."""
        event.stop()
        self._draw()

    def _draw(self) -> None:
        found = self.lines(self.query_one(LineInput).value)
        shown = self.query_one(LineList)
        room = max(1, shown.size.width - 2)
        cut = [replace(line, pieces=clip(line.pieces, room)) for line in found]
        shown.show(cut or [Line([(" ", ""), *spoken("No verb matches. `Esc` goes back.", ink="strong bold")])])
        below = shown.below
        self.query_one("#verbs-bottom", Rule).show([(f"▼ {below} more below", "muted")] if below else [])

    def on_line_list_resized(self) -> None:
        """Texts are cut for the width."""
        self._draw()

    def on_line_list_moved(self) -> None:
        """What is below may differ."""
        below = self.query_one(LineList).below
        self.query_one("#verbs-bottom", Rule).show([(f"▼ {below} more below", "muted")] if below else [])

    def do_leave(self) -> None:
        """Back."""
        self.dismiss(None)

    def do_choose(self) -> None:
        """Run the verb under the cursor."""
        if key := self.query_one(LineList).key:
            self.dismiss(key)

    def on_line_list_clicked(self) -> None:
        """A click on the verb under the cursor runs it."""
        self.do_choose()


class HelpScreen(VerbList):
    """Every key, by the place where it works."""

    PLACE: ClassVar[Place] = Place.HELP
    GHOST: ClassVar[str] = "help: type to filter"

    def lines(self, text: str) -> list[Line]:
        """Every verb that matches, by place."""
        return help_lines(self._facts, text)

    def do_choose(self) -> None:
        """Help only tells."""


class PaletteScreen(VerbList):
    """The verbs of this place, to be run."""

    PLACE: ClassVar[Place] = Place.PALETTE
    GHOST: ClassVar[str] = "verbs: type to filter, Enter runs"

    def lines(self, text: str) -> list[Line]:
        """What works here, then what does not and why."""
        return palette_lines(self._facts, text)

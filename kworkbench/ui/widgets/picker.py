"""The list of choices under a field: what matches what is typed, one per line, the first one under the cursor."""

from __future__ import annotations

from kworkbench.store.reader import Choice
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Piece, Pieces, spread
from kworkbench.ui.safe import safe_text

MOST_LINES = 7
INDENT = 20
"""Choices stand under the value of their field (screens.md section 6)."""


class Picker(Drawn):
    """Choices of a field. It is never focused: the field's own line moves its cursor."""

    DEFAULT_CSS = """
    Picker { height: auto; display: none; }
    Picker.-open { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._choices: tuple[Choice, ...] = ()
        self._at = 0
        self._nothing = ""

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self.has_class("-open")

    @property
    def choice(self) -> Choice | None:
        """The choice under the cursor."""
        return self._choices[self._at] if self._choices else None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All choices it offers."""
        return self._choices

    def offer(self, choices: tuple[Choice, ...], *, nothing: str) -> None:
        """Opens with these choices; `nothing` is the sentence for none."""
        self._choices, self._at, self._nothing = choices, 0, nothing
        self.add_class("-open")
        self.refresh(layout=True)

    def close_list(self) -> None:
        """Takes it off the screen."""
        self._choices = ()
        self.remove_class("-open")

    def move(self, step: int) -> None:
        """Moves the cursor, staying inside."""
        self._at = max(0, min(len(self._choices) - 1, self._at + step))
        self.refresh()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002  # base signature
        """One line per choice, up to `MOST_LINES`."""
        return max(1, min(MOST_LINES, len(self._choices)))

    def pieces(self, y: int, total: int) -> Pieces:
        """One choice: its name, and what tells it from others of that name at the right."""
        if not self._choices:
            return [(" " * INDENT, ""), (self._nothing, "muted")]
        first = min(max(0, self._at - MOST_LINES + 1), max(0, len(self._choices) - MOST_LINES))
        index = first + y
        if index >= len(self._choices):
            return []
        choice = self._choices[index]
        here = index == self._at
        head: list[Piece] = [(" " * (INDENT - 2), ""), ("► " if here else "  ", "accent")]
        name: Piece = (safe_text(choice.name), "strong bold" if here else "text")
        return [*head, *spread([name], [(safe_text(choice.detail), "muted")], min(60, total - INDENT - 1))]

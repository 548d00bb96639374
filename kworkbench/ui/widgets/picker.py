"""The list of choices under a field: what matches what is typed, one per line, the first one under the cursor."""

from __future__ import annotations

from kworkbench.store.reader import Choice
from kworkbench.ui.drawn import Drawn
from kworkbench.ui.paint import Piece, Pieces, spread
from kworkbench.ui.safe import safe_text, width

MOST_LINES = 7
MOST_CELLS = 90
MOST_NAME = 20
"""Names up to so many cells are a column of their own where details are longer than that."""

MARK_CELLS = 3
"""A detail that has no more room than that is left out: the name goes before it."""

INDENT = 20
"""Choices stand under the value of their field (screens.md section 6)."""


class Picker(Drawn):
    """Choices of a field. It is never focused: the field's own line moves its cursor."""

    DEFAULT_CSS = """
    Picker { height: auto; display: none; }
    Picker.-open { display: block; }
    """

    def __init__(self, most: int = MOST_LINES) -> None:
        """`most` choices are in sight at once."""
        super().__init__()
        self._most = most
        self._choices: tuple[Choice, ...] = ()
        self._at = 0
        self._nothing = ""
        self._column = 0

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
        self._column = _detail_column(choices)
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
        """One line per choice, up to so many as it shows."""
        return max(1, min(self._most, len(self._choices)))

    def pieces(self, y: int, total: int) -> Pieces:
        """One choice: its name, and what tells it from others of that name at the right."""
        if not self._choices:
            return [(" " * INDENT, ""), (self._nothing, "muted")]
        first = min(max(0, self._at - self._most + 1), max(0, len(self._choices) - self._most))
        index = first + y
        if index >= len(self._choices):
            return []
        choice = self._choices[index]
        here = index == self._at
        head: list[Piece] = [(" " * (INDENT - 2), ""), ("► " if here else "  ", "accent")]
        name: Piece = (safe_text(choice.name), "strong bold" if here else "text")
        room = min(MOST_CELLS, total - INDENT - 1)
        if self._column:
            gap = " " * (self._column - width(name[0]))
            return [*head, name, (gap, ""), (safe_text(choice.detail, room - self._column), "muted")]
        left = room - width(name[0]) - 2
        detail: list[Piece] = [(safe_text(choice.detail, left), "muted")] if left > MARK_CELLS else []
        return [*head, *spread([name], detail, room)]


def _detail_column(choices: tuple[Choice, ...]) -> int:
    """Where details begin that are sentences behind short names; 0: they stand at the right edge."""
    widest = max((width(safe_text(choice.name)) for choice in choices), default=0)
    told = max((width(safe_text(choice.detail)) for choice in choices), default=0)
    return widest + 2 if widest <= MOST_NAME and told > MOST_NAME else 0

"""What the rules of a form say: its title, what the server or a check said, what is below, what its field takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kworkbench.domain.numbers import NumberStyle
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import width
from kworkbench.ui.widgets.field_parts import HINT_CELLS
from kworkbench.ui.words import counted, server_sentence

if TYPE_CHECKING:
    from kworkbench.services.form_state import FormState

_KEPT = "yours is kept as typed, nothing was saved at the server"


def title_pieces(state: FormState) -> list[Piece]:
    """`Edit expense 88213`."""
    return [(word, "strong bold") for word, _ in server_sentence(state.title)]


def head_pieces(state: FormState, messages: int, style: NumberStyle) -> list[Piece]:
    """When the server refused it with how many messages, else how many of our own stand in it."""
    if state.refused_at is not None:
        said = counted(len(state.errors), "message", style)
        return [(f"! refused at {state.refused_at}, {said}", "refused bold")]
    if messages:
        return [(f"▲ {counted(messages, 'message', style)}", "unclear bold")]
    return [("* required", "muted")]


def foot_pieces(hint: str, *, refused: bool) -> list[Piece]:
    """What happened to what was typed, else the hint of the field in focus where it is too long for its place."""
    words = _KEPT if refused else hint if width(hint) > HINT_CELLS else ""
    return [(words, "muted")] if words else []


def below_pieces(fields: int, messages: int, style: NumberStyle) -> list[Piece]:
    """How many fields, with how many messages, are below the last line in sight."""
    if not fields:
        return []
    said = f", {counted(messages, 'message', style)}" if messages else ""
    return [(f"▼ {counted(fields, 'more field', style)}{said}", "text")]

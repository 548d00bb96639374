"""A text that must never be seen: a token. Source: sync-engine.md section 8 ("Secrets")."""

from __future__ import annotations

LONGEST_TOKEN = 8192
"""Characters."""


def is_word(text: str, longest: int = LONGEST_TOKEN) -> bool:
    """Whether a text is one word of plain characters, as a header and an address can carry it."""
    return 0 < len(text) <= longest and text.isascii() and text.isprintable() and " " not in text


class Secret:
    """A text that is shown as `***` wherever it is printed, logged or compared in a failing test."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that signs a request."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("A secret is never written down.")

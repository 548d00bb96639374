"""What could stand at the cursor of a query line: fields, then the values of the field that was named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from kworkbench.domain.catalog import Field, Resource, ValueType
from kworkbench.domain.query.fields import SORT_WORD, field_of_word, field_words, possible_choices, query_fields
from kworkbench.domain.query.printing import quoted_if_needed
from kworkbench.domain.query.scan import Token, scan
from kworkbench.domain.text import fold_text
from kworkbench.lean import dataclass

Known = Callable[[Field, str], Sequence[str]]
"""Values in the cache of a field, those that hold a text."""

_DAYS = ("today", "yesterday", "this-week", "last-week", "this-month", "last-month", "this-quarter", "last-quarter",
         "this-year", "last-year", "-7d", "-30d", "+30d")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Completion:
    """What can take the place of the text from `start` to `end`, the likeliest first; never empty."""

    start: int
    end: int
    offers: tuple[str, ...]

    def applied(self, text: str, turn: int) -> tuple[str, int]:
        """The text with an offer in place, and the cursor behind it."""
        offer = self.offers[turn % len(self.offers)]
        return text[: self.start] + offer + text[self.end :], self.start + len(offer)


def complete(text: str, cursor: int, resource: Resource, known: Known) -> Completion | None:
    """What the word before the cursor could become; None where nothing is known."""
    token = next((each for each in scan(text[:cursor]) if each.end == cursor), None)
    if token is None:
        return None
    if token.field is None:
        start = token.start + token.negated
        return _completion(start, cursor, _words(text[start:cursor], resource))
    if token.field.lower() == SORT_WORD:
        return _sort(text, token, cursor, resource)
    field = field_of_word(resource, token.field.lower())
    if field is None:
        return None
    start, typed = _value(text, token, cursor)
    return _completion(start, cursor, (quoted_if_needed(value) for value in _values(field, typed, known)))


def _completion(start: int, end: int, offers: Iterable[str]) -> Completion | None:
    found = tuple(dict.fromkeys(offers))
    return Completion(start, end, found) if found else None


def _words(typed: str, resource: Resource) -> list[str]:
    """Fields that begin so, then choices that do."""
    begun = fold_text(typed)
    fields = [f"{word}:" for word in (*field_words(resource), SORT_WORD) if word.startswith(begun)]
    choices = [
        f"{field.name}:{word}"
        for field in query_fields(resource)
        if field.type is ValueType.CHOICE
        for word in possible_choices(field)
        if word != "any" and word.startswith(begun)
    ]
    return [*fields, *choices]


def _sort(text: str, token: Token, cursor: int, resource: Resource) -> Completion | None:
    start, typed = _value(text, token, cursor)
    sign = "-" if typed.startswith("-") else ""
    begun = fold_text(typed.removeprefix("-"))
    return _completion(
        start, cursor, (f"{sign}{field.name}" for field in resource.known if field.name.startswith(begun))
    )


def _value(text: str, token: Token, cursor: int) -> tuple[int, str]:
    """Where the value before the cursor begins, and its text; behind a colon or a comma it is empty."""
    for piece in token.pieces:
        if piece.end == cursor and text[cursor - 1] not in ":,":
            return piece.start, piece.text
    return cursor, ""


def _values(field: Field, typed: str, known: Known) -> Sequence[str]:
    begun = fold_text(typed)
    if field.type in (ValueType.CHOICE, ValueType.YES_NO):
        return [word for word in possible_choices(field) if word.startswith(begun)]
    if field.type is ValueType.DATE:
        return [word for word in _DAYS if word.startswith(begun)]
    return known(field, typed)

"""Names of the query line: which field a word means, and the nearest one where it means none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kworkbench.domain.catalog import Field, Resource, ValueType
from kworkbench.domain.changes import OPEN, SHOWN
from kworkbench.domain.status import OPEN_STATUS

CHANGE = Field(
    "change",
    "change",
    ValueType.CHOICE,
    choices=tuple(dict.fromkeys(shown.word for state, shown in SHOWN.items() if state in OPEN)),
)
"""The state of a row's open change: a field of every resource (product.md section 3), kept by the store itself."""

CONNECTION = Field("connection", "connection", ValueType.TEXT)
"""The name of the list's connection: the same for every row (product.md section 3), kept nowhere."""

SORT_WORD = "sort"

_OF_ALL = (CHANGE, CONNECTION)
_OTHER_WORDS: Mapping[str, Mapping[str, str]] = {"invoices": {"amount": "total"}}
"""Words that mean a field of another name (product.md section 6)."""


def query_fields(resource: Resource) -> tuple[Field, ...]:
    """Every field a query of the resource can name, and every word of the provider's filters."""
    return (*resource.known, *_OF_ALL, *resource.words)


def query_field(resource: Resource, name: str) -> Field:
    """The field of that exact name, or the provider's filter called so.

    Raises:
        KeyError: the resource has no such field.
    """
    found = next((field for field in (*_OF_ALL, *resource.words) if field.name == name), None)
    return found or resource.field(name)


def field_of_word(resource: Resource, word: str) -> Field | None:
    """The field that a typed word means, or None."""
    name = _OTHER_WORDS.get(resource.name, {}).get(word, word)
    return next((field for field in query_fields(resource) if field.name == name), None)


def field_words(resource: Resource) -> tuple[str, ...]:
    """Every word that may stand before a colon."""
    own = tuple(field.name for field in query_fields(resource))
    return (*own, *_OTHER_WORDS.get(resource.name, {}))


def possible_choices(field: Field) -> tuple[str, ...]:
    """The words a CHOICE or YES_NO field can be compared with; `any` lifts what is hidden by default."""
    if field.type is ValueType.YES_NO:
        return ("yes", "no", "any")
    return (OPEN_STATUS, *field.choices, "any") if field.name == "status" else (*field.choices, "any")


_NEAR_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "invoices": {"date": ("issued", "due"), "day": ("issued", "due"), "paid": ("settlement", "outstanding")},
    "expenses": {"client": ("project",), "note": ("text",)},
    "payments": {"text": ("note",), "issued": ("date",), "total": ("amount",)},
}
"""Words of other lists, and the fields here that say the most like them."""


def near_fields(resource: Resource, word: str) -> str:
    """A sentence that offers the fields a word may mean, for one that is no field of the resource."""
    meant = _NEAR_WORDS.get(resource.name, {}).get(word, ())
    if meant:
        return f"Did you mean {' or '.join(meant)}?"
    usual = (*(field.name for field in (*resource.fields, *_OF_ALL)), SORT_WORD)
    return suggestion(word, (*field_words(resource), SORT_WORD), usual)


def suggestion(word: str, possible: Sequence[str], usual: Sequence[str] = ()) -> str:
    """A sentence that offers the nearest possible word, else the usual ones, or all of them."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    near = get_close_matches(word, possible, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else f"Possible: {', '.join(usual or possible)}."

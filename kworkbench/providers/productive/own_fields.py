"""Fields that an organization has made for itself: an object by field id, of which the contract tells no names.

Source: api/productive.md sections 2, 6 and 10. Here each value is a line `77=blue`; of a choice of several each is one.
Whether a write changes an object or replaces it nobody says, so it goes out whole: what is not touched as it came, what
is taken out as null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from kworkbench.domain.changes import Arg
from kworkbench.domain.keyed import pairs_in, written
from kworkbench.providers.wire import raw_text

SENT = "custom_fields_sent"
"""Where a record's values keep the object as it came."""


def lines_of(sent: str | None) -> str | None:
    """The lines of an object that came as this JSON text; None where it says nothing."""
    return written((key, text) for key, value in _object(sent).items() for text in _texts(value))


def object_of(arg: Arg, sent: object) -> object:
    """What goes out for these lines, over the object as it came; what could not be read goes as it was typed."""
    if arg is not None and not isinstance(arg, str):
        return getattr(arg, "text", arg)
    before = _object(sent)
    wanted: dict[str, list[str]] = {}
    for key, text in pairs_in(arg or ""):
        wanted.setdefault(key, []).append(text)
    gone = {key: None for key, value in before.items() if key not in wanted and value is not None}
    return {**gone, **{key: _value(texts, before.get(key)) for key, texts in wanted.items()}}


def _value(texts: list[str], before: object) -> object:
    """One field's value: as it was where it says the same, a list where it was or is one, a number where it was one."""
    if [" ".join(text.split()) for text in _texts(before)] == texts:
        return before
    if isinstance(before, list) or len(texts) > 1:
        return texts
    return _number(texts[0]) if type(before) in (int, float) else texts[0]


def _number(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _object(sent: object) -> Mapping[str, object]:
    found: object = json.loads(sent) if isinstance(sent, str) and sent else None
    return found if isinstance(found, Mapping) else {}


def _texts(value: object) -> Iterator[str]:
    """What a field says, as it is read and typed; nothing for null, for an empty text and for an empty list."""
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        if value.strip():
            yield value
    elif value is not None:
        yield raw_text(value)

"""Fields that an organization has made for itself: an object by field id, of which the contract tells no names.

Source: api/productive.md sections 2 and 6. Here each value is a line `77=blue`; of a choice of several each is one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from kworkbench.providers.wire import raw_text, several


def lines_of(sent: str | None) -> str | None:
    """The lines of an object that came as this JSON text; None where it says nothing."""
    found: object = json.loads(sent) if sent else None
    if not isinstance(found, Mapping):
        return None
    return several(f"{key}={text}" for key, value in found.items() for text in _texts(value))


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

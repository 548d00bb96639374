"""Productive's error documents: each pointer to its form field, in the server's words and order.

Source: api/productive.md section 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kworkbench.domain.catalog import FormField
from kworkbench.domain.changes import FieldError
from kworkbench.providers.refusals import form_field, readable, unexplained
from kworkbench.providers.wire import text

_ROW = re.compile(r"data/(\d{1,6})(?:/|\Z)")
_PLACES = frozenset({"data", "attributes", "relationships"})


def read_error(
    entry: Mapping[str, object], status: int, form: Sequence[FormField], targets: Sequence[str]
) -> Iterator[FieldError]:
    """The one field error of an entry; its pointer names the field, and in a bulk change the row."""
    message = text(entry.get("detail")) or text(entry.get("title")) or unexplained(status).message
    source = entry.get("source")
    pointer = (text(source.get("pointer")) if isinstance(source, dict) else None) or ""
    pointer = pointer.strip("/")
    row = _ROW.match(pointer)
    number = int(row[1]) if row else -1
    target = targets[number] if 0 <= number < len(targets) else None
    name = next((part for part in reversed(pointer.split("/")) if not part.isdigit() and part not in _PLACES), "")
    field = form_field(form, name) if name else None
    yield FieldError(field, message if field else readable(message, name), target)

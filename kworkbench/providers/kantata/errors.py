"""Kantata's error documents: `field`, else a field's name in the message. Source: api/kantata.md section 2.2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kworkbench.domain.catalog import FormField
from kworkbench.domain.changes import FieldError
from kworkbench.providers.refusals import field_in, form_field, readable, unexplained
from kworkbench.providers.wire import text

_NUMBER = re.compile(r"(?<!\w)\d{1,18}(?!\w)")


def read_error(
    entry: Mapping[str, object], status: int, form: Sequence[FormField], targets: Sequence[str]
) -> Iterator[FieldError]:
    """One field error; in a bulk change once for every row that the entry names."""
    message = text(entry.get("message")) or unexplained(status).message
    named = text(entry.get("field")) or ""
    field = form_field(form, named)
    if not named and not targets:
        field = field_in(form, message)
    shown = message if field else readable(message, named)
    rows = _rows(entry.get("index"), message, targets)
    for row in rows or (None,):
        yield FieldError(field, shown, row)


def _rows(index: object, message: str, targets: Sequence[str]) -> tuple[str, ...]:
    """Ids of the rows an error is about: at its index, else those whose whole id stands in the message."""
    if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(targets):
        return (targets[index],)
    numbers = dict.fromkeys(_NUMBER.findall(message))
    sent = set(targets)
    return tuple(number for number in numbers if number in sent)

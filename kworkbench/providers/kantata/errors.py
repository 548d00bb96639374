"""Kantata's error documents: `field`, else a field's name in the message. Source: api/kantata.md section 2.2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kworkbench.domain.catalog import FormField
from kworkbench.domain.changes import FieldError, Refusal
from kworkbench.providers.base import Response, UnreadableAnswerError, Write
from kworkbench.providers.kantata.catalog import CATALOG
from kworkbench.providers.refusals import field_in, form_field, readable, refusal, unexplained
from kworkbench.providers.wire import parse, text

_NUMBER = re.compile(r"(?<!\w)\d{1,18}(?!\w)")


def read_refusal(kind: str, answer: Response, wanted: Write | None) -> Refusal:
    """Every message of an error document; whatever the body is, at least one."""
    catalog = CATALOG.resources.get(kind)
    targets = wanted.targets if wanted else ()
    return refusal(answer, list(_errors(answer, catalog.form if catalog else (), targets)))


def _errors(answer: Response, form: Sequence[FormField], targets: Sequence[str]) -> Iterator[FieldError]:
    try:
        document = parse(answer.body)
    except UnreadableAnswerError:
        return
    listed = document.get("errors") if isinstance(document, dict) else None
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            yield from _error(one, answer.status, form, targets)


def _error(
    one: dict[str, object], status: int, form: Sequence[FormField], targets: Sequence[str]
) -> Iterator[FieldError]:
    """One error; in a bulk change once for every row that it names."""
    message = text(one.get("message")) or unexplained(status).message
    named = text(one.get("field")) or ""
    field = form_field(form, named)
    if not named and not targets:
        field = field_in(form, message)
    shown = message if field else readable(message, named)
    rows = _rows(one.get("index"), message, targets)
    for row in rows or (None,):
        yield FieldError(field, shown, row)


def _rows(index: object, message: str, targets: Sequence[str]) -> tuple[str, ...]:
    """Ids of the rows an error is about: at its index, else those whose whole id stands in the message."""
    if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(targets):
        return (targets[index],)
    numbers = dict.fromkeys(_NUMBER.findall(message))
    sent = set(targets)
    return tuple(number for number in numbers if number in sent)

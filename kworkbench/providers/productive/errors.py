"""Productive's error documents: each pointer to its form field, in the server's words and order.

Source: api/productive.md section 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kworkbench.domain.catalog import FormField
from kworkbench.domain.changes import FieldError, Refusal
from kworkbench.providers.base import Response, UnreadableAnswerError, Write
from kworkbench.providers.productive.catalog import CATALOG
from kworkbench.providers.refusals import form_field, readable, refusal, unexplained
from kworkbench.providers.wire import parse, text

_ROW = re.compile(r"data/(\d{1,6})(?:/|\Z)")
_PLACES = frozenset({"data", "attributes", "relationships"})


def read_refusal(kind: str, answer: Response, wanted: Write | None) -> Refusal:
    """Every message of an error document; whatever the body is, at least one."""
    catalog = CATALOG.resources.get(kind)
    targets = wanted.targets if wanted else ()
    errors = list(_errors(answer, catalog.form if catalog else (), targets))
    return refusal(answer, errors)


def _errors(answer: Response, form: Sequence[FormField], targets: Sequence[str]) -> Iterator[FieldError]:
    try:
        document = parse(answer.body)
    except UnreadableAnswerError:
        return
    listed = document.get("errors") if isinstance(document, dict) else None
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            yield _error(one, answer.status, form, targets)


def _error(one: dict[str, object], status: int, form: Sequence[FormField], targets: Sequence[str]) -> FieldError:
    message = text(one.get("detail")) or text(one.get("title")) or unexplained(status).message
    source = one.get("source")
    pointer = (text(source.get("pointer")) if isinstance(source, dict) else None) or ""
    pointer = pointer.strip("/")
    row = _ROW.match(pointer)
    number = int(row[1]) if row else -1
    target = targets[number] if 0 <= number < len(targets) else None
    name = next((part for part in reversed(pointer.split("/")) if not part.isdigit() and part not in _PLACES), "")
    field = form_field(form, name) if name else None
    return FieldError(field, message if field else readable(message, name), target)

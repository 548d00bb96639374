"""What error documents of every provider have in common: names of form fields, kept bodies, bodies that say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

from kworkbench.domain.catalog import FormField
from kworkbench.domain.changes import FieldError, Refusal
from kworkbench.providers.base import Response, UnreadableAnswerError
from kworkbench.providers.wire import parse

MAX_BODY = 64 * 1024
MAX_ERRORS = 1000

BASE = "base"
"""What both vendors call the record as a whole."""


def form_field(form: Sequence[FormField], name: str) -> str | None:
    """The form field that the provider calls `name`, or None."""
    for field in form:
        if name in (*field.wire, field.key, field.name):
            return field.name
    return None


def field_in(form: Sequence[FormField], message: str) -> str | None:
    """The form field whose name or wire name stands in a message as whole words; the first one named wins."""
    found: list[tuple[int, int, str]] = []
    for field in form:
        for name in (*field.wire, field.key, field.name):
            words = r"[\s_]+".join(re.escape(word) for word in re.split(r"[\s_]+", name.removesuffix("_id")))
            hit = re.search(rf"(?<!\w){words}(?!\w)", message, re.IGNORECASE)
            if hit:
                found.append((hit.start(), -len(words), field.name))
    return min(found)[2] if found else None


def readable(message: str, name: str) -> str:
    """A message for the form's head; `can't be blank` alone says nothing, so the provider's name goes before it."""
    about = "" if name == BASE else name
    return f"{about.replace('_', ' ')} {message}" if about and message[:1].islower() else message


def unexplained(status: int) -> FieldError:
    """The one error of an answer that gives no reason."""
    return FieldError(None, f"The server answered {status} without saying why.")


class ReadError(Protocol):
    """Reads one entry of `errors`."""

    def __call__(
        self, entry: Mapping[str, object], status: int, form: Sequence[FormField], targets: Sequence[str], /
    ) -> Iterable[FieldError]:
        """Its field errors; in a bulk change one for every row of `targets` that it names."""


def read_refusal(answer: Response, form: Sequence[FormField], targets: Sequence[str], read: ReadError) -> Refusal:
    """Every message of an error document, at least one whatever the body is, and as much of the body as is kept."""
    found = (error for entry in _entries(answer) for error in read(entry, answer.status, form, targets))
    errors = tuple(islice(found, MAX_ERRORS)) or (unexplained(answer.status),)
    return Refusal(answer.status, errors, answer.body[:MAX_BODY].decode("utf-8", "replace"))


def _entries(answer: Response) -> Iterator[Mapping[str, object]]:
    try:
        document = parse(answer.body)
    except UnreadableAnswerError:
        return
    listed = document.get("errors") if isinstance(document, dict) else None
    yield from (entry for entry in (listed if isinstance(listed, list) else ()) if isinstance(entry, dict))

"""Error documents: `{"errors": [{"type", "message", "field"?, "index"?}]}`. Source: api/kantata.md section 2.2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/json; charset=utf-8"
NOT_FOUND = "Not found"
NO_TOKEN = "Invalid OAuth 2 Request"  # noqa: S105 - the vendor's sentence, not a secret


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of an error document; `index` is the place of the failing object in a bulk request."""

    message: str
    field: str | None = None
    index: int | None = None
    type: str = "validation"


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """The request is answered with an error document of this status."""

    def __init__(self, status: int, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.status = status
        self.problems = tuple(problems)


def unreadable(message: str) -> Refusal:
    """400: the request itself cannot be read (the `system` type of it is our assumption)."""
    return Refusal(400, (Problem(message, type="system"),))


def forbidden(message: str) -> Refusal:
    """403: whoever the token belongs to may not do this (the `system` type of it is our assumption)."""
    return Refusal(403, (Problem(message, type="system"),))


def not_found() -> Refusal:
    """404: no such record, or no such method on this path (the latter is our assumption)."""
    return Refusal(404, (Problem(NOT_FOUND, type="system"),))


def unauthorized() -> Refusal:
    """401: no token, or not ours."""
    return Refusal(401, (Problem(NO_TOKEN, type="oauth"),))


def invalid(problems: Sequence[Problem]) -> Refusal:
    """422: one entry per problem; nothing was stored."""
    return Refusal(422, problems)


def refusal_document(refusal: Refusal, *, with_field: bool) -> Response:
    """The answer for `refusal`; without `with_field` the field stands only in the words of the message."""
    entries = [_entry(problem, with_field=with_field) for problem in refusal.problems]
    return JSONResponse({"errors": entries}, refusal.status, media_type=MEDIA_TYPE)


def document(status: int, message: str) -> Response:
    """The error document for what no handler answers."""
    kind = "oauth" if status == 401 else "system"
    return JSONResponse({"errors": [{"type": kind, "message": message}]}, status, media_type=MEDIA_TYPE)


def _entry(problem: Problem, *, with_field: bool) -> dict[str, str | int]:
    entry: dict[str, str | int] = {"type": problem.type, "message": problem.message}
    if with_field and problem.field is not None:
        entry["field"] = problem.field
    if problem.index is not None:
        entry["index"] = problem.index
    return entry

"""The shapes on the wire: JSON values, media types, answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from starlette.responses import Response

from kworkbench.sandbox.encode import json_bytes

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Document: TypeAlias = "dict[str, Json]"

MEDIA_TYPE = "application/vnd.api+json"


def answer(document: Document, status: int = 200) -> Response:
    """A JSON:API document as an answer."""
    return Response(json_bytes(document), status_code=status, media_type=f"{MEDIA_TYPE}; charset=utf-8")


def empty() -> Response:
    """204 without a body."""
    return Response(status_code=204)

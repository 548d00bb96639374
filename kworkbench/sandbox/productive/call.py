"""One request as a handler sees it, and the checks before any handler (api/productive.md sections 1 and 8).

The order: address, content type, token and organization, rate limit. Each handler then checks query, record and body,
in that order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest

from starlette.requests import Request

from kworkbench.sandbox.books.moments import local_day
from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.productive.errors import (
    forbidden,
    not_acceptable,
    record_not_found,
    unauthenticated,
    unsupported_media_type,
)
from kworkbench.sandbox.productive.filters import Setting
from kworkbench.sandbox.productive.query import Pairs
from kworkbench.sandbox.productive.wire import MEDIA_TYPE

ORGANIZATION = "X-Organization-Id"
SECONDS_FLAG = "filteringSkipDatetimeCastToDate"

_ID = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may come in; `pairs` are its query parameters in order, `body` its bytes."""

    context: SandboxContext
    request: Request
    pairs: Pairs
    body: bytes

    @property
    def books(self) -> Books:
        """The books it is about."""
        return self.context.books

    def row_id(self) -> int:
        """The id in the address.

        Raises:
            ApiError: 404, no id of ours.
        """
        found = whole_id(self.request.path_params.get("id"))
        if found is None:
            raise record_not_found()
        return found

    def setting(self) -> Setting:
        """How this request compares timestamps."""
        flags = self.request.headers.get("X-Feature-Flags", "")
        offset = self.books.organization().offset_minutes
        return Setting(offset, local_day(self.books.now(), offset), to_the_second=SECONDS_FLAG in flags)


def whole_id(value: object) -> int | None:
    """An id as it comes, a number or a text of digits; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 < value < 10**18 else None
    return int(value) if isinstance(value, str) and _ID.fullmatch(value) else None


def check_types(request: Request) -> bool:
    """The media types of a request; gives whether its body is extended for bulk.

    Raises:
        ApiError: 415 for a write with another type, 406 for a client that takes no JSON.
    """
    extended = False
    if request.method in {"POST", "PATCH", "DELETE"}:
        media_type, extended = _content_type(request.headers.get("content-type", ""))
        if media_type != MEDIA_TYPE:
            raise unsupported_media_type()
    if not _takes_json(request.headers.get("accept", "")):
        raise not_acceptable()
    return extended


def check_sign_in(request: Request, context: SandboxContext) -> None:
    """Token and organization: the header, else the query parameter of that name, else the token's own (ours).

    Raises:
        ApiError: 401 for the token, 403 for another organization.
    """
    token = request.headers.get("X-Auth-Token", "")
    if not compare_digest(token.encode(), context.token.encode()):
        raise unauthenticated()
    asked = request.headers.get(ORGANIZATION) or request.query_params.get(ORGANIZATION) or context.organization_id
    if asked.strip() != context.organization_id:
        raise forbidden()


def _content_type(header: str) -> tuple[str, bool]:
    """The media type, and whether it is extended for bulk bodies; other parameters are ignored (ours)."""
    media_type, *parameters = (part.strip() for part in header.split(";"))
    return media_type.lower(), any(_is_bulk(part) for part in parameters)


def _is_bulk(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip().lower() == "ext" and "bulk" in value.strip().strip('"').split(",")


def _takes_json(header: str) -> bool:
    """406 only when neither `*/*` nor any JSON type is among what the client takes (ours)."""
    ranges = [part.split(";")[0].strip().lower() for part in header.split(",")]
    return not any(ranges) or any(one in {"*/*", "application/*"} or "json" in one for one in ranges)


def cleanly(values: Sequence[str]) -> bool:
    """Whether texts can be kept: no NUL, no half of a surrogate pair (ours)."""
    return not any("\0" in value or any("\ud800" <= char <= "\udfff" for char in value) for value in values)

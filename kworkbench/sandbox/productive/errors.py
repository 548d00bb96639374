"""Error documents (api/productive.md section 8). Codes marked "assume" there are ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from kworkbench.sandbox.productive.wire import Document, Json, answer

BLANK = "can't be blank"
NOT_A_DATE = "is not a date"
NOT_A_NUMBER = "is not a number"
INVALID = "is invalid"
NOT_LISTED = "is not included in the list"
MISSING = "must exist"
CANCELLED = "is cancelled"


@dataclass(frozen=True, slots=True)
class Problem:
    """One failed check of one attribute; `item` is its place in a bulk body."""

    attribute: str
    detail: str
    item: int | None = None

    @property
    def pointer(self) -> str:
        """Without a leading slash, as the seed prints it; relationships stand below `attributes`, too."""
        where = "data" if self.item is None else f"data/{self.item}"
        return f"{where}/{self.attribute}" if self.attribute == "id" else f"{where}/attributes/{self.attribute}"


class ApiError(Exception):
    """A request that is answered with an error document."""

    def __init__(self, status: int, errors: list[Document]) -> None:
        super().__init__(status)
        self.status = status
        self.errors = errors

    def response(self) -> Response:
        """The answer: `errors` alone."""
        return answer({"errors": self.errors}, self.status)


_FAILED = "The request failed"
_PLAIN = {
    400: ("bad_request", "Bad Request", _FAILED),
    401: ("invalid_auth_token", "Unauthenticated", "You are not authenticated"),
    402: ("payment_required", "Payment Required", _FAILED),
    403: ("access_denied", "Access Denied", "You are not authorized to access this resource"),
    404: ("route_not_found", "Not Found", "The requested path was not found"),
    405: ("method_not_allowed", "Method Not Allowed", "The method is not allowed here"),
    406: ("not_acceptable", "Not Acceptable", "The request was not accepted"),
    409: ("conflict", "Conflict error", _FAILED),
    413: ("content_too_large", "Content Too Large", _FAILED),
    415: ("unsupported_content_type", "Unsupported Media Type", "Unsupported content type"),
    422: ("invalid_attribute", "Invalid Attribute", _FAILED),
    429: ("too_many_requests", "Too many requests", "Too many requests"),
    500: ("server_error", "Server Error", "An error occured on the server"),
    502: ("bad_gateway", "Bad Gateway", _FAILED),
    503: ("service_unavailable", "Service Unavailable", _FAILED),
}
"""Code, title and usual detail by status, as section 8 lists them where it does."""


def _single(status: int, code: str, title: str, detail: str) -> ApiError:
    return ApiError(status, [{"status": str(status), "code": code, "title": title, "detail": detail}])


def _plain(status: int, sentence: str = "") -> ApiError:
    code, title, detail = _PLAIN.get(status, ("error", "Error", _FAILED))
    return _single(status, code, title, sentence or detail)


def invalid(problems: Iterable[Problem]) -> ApiError:
    """422: one entry for each failed check, in order."""
    entries: list[Document] = []
    for problem in problems:
        source: Json = {"pointer": problem.pointer}
        entries.append(
            {
                "status": "422",
                "code": "invalid_attribute",
                "title": "Invalid Attribute",
                "detail": problem.detail,
                "source": source,
            }
        )
    return ApiError(422, entries)


def unsupported(what: str, detail: str) -> ApiError:
    """400: `what` is Filter, Filter Value, Sort, Group, Include or Aggregate; one code stands for all of them."""
    return _single(400, "unsupported_filter", f"Unsupported {what}", detail)


def keyset(what: str, detail: str) -> ApiError:
    """400: `what` is conflict, unsupported_sort or invalid_cursor; the title and the words are ours."""
    return _single(400, f"keyset_{what}", "Bad Request", detail)


def bad_request(detail: str) -> ApiError:
    """400: a body that is no JSON:API document."""
    return _single(400, "invalid_json", "Bad Request", detail)


def unauthenticated() -> ApiError:
    """401: the token is missing or wrong; both look the same."""
    return _plain(401)


def forbidden() -> ApiError:
    """403: a valid token, another organization."""
    return _plain(403)


def record_not_found() -> ApiError:
    """404: no such record, or none that this dialect shows."""
    return _single(404, "record_not_found", "Record Not Found", "The requested record was not found")


def not_acceptable() -> ApiError:
    """406: the client takes no JSON at all."""
    return _plain(406)


def conflict(detail: str) -> ApiError:
    """409: the document's type or id is not that of the address."""
    return _plain(409, detail)


def unsupported_media_type() -> ApiError:
    """415: checked before the token."""
    return _plain(415)


def too_many(limit: int, period: int, seconds: int) -> Response:
    """429: more than `limit` requests in `period` seconds, none executed. Both headers say when to come again."""
    code, title, detail = _PLAIN[429]
    entry: Document = {"status": "429", "code": code, "title": title, "detail": detail}
    response = answer({"errors": [{**entry, "limit": limit, "period": period}]}, 429)
    response.headers["X-RateLimit-Reset"] = response.headers["Retry-After"] = str(seconds)
    return response


def document(status: int, sentence: str = "", *, headers: Mapping[str, str] | None = None) -> Response:
    """The error document for what no handler of ours answers; `sentence` replaces the usual detail."""
    response = _plain(status, sentence).response()
    response.headers.update(headers or {})
    return response

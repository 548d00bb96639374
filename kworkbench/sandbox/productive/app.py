"""The routes of the dialect below `/api/v2`, with and without a trailing slash (api/productive.md 1, 7, 10-12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.dialect import Dialect, RateLimit
from kworkbench.sandbox.productive import expenses, payments
from kworkbench.sandbox.productive.call import Call, check_sign_in, check_types
from kworkbench.sandbox.productive.errors import ApiError, document, too_many
from kworkbench.sandbox.productive.picker_tables import LISTINGS
from kworkbench.sandbox.productive.reads import list_rows, show_row

PREFIX = "/api/v2"
LIMIT = RateLimit(100, 10, too_many)

Handler = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Action:
    """What answers one method; a bulk action takes only bodies with `ext=bulk`, any other none of these."""

    handler: Handler
    bulk: bool = False


WRITES: dict[str, dict[str, Action]] = {
    "/payments": {"POST": Action(payments.create)},
    "/payments/{id}": {"PATCH": Action(payments.update), "DELETE": Action(payments.delete)},
    "/expenses": {
        "POST": Action(expenses.create),
        "PATCH": Action(expenses.update_many, bulk=True),
        "DELETE": Action(expenses.delete_many, bulk=True),
    },
    "/expenses/{id}": {"PATCH": Action(expenses.update), "DELETE": Action(expenses.delete)},
}


def routes(context: SandboxContext) -> list[Route]:
    """Every address of the dialect, with its prefix."""
    found = []
    for name, listing in LISTINGS.items():
        for path, read in ((f"/{name}", list_rows), (f"/{name}/{{id}}", show_row)):
            methods = {"GET": Action(partial(read, listing)), **WRITES.get(path, {})}
            found.append(Route(PREFIX + path, _Endpoint(context, methods)))
    return found


def dialect(context: SandboxContext) -> Dialect:
    """Productive over the books of `context`."""
    router = Router(routes(context), redirect_slashes=False, default=_unrouted)
    return Dialect(PREFIX, _without_slash(router), document, LIMIT)


class _Endpoint:
    """One address: the checks, then the handler of the method, and every refusal as a document."""

    def __init__(self, context: SandboxContext, methods: Mapping[str, Action]) -> None:
        self._context = context
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ApiError as error:
            response = error.response()
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        reads = request.method in {"GET", "HEAD"}
        action = self._methods.get("GET" if reads else request.method)
        check_types(request, bulk=action.bulk if action else False)
        if action is None:
            return document(405, headers={"Allow": ", ".join(["HEAD", *self._methods])})
        check_sign_in(request, self._context)
        call = Call(self._context, request, request.query_params.multi_items(), await request.body())
        # The checks belong into the transaction: another process may serve the same file.
        with call.books.snapshot() if reads else call.books.transaction():
            return action.handler(call)


def _without_slash(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "path": scope["path"].rstrip("/") or "/"}, receive, send)

    return serve


async def _unrouted(scope: Scope, receive: Receive, send: Send) -> None:
    await document(404)(scope, receive, send)

"""The routes of the dialect below `/api/v2`, with and without a trailing slash (api/productive.md 1, 7, 10-12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.dialect import Dialect, RateLimit
from kworkbench.sandbox.limits import limiter_of
from kworkbench.sandbox.productive import (
    approving,
    attachments,
    deleting,
    expenses,
    generating,
    invoices,
    lines,
    payments,
    webhooks,
)
from kworkbench.sandbox.productive.call import Call, check_sign_in, check_types
from kworkbench.sandbox.productive.errors import ApiError, document, too_many, unsupported_media_type
from kworkbench.sandbox.productive.picker_tables import LISTINGS
from kworkbench.sandbox.productive.reads import list_rows, show_row

PREFIX = "/api/v2"
LIMIT = RateLimit(100, 10, partial(too_many, 100, 10))
ORGANIZATION_LIMIT = RateLimit(4000, 1800, partial(too_many, 4000, 1800))
"""Requests by token and by organization; the sandbox has one of each."""

Handler = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Action:
    """What answers one method: a body with one resource (or none), and one with `ext=bulk`.

    What a `dry` one does to the books is taken back.
    """

    single: Handler | None = None
    bulk: Handler | None = None
    dry: bool = False

    def handler(self, *, extended: bool) -> Handler | None:
        """What answers a body that is extended for bulk, or one that is not."""
        return self.bulk if extended else self.single


ACTIONS: dict[str, dict[str, Action]] = {
    "/payments": {"POST": Action(payments.create)},
    "/payments/{id}": {"PATCH": Action(payments.update), "DELETE": Action(payments.delete)},
    "/invoices": {"POST": Action(invoices.create)},
    "/invoices/{id}": {"PATCH": Action(invoices.update), "DELETE": Action(invoices.delete)},
    "/invoices/{id}/finalize": {"PATCH": Action(invoices.finalize_one)},
    "/invoices/{id}/send": {"PATCH": Action(invoices.send)},
    "/invoices/{id}/send_einvoice": {"PATCH": Action(invoices.send_einvoice)},
    "/invoices/{id}/export": {"PATCH": Action(invoices.export)},
    "/invoices/{id}/export_update": {"PATCH": Action(invoices.export_update)},
    "/invoices/{id}/preview": {"GET": Action(generating.preview, dry=True)},
    "/line_items/generate": {"POST": Action(generating.generate)},
    "/line_items": {
        "POST": Action(lines.create, lines.create_many),
        "PATCH": Action(bulk=lines.update_many),
        "DELETE": Action(bulk=lines.delete_many),
    },
    "/line_items/{id}": {"PATCH": Action(lines.update), "DELETE": Action(lines.delete)},
    "/expenses/copy": {"POST": Action(expenses.copy)},
    "/expenses/bulk_approve": {"PATCH": Action(bulk=approving.approve_many)},
    "/expenses": {
        "POST": Action(expenses.create),
        "PATCH": Action(bulk=expenses.update_many),
        "DELETE": Action(bulk=expenses.delete_many),
    },
    "/expenses/{id}": {"PATCH": Action(expenses.update), "DELETE": Action(expenses.delete)},
    "/expenses/{id}/approve": {"PATCH": Action(approving.approve)},
    "/expenses/{id}/unapprove": {"PATCH": Action(approving.unapprove)},
    "/expenses/{id}/reject": {"PATCH": Action(approving.reject)},
    "/expenses/{id}/unreject": {"PATCH": Action(approving.unreject)},
    "/expenses/{id}/export": {"PATCH": Action(approving.export)},
    "/expenses/{id}/export_update": {"PATCH": Action(approving.export_update)},
    "/attachments": {"POST": Action(attachments.create)},
    "/attachments/{id}": {"PATCH": Action(attachments.update), "DELETE": Action(attachments.delete)},
    "/webhooks": {"POST": Action(webhooks.create)},
    "/webhooks/{id}": {"PATCH": Action(webhooks.update), "DELETE": Action(webhooks.delete)},
    "/deleted_items/{id}/restore": {"PATCH": Action(deleting.restore)},
}
"""What is done at an address besides listing and showing."""


def routes(context: SandboxContext) -> list[Route]:
    """Every address of the dialect, with its prefix; those without an id come first."""
    methods: dict[str, dict[str, Action]] = {path: dict(actions) for path, actions in ACTIONS.items()}
    for name, listing in LISTINGS.items():
        for path, read in ((f"/{name}", list_rows), (f"/{name}/{{id}}", show_row)):
            methods[path] = {"GET": Action(partial(read, listing)), **methods.get(path, {})}
    paths = sorted(methods, key=lambda path: "{" in path)
    return [Route(PREFIX + path, _Endpoint(context, methods[path])) for path in paths]


def dialect(context: SandboxContext) -> Dialect:
    """Productive over the books of `context`."""
    router = Router(routes(context), redirect_slashes=False, default=_unrouted)
    return Dialect(PREFIX, _without_slash(router), document, LIMIT, (ORGANIZATION_LIMIT,), counts_itself=True)


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
        extended = check_types(request)
        if action is None and not extended:
            head = ["HEAD"] if "GET" in self._methods else []
            return document(405, headers={"Allow": ", ".join([*head, *self._methods])})
        handler = action.handler(extended=extended) if action else None
        if action is None or handler is None:
            raise unsupported_media_type()
        check_sign_in(request, self._context)
        limiter = limiter_of(request.scope)
        refused = limiter.refusal() if limiter else None
        if refused is not None:
            return refused
        call = Call(self._context, request, request.query_params.multi_items(), await request.body())
        # The checks belong into the transaction: another process may serve the same file.
        with _span(call.books, reads=reads, dry=action.dry):
            return handler(call)


def _span(books: Books, *, reads: bool, dry: bool) -> AbstractContextManager[None]:
    if dry:
        return books.rehearsal()
    return books.snapshot() if reads else books.transaction()


def _without_slash(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "path": scope["path"].rstrip("/") or "/"}, receive, send)

    return serve


async def _unrouted(scope: Scope, receive: Receive, send: Send) -> None:
    await document(404)(scope, receive, send)

"""The routes of the dialect below `/api/v1`, with and without `.json`. Source: api/kantata.md sections 1 and 3 to 6."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from kworkbench.sandbox.books.report_rules import DECISIONS
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.dialect import Dialect, RateLimit
from kworkbench.sandbox.encode import json_bytes
from kworkbench.sandbox.kantata.bodies import Tree, nest, read_body, read_query
from kworkbench.sandbox.kantata.budgets import BUDGETS
from kworkbench.sandbox.kantata.call import Call, Look, Params
from kworkbench.sandbox.kantata.collection import Record
from kworkbench.sandbox.kantata.errors import (
    MEDIA_TYPE,
    Refusal,
    document,
    not_found,
    refusal_document,
    unauthorized,
)
from kworkbench.sandbox.kantata.expense_reports import SUBMISSIONS, create_report, resolve
from kworkbench.sandbox.kantata.expense_writes import create_expenses, delete_expense, delete_many, update_expense
from kworkbench.sandbox.kantata.expenses import EXPENSES
from kworkbench.sandbox.kantata.grants import is_token
from kworkbench.sandbox.kantata.invoice_writes import (
    cancel,
    create_invoice,
    delete_invoice,
    show_next_number,
    update_invoice,
)
from kworkbench.sandbox.kantata.invoices import INVOICES
from kworkbench.sandbox.kantata.listing import list_rows, show_row
from kworkbench.sandbox.kantata.payments import PAYMENTS, create_payment, remove_payment
from kworkbench.sandbox.kantata.people import USERS, show_me
from kworkbench.sandbox.kantata.picker_writes import CATEGORY, ROLE, VENDOR, create_one, delete_one, update_one
from kworkbench.sandbox.kantata.pickers import CATEGORIES, ROLES, VENDORS, list_currencies
from kworkbench.sandbox.kantata.receipts import (
    UPLOAD,
    create_attachment,
    delete_attachment,
    rename_attachment,
    sync_attachment,
    take_upload,
)
from kworkbench.sandbox.kantata.stories import ROUTED_STORIES
from kworkbench.sandbox.kantata.workspaces import WORKSPACES

PREFIX = "/api/v1"

Answer = Record | list[Record] | None
Handler = Callable[[Call], Answer]

ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "/external_payments": {"GET": partial(list_rows, PAYMENTS), "POST": create_payment},
    "/external_payments/{id}": {"GET": partial(show_row, PAYMENTS), "DELETE": remove_payment},
    "/expenses": {"GET": partial(list_rows, EXPENSES), "POST": create_expenses, "DELETE": delete_many},
    "/expenses/{id}": {"GET": partial(show_row, EXPENSES), "PUT": update_expense, "DELETE": delete_expense},
    "/invoices": {"GET": partial(list_rows, INVOICES), "POST": create_invoice},
    "/invoices/next_invoice_number": {"GET": show_next_number},
    "/invoices/{id}": {"GET": partial(show_row, INVOICES), "PUT": update_invoice, "DELETE": delete_invoice},
    "/invoices/{id}/cancel": {"PUT": cancel},
    "/expense_report_submissions": {"GET": partial(list_rows, SUBMISSIONS), "POST": create_report},
    "/expense_report_submissions/{id}": {"GET": partial(show_row, SUBMISSIONS)},
    **{f"/expense_report_submissions/{{id}}/{verb}": {"PUT": partial(resolve, verb)} for verb in DECISIONS},
    "/workspaces": {"GET": partial(list_rows, WORKSPACES)},
    "/workspaces/{id}": {"GET": partial(show_row, WORKSPACES)},
    "/users": {"GET": partial(list_rows, USERS)},
    "/users/me": {"GET": show_me},
    "/users/{id}": {"GET": partial(show_row, USERS)},
    "/expense_categories": {"GET": partial(list_rows, CATEGORIES), "POST": partial(create_one, CATEGORY)},
    "/expense_categories/{id}": {"PUT": partial(update_one, CATEGORY), "DELETE": partial(delete_one, CATEGORY)},
    "/vendors": {"GET": partial(list_rows, VENDORS), "POST": partial(create_one, VENDOR)},
    "/vendors/{id}": {"PUT": partial(update_one, VENDOR), "DELETE": partial(delete_one, VENDOR)},
    "/roles": {"GET": partial(list_rows, ROLES), "POST": partial(create_one, ROLE)},
    "/roles/{id}": {
        "GET": partial(show_row, ROLES),
        "PUT": partial(update_one, ROLE),
        "DELETE": partial(delete_one, ROLE),
    },
    "/stories": {"GET": partial(list_rows, ROUTED_STORIES)},
    "/stories/{id}": {"GET": partial(show_row, ROUTED_STORIES)},
    "/expense_budgets": {"GET": partial(list_rows, BUDGETS)},
    "/currencies": {"GET": list_currencies},
    "/attachments": {"POST": create_attachment},
    "/attachments/{id}": {"PUT": rename_attachment, "DELETE": delete_attachment},
    "/attachments/{id}/sync": {"PUT": sync_attachment},
}

UNSIGNED: Mapping[str, Mapping[str, Handler]] = {UPLOAD: {"POST": take_upload}}
"""What asks for no token: the address of a direct upload, which has a signature of its own."""

_READ_BY_WRITES = ("include", "optional_fields")


def dialect(context: SandboxContext) -> Dialect:
    """Kantata over the books of `context`."""
    routes = [Route(PREFIX + path, _Endpoint(context, methods)) for path, methods in ROUTES.items()]
    routes += [
        Route(PREFIX + path, _Endpoint(context, methods, open_to_all=True)) for path, methods in UNSIGNED.items()
    ]
    router = Router(routes, redirect_slashes=False, default=_unrouted)
    return Dialect(PREFIX, _without_suffix(router), document, RateLimit(60, 60, _too_many))


def _too_many(_seconds: int) -> Response:
    """The numbers, the body and the lack of a header are our assumptions (section 1, "Rate limiting")."""
    return document(429, "Too many requests. Wait a moment.")


class _Endpoint:
    """One path: who is asking, what for, and the answer as a document."""

    def __init__(self, context: SandboxContext, methods: Mapping[str, Handler], *, open_to_all: bool = False) -> None:
        self._context = context
        self._methods = methods
        self._open_to_all = open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except Refusal as refusal:
            response = refusal_document(refusal, with_field=self._context.kantata_field)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        reads = request.method in {"GET", "HEAD"}
        handler = self._methods.get("GET" if reads else request.method)
        if handler is None:
            raise not_found()
        if not self._open_to_all:
            self._authorize(request)
        pairs = read_query(request.scope["query_string"])
        body: Tree = {}
        if not reads:
            body = nest(pairs) | await read_body(await request.body(), request.headers.get("content-type", ""))
            pairs += _texts(body)
        books = self._context.books
        # The checks belong into the transaction: another process may serve the same file.
        with books.snapshot() if reads else books.transaction():
            origin = f"{request.url.scheme}://{request.url.netloc}{PREFIX}"
            record = handler(Call(self._context, Look(books), Params(pairs), _row_id(request), body, origin))
        if record is None:
            return Response(status_code=204)
        return Response(json_bytes(record), media_type=MEDIA_TYPE)

    def _authorize(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip()
        known = compare_digest(token.encode(), self._context.token.encode()) or is_token(self._context.books, token)
        if scheme.lower() != "bearer" or not known:
            raise unauthorized()


def _texts(body: Tree) -> list[tuple[str, str]]:
    """The parameters of the answer that a write may carry in its body as well as in its query."""
    found: list[tuple[str, str]] = []
    for name in _READ_BY_WRITES:
        value = body.get(name)
        found += [(name, one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    return found


def _row_id(request: Request) -> int:
    text = str(request.path_params.get("id", "0"))
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise not_found()
    return int(text)


def _without_suffix(app: ASGIApp) -> ASGIApp:
    """The application without the `.json` and the slash that a path may end in; the slash is ours."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "path": scope["path"].removesuffix("/").removesuffix(".json")}, receive, send)

    return serve


async def _unrouted(scope: Scope, receive: Receive, send: Send) -> None:
    response = refusal_document(not_found(), with_field=False)
    await response(scope, receive, send)

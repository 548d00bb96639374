"""Webhooks as records (api/productive.md section 14); who tells them is `telling`."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from starlette.responses import Response

from kworkbench.sandbox.books.history_model import Webhook
from kworkbench.sandbox.productive import values
from kworkbench.sandbox.productive.assembly import Assembly
from kworkbench.sandbox.productive.bodies import Item, read_item
from kworkbench.sandbox.productive.call import Call
from kworkbench.sandbox.productive.checks import FieldChecks, Values
from kworkbench.sandbox.productive.errors import INVALID
from kworkbench.sandbox.productive.picker_tables import WEBHOOKS
from kworkbench.sandbox.productive.query import wishes_of
from kworkbench.sandbox.productive.reads import shown_row
from kworkbench.sandbox.productive.values import FieldError
from kworkbench.sandbox.productive.wire import Json, answer, empty

EVENTS = (2, 14, 15, 21, 22, 23, 32, 33, 34, 29, 30, 31, 5, 10, 11)
"""New, updated and deleted invoices, expenses, payments, companies and projects."""


def create(call: Call) -> Response:
    """201 with the webhook, which waits for its first event."""
    assembly = _assembly(call)
    found, now = _checked(call, read_item(call.body, "webhooks"), fresh=True), call.books.now()
    token = secrets.token_hex(16)
    row_id = call.books.insert(Webhook, **found, signature_token=token, created_at=now, updated_at=now)
    return answer(assembly.single(_row(call, row_id)), 201)


def update(call: Call) -> Response:
    """200 with the webhook."""
    assembly, row = _assembly(call), _row(call, call.row_id())
    found = _checked(call, read_item(call.body, "webhooks", row.id), fresh=False)
    call.books.update(Webhook, row.id, **found, updated_at=call.books.now())
    return answer(assembly.single(_row(call, row.id)))


def delete(call: Call) -> Response:
    """204."""
    call.books.delete(Webhook, _row(call, call.row_id()).id)
    return empty()


def _checked(call: Call, item: Item, *, fresh: bool) -> Values:
    checks = FieldChecks(call.books, item, fresh=fresh)
    found = checks.required("target_url", _url) | checks.required("event_id", values.number_of(*EVENTS))
    found |= checks.optional("name", values.text)
    checks.refuse()
    return found


def _url(value: Json) -> str:
    """An address of the web.

    Raises:
        FieldError: anything else.
    """
    found = values.text(value) or ""
    try:
        parts = urlsplit(found)
    except ValueError:
        raise FieldError(INVALID) from None
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(found) > 2000:
        raise FieldError(INVALID)
    return found


def _assembly(call: Call) -> Assembly:
    return Assembly(call.context, WEBHOOKS.kind, wishes_of(call.pairs))


def _row(call: Call, row_id: int) -> Webhook:
    return shown_row(WEBHOOKS, Webhook, call, row_id)

"""Another user of the same books: his own line to the sandbox, which nothing disturbs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from kworkbench.composition.embedded import BASE_URLS
from kworkbench.domain.changes import Op
from kworkbench.domain.records import Value
from kworkbench.providers import load
from kworkbench.providers.base import Request, Response, Write
from kworkbench.store.reader import Row
from kworkbench.sync.http import HttpTransport, InProcessCarrier
from kworkbench.sync.transport import RawAnswer
from tests.sync.stage import TOKEN, Stage


def pays(stage: Stage, invoice: Row, cents: int) -> bool:
    """He pays a part of an invoice, or all of it where parts are not possible; False where the server refuses."""
    args: dict[str, Value] = {"invoice_id": invoice.id, "note": "his"}
    if load(stage.provider).catalog.payments.part:
        args |= {"amount": cents, "date": "2026-03-31", "kind": "payment"}
    else:
        args["project_id"] = invoice.values["project_id"]
    pre = {"outstanding": invoice.values["outstanding"], "currency": invoice.values["currency"]}
    return _does(stage, Write(Op.CREATE, "payments", args=args, pre=pre))


def edits(stage: Stage, expense: Row, text: str) -> bool:
    """He writes another text to an expense; False where the server refuses, or it is gone."""
    return _does(stage, Write(Op.UPDATE, "expenses", expense.id, args={"text": text}, pre={"text": None}))


def deletes(stage: Stage, expense: Row) -> bool:
    """He deletes an expense; False where the server refuses, or it is gone."""
    return _does(stage, Write(Op.DELETE, "expenses", expense.id))


def _does(stage: Stage, write: Write) -> bool:
    provider = load(stage.provider)
    request = provider.write(write, stage.reader.lookup)
    answer = asyncio.run(_sent(stage, request))
    return 200 <= answer.status < 300


async def _sent(stage: Stage, request: Request) -> Response:
    async def handle(method: str, target: str, headers: Mapping[str, str], body: bytes) -> RawAnswer:
        pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
        answer = await stage.server.handle(method, target, pairs, body, timeout=20)
        return RawAnswer(answer.status, {name.decode(): value.decode() for name, value in answer.headers}, answer.body)

    carrier = InProcessCarrier(handle)
    provider = load(stage.provider)
    transport = HttpTransport(BASE_URLS[stage.provider], lambda: provider.auth(TOKEN, None), carrier=carrier)
    return await transport.send(request)

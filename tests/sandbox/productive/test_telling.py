"""Webhooks are told what was done, signed, and bear what became of it."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import pytest

from kworkbench.sandbox.books.history_model import Webhook
from kworkbench.sandbox.books.money_model import Invoice
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.productive.telling import Teller
from tests.sandbox.productive.support import Api, body


@asynccontextmanager
async def listening(answer: bytes, heard: list[tuple[bytes, bytes]]) -> AsyncIterator[str]:
    """An address on loopback that notes heads and bodies, and answers the same to everything."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Length"))[16:])
        heard.append((head, await reader.readexactly(length)))
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def teller_of(api: Api) -> Teller:
    return Teller(SandboxContext(books=api.books, token="secret", organization_id="4711", clock=api.books.clock))


async def hook(api: Api, url: str, event: int) -> Webhook:
    made = await api.send("POST", "/webhooks", body("webhooks", target_url=url, event_id=event))
    assert made.status_code == 201, made.text
    found = api.books.one(Webhook, int(made.json()["data"]["id"]))
    assert found is not None
    return found


async def pay(api: Api) -> None:
    invoice = api.books.all(Invoice, "WHERE state = 'open' AND amount_unpaid > 1000 ORDER BY id LIMIT 1")[0]
    paid = body("payments", invoice_id=invoice.id, amount=500, paid_on="2026-03-01")
    assert (await api.send("POST", "/payments", paid)).status_code == 201


def state(api: Api, row: Webhook) -> int:
    return api.books.scalar("SELECT state_id FROM webhooks WHERE id = ?", (row.id,))


async def test_a_new_payment_is_told_with_a_signature(api: Api) -> None:
    heard: list[tuple[bytes, bytes]] = []
    teller = teller_of(api)
    async with listening(b"HTTP/1.1 204 No Content\r\n\r\n", heard) as url:
        payments, expenses = await hook(api, f"{url}/told?a=1", 32), await hook(api, url, 21)
        await pay(api)
        teller()
        await teller.finish()
        teller()
        await teller.finish()
    ((head, sent),) = heard
    assert head.startswith(b"POST /told?a=1 HTTP/1.1\r\n")
    signature = next(line for line in head.decode().split("\r\n") if line.startswith("Productive-Signature: "))
    second, digest = signature.removeprefix("Productive-Signature: t=").split(",s=")
    token = payments.signature_token.encode()
    assert digest == hmac.new(token, f"{second}.".encode() + sent, sha256).hexdigest()
    told = json.loads(sent)["data"]["attributes"]
    assert (told["event"], told["item_type"]) == ("create", "payment")
    assert (state(api, payments), state(api, expenses)) == (1, 3)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 500 Oops\r\n\r\n", b"hello\r\n", b""])
async def test_an_address_that_does_not_take_it_has_issues(api: Api, answer: bytes) -> None:
    teller = teller_of(api)
    async with listening(answer, []) as url:
        row = await hook(api, url, 32)
        await pay(api)
        teller()
        await teller.finish()
    assert state(api, row) == 2


@pytest.mark.parametrize("url", ["http://192.0.2.1/x", "https://127.0.0.1:9/x", "http://127.0.0.1:1/x"])
async def test_only_loopback_is_told(api: Api, url: str) -> None:
    teller = teller_of(api)
    row = await hook(api, url, 32)
    await pay(api)
    teller()
    await teller.finish()
    assert state(api, row) == 2

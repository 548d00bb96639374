"""A client of the dialect, and books in memory to talk about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from kworkbench.sandbox.books.store import Books
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.productive.app import dialect

TODAY = date(2026, 3, 3)
JSON_API = "application/vnd.api+json"
BULK = "application/vnd.api+json; ext=bulk"
BROWSER = "text/xml,application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5"


def open_books(path: Path) -> Books:
    return Books.open(path, today=TODAY, size=150, clock=lambda: datetime(2026, 3, 3, 9, 40, tzinfo=UTC))


class Api:
    """Sends requests as a signed-in client of the seed's time would."""

    def __init__(self, books: Books, *, modern: bool = False) -> None:
        self.books = books
        context = SandboxContext(
            books=books,
            token="secret",
            organization_id=str(books.organization().id),
            clock=books.clock,
            modern_shape=modern,
        )
        self._transport = httpx.ASGITransport(dialect(context).app, raise_app_exceptions=True)
        self.headers = {
            "Accept": BROWSER,
            "Content-Type": JSON_API,
            "X-Auth-Token": "secret",
            "X-Organization-Id": context.organization_id,
        }

    async def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> httpx.Response:
        asked = {**self.headers, **(headers or {})}
        chosen = [(name.encode(), value.encode("latin-1")) for name, value in asked.items() if value is not None]
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        async with httpx.AsyncClient(transport=self._transport, base_url="http://www.example.com") as client:
            client.headers.clear()
            return await client.request(method, f"/api/v2{path}", content=content, headers=chosen, params=params)

    async def get(self, path: str, **params: str | int) -> dict[str, Any]:
        """The document of a list or a show, which must succeed; `page_size` stands for `page[size]`."""
        names = {"page_size": "page[size]"}
        answer = await self.send("GET", path, params={names.get(name, name): value for name, value in params.items()})
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    async def found(self, path: str, query: str) -> list[int]:
        """The ids a list finds."""
        answer = await self.send("GET", f"{path}?{query}&page[size]=200")
        assert answer.status_code == 200, answer.text
        return [int(one["id"]) for one in answer.json()["data"]]


def body(kind: str, /, **attributes: object) -> dict[str, Any]:
    """A document of one resource."""
    return {"data": {"type": kind, "attributes": attributes}}


def problems(answer: httpx.Response) -> list[tuple[str, str]]:
    """Pointers and details of an error document."""
    return [(one["source"]["pointer"], one["detail"]) for one in answer.json()["errors"]]


def ids(books: Books, sql: str, *values: str | int) -> list[int]:
    """The ids a statement gives, ascending."""
    return sorted(int(row[0]) for row in books.connection.execute(sql, values))

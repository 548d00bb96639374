"""A small sandbox, one vendor's provider on it, and a cache that it filled: what the server says and what the cache."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from kworkbench.domain.catalog import Resource, SortKey
from kworkbench.domain.changes import Change
from kworkbench.domain.query import Query, Term
from kworkbench.domain.query.asked import Asked
from kworkbench.domain.records import Record, Values
from kworkbench.providers import load
from kworkbench.providers.base import Provider, Request, Response
from kworkbench.sandbox.app import build_app
from kworkbench.sandbox.opening import open_context
from kworkbench.store.cache import Cache
from kworkbench.store.reader import Reader

TODAY = date(2026, 3, 31)
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
ACCOUNT = "the account"
PREFIX = {"kantata": "/api/v1", "productive": "/api/v2"}
VENDORS = ("kantata", "productive", "productive-modern")
_TOKEN = "sandbox-token"


def no_changes(_lid: str) -> Sequence[Change]:
    return ()


@dataclass(eq=False)
class Line:
    """Both sides of one connection."""

    provider: Provider
    client: httpx.AsyncClient
    runner: asyncio.Runner
    organization_id: str
    cache: Cache
    reader: Reader
    issue: int = 0

    def resource(self, kind: str) -> Resource:
        return self.provider.catalog.resources[kind].resource

    def send(self, request: Request) -> Response:
        headers = {**request.headers, **self.provider.auth(_TOKEN, self.organization_id)}
        content = None if request.body is None else json.dumps(request.body).encode()
        path = PREFIX[self.provider.catalog.provider] + request.path
        answer = self.runner.run(
            self.client.request(request.method, path, params=list(request.query), content=content, headers=headers)
        )
        assert 200 <= answer.status_code < 300, (request, answer.text)
        return Response(answer.status_code, dict(answer.headers), answer.content)

    def sync(self) -> None:
        identity = self.provider.read_identity(self.send(self.provider.who()))
        self.provider = self.provider.signed_in(identity)
        catalog = self.provider.catalog
        for kind in (*(related.name for related in catalog.related), *catalog.resources):
            self._list(kind)

    def _list(self, kind: str) -> None:
        number = pages = 1
        while number <= pages:
            answer = self.send(self.provider.list_page(kind, number, 200))
            page = self.provider.read_page(kind, answer, self.cache.lookup(ACCOUNT))
            self.put(page.records)
            number, pages = number + 1, page.pages

    def put(self, records: Sequence[Record]) -> None:
        self.issue += 1
        self.cache.put(ACCOUNT, records, self.issue, no_changes)

    def told(self, asked: Asked) -> frozenset[str]:
        """The ids that the server names."""
        found: set[str] = set()
        number = pages = 1
        while number <= pages:
            answer = self.send(self.provider.list_asked(asked, TODAY, number, 200))
            page = self.provider.read_page(asked.kind, answer, lambda _kind, _id: None)
            found |= {record.id for record in page.records}
            number, pages = number + 1, page.pages
        return frozenset(found)

    def shown(self, kind: str, terms: Sequence[Term]) -> frozenset[str]:
        """The ids that the cache shows."""
        resource = self.resource(kind)
        lids = self.reader.lids(resource, self.reader.numbers(resource, Query(tuple(terms))))
        return frozenset(lid.partition(":")[2] for lid in lids)

    def sorted_by(self, kind: str, key: SortKey) -> list[str]:
        """The ids of the whole list in an order of the cache."""
        window = self.reader.rows(self.resource(kind), Query((), (key,)))
        return [str(row.id) for row in window.fetch(0, window.count())]

    def told_in_order(self, kind: str, wire: str, *, descending: bool) -> list[str]:
        """The ids of the whole list in an order of the server."""
        if self.provider.catalog.provider == "kantata":
            order = ("order", f"{wire}:{'desc' if descending else 'asc'}")
            said = {"order"}
        else:
            order, said = ("sort", f"-{wire}" if descending else wire), {"sort"}
        found: list[str] = []
        number = pages = 1
        while number <= pages:
            request = self.provider.list_page(kind, number, 200)
            query = (*(pair for pair in request.query if pair[0] not in {*said, "include"}), order)
            page = self.provider.read_page(kind, self.send(replace(request, query=query)), lambda _kind, _id: None)
            found += [record.id for record in page.records]
            number, pages = number + 1, page.pages
        return found

    def values(self, kind: str) -> list[Values]:
        """Every record of a list with its rare fields, in the cache."""
        resource = self.resource(kind)
        window = self.reader.rows(resource, Query())
        rows = window.fetch(0, window.count())
        return [found.values for row in rows if (found := self.reader.row(resource, row.lid)) is not None]


@contextmanager
def opened(vendor: str, *, seed: int = 1, size: int = 90) -> Iterator[Line]:
    """A sandbox of so many expenses, and a cache that was filled from it."""
    name, _, variant = vendor.partition("-")
    context = open_context(None, token=_TOKEN, today=TODAY, size=size, seed=seed, clock=lambda: NOON)
    app = build_app(replace(context, modern_shape=variant == "modern"))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1")
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        path = Path(folder) / "cache.db"
        cache = Cache.open(path)
        reader = Reader.open(path, ACCOUNT, lambda: TODAY)
        try:
            line = Line(load(name), client, runner, context.organization_id, cache, reader)
            line.sync()
            yield line
        finally:
            reader.close()
            cache.close()
            runner.run(client.aclose())
            context.books.close()

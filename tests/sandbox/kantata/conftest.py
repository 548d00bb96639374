"""The dialect over a copy of the sample books, asked in process."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import httpx
import pytest

from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.front import Front
from kworkbench.sandbox.kantata.app import dialect
from kworkbench.sandbox.opening import open_context

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
TOKEN = "t-123"

Json = dict[str, object]


@dataclass(frozen=True)
class Listing:
    """An envelope, taken apart."""

    document: Json
    key: str

    @property
    def ids(self) -> list[str]:
        return [row["id"] for row in cast("list[dict[str, str]]", self.document["results"])]

    @property
    def count(self) -> int:
        return cast("int", self.document["count"])

    @property
    def meta(self) -> dict[str, int]:
        return cast("dict[str, int]", self.document["meta"])

    @property
    def rows(self) -> list[Json]:
        return [self.side(self.key)[row_id] for row_id in self.ids]

    @property
    def row(self) -> Json:
        (found,) = self.rows
        return found

    def side(self, name: str) -> dict[str, Json]:
        return cast("dict[str, Json]", self.document[name])


class Api:
    """A client of one set of books."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def page(self, path: str, **params: object) -> Listing:
        answer = await self.client.get(path, params={name: str(value) for name, value in params.items()})
        assert answer.status_code == 200, answer.text
        return Listing(answer.json(), _collection(path))

    async def everything(self, path: str, **params: object) -> list[Json]:
        rows: list[Json] = []
        number = 1
        while True:
            found = await self.page(path, per_page=200, page=number, **params)
            rows += found.rows
            if number >= found.meta["page_count"]:
                return rows
            number += 1

    async def write(self, method: str, path: str, body: Json, *, expect: int = 200) -> Listing:
        answer = await self.client.request(method, path, json=body)
        assert answer.status_code == expect, answer.text
        return Listing(answer.json(), _collection(path))

    async def refused(self, method: str, path: str, body: Json | None = None, *, status: int = 422) -> list[Json]:
        answer = await self.client.request(method, path, json=body)
        assert answer.status_code == status, answer.text
        return cast("list[Json]", answer.json()["errors"])


def _collection(path: str) -> str:
    return path.partition("?")[0].strip("/").split("/")[0].removesuffix(".json")


def messages(problems: list[Json]) -> dict[object, object]:
    """The messages of an error document by field."""
    return {problem.get("field"): problem["message"] for problem in problems}


def client_of(context: SandboxContext) -> httpx.AsyncClient:
    """An HTTP client over the dialect."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(Front([dialect(context)])),
        base_url="http://localhost/api/v1",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "books.db"
    open_context(path, token=TOKEN, today=date(2026, 3, 15), size=1000, clock=lambda: NOW).books.close()
    return path


@pytest.fixture
def context(sample_file: Path, tmp_path: Path) -> Iterator[SandboxContext]:
    """Books that a test may change."""
    path = tmp_path / "books.db"
    shutil.copy(sample_file, path)
    context = open_context(path, token=TOKEN, clock=lambda: NOW)
    yield context
    context.books.close()


@pytest.fixture
async def api(context: SandboxContext) -> AsyncIterator[Api]:
    async with client_of(context) as client:
        yield Api(client)

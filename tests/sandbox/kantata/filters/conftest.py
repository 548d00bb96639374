"""Books that no test here changes."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest

from kworkbench.sandbox.books.money_model import ExternalReference
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.opening import open_context
from tests.sandbox.kantata.conftest import NOW, TOKEN, Api, Json, client_of
from tests.sandbox.kantata.filters.support import ALL


@pytest.fixture(scope="session")
def shared(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxContext]:
    """Books that no test here changes, with a second creator of payments and references of their own."""
    path = tmp_path_factory.mktemp("filters") / "books.db"
    shutil.copy(sample_file, path)
    context = open_context(path, token=TOKEN, today=date(2026, 3, 15), clock=lambda: NOW)
    books = context.books
    now = books.now()
    books.connection.execute("UPDATE payments SET creator_id = 205 WHERE id % 3 = 0")
    books.connection.execute("DELETE FROM external_references")
    books.connection.execute("DELETE FROM memberships WHERE person_id = 203 AND project_id % 4 = 0")
    for subject in ("expenses", "invoices"):
        sql = f"SELECT id FROM {subject} WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 40"  # noqa: S608
        for row_id in [row[0] for row in books.connection.execute(sql)][:6]:
            odd = bool(row_id % 2)
            books.insert(
                ExternalReference,
                subject_type=subject,
                subject_id=row_id,
                service_name="ledger" if odd else "vault",
                service_model="Entry" if odd else "Bill",
                service_model_ref=str(row_id),
                status="failed" if odd else "successful",
                external_status="open" if odd else "done",
                external_message="No account" if odd else "Kept",
                created_at=now,
                updated_at=now,
            )
    yield context
    books.close()


@pytest.fixture(scope="session")
def whole(shared: SandboxContext) -> dict[str, list[Json]]:
    async def read() -> dict[str, list[Json]]:
        async with client_of(shared) as client:
            return {path: await Api(client).everything(path, **params) for path, params in ALL.items()}

    return asyncio.run(read())


@pytest.fixture
async def api(shared: SandboxContext) -> AsyncIterator[Api]:
    async with client_of(shared) as client:
        yield Api(client)

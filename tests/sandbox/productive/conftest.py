from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.productive.support import Api, open_books


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "sandbox.db"
    open_books(path).close()
    return path


@pytest.fixture
def api(sample_file: Path, tmp_path: Path) -> Iterator[Api]:
    books = open_books(Path(shutil.copy(sample_file, tmp_path)))
    yield Api(books)
    books.close()

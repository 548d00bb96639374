"""Homes for the proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.proofs.books import Templates
from tests.sync.stage import Stage


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Synced homes of both dialects."""
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def open_stage(templates: Templates, tmp_path: Path) -> Iterator[Callable[[str], Stage]]:
    """Opens a synced, started stage of a dialect; all are closed afterwards."""
    opened: list[Stage] = []

    def open_it(provider: str) -> Stage:
        stage = Stage(templates.copy(provider, tmp_path / f"home-{len(opened)}"), provider)
        opened.append(stage)
        stage.home.start()
        return stage

    yield open_it
    for stage in opened:
        stage.close()

"""Synced books of both dialects, made once and copied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.stage import Stage, copy_of

Open = Callable[..., Stage]


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a home that has read everything of a dialect once."""
    made: dict[str, Path] = {}

    def of(provider: str) -> Path:
        if provider not in made:
            folder = made[provider] = tmp_path_factory.mktemp(provider)
            stage = Stage(folder, provider)
            stage.home.start()
            assert stage.sync() == ""
            stage.close()
        return made[provider]

    return of


@pytest.fixture
def open_stage(synced: Callable[[str], Path], tmp_path: Path) -> Iterator[Open]:
    """Opens a synced and started stage of a dialect; all are closed afterwards."""
    opened: list[Stage] = []

    def open_it(provider: str, *, started: bool = True) -> Stage:
        stage = Stage(copy_of(synced(provider), tmp_path / f"home-{len(opened)}"), provider)
        opened.append(stage)
        if started:
            stage.home.start()
        return stage

    yield open_it
    for stage in opened:
        stage.close()


@pytest.fixture(params=["kantata", "productive"])
def stage(request: pytest.FixtureRequest, open_stage: Open) -> Stage:
    """A synced, started home at each dialect."""
    return open_stage(str(request.param))


@pytest.fixture
def kantata(open_stage: Open) -> Stage:
    return open_stage("kantata")


@pytest.fixture
def productive(open_stage: Open) -> Stage:
    return open_stage("productive")

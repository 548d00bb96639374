from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.books import Shop
from tests.cli.standin import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    world.books = made.books
    world.on_pause = made.desk.step
    yield made
    made.close()

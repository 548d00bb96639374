"""Synced homes whose engine never starts: what services save stays where it can be looked at."""

from __future__ import annotations

import pytest

from tests.sync.conftest import Open, kantata, open_stage, productive, stage, synced
from tests.sync.stage import Stage

__all__ = ["kantata", "open_stage", "productive", "stage", "synced"]


@pytest.fixture(params=["kantata", "productive"])
def still(request: pytest.FixtureRequest, open_stage: Open) -> Stage:
    return open_stage(str(request.param), started=False)


@pytest.fixture
def still_kantata(open_stage: Open) -> Stage:
    return open_stage("kantata", started=False)


@pytest.fixture
def still_productive(open_stage: Open) -> Stage:
    return open_stage("productive", started=False)

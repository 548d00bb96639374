"""Kantata's writes, step by step, with their errors in order."""

from __future__ import annotations

import pytest

from tests.contract.kantata.expenses import EXPENSES
from tests.contract.kantata.helpers import HELPERS
from tests.contract.kantata.invoices import INVOICES
from tests.contract.kantata.payments import PAYMENTS
from tests.contract.kantata.setup import SETUP
from tests.contract.kantata.variables import variables
from tests.contract.kantata.world import World
from tests.contract.steps import Scenario, run

SCENARIOS = (*PAYMENTS, *EXPENSES, *INVOICES, *HELPERS)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(kantata: World, scenario: Scenario) -> None:
    run(scenario, kantata.api, variables(kantata))


@pytest.mark.parametrize("name", [scenario.name for scenario in SETUP])
def test_setup(kantata_setup: dict[str, str], name: str) -> None:
    assert name not in kantata_setup, kantata_setup[name]

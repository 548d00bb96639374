"""Productive's writes, step by step, with their errors in order."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.contract.productive.api import attribute
from tests.contract.productive.expenses import EXPENSES
from tests.contract.productive.history import HISTORY
from tests.contract.productive.invoices import INVOICES, LINES
from tests.contract.productive.payments import PAYMENTS
from tests.contract.productive.pickers import PICKERS
from tests.contract.productive.setup import SETUP
from tests.contract.productive.variables import variables
from tests.contract.productive.world import World
from tests.contract.steps import Scenario, run

_DECIMALS = {"JPY": 0, "KRW": 0, "ISK": 0, "KWD": 3, "TND": 3}

SCENARIOS = (*PAYMENTS, *INVOICES, *LINES, *EXPENSES, *PICKERS, *HISTORY)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(productive: World, scenario: Scenario) -> None:
    run(scenario, productive.api, variables(productive))


@pytest.mark.parametrize("name", [scenario.name for scenario in SETUP])
def test_setup(productive_setup: dict[str, str], name: str) -> None:
    assert name not in productive_setup, productive_setup[name]


def test_payments_are_converted_with_the_rate_of_their_invoice(productive: World) -> None:
    foreign = 0
    for row in productive.all("payments"):
        rate = Decimal(attribute(productive.invoice(row), "exchange_rate"))
        exponent = _DECIMALS.get(attribute(row, "currency_default"), 2) - _DECIMALS.get(attribute(row, "currency"), 2)
        exact = Decimal(attribute(row, "amount")).scaleb(exponent) * rate
        assert attribute(row, "amount_default") == int(exact.quantize(Decimal(1), ROUND_HALF_UP)), row
        foreign += attribute(row, "currency") != attribute(row, "currency_default")
    assert foreign

"""The two ways to the sandbox, each with books of its own that last for the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.kantata.api import Kantata
from tests.contract.kantata.setup import SETUP as KANTATA_SETUP
from tests.contract.kantata.variables import variables as kantata_variables
from tests.contract.kantata.world import World as KantataWorld
from tests.contract.productive.api import Productive
from tests.contract.productive.setup import SETUP as PRODUCTIVE_SETUP
from tests.contract.productive.variables import variables as productive_variables
from tests.contract.productive.world import World as ProductiveWorld
from tests.contract.steps import Scenario, Speaker, Variables, run
from tests.contract.wires import Wire, in_process, served

WAYS = ("in process", "over loopback")


@pytest.fixture(scope="session", params=WAYS)
def wire(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    if request.param == "in process":
        with in_process() as inside:
            yield inside
    else:
        with served(tmp_path_factory.mktemp("served")) as outside:
            yield outside


@pytest.fixture(scope="session")
def kantata_setup(wire: Wire) -> dict[str, str]:
    """Adds what the sample books lack; the complaints by name of the scenario, which `test_setup` looks at."""
    api = Kantata(wire)
    return _prepare(KANTATA_SETUP, api, kantata_variables(KantataWorld(api)))


@pytest.fixture(scope="session")
def productive_setup(wire: Wire) -> dict[str, str]:
    """As `kantata_setup`."""
    api = Productive(wire)
    return _prepare(PRODUCTIVE_SETUP, api, productive_variables(ProductiveWorld(api)))


def _prepare(scenarios: tuple[Scenario, ...], api: Speaker, variables: Variables) -> dict[str, str]:
    complaints = {}
    for scenario in scenarios:
        try:
            run(scenario, api, variables)
        except AssertionError as error:
            complaints[scenario.name] = str(error)
    return complaints


@pytest.fixture(scope="session")
def kantata(wire: Wire, kantata_setup: dict[str, str]) -> KantataWorld:
    """Kantata's books, ready for every case."""
    return KantataWorld(Kantata(wire))


@pytest.fixture(scope="session")
def productive(wire: Wire, productive_setup: dict[str, str]) -> ProductiveWorld:
    """Productive's books, ready for every case."""
    return ProductiveWorld(Productive(wire))

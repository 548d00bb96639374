"""Every route, with requests made from the OpenAPI documents: valid ones and broken ones.

Whatever comes in, no answer is a server error, none takes too long, and each document is well formed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.contract.documented import data
from tests.contract.kantata import api as kantata
from tests.contract.productive import api as productive
from tests.contract.wires import ORGANIZATION, TOKEN, Answer, Wire, in_process, served

FOLDER = Path(__file__).with_name("openapi")
HEADERS = {"x-auth-token": TOKEN, "x-organization-id": ORGANIZATION, "authorization": f"Bearer {TOKEN}"}
BASES = {"kantata": kantata.BASE, "productive": productive.BASE}
USUAL = {200, 201, 204, 400, 403, 404, 405, 406, 409, 415, 422}


def operations(vendor: str) -> list[APIOperation[Any, Any, Any, Any]]:
    """Every operation of a vendor's document."""
    schema = schemathesis.openapi.from_path(FOLDER / f"{vendor}.yaml")
    found = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        found.append(result.ok())
    return found


OPERATIONS = [(vendor, operation) for vendor in ("kantata", "productive") for operation in operations(vendor)]
NAMES = [f"{vendor} {operation.label}" for vendor, operation in OPERATIONS]


@pytest.fixture(scope="module")
def inside() -> Iterator[Wire]:
    """Books of its own, which the requests may spoil."""
    with in_process() as wire:
        yield wire


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with served(tmp_path_factory.mktemp("fuzzed")) as wire:
        yield wire


def send(wire: Wire, base: str, case: Case[Any]) -> Answer:
    """Sends a generated request as a common HTTP library would."""
    made = requests.Request(**case.as_transport_kwargs(base_url=f"{wire.origin}{base}")).prepare()
    body = made.body.encode() if isinstance(made.body, str) else made.body or b""
    assert isinstance(body, bytes)
    headers = {
        name: value.decode("latin-1") if isinstance(value, bytes) else value for name, value in made.headers.items()
    }
    return wire.send(str(made.method), made.path_url, {**headers, **HEADERS}, body)


def check(vendor: str, wire: Wire, answer: Answer) -> None:
    """Checks what holds for every answer."""
    assert answer.status in USUAL, answer
    if vendor == "kantata":
        kantata.check_answer(answer)
    else:
        productive.check_answer(answer, productive.Productive(wire))


def fuzz(wire: Wire, vendor: str, operation: APIOperation[Any, Any, Any, Any], examples: int) -> None:
    """Sends as many requests, one half of them valid."""
    cases = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def run(case: Case[Any]) -> None:
        check(vendor, wire, send(wire, BASES[vendor], case))

    run()


@pytest.mark.parametrize(("vendor", "operation"), OPERATIONS, ids=NAMES)
def test_no_request_breaks_a_route(inside: Wire, vendor: str, operation: APIOperation[Any, Any, Any, Any]) -> None:
    fuzz(inside, vendor, operation, 6)


@pytest.mark.heavy
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("vendor", "operation"), OPERATIONS, ids=NAMES)
def test_many_requests_break_no_route(outside: Wire, vendor: str, operation: APIOperation[Any, Any, Any, Any]) -> None:
    fuzz(outside, vendor, operation, 25)


@pytest.mark.parametrize("vendor", ["kantata", "productive"])
def test_the_documents_name_every_list_parameter(vendor: str) -> None:
    lists = {each.path: each for name, each in OPERATIONS if name == vendor and each.method.upper() == "GET"}
    for resource, known in data(vendor)["resources"].items():
        named = {parameter.name for parameter in lists[f"/{resource}"].query}
        if vendor == "kantata":
            assert known["filters"].keys() <= named
        else:
            assert {name.partition("]")[0].removeprefix("filter[") for name in named} >= known["filters"].keys()
    for resource, beside in data(vendor).get("history", {}).items():
        for name in beside.get("parameters", ()) if resource != "paging" else ():
            assert f"filter[{name}]" in {parameter.name for parameter in lists[f"/{resource}"].query}

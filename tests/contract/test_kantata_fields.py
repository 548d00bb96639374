"""Every field of Kantata's records: its type, whether null is allowed, and when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract.documented import data
from tests.contract.kantata.api import Row
from tests.contract.kantata.fields import FIELDS, Field
from tests.contract.kantata.world import WIDEST, World
from tests.contract.kinds import fits


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of one collection, read without and with everything that can be asked for."""

    plain: list[Row]
    full: list[Row]


def _primary(world: World, resource: str) -> Found:
    return Found(world.api.rows(resource, WIDEST[resource]), world.all(resource))


def _side(world: World, collection: str) -> Found:
    rows = [row for name in data("kantata")["resources"] for row in world.side(name, collection).values()]
    optional = [name for name, (_, when) in data("kantata")["collections"][collection].items() if when == "optional"]
    if not optional:
        return Found(rows, rows)
    return Found(rows, world.api.rows(collection, [*WIDEST[collection], ("optional_fields", ",".join(optional))]))


@pytest.fixture(scope="module")
def found(kantata: World) -> dict[str, Found]:
    resources = {name: _primary(kantata, name) for name in data("kantata")["resources"]}
    return resources | {name: _side(kantata, name) for name in data("kantata")["collections"]}


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.resource} {field.name}")
def test_field(found: dict[str, Found], field: Field) -> None:
    rows = found[field.resource]
    assert rows.full, "the books hold no such record"
    for row in (*rows.plain, *rows.full):
        if field.name in row:
            assert fits(row[field.name], field.kind), (field, row[field.name])
    if field.when == "always":
        assert _without(rows.plain, field) == []
    elif field.when == "include" and field.resource in data("kantata")["resources"]:
        assert _without(rows.full, field) == []
    elif field.when == "optional":
        assert _without(rows.full, field) == []
        assert len(_without(rows.plain, field)) == len(rows.plain), "sent without being asked for"


def _without(rows: list[Row], field: Field) -> list[Any]:
    return [row["id"] for row in rows if field.name not in row]

"""Every attribute and relationship of Productive's records, and what every document carries in both shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract.documented import data
from tests.contract.kinds import fits
from tests.contract.productive.api import Productive, Row, link, links
from tests.contract.productive.fields import FIELDS, INCLUDES, RELATIONSHIPS, Field, Include
from tests.contract.productive.world import World
from tests.contract.wires import in_process


def _records(world: World, resource: str) -> list[Row]:
    if resource in data("productive")["included"]:
        return [row for (type_, _), row in world.included("payments").items() if type_ == resource]
    return world.all(resource)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.resource} {field.name}")
def test_attribute(productive: World, field: Field) -> None:
    rows = _records(productive, field.resource)
    assert rows
    for row in rows:
        assert field.name in row["attributes"], row
        assert fits(row["attributes"][field.name], field.kind), (field, row["attributes"][field.name])


@pytest.mark.parametrize(("resource", "name"), RELATIONSHIPS)
def test_relationship(productive: World, resource: str, name: str) -> None:
    for row in _records(productive, resource):
        assert "data" in row["relationships"][name]


@pytest.mark.parametrize("resource", ["payments", "invoices", "expenses", "companies", "people"])
def test_order_of_attributes_and_relationships(productive: World, resource: str) -> None:
    known = data("productive")
    shape = known["resources"].get(resource) or known["included"][resource]
    extra_allowed = resource in ("invoices", "expenses")
    for row in _records(productive, resource):
        names = list(row["attributes"])
        assert names[: len(shape["attributes"])] == list(shape["attributes"])
        assert extra_allowed or len(names) == len(shape["attributes"])
        assert list(row["relationships"])[: len(shape["relationships"])] == shape["relationships"]


@pytest.mark.parametrize("case", INCLUDES, ids=lambda case: f"{case.resource} {case.name}")
def test_include(productive: World, case: Include) -> None:
    known = productive.all(case.resource)
    first = case.name.split(".", 1)[0]
    for page in productive.api.pages(case.resource, [("include", case.name)]):
        assert [row["relationships"] for row in page["data"]] == [
            row["relationships"] for row in known if row["id"] in {each["id"] for each in page["data"]}
        ]
        there = {(row["type"], row["id"]) for row in page.get("included", [])}
        for row in page["data"]:
            linkage = row["relationships"][first]["data"]
            for each in linkage if isinstance(linkage, list) else [linkage] if linkage else []:
                assert (each["type"], each["id"]) in there


@dataclass(frozen=True, slots=True)
class Feature:
    """A switch or a counter in `meta`."""

    name: str
    kind: str


FEATURES = tuple(Feature(name, kind) for name, kind in data("productive")["features"].items())


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_feature(productive: World, feature: Feature) -> None:
    found = productive.api.page("payments")["meta"]["organization_features"][feature.name]
    if feature.kind == "metered":
        assert found["limit"] == data("productive")["limits"][feature.name]
        assert list(found) == ["type", "limit", "used"]
    else:
        assert list(found) == ["type", "available"]
        assert isinstance(found["available"], bool)
    assert found["type"] == feature.kind


@pytest.mark.parametrize("path", ["/payments", "/invoices", "/expenses", "/companies"])
def test_meta(productive: World, path: str) -> None:
    document = productive.api.ask("GET", path).json()
    assert list(document["meta"]["organization_features"]) == list(data("productive")["features"])
    assert document["meta"]["settings"] == {}
    single = productive.api.ask("GET", f"{path}/{document['data'][0]['id']}").json()
    assert list(single["meta"]) == ["organization_features", "settings"]
    assert "links" not in single
    assert single["data"] == document["data"][0]


@pytest.fixture(scope="module")
def modern() -> Iterator[Productive]:
    with in_process(modern_shape=True) as wire:
        yield Productive(wire, modern=True)


@pytest.mark.parametrize("resource", ["payments", "invoices", "expenses"])
def test_modern_shape_without_include(modern: Productive, resource: str) -> None:
    document = modern.page(resource)
    assert "included" not in document
    assert list(document["meta"]) == ["current_page", "total_pages", "total_count", "page_size", "max_page_size"]
    for row in document["data"]:
        for name, relationship in row["relationships"].items():
            if name != "organization":
                assert relationship == {"meta": {"included": False}}
    single = modern.ask("GET", f"/{resource}/{document['data'][0]['id']}").json()
    assert single["meta"] == {}
    assert "included" not in single


def test_modern_shape_with_include(modern: Productive) -> None:
    document = modern.page("payments", [("include", "invoice.company")])
    rows = {(row["type"], row["id"]): row for row in document["included"]}
    for row in document["data"]:
        invoice = rows["invoices", str(link(row, "invoice"))]
        assert rows["companies", str(link(invoice, "company"))]
        assert invoice["relationships"]["creator"] == {"meta": {"included": False}}
        organization = row["relationships"]["organization"]
        assert organization == {"meta": {"included": False}} or isinstance(organization["data"]["id"], str)


def test_modern_shape_of_a_to_many_relationship(modern: Productive) -> None:
    document: Any = modern.page("invoices", [("include", "invoice_attributions")])
    assert any(links(row, "invoice_attributions") for row in document["data"])

"""Short words for Productive's scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.contract.productive.api import BULK
from tests.contract.productive.cases import key
from tests.contract.steps import Covers, Scenario, Step

BLANK = "can't be blank"
NO_DATE = "is not a date"
NO_NUMBER = "is not a number"


def problem(name: str, detail: str) -> dict[str, Any]:
    """One entry of a 422."""
    pointer = {"pointer": f"data/attributes/{name}"}
    head = {"status": "422", "code": "invalid_attribute", "title": "Invalid Attribute"}
    return {**head, "detail": detail, "source": pointer}


def invalid(*problems: tuple[str, str]) -> dict[str, Any]:
    """A 422 with these entries in order."""
    return {"status": 422, "errors": tuple(problem(*each) for each in problems)}


def refused(status: int, **members: str) -> dict[str, Any]:
    """An answer with one error that is no complaint about an attribute."""
    return {"status": status, "errors": ({"status": str(status), **members},)}


NOT_FOUND = refused(404, title="Record Not Found", detail="The requested record was not found")
UNTYPED = refused(
    415, code="unsupported_content_type", title="Unsupported Media Type", detail="Unsupported content type"
)


def to(type_: str, id_: str) -> dict[str, Any]:
    """A to-one relationship."""
    return {"data": {"type": type_, "id": id_}}


def resource(type_: str, attributes: Mapping[str, Any], **relationships: Any) -> dict[str, Any]:
    """The document of a write; relationships that are None are left out."""
    data: dict[str, Any] = {"type": type_, "attributes": dict(attributes)}
    given = {name: value for name, value in relationships.items() if value is not None}
    return {"data": data | ({"relationships": given} if given else {})}


def payment(**attributes: Any) -> dict[str, Any]:
    """A payment of the variable `invoice`."""
    body = {"amount": 10000, "paid_on": "2021-01-24", **attributes}
    return resource("payments", body, invoice=to("invoices", "$invoice"))


def invoice(subject: str, relationships: Mapping[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """A draft for the variable `company`."""
    body = {"subject": subject, "invoiced_on": "2026-02-01", "currency": "EUR", "pay_on": "2999-01-01", **attributes}
    return resource("invoices", body, company=to("companies", "$company"), **(relationships or {}))


def expense(name: str, relationships: Mapping[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """An expense of the variable `service`."""
    body = {"name": name, "date": "2026-02-03", "currency": "EUR", "amount": 10000, **attributes}
    return resource("expenses", body, service=to("services", "$service"), **(relationships or {}))


def line(description: str, relationships: Mapping[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """A line of 40.00 on the variable `invoice`."""
    body = {"description": description, "unit_price": 4000, "quantity": "1.0", **attributes}
    given = {"invoice": to("invoices", "$invoice"), "tax_rate": to("tax_rates", "$tax_rate"), **(relationships or {})}
    return resource("line_items", body, **given)


def post(path: str, body: Any, **expected: Any) -> Step:
    """A POST; 201 where nothing else is said."""
    return Step("POST", path, body, **{"status": 201, **expected})


def patch(path: str, body: Any = None, **expected: Any) -> Step:
    """A PATCH."""
    return Step("PATCH", path, body, **expected)


def bulk(method: str, path: str, data: Any, **expected: Any) -> Step:
    """A bulk request."""
    return Step(method, path, {"data": data}, content_type=BULK, **expected)


def attributes(**values: Any) -> dict[str, Any]:
    """Expected attributes of the main record."""
    return {f"attributes/{name}": value for name, value in values.items()}


def scenario(name: str, *steps: Step, covers: str = "") -> Scenario:
    """A scenario; `covers` names `resource kind: one, two` entries with `;` between them."""
    return Scenario(name, steps, _covers(covers))


def _covers(text: str) -> Covers:
    found = []
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        head, _, names = entry.partition(":")
        resource_, kind = head.split()
        found += [(key(resource_, kind, name.strip()), "works") for name in names.split(",")]
    return tuple(found)

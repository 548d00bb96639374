"""Short words for Kantata's scenarios."""

from __future__ import annotations

from typing import Any

from tests.contract.kantata.cases import key
from tests.contract.steps import Covers, Scenario, Step


def invalid(*fields: str) -> dict[str, Any]:
    """What a 422 looks like: a validation error for each field, in order."""
    return {"status": 422, "errors": tuple({"type": "validation", "field": field} for field in fields)}


MISSING: dict[str, Any] = {"status": 404, "errors": ({"type": "system", "message": "Not found"},)}
UNREADABLE: dict[str, Any] = {"status": 400, "errors": ({"type": "system"},)}


def expense(**members: Any) -> dict[str, Any]:
    """The body of a valid expense, with other members; None takes one away."""
    body = {"workspace_id": "$workspace", "date": "2026-03-01", "category": "Food", "amount_in_cents": 5000, **members}
    return {"expense": {name: value for name, value in body.items() if value is not None}}


def payment(**members: Any) -> dict[str, Any]:
    """The body of a valid payment of a project, with other members; None takes one away."""
    body = {"workspace_id": "$workspace", "amount_in_cents": 125000, "message": "Wire 7781", **members}
    return {"external_payment": {name: value for name, value in body.items() if value is not None}}


def invoice(**members: Any) -> dict[str, Any]:
    """The body of an invoice over one fixed fee, with other members; None takes one away."""
    fee = {"notes": "Concept", "amount": 500, "taxable": False, "workspace_id": "$workspace"}
    body = {"workspace_id": "$workspace", "payment_schedule": 30, "fixed_fee_items": [fee], **members}
    return {"invoice": {name: value for name, value in body.items() if value is not None}}


def post(path: str, body: Any, **expected: Any) -> Step:
    """A POST."""
    return Step("POST", path, body, **expected)


def put(path: str, body: Any = None, **expected: Any) -> Step:
    """A PUT."""
    return Step("PUT", path, body, **expected)


def scenario(name: str, *steps: Step, covers: str = "") -> Scenario:
    """A scenario; `covers` names `resource kind: one, two` entries with `;` between them."""
    return Scenario(name, steps, _covers(covers))


def _covers(text: str) -> Covers:
    found = []
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        head, _, names = entry.partition(":")
        resource, kind = head.split()
        found += [(key(resource, kind, name.strip()), "works") for name in names.split(",")]
    return tuple(found)

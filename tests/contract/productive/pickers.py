"""The lists behind pickers."""

from __future__ import annotations

from tests.contract.documented import data
from tests.contract.productive.build import NOT_FOUND
from tests.contract.productive.build import scenario as case
from tests.contract.steps import get

_LISTS = tuple(
    case(
        f"the list of {name}",
        get(f"/{name}?page[size]=1", values={"/meta/page_size": 1, "type": name}, save={"one": "id"}),
        get(f"/{name}/{{one}}", values={"id": "$one", "type": name}),
        get(f"/{name}/987654321", **NOT_FOUND),
        covers=f"{name} operation: list, show",
    )
    for name in data("productive")["pickers"]
)

PICKERS = (
    *_LISTS,
    case(
        "filters of pickers",
        get("/companies?page[size]=1", save={"name": "attributes/name"}),
        get("/companies?filter[status]=1", values={"attributes/archived_at": None}),
        get("/projects?filter[project_type]=2", values={"attributes/project_type_id": 2}),
        get("/people?filter[status]=1&filter[person_type]=1", values={"attributes/deactivated_at": None}),
        get("/deals?filter[type]=2", values={"attributes/budget": True}, save={"budget": "id"}),
        get("/services?filter[deal_id]={budget}", values={"relationships/deal/data/id": "$budget"}),
        get("/services?filter[unit]=2&filter[expense_tracking_enabled]=true", values={"attributes/unit_id": 2}),
        get("/service_types?sort=name", values={"attributes/name": bool}),
        get("/tax_rates?filter[status]=1", values={"attributes/archived_at": None}),
        get("/organization_memberships?include=person", values={"/included/0/type": "people"}),
    ),
)

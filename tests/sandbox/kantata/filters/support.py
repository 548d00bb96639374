"""The lists that parameters are held against, and the check that exactly the rows that fit come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.sandbox.kantata.conftest import Api, Json

Fits = Callable[[Json], bool]

ALL: dict[str, dict[str, str]] = {
    "/external_payments": {},
    "/expenses": {
        "from_archived_workspaces": "true",
        "on_my_account": "false",
        "include": "active_submission,recent_submission,workspace,external_references",
    },
    "/invoices": {"include": "workspaces"},
    "/workspaces": {"include_archived": "true"},
}


def moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


async def check(api: Api, whole: dict[str, list[Json]], path: str, params: dict[str, str], fits: Fits) -> None:
    """Asks with `params` on top of what lists everything; exactly the rows that fit must come, and not all or none."""
    expected = [row["id"] for row in whole[path] if fits(row)]
    assert 0 < len(expected) < len(whole[path]), "the sample books cannot tell"
    found = await api.everything(path, **(ALL[path] | params))
    assert [row["id"] for row in found] == expected

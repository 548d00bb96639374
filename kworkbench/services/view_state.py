"""Where lists were left: a small file of state that may be lost or damaged without harm.

What cannot be read in it counts as nothing: the lists then open as they do the first time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from kworkbench.config_edit import replace_file
from kworkbench.domain.resources import RESOURCES
from kworkbench.domain.views import View, groupable
from kworkbench.lean import dataclass, field


@dataclass(frozen=True, slots=True)
class LeftOff:
    """The list that was shown last and, by list, what each showed; a view without a name is what it showed."""

    resource: str = "invoices"
    lists: Mapping[str, View] = field(default_factory=dict)


def load_state(file: Path) -> dict[str, LeftOff]:
    """Where each account's lists were left."""
    try:
        document: object = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(document, dict):
        return {}
    return {account: _left_off(entry) for account, entry in document.items() if isinstance(entry, dict)}


def save_state(file: Path, lists: Mapping[str, LeftOff]) -> None:
    """Write it in one step.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    document = {
        account: {
            "resource": left.resource,
            "lists": {
                name: {"query": view.query, "columns": list(view.columns), "group": view.group}
                for name, view in left.lists.items()
            },
        }
        for account, left in lists.items()
    }
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(file, json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def _left_off(entry: Mapping[object, object]) -> LeftOff:
    resource, lists = entry.get("resource"), entry.get("lists")
    kept = lists if isinstance(lists, dict) else {}
    return LeftOff(
        resource if isinstance(resource, str) and resource in RESOURCES else "invoices",
        {name: view for name, each in kept.items() if name in RESOURCES and (view := _view(name, each)) is not None},
    )


def _view(name: str, entry: object) -> View | None:
    if not isinstance(entry, dict):
        return None
    query, columns, group = entry.get("query"), entry.get("columns"), entry.get("group")
    resource = RESOURCES[name]
    known = [each for each in columns if each in resource.order] if isinstance(columns, list) else []
    return View(
        name,
        "",
        query if isinstance(query, str) else "",
        tuple(dict.fromkeys(known)),
        group if isinstance(group, str) and group in groupable(resource) else "",
    )

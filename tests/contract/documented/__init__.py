"""What the vendors document, as data typed in by hand, and the keys under which cases cover it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Key = tuple[str, str, str, str]
"""Vendor, resource, kind (`filter`, `order`, ...), name."""

ASPECTS: dict[str, tuple[str, ...]] = {
    "filter": ("bites", "bad input"),
    "order": ("asc", "desc"),
    "include": ("works",),
    "optional field": ("works",),
    "aggregate": ("works",),
    "field": ("typed",),
    "relationship": ("typed",),
    "write": ("works",),
    "operation": ("works",),
    "filter operation": ("bites",),
    "parameter": ("works",),
    "member": ("works",),
}
"""What has to be covered of each kind of documented thing."""


@dataclass(frozen=True, slots=True)
class Documented:
    """One documented thing."""

    key: Key
    remark: str = ""

    @property
    def aspects(self) -> tuple[str, ...]:
        """What cases have to cover of it."""
        return ASPECTS[self.key[2]]


@cache
def data(vendor: str) -> Any:
    """The vendor's file."""
    return json.loads(Path(__file__).with_name(f"{vendor}.json").read_text(encoding="utf-8"))


def everything() -> list[Documented]:
    """Everything documented, in the order of the files."""
    return [*_kantata(), *_productive()]


def _kantata() -> list[Documented]:
    found = []
    for name, resource in data("kantata")["resources"].items():
        found += _many("kantata", name, "operation", resource["operations"])
        found += [_one("kantata", name, "filter", param, kind) for param, kind in resource["filters"].items()]
        found += _many("kantata", name, "order", resource["orders"])
        found += [_one("kantata", name, "include", n, to) for n, to in resource["includes"].items()]
        found += _many("kantata", name, "optional field", resource["optional_fields"])
        found += _many("kantata", name, "write", resource["writes"])
        found += _kantata_fields(name, resource["fields"])
    for name, fields in data("kantata")["collections"].items():
        found += _kantata_fields(name, fields)
    return found


def _kantata_fields(resource: str, fields: dict[str, Any]) -> list[Documented]:
    return [_one("kantata", resource, "field", name, presence) for name, (_, presence) in fields.items()]


def _productive() -> list[Documented]:
    found = []
    for name, resource in data("productive")["resources"].items():
        found += _many("productive", name, "operation", resource["operations"])
        found += [_one("productive", name, "filter", param, source) for param, source in resource["filters"].items()]
        found += [_one("productive", name, "order", key, source) for key, source in resource["sorts"].items()]
        found += _many("productive", name, "aggregate", resource["aggregates"])
        found += _many("productive", name, "include", resource["includes"])
        found += _many("productive", name, "write", resource["writes"])
        found += _productive_fields(name, resource)
        found += _many("productive", name, "filter operation", resource["filter_operations"])
    for name, shape in data("productive")["included"].items():
        found += _productive_fields(name, shape)
    found += _many("productive", "meta", "field", data("productive")["features"])
    for name in data("productive")["pickers"]:
        found += _many("productive", name, "operation", ["list", "show"])
    for name, shape in data("productive")["history"].items():
        for kind in ("operation", "parameter", "write", "member"):
            found += _many("productive", name, kind, shape.get(f"{kind}s", []))
    return found


def _productive_fields(name: str, shape: dict[str, Any]) -> list[Documented]:
    fields = [_one("productive", name, "field", field, kind) for field, kind in shape["attributes"].items()]
    return fields + _many("productive", name, "relationship", shape["relationships"])


def _many(vendor: str, resource: str, kind: str, names: list[str]) -> list[Documented]:
    return [_one(vendor, resource, kind, name, "") for name in names]


def _one(vendor: str, resource: str, kind: str, name: str, remark: str) -> Documented:
    return Documented((vendor, resource, kind, name), remark)

"""Productive's resource objects as they go out: attributes and relationships of what a form or an action asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kworkbench.domain.catalog import FormField, ValueType
from kworkbench.domain.changes import Arg, Op
from kworkbench.providers.base import Write
from kworkbench.providers.wire import blank, flag, minor_out, typed

PATHS: Mapping[str, str] = {
    "invoices": "/invoices",
    "payments": "/payments",
    "expenses": "/expenses",
    "clients": "/companies",
    "projects": "/projects",
    "people": "/people",
    "categories": "/service_types",
    "services": "/services",
    "tax_rates": "/tax_rates",
    "document_types": "/document_types",
    "subsidiaries": "/subsidiaries",
    "budgets": "/deals",
}
"""Our kinds and Productive's paths, which are also its type names."""

DELETED: Mapping[str, str] = {"expenses": "expense", "invoices": "invoice"}
"""What `item_type` calls our kinds; payments are never listed among what was deleted (api/productive.md section 14)."""

INVOICE_TYPES: Mapping[str, int] = {"invoice": 1, "credit-note": 2}
"""Values of `invoice_type_id` (api/productive.md section 6)."""

_LISTS = frozenset({"tag_list", "budget_ids"})
"""Attributes that hold a list; a form writes it with commas."""


def members(form: Sequence[FormField], wanted: Write) -> dict[str, dict[str, object]]:
    """The attributes and relationships that a write's arguments make, in the form's order.

    What is empty is left out of a new record, unless it is required: the server says what is missing.
    """
    attributes: dict[str, object] = {}
    relationships: dict[str, object] = {}
    for field in form:
        if field.key not in wanted.args or not field.wire:
            continue
        arg = wanted.args[field.key]
        empty = blank(arg)
        if empty and wanted.op is not Op.UPDATE and (not field.required or field.type is ValueType.REFERENCE):
            continue
        if field.type is ValueType.REFERENCE and not field.wire[0].endswith(("_id", "_ids")):
            link = None if empty else {"type": PATHS[str(field.picker)][1:], "id": str(typed(arg))}
            relationships[field.wire[0]] = {"data": link}
        else:
            attributes[field.wire[0]] = _attribute(field, arg)
    return {"attributes": attributes, **({"relationships": relationships} if relationships else {})}


def _attribute(field: FormField, arg: Arg) -> object:
    if field.wire[0] in _LISTS:
        return [word for each in str(typed(arg) or "").split(",") if (word := each.strip())]
    if blank(arg):
        return "" if field.required else None
    if field.type is ValueType.AMOUNT:
        return minor_out(arg)
    value = typed(arg)
    if field.type is ValueType.YES_NO:
        known = flag(value)
        return value if known is None else known
    return INVOICE_TYPES.get(str(value), value) if field.wire[0] == "invoice_type_id" else value

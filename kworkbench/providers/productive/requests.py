"""Productive's requests. Sources: api/productive.md sections 1, 3, 7, 11; bodies as the seed prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from kworkbench.domain.catalog import FormField, ValueType
from kworkbench.domain.changes import Arg, Args, Op
from kworkbench.domain.marker import with_marker
from kworkbench.domain.records import Lookup, Value
from kworkbench.lean import replace
from kworkbench.providers.base import NotOfferedError, Request, Write
from kworkbench.providers.productive.catalog import CATALOG
from kworkbench.providers.wire import blank, flag, minor_out, typed

MEDIA = "application/vnd.api+json"
JSON_API = {"Content-Type": MEDIA, "Accept": MEDIA}
BULK = {"Content-Type": f"{MEDIA}; ext=bulk", "Accept": MEDIA}

PATHS: Mapping[str, str] = {
    "invoices": "/invoices",
    "payments": "/payments",
    "expenses": "/expenses",
    "clients": "/companies",
    "projects": "/projects",
    "people": "/people",
    "categories": "/service_types",
    "services": "/services",
}

INCLUDES: Mapping[str, str] = {
    "invoices": "company,invoice_attributions.budget.project",
    "payments": "invoice.company",
    "expenses": "deal.project,service,service_type,person,attachment",
    "projects": "company",
    "services": "deal.project,service_type",
}
"""What a list, a show and a write ask for beside the records; the seed era sends some of it unasked (section 2)."""

SORTS: Mapping[str, str] = {"invoices": "created_at"}
"""Orders in which new rows come last. Elsewhere none is documented: the server's own order, by id, is left to it."""

_BY_IDS = frozenset({"invoices", "clients", "people"})
"""Kinds whose documented filters include `id`."""


def list_page(kind: str, number: int, size: int) -> Request:
    """One page of a whole collection."""
    sort = (("sort", SORTS[kind]),) if kind in SORTS else ()
    return _get(PATHS[kind], (*_include(kind), *sort, *_page(number, size)))


def show(kind: str, record_id: str) -> Request:
    """One record."""
    return _get(_path(kind, record_id), _include(kind))


def show_many(kind: str, ids: Sequence[str]) -> Request | None:
    """Records by id, where the list can be filtered by id."""
    if kind not in _BY_IDS:
        return None
    return _get(PATHS[kind], (("filter[id]", ",".join(ids)), *_include(kind), *_page(1, 200)))


def payments_of(invoice_id: str) -> Request:
    """Every payment of an invoice."""
    return _get(PATHS["payments"], (("filter[invoice_id]", invoice_id), *_include("payments"), *_page(1, 200)))


def who() -> Request:
    """The memberships of the person signed in; the person's company is the organization's own."""
    return _get("/organization_memberships", (("include", "person.company"),))


def write(wanted: Write, lookup: Lookup) -> Request:
    """The request that performs a change; `lookup` gives what an edited payment was before.

    Raises:
        NotOfferedError: Productive does not do this, or the write lacks its id.
    """
    kind = wanted.kind
    if kind == "payments" and wanted.op in (Op.CREATE, Op.UPDATE):
        before = (wanted.id and lookup(kind, wanted.id)) or {}
        return _send(wanted, _payment(replace(wanted, pre={**before, **wanted.pre})))
    if kind == "expenses" and wanted.op in (Op.CREATE, Op.UPDATE):
        return _send(wanted, _members(CATALOG.resources[kind].form, wanted))
    if kind in ("payments", "expenses") and wanted.op is Op.DELETE and wanted.id is not None:
        return Request("DELETE", _path(kind, wanted.id), headers=JSON_API)
    if kind == "expenses" and wanted.op is Op.BULK_DELETE:
        data = [{"type": "expenses", "id": record_id} for record_id in wanted.targets]
        return Request("DELETE", PATHS[kind], body={"data": data}, headers=BULK)
    raise NotOfferedError(f"Productive has no {wanted.op.value} of {kind}.")


def _send(wanted: Write, members: Mapping[str, object]) -> Request:
    body = {"data": {"type": wanted.kind, **members}}
    if wanted.op is Op.CREATE:
        return Request("POST", PATHS[wanted.kind], _include(wanted.kind), body, JSON_API, fresh=True)
    if wanted.id is None:
        raise NotOfferedError("An update needs the record's id.")
    return Request("PATCH", _path(wanted.kind, wanted.id), _include(wanted.kind), body, JSON_API)


def _payment(wanted: Write) -> Mapping[str, object]:
    """Attributes and relationships of a payment; its date goes out as what the payment's kind calls it."""
    kind = wanted.args.get("kind") or wanted.pre.get("kind")
    day = "written_off_on" if kind == "write-off" else "paid_on"
    form = CATALOG.resources["payments"].form
    named = [replace(field, wire=(day,)) if field.key == "date" else field for field in form]
    return _members(named, replace(wanted, args=_noted(wanted)))


def _noted(wanted: Write) -> Args:
    """The arguments with the marker in the note; a note that changes keeps the marker it had."""
    args, marker = wanted.args, wanted.marker
    if wanted.op is Op.UPDATE and "note" in args and marker is None:
        before = wanted.pre.get("marker")
        marker = before if isinstance(before, str) else None
    if marker is None or (wanted.op is Op.UPDATE and "note" not in args):
        return args
    return {**args, "note": with_marker(str(typed(args.get("note")) or ""), marker, CATALOG.payments.note_limit)}


def _members(form: Sequence[FormField], wanted: Write) -> dict[str, dict[str, object]]:
    attributes: dict[str, object] = {}
    relationships: dict[str, object] = {}
    for field in form:
        if field.key not in wanted.args or not field.wire:
            continue
        arg = wanted.args[field.key]
        empty = blank(arg)
        if empty and wanted.op is Op.CREATE and (not field.required or field.type is ValueType.REFERENCE):
            continue
        if field.type is ValueType.REFERENCE:
            link = None if empty else {"type": PATHS[str(field.picker)][1:], "id": str(typed(arg))}
            relationships[field.wire[0]] = {"data": link}
        else:
            attributes[field.wire[0]] = _attribute(field, arg)
    return {"attributes": attributes, **({"relationships": relationships} if relationships else {})}


def _attribute(field: FormField, arg: Arg) -> Value:
    if blank(arg):
        return "" if field.required else None
    if field.type is ValueType.AMOUNT:
        return minor_out(arg)
    value = typed(arg)
    if field.type is ValueType.YES_NO:
        known = flag(value)
        return value if known is None else known
    return value


def _get(path: str, query: tuple[tuple[str, str], ...]) -> Request:
    return Request("GET", path, query, headers=JSON_API)


def _path(kind: str, record_id: str) -> str:
    return f"{PATHS[kind]}/{quote(record_id, safe='')}"


def _include(kind: str) -> tuple[tuple[str, str], ...]:
    return (("include", INCLUDES[kind]),) if kind in INCLUDES else ()


def _page(number: int, size: int) -> tuple[tuple[str, str], ...]:
    return (("page[number]", str(number)), ("page[size]", str(size)))

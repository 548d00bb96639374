"""Productive's requests. Sources: api/productive.md sections 1, 3, 7, 11; bodies as the seed prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import quote

from kworkbench.domain.actions import find_action
from kworkbench.domain.changes import RESTORE, Arg, Args, Op
from kworkbench.domain.records import Lookup
from kworkbench.lean import replace
from kworkbench.providers.base import NotOfferedError, Request, Write
from kworkbench.providers.marked import marked_args
from kworkbench.providers.productive.bodies import DELETED, PATHS, members
from kworkbench.providers.productive.catalog import CATALOG
from kworkbench.providers.productive.own_fields import SENT, object_of
from kworkbench.providers.tables import beside
from kworkbench.providers.wire import blank

MEDIA = "application/vnd.api+json"
JSON_API = {"Content-Type": MEDIA, "Accept": MEDIA}
BULK = {"Content-Type": f"{MEDIA}; ext=bulk", "Accept": MEDIA}

BESIDE: Mapping[str, str] = {
    **{name: beside(of) for name, of in CATALOG.resources.items()},
    "projects": "company",
    "services": "deal.project,service_type,section",
    "budgets": "project,company",
}
"""What a list, a show and a write ask for beside the records; the seed era sends some of it unasked (section 2)."""

SORTS: Mapping[str, str] = {"invoices": "created_at"}
"""Orders in which new rows come last. Elsewhere none is documented: the server's own order, by id, is left to it."""

ONLY: Mapping[str, tuple[tuple[str, str], ...]] = {"budgets": (("filter[type]", "2"),)}
"""What is a kind of ours among those of its path: of deals, budgets."""

OWN_FIELDS = "custom_field"
"""The key of own fields in a form."""

COPY = "copy"
"""The action that makes a record like another at the server."""

_BY_IDS = frozenset({"invoices", "clients", "people"})
"""Kinds whose documented filters include `id`."""


def list_page(kind: str, number: int, size: int) -> Request:
    """One page of a whole collection."""
    sort = (("sort", SORTS[kind]),) if kind in SORTS else ()
    return _get(PATHS[kind], (*ONLY.get(kind, ()), *_include(kind), *sort, *_page(number, size)))


def list_matching(kind: str, matching: tuple[tuple[str, str], ...], number: int, size: int) -> Request:
    """One page of what fits some parameters, without what is included."""
    sort = (("sort", SORTS[kind]),) if kind in SORTS else ()
    return _get(PATHS[kind], (*matching, *sort, *_page(number, size)))


def list_changed(_kind: str, _since: str, _number: int, _size: int) -> Request | None:
    """None: the first contract filters nothing by when it changed, and a filter that is not known is refused."""
    return None


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


def likes(kind: str, args: Args, lookup: Lookup) -> Request | None:
    """Invoices by when they were made, expenses of the project around their day: what the first contract can filter."""
    if kind == "invoices":
        return _get(PATHS[kind], (*_include(kind), ("sort", "-created_at"), *_page(1, 200)))
    if kind != "expenses":
        return None
    service_id, day = args.get("service_id"), args.get("date")
    service = lookup("services", service_id) if isinstance(service_id, str) else None
    project = (service or {}).get("project_id")
    narrowed = (("filter[project_id]", project),) if isinstance(project, str) else ()
    return _get(PATHS[kind], (*narrowed, *_around(day), *_include(kind), ("sort", "-date"), *_page(1, 200)))


def _around(day: Arg) -> tuple[tuple[str, str], ...]:
    """The days before and after one, so that it does not matter whether the ends belong to a range."""
    try:
        middle = date.fromisoformat(day) if isinstance(day, str) else None
        ends = None if middle is None else (middle - timedelta(days=1), middle + timedelta(days=1))
    except (ValueError, OverflowError):
        ends = None
    if ends is None:
        return ()
    return ("filter[date_after]", ends[0].isoformat()), ("filter[date_before]", ends[1].isoformat())


def who() -> Request:
    """The memberships of the person signed in; the person's company is the organization's own."""
    return _get("/organization_memberships", (("include", "person.company"),))


def write(wanted: Write, lookup: Lookup) -> Request:
    """The request that performs a change; `lookup` gives what an edited payment was before.

    Raises:
        NotOfferedError: Productive does not do this, or the write lacks its id.
    """
    kind = wanted.kind
    if wanted.op is Op.ACTION:
        return _restore(wanted) if wanted.action == RESTORE else _act(_told_apart(wanted, lookup))
    if wanted.targets:
        return _bulk(wanted, lookup)
    if wanted.op is Op.DELETE and wanted.id is not None:
        return Request("DELETE", _path(kind, wanted.id), headers=JSON_API)
    if kind == "payments" and wanted.op in (Op.CREATE, Op.UPDATE):
        before = (wanted.id and lookup(kind, wanted.id)) or {}
        return _send(wanted, _payment(replace(wanted, pre={**before, **wanted.pre}), lookup))
    if wanted.op in (Op.CREATE, Op.UPDATE):
        return _send(wanted, _members(wanted, lookup))
    raise NotOfferedError(f"Productive has no {wanted.op.value} of {kind}.")


def deleted_items(kind: str, number: int, size: int) -> Request:
    """A page of what was deleted of a kind; each item is restored by its own id, and no order of them is documented.

    Raises:
        NotOfferedError: nothing of that kind is kept.
    """
    if kind not in DELETED:
        raise NotOfferedError(f"Productive keeps no deleted {kind}.")
    return _get("/deleted_items", (("filter[item_type]", DELETED[kind]), *_page(number, size)))


def _restore(wanted: Write) -> Request:
    """Bring a deleted item back; the answer is the item, not the record."""
    if not wanted.item:
        raise NotOfferedError("Productive does not list it among what was deleted, so it cannot be brought back.")
    return Request("PATCH", f"/deleted_items/{quote(wanted.item, safe='')}/restore", headers=JSON_API)


def _send(wanted: Write, found: Mapping[str, object]) -> Request:
    body = {"data": {"type": wanted.kind, **found}}
    if wanted.op is Op.CREATE:
        return Request("POST", PATHS[wanted.kind], _include(wanted.kind), body, JSON_API, fresh=True)
    if wanted.id is None:
        raise NotOfferedError("An update needs the record's id.")
    return Request("PATCH", _path(wanted.kind, wanted.id), _include(wanted.kind), body, JSON_API)


def _members(wanted: Write, lookup: Lookup) -> Mapping[str, object]:
    """Attributes and relationships of a record that is no payment."""
    form = CATALOG.resources[wanted.kind].form
    found = members(form, replace(wanted, args=marked_args(wanted, form, lookup)))
    return _with_own_fields(wanted, found, lookup)


def _with_own_fields(wanted: Write, found: Mapping[str, Mapping[str, object]], lookup: Lookup) -> Mapping[str, object]:
    """What goes out, with the object of own fields over what the record has."""
    if "custom_fields" not in found["attributes"]:
        return found
    sent = ((wanted.id and lookup(wanted.kind, wanted.id)) or {}).get(SENT)
    return {**found, "attributes": {**found["attributes"], "custom_fields": object_of(wanted.args[OWN_FIELDS], sent)}}


def _bulk(wanted: Write, lookup: Lookup) -> Request:
    """One request for several records; only expenses have them (api/productive.md section 11)."""
    kind = wanted.kind
    if kind != "expenses" or wanted.op not in (Op.UPDATE, Op.DELETE, Op.BULK_DELETE):
        raise NotOfferedError(f"Productive has no {wanted.op.value} of several {kind}.")
    if wanted.op is Op.UPDATE:
        each = {one: _members(replace(wanted, id=one, pre={}), lookup) for one in wanted.targets}
        data = [{"type": kind, "id": record_id, **own} for record_id, own in each.items()]
        return Request("PATCH", PATHS[kind], _include(kind), {"data": data}, BULK)
    return Request("DELETE", PATHS[kind], body={"data": _named(kind, wanted.targets)}, headers=BULK)


def _act(wanted: Write) -> Request:
    """An action as its table says it is asked for."""
    kind = wanted.kind
    action = find_action(CATALOG.resources[kind].actions(), wanted.action)
    if action is None:
        raise NotOfferedError(f"Productive has no {wanted.action} of {kind}.")
    endpoint = action.bulk if wanted.targets else action.request
    if endpoint is None or not (wanted.targets or wanted.id):
        raise NotOfferedError(f"Productive has no {wanted.action} of {kind}.")
    if wanted.targets:
        body: object = {"data": _named(kind, wanted.targets)}
        return Request(endpoint.method, endpoint.path, _include(kind), body, BULK)
    record_id = str(wanted.id)
    found = members(action.fields(1), wanted)
    path = endpoint.path.format(id=quote(record_id, safe=""))
    include = () if endpoint.type else _include(kind)
    if endpoint.flat:
        plain = {endpoint.own: record_id, **dict(endpoint.fixed), **found["attributes"]}
        data = {name: _as_numbers(name, value) for name, value in plain.items()}
        return Request(endpoint.method, path, include, {"data": data}, JSON_API, fresh=action.once)
    if endpoint.own or found["attributes"]:
        body = {"data": {"type": endpoint.type or kind, **_about(endpoint.own, kind, record_id, found)}}
        return Request(endpoint.method, path, include, body, JSON_API, fresh=action.once)
    return Request(endpoint.method, path, include, headers=JSON_API, fresh=action.unrepeatable)


def _told_apart(wanted: Write, lookup: Lookup) -> Write:
    """A copy names its text where the original bears a marker, which the server would copy with it."""
    known = (wanted.id and lookup(wanted.kind, wanted.id)) or {}
    if wanted.action != COPY or not blank(wanted.args.get("text")) or not known.get("marker"):
        return wanted
    return replace(wanted, args={**wanted.args, "text": known.get("text")})


def _as_numbers(name: str, value: object) -> object:
    """Ids as the numbers that a plain object holds; what is no number goes as it was typed."""
    if isinstance(value, list):
        return [_as_numbers(name, each) for each in value]
    is_id = name.endswith(("_id", "_ids")) and isinstance(value, str) and value.isascii() and value.isdecimal()
    return int(str(value)) if is_id else value


def _about(own: str, kind: str, record_id: str, found: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
    """The document of an action: the record is named by its id, by an attribute, or by a relationship."""
    if not own:
        return {"id": record_id, **found}
    if own.endswith("_id"):
        return {**found, "attributes": {own: record_id, **found["attributes"]}}
    link = {own: {"data": {"type": PATHS[kind][1:], "id": record_id}}}
    return {**found, "relationships": {**link, **found.get("relationships", {})}}


def _named(kind: str, ids: Sequence[str]) -> list[dict[str, str]]:
    return [{"type": kind, "id": record_id} for record_id in ids]


def _payment(wanted: Write, lookup: Lookup) -> Mapping[str, object]:
    """Attributes and relationships of a payment; its date goes out as what the payment's kind calls it."""
    kind = wanted.args.get("kind") or wanted.pre.get("kind")
    day = "written_off_on" if kind == "write-off" else "paid_on"
    form = CATALOG.resources["payments"].form
    named = [replace(field, wire=(day,)) if field.key == "date" else field for field in form]
    return members(named, replace(wanted, args=marked_args(wanted, form, lookup, CATALOG.payments.note_limit)))


def _get(path: str, query: tuple[tuple[str, str], ...]) -> Request:
    return Request("GET", path, query, headers=JSON_API)


def _path(kind: str, record_id: str) -> str:
    return f"{PATHS[kind]}/{quote(record_id, safe='')}"


def _include(kind: str) -> tuple[tuple[str, str], ...]:
    return (("include", BESIDE[kind]),) if kind in BESIDE else ()


def _page(number: int, size: int) -> tuple[tuple[str, str], ...]:
    return (("page[number]", str(number)), ("page[size]", str(size)))

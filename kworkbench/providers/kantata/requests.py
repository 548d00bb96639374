"""Kantata's requests. Sources: api/kantata.md sections 1 to 7; bodies as the seeds describe them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from kworkbench.domain.actions import find_action
from kworkbench.domain.changes import Args, Op
from kworkbench.domain.records import Lookup
from kworkbench.lean import dataclass, replace
from kworkbench.providers.base import NotOfferedError, Request, Write
from kworkbench.providers.kantata.bodies import (
    expense_members,
    expense_rows,
    id_out,
    invoice_members,
    payment_members,
)
from kworkbench.providers.kantata.catalog import CATALOG
from kworkbench.providers.tables import beside
from kworkbench.providers.wire import blank, typed

READ = {"Accept": "application/json"}
WRITE = {**READ, "Content-Type": "application/json"}

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """How a kind is asked for: its path, a stable order, what comes beside it and the hiding defaults lifted."""

    path: str
    order: str
    include: str = ""
    shown: Query = ()

    @property
    def beside(self) -> Query:
        """The parameter for what comes beside the records."""
        return (("include", self.include),) if self.include else ()


COLLECTIONS: Mapping[str, Collection] = {
    "invoices": Collection("/invoices", "id:asc", beside(CATALOG.resources["invoices"])),
    "payments": Collection("/external_payments", "id:asc", beside(CATALOG.resources["payments"])),
    "expenses": Collection(
        "/expenses",
        "created_at:asc",
        beside(CATALOG.resources["expenses"]),
        (("from_archived_workspaces", "true"), ("on_my_account", "false")),
    ),
    "projects": Collection(
        "/workspaces",
        "created_at:asc",
        shown=(
            ("include_archived", "true"),
            ("on_my_account", "false"),
            ("optional_fields", "client_lead_name"),
        ),
    ),
    "people": Collection("/users", "alphabetical:asc", shown=(("on_my_account", "true"), ("show_disabled", "true"))),
    "categories": Collection("/expense_categories", "alphabetical:asc", shown=(("only_active", "false"),)),
    "vendors": Collection("/vendors", "alphabetical:asc"),
    "expense_budgets": Collection("/expense_budgets", "created_at:asc"),
}
"""Orders are by id where that is documented, else by what new rows do not shift. Section 7 lists hiding defaults."""

MAX_PAGE = 200


def list_page(kind: str, number: int, size: int) -> Request:
    """One page of a whole collection."""
    of = COLLECTIONS[kind]
    page = (("order", of.order), ("page", str(number)), ("per_page", str(size)))
    return Request("GET", of.path, (*of.beside, *of.shown, *page), headers=READ)


def list_matching(kind: str, matching: Query, number: int, size: int) -> Request:
    """One page of what fits some parameters, without what comes beside it; what hides rows is lifted as elsewhere."""
    of = COLLECTIONS[kind]
    said = {name for name, _ in matching}
    shown = tuple((name, value) for name, value in of.shown if name not in said)
    page = (("order", of.order), ("page", str(number)), ("per_page", str(size)))
    return Request("GET", of.path, (*matching, *shown, *page), headers=READ)


def list_changed(kind: str, since: str, number: int, size: int) -> Request | None:
    """A page of what changed after a moment: invoices, payments and expenses can be filtered by it."""
    if kind not in CATALOG.resources:
        return None
    page = list_page(kind, number, size)
    return replace(page, query=(("updated_after", since), *page.query))


def show(kind: str, record_id: str) -> Request:
    """One record; categories, vendors and budgets have no show route, so theirs is a list of one."""
    if kind in ("categories", "vendors", "expense_budgets"):
        return show_many(kind, [record_id])
    of = COLLECTIONS[kind]
    return Request("GET", f"{of.path}/{quote(record_id, safe='')}", (*of.beside, *of.shown), headers=READ)


def show_many(kind: str, ids: Sequence[str]) -> Request:
    """Records by id, hidden ones included; `only` alone would still leave them out."""
    of = COLLECTIONS[kind]
    query = (("only", ",".join(ids)), *of.beside, *of.shown, ("per_page", str(MAX_PAGE)))
    return Request("GET", of.path, query, headers=READ)


def payments_of(invoice_id: str) -> Request:
    """Every payment of an invoice."""
    of = COLLECTIONS["payments"]
    query = (("invoice_id", invoice_id), *of.beside, ("order", of.order), ("page", "1"), ("per_page", str(MAX_PAGE)))
    return Request("GET", of.path, query, headers=READ)


def likes(kind: str, args: Args, _lookup: Lookup) -> Request | None:
    """The newest records of the same project: all lists here can be ordered by when a record was made."""
    if kind not in CATALOG.resources:
        return None
    of, project = COLLECTIONS[kind], args.get("project_id")
    narrowed = () if blank(project) or kind == "invoices" else (("workspace_id", str(typed(project))),)
    page = (("order", "created_at:desc"), ("page", "1"), ("per_page", str(MAX_PAGE)))
    return Request("GET", of.path, (*narrowed, *of.beside, *of.shown, *page), headers=READ)


def who() -> Request:
    """The person signed in."""
    return Request("GET", "/users/me.json", headers=READ)


def next_number() -> Request:
    """The number that the next invoice gets."""
    return Request("GET", "/invoices/next_invoice_number", headers=READ)


def write(wanted: Write, lookup: Lookup) -> Request:
    """The request that performs a change; `lookup` gives a category's name and a project's currency.

    Raises:
        NotOfferedError: Kantata does not do this, or the write lacks its id.
    """
    kind, of = wanted.kind, COLLECTIONS[wanted.kind]
    if wanted.op is Op.ACTION:
        return _act(wanted)
    if wanted.op in (Op.DELETE, Op.BULK_DELETE) and wanted.targets and kind == "expenses":
        return Request("DELETE", of.path, body={"ids": ",".join(wanted.targets)}, headers=WRITE)
    if wanted.op is Op.CREATE and wanted.rows and kind == "expenses":
        return Request("POST", of.path, of.beside, {"expenses": expense_rows(wanted, lookup)}, WRITE, fresh=True)
    members = None if wanted.targets or wanted.rows else _members(wanted, lookup)
    if wanted.op is Op.CREATE and members is not None:
        return Request("POST", of.path, of.beside, members, WRITE, fresh=True)
    if wanted.op is Op.UPDATE and members is not None and wanted.id is not None and kind != "payments":
        return Request("PUT", f"{of.path}/{quote(wanted.id, safe='')}", of.beside, members, WRITE)
    if wanted.op is Op.DELETE and wanted.id is not None:
        return Request("DELETE", f"{of.path}/{quote(wanted.id, safe='')}", headers=READ)
    raise NotOfferedError(f"Kantata has no {wanted.op.value} of {kind}.")


def _members(wanted: Write, lookup: Lookup) -> dict[str, object] | None:
    """What a create or an update of one record carries; None for other writes."""
    if wanted.op not in (Op.CREATE, Op.UPDATE):
        return None
    if wanted.kind == "payments":
        return {"external_payment": payment_members(wanted)}
    if wanted.kind == "expenses":
        return {"expense": expense_members(wanted, lookup)}
    return {"invoice": invoice_members(wanted)}


def _act(wanted: Write) -> Request:
    """An action as its table says it is asked for; a report's answer brings its expenses along."""
    kind = wanted.kind
    action = find_action(CATALOG.resources[kind].actions(), wanted.action)
    if action is None or action.request is None or not (wanted.id or wanted.targets):
        raise NotOfferedError(f"Kantata has no {wanted.action} of {kind}.")
    endpoint = action.request
    known = {**{key: str(value) for key, value in wanted.pre.items()}, "id": wanted.id or ""}
    try:
        path = endpoint.path.format_map({key: quote(value, safe="") for key, value in known.items()})
    except KeyError as missing:
        raise NotOfferedError(f"The request needs {missing.args[0]}, which is not known.") from None
    given = {
        field.wire[0]: typed(wanted.args[field.key])
        for field in action.fields(1)
        if field.key in wanted.args and (field.required or not blank(wanted.args[field.key]))
    }
    listed = {endpoint.many: [id_out(each) for each in wanted.targets]} if endpoint.many else {}
    also = {member: id_out(known.get(key, "")) for member, key in endpoint.also}
    body = {endpoint.wrap: {**listed, **also, **given}} if endpoint.wrap else None
    include = (("include", "expenses"),) if action.other else COLLECTIONS[kind].beside
    return Request(endpoint.method, path, include, body, WRITE, fresh=action.unrepeatable)

"""Kantata's requests. Sources: api/kantata.md sections 1 to 7; bodies as the seeds describe them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from kworkbench.domain.catalog import FormField, ValueType
from kworkbench.domain.changes import Arg, Args, Op
from kworkbench.domain.marker import with_marker
from kworkbench.domain.money import decimal_text
from kworkbench.domain.records import Lookup
from kworkbench.lean import dataclass
from kworkbench.providers.base import NotOfferedError, Request, Write
from kworkbench.providers.kantata.catalog import CATALOG
from kworkbench.providers.wire import blank, flag, minor_out, typed

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
    "invoices": Collection("/invoices", "id:asc", "workspaces"),
    "payments": Collection("/external_payments", "id:asc", "invoice,workspace"),
    "expenses": Collection(
        "/expenses",
        "created_at:asc",
        "workspace,user,expense_category,receipt,active_submission,recent_submission",
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
}
"""Orders are by id where that is documented, else by what new rows do not shift. Section 7 lists hiding defaults."""

MAX_PAGE = 200


def list_page(kind: str, number: int, size: int) -> Request:
    """One page of a whole collection."""
    of = COLLECTIONS[kind]
    page = (("order", of.order), ("page", str(number)), ("per_page", str(size)))
    return Request("GET", of.path, (*of.beside, *of.shown, *page), headers=READ)


def show(kind: str, record_id: str) -> Request:
    """One record; categories have no show route, so theirs is a list of one."""
    if kind == "categories":
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


def who() -> Request:
    """The person signed in."""
    return Request("GET", "/users/me.json", headers=READ)


def write(wanted: Write, lookup: Lookup) -> Request:
    """The request that performs a change; `lookup` gives a category's name and a project's currency.

    Raises:
        NotOfferedError: Kantata does not do this, or the write lacks its id.
    """
    kind, of = wanted.kind, COLLECTIONS[wanted.kind]
    if kind == "payments" and wanted.op is Op.CREATE:
        body = {"external_payment": _payment(wanted)}
        return Request("POST", of.path, of.beside, body, WRITE, fresh=True)
    if kind == "expenses" and wanted.op is Op.CREATE:
        return Request("POST", of.path, of.beside, {"expense": _expense(wanted, lookup)}, WRITE, fresh=True)
    if kind == "expenses" and wanted.op is Op.BULK_DELETE:
        return Request("DELETE", of.path, body={"ids": ",".join(wanted.targets)}, headers=WRITE)
    if wanted.id is not None and wanted.op is Op.UPDATE and kind == "expenses":
        path = f"{of.path}/{quote(wanted.id, safe='')}"
        return Request("PUT", path, of.beside, {"expense": _expense(wanted, lookup)}, WRITE)
    if wanted.id is not None and wanted.op is Op.DELETE and kind in ("payments", "expenses"):
        return Request("DELETE", f"{of.path}/{quote(wanted.id, safe='')}", headers=READ)
    raise NotOfferedError(f"Kantata has no {wanted.op.value} of {kind}.")


def _payment(wanted: Write) -> dict[str, object]:
    """The members of a payment: of an invoice, which sets the amount, or of a project alone.

    A note gives way to its marker; without one it goes as typed, and the server says if it is too long.
    """
    args = wanted.args
    members: dict[str, object] = {}
    for member, key in (("workspace_id", "project_id"), ("invoice_id", "invoice_id")):
        if not blank(args.get(key)):
            members[member] = _id(args[key])
    if "invoice_id" not in members and "amount" in args:
        members["amount_in_cents"] = minor_out(args["amount"])
    limit = CATALOG.payments.note_limit if wanted.marker else None
    message = with_marker(str(typed(args.get("note")) or ""), wanted.marker, limit)
    return {**members, "message": message} if message else members


def _expense(wanted: Write, lookup: Lookup) -> dict[str, object]:
    """The members of an expense; an update carries only what is wanted."""
    creating = wanted.op is Op.CREATE
    members: dict[str, object] = {}
    for field in CATALOG.resources["expenses"].form:
        if field.key not in wanted.args or not (field.on_create if creating else field.on_update):
            continue
        arg = wanted.args[field.key]
        if field.key == "category_id":
            members |= _category(wanted.args, lookup)
        elif field.key in ("amount", "currency"):
            members |= _amount(wanted, lookup)
        elif not (creating and blank(arg) and not field.required):
            members[field.wire[0]] = _member(field, arg)
    return members


def _category(args: Args, lookup: Lookup) -> dict[str, object]:
    """Kantata wants the category's text and, since later, its id."""
    arg = args["category_id"]
    named = args.get("category")
    if named is None and isinstance(arg, str):
        named = (lookup("categories", arg) or {}).get("name")
    if blank(arg):
        return {"category": typed(named) or ""}
    return {"category": typed(named) if named is not None else typed(arg), "expense_category_id": _id(arg)}


def _amount(wanted: Write, lookup: Lookup) -> dict[str, object]:
    """Minor units of the project's currency; another currency goes as foreign exchange, in its main units."""
    arg = wanted.args.get("amount", wanted.pre.get("amount"))
    project_id = wanted.args.get("project_id", wanted.pre.get("project_id"))
    project = lookup("projects", project_id) if isinstance(project_id, str) else None
    currency = wanted.args.get("currency", wanted.pre.get("currency"))
    own = project.get("currency") if project else wanted.pre.get("currency")
    if blank(currency) or currency == own or blank(arg):
        return {"amount_in_cents": minor_out(arg)}
    code = str(typed(currency))
    value = minor_out(arg)
    source = decimal_text(value, code) if isinstance(value, int) else value
    return {"amount_in_cents": 0, "foreign_exchange_amount": {"source_value": source, "source_currency": code}}


def _member(field: FormField, arg: Arg) -> object:
    if blank(arg):
        return "" if field.required else None
    if field.type is ValueType.REFERENCE:
        return _id(arg)
    value = typed(arg)
    if field.type is ValueType.YES_NO:
        known = flag(value)
        return value if known is None else known
    return value


def _id(arg: Arg) -> int | str:
    """An id as the integer that the seed shows; what is none goes as it was typed."""
    shown = str(typed(arg)).strip()
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) <= 18 else shown

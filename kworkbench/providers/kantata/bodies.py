"""Kantata's members as they go out: of payments, expenses and invoices. Sources: api/kantata.md 3.3, 4.3 and 5.3."""

from __future__ import annotations

from kworkbench.domain.catalog import FormField, ValueType
from kworkbench.domain.changes import Arg, Args, Op
from kworkbench.domain.invoice_lines import lines_in
from kworkbench.domain.keyed import pairs_in
from kworkbench.domain.marker import with_marker
from kworkbench.domain.money import decimal_text
from kworkbench.domain.records import Lookup
from kworkbench.lean import replace
from kworkbench.providers.base import Write
from kworkbench.providers.kantata.catalog import CATALOG
from kworkbench.providers.marked import marked_args
from kworkbench.providers.wire import blank, flag, minor_out, typed


def payment_members(wanted: Write) -> dict[str, object]:
    """The members of a payment: of an invoice, which sets the amount, or of a project alone.

    A note gives way to its marker; without one it goes as typed, and the server says if it is too long.
    """
    args = wanted.args
    members: dict[str, object] = {}
    for member, key in (("workspace_id", "project_id"), ("invoice_id", "invoice_id")):
        if not blank(args.get(key)):
            members[member] = id_out(args[key])
    if "invoice_id" not in members and "amount" in args:
        members["amount_in_cents"] = minor_out(args["amount"])
    limit = CATALOG.payments.note_limit if wanted.marker else None
    message = with_marker(str(typed(args.get("note")) or ""), wanted.marker, limit)
    return {**members, "message": message} if message else members


def expense_members(wanted: Write, lookup: Lookup) -> dict[str, object]:
    """The members of an expense; an update carries only what is wanted."""
    creating = wanted.op is Op.CREATE
    members: dict[str, object] = {}
    form = CATALOG.resources["expenses"].form
    wanted = replace(wanted, args=marked_args(wanted, form, lookup))
    for field in form:
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


def expense_rows(wanted: Write, lookup: Lookup) -> list[dict[str, object]]:
    """The members of every expense of a bulk create."""
    alone = replace(wanted, rows=(), targets=(), markers=())
    markers = wanted.markers or (None,) * len(wanted.rows)
    return [
        expense_members(replace(alone, args={**wanted.args, **row}, marker=marker), lookup)
        for row, marker in zip(wanted.rows, markers, strict=True)
    ]


def invoice_members(wanted: Write) -> dict[str, object]:
    """The members of an invoice; an update carries only what is wanted."""
    creating = wanted.op is Op.CREATE
    members: dict[str, object] = {}
    for field in CATALOG.resources["invoices"].form:
        if field.key not in wanted.args or not (field.on_create if creating else field.on_update):
            continue
        arg = wanted.args[field.key]
        if creating and blank(arg) and not field.required:
            continue
        if field.type is ValueType.LINES:
            members[field.wire[0]] = _lines(arg)
        elif field.key == "expense_ids":
            members[field.wire[0]] = [
                id_out(word) for each in str(typed(arg) or "").split(",") if (word := each.strip())
            ]
        else:
            members[field.wire[0]] = _member(field, arg)
    return members


def _lines(arg: Arg) -> object:
    """Additional items, in main units; what could not be read goes as it was typed."""
    if not isinstance(arg, str):
        return typed(arg)
    return [{"notes": line.text, "amount": line.amount, "taxable": line.taxable} for line in lines_in(arg)]


def _category(args: Args, lookup: Lookup) -> dict[str, object]:
    """Kantata wants the category's text and, since later, its id."""
    arg = args["category_id"]
    named = args.get("category")
    if named is None and isinstance(arg, str):
        named = (lookup("categories", arg) or {}).get("name")
    if blank(arg):
        return {"category": typed(named) or ""}
    return {"category": typed(named) if named is not None else typed(arg), "expense_category_id": id_out(arg)}


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
        return id_out(arg)
    if field.type is ValueType.KEYED and isinstance(arg, str):
        return {key: _flagged(key, value) for key, value in pairs_in(arg)}
    value = typed(arg)
    if field.type is ValueType.YES_NO:
        known = flag(value)
        return value if known is None else known
    return value


def _flagged(key: str, value: str) -> object:
    """A member of a reference: all are texts, but for the one that locks it."""
    known = flag({"yes": "true", "no": "false"}.get(value.casefold(), value)) if key == "locked" else None
    return value if known is None else known


def id_out(arg: Arg) -> int | str:
    """An id as the integer that the seed shows; what is none goes as it was typed."""
    shown = str(typed(arg)).strip()
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) <= 18 else shown

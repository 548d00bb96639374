"""What only forms and actions need of a Productive record: read as it comes, kept where something is said.

No list shows these values, so they are not part of the models: one that cannot be read is as one that was not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kworkbench.domain.records import Value, Values
from kworkbench.providers.wire import day, identifier, quantity, text, whole

Read = Callable[[object], Value]


def _tags(value: object) -> str | None:
    """A list of tags as a form writes it; the 2026 spec sends a text."""
    if isinstance(value, list):
        return ", ".join(word for each in value if (word := text(each))) or None
    return text(value)


def _position(value: object) -> Value:
    try:
        return whole(value)
    except ValueError:
        return None


ATTRIBUTES: Mapping[str, Mapping[str, tuple[str, Read]]] = {
    "expenses": {
        "markup": ("markup", quantity),
        "pay_on": ("pay_on", day),
        "paid_on": ("paid_on", day),
        "reimbursed_on": ("reimbursed_on", day),
        "tax_inclusion": ("tax_inclusion", text),
        "rejected_reason": ("rejected_reason", text),
        "position": ("position", _position),
    },
    "invoices": {
        "sent_on": ("sent_on", day),
        "delivery_on": ("delivery_on", day),
        "discount": ("discount", quantity),
        "tags": ("tag_list", _tags),
        "note": ("note", text),
        "footer": ("footer", text),
        "purchase_order_number": ("purchase_order_number", text),
        "tax1_name": ("tax1_name", text),
        "tax1_value": ("tax1_value", quantity),
        "tax2_name": ("tax2_name", text),
        "tax2_value": ("tax2_value", quantity),
        "export_invoice_url": ("export_invoice_url", text),
    },
}
"""By kind: our key, the attribute, how it is read."""

LINKS: Mapping[str, Mapping[str, str]] = {
    "expenses": {
        "vendor_id": "vendor",
        "tax_rate_id": "tax_rate",
        "receipt_id": "attachment",
        "purchase_order_id": "purchase_order",
    },
    "invoices": {
        "document_type_id": "document_type",
        "subsidiary_id": "subsidiary",
        "issuer_id": "issuer",
        "parent_invoice_id": "parent_invoice",
    },
}
"""By kind: our key and the relationship whose id it holds."""


def extras(kind: str, document: Mapping[str, object], before: Values) -> dict[str, Value]:
    """The further values of a record; a relationship that was not sent is as it was `before`."""
    attributes, relationships = document.get("attributes"), document.get("relationships")
    found: dict[str, Value] = {}
    for key, (name, read) in ATTRIBUTES[kind].items():
        value = read(attributes.get(name)) if isinstance(attributes, Mapping) else None
        if value is not None:
            found[key] = value
    for key, name in LINKS[kind].items():
        link = relationships.get(name) if isinstance(relationships, Mapping) else None
        sent = isinstance(link, Mapping) and "data" in link
        linked = _linked(link["data"]) if sent and isinstance(link, Mapping) else before.get(key)
        if linked is not None:
            found[key] = linked
    return found


def recipients(value: object) -> str | None:
    """Every e-mail address in a client's `invoice_email_recipients`, whatever its shape; None where there is none."""
    pending, found = [value], dict[str, None]()
    while pending:
        one = pending.pop(0)
        if isinstance(one, Mapping):
            pending += one.values()
        elif isinstance(one, list):
            pending += one
        elif isinstance(one, str) and "@" in one:
            found[one.strip()] = None
    return ", ".join(found) or None


def _linked(data: object) -> str | None:
    try:
        return identifier(data.get("id")) if isinstance(data, Mapping) else None
    except ValueError:
        return None

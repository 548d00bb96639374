"""The attributes of activities and webhooks (api/productive.md section 14); what stands for "..." there is ours."""

from __future__ import annotations

import json

from kworkbench.sandbox.books.history_model import Activity, Webhook
from kworkbench.sandbox.books.model import Company, Deal
from kworkbench.sandbox.books.money_model import Invoice
from kworkbench.sandbox.productive.loaded import Loaded
from kworkbench.sandbox.productive.wire import Document

CHANGESET = 2
"""The type of an activity that tells of changes; comments (1) and e-mails (3) are not kept."""


def activity(row: Activity, loaded: Loaded) -> Document:
    """What was done; the root of everything is the company (ours)."""
    company = loaded.get(Company, row.company_id)
    return {
        "event": row.event,
        "changeset": json.loads(row.changeset),
        "item_id": row.item_id,
        "item_type": row.item_type,
        "item_name": row.item_name,
        "parent_id": row.parent_id,
        "parent_type": row.parent_type,
        "parent_name": _parent_name(row, loaded),
        "root_id": row.company_id,
        "root_type": "company",
        "root_name": company.name if company else None,
        "type_id": CHANGESET,
        "created_at": loaded.moment(row.created_at),
    }


def _parent_name(row: Activity, loaded: Loaded) -> str | None:
    if row.parent_type == "invoice":
        invoice = loaded.get(Invoice, row.invoice_id)
        return invoice.number if invoice else None
    if row.parent_type == "deal":
        deal = loaded.get(Deal, row.deal_id)
        return deal.name if deal else None
    company = loaded.get(Company, row.company_id)
    return company.name if company else None


def webhook(row: Webhook, loaded: Loaded) -> Document:
    """Where what is to be told."""
    return {
        "name": row.name,
        "target_url": row.target_url,
        "event_id": row.event_id,
        "state_id": row.state_id,
        "signature_token": row.signature_token,
        "created_at": loaded.moment(row.created_at),
        "updated_at": loaded.moment(row.updated_at),
    }

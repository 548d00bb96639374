"""The rows of `history_schema`: one frozen dataclass per table, its fields the table's columns in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kworkbench.sandbox.books.model import Row


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that was done. `event`: create, update, delete; `changeset`: JSON, what was and what is."""

    TABLE: ClassVar[str] = "activities"
    id: int
    event: str
    item_type: str
    item_id: int
    item_name: str | None
    parent_type: str
    parent_id: int | None
    company_id: int | None
    deal_id: int | None
    invoice_id: int | None
    expense_id: int | None
    creator_id: int
    changeset: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is to be told of an event. `state_id`: 1 working, 2 issues, 3 waiting."""

    TABLE: ClassVar[str] = "webhooks"
    id: int
    name: str | None
    target_url: str
    event_id: int
    state_id: int
    signature_token: str
    created_at: str
    updated_at: str


HISTORY_ROWS: tuple[type[Row], ...] = (Activity, Webhook)

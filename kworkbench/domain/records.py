"""Records: what a server said about one thing, in the product's own field names.

A record's `values` are keyed by the field names of `domain.resources` (or of a related kind) and hold plain values:
texts, ISO dates, amounts as integer minor units of the record's own `currency`, yes/no as booleans, ids as texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from kworkbench.lean import dataclass

Value: TypeAlias = str | int | bool | None
Values: TypeAlias = Mapping[str, Value]

Lookup: TypeAlias = Callable[[str, str], Values | None]
"""The values of a related record by kind and id, or None when it is not known here."""

NEW = "new:"


@dataclass(frozen=True, slots=True)
class Record:
    """One record as a server sent it.

    Attributes:
        kind: a resource (`invoices`) or a related kind (`projects`).
        id: the server's id, always as text.
        values: field name -> value, see the module.
        raw: the record's wire document as JSON text, unknown fields included.
        updated_at: the server's own time of the last change (ISO text), where it sends one.
    """

    kind: str
    id: str
    values: Values
    raw: str = "{}"
    updated_at: str | None = None

    @property
    def lid(self) -> str:
        """The local id the record keeps for life (sync-engine.md section 3)."""
        return lid_of(self.kind, self.id)


def lid_of(kind: str, remote_id: str) -> str:
    """The local id of a record that came from the server: `invoices:310`."""
    return f"{kind}:{remote_id}"


def remote_id_of(lid: str) -> str | None:
    """The server's id inside a local id, or None for a record made here."""
    return None if lid.startswith(NEW) else lid.partition(":")[2]

"""A form as data: its fields, the texts they hold, and what the server said about them. Pure.

Source: product.md section 8.
"""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.actions import Action
from kworkbench.domain.catalog import FormField, ResourceCatalog
from kworkbench.domain.changes import Change, FieldError, Op
from kworkbench.lean import dataclass, field
from kworkbench.store.rows import Row


@dataclass(frozen=True, slots=True)
class FormState:
    """What a form opens with.

    Attributes:
        title: "Edit expense 88213", "New payment".
        lid: the record's local id, None for a new one.
        fields: in the provider's order.
        texts: each field's text by its `key`, as shown or as it was typed; an id for a picker.
        names: the display name of a picker's id, by the field's `key`.
        errors: the server's messages, in its order; `field` None stands at the head.
        refused_at: when the server refused, as shown ("09:42"); None where it did not.
        currency: of the form's amounts.
        change: the refused change this form corrects.
        rows: the records it is about where those are several, or where it asks for an action.
        differing: how many different values the rows have, by the `key` of fields that are not the same in all.
        action: what is asked for, where the form asks for no record.
        begun: its texts were typed elsewhere, on a line, and are saved nowhere yet.
    """

    title: str
    resource: ResourceCatalog
    lid: str | None
    fields: tuple[FormField, ...]
    texts: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    refused_at: str | None = None
    currency: str = ""
    change: Change | None = None
    rows: tuple[Row, ...] = ()
    differing: Mapping[str, int] = field(default_factory=dict)
    action: Action | None = None
    begun: bool = False

    @property
    def creates(self) -> bool:
        """Whether it makes a new record."""
        if self.action is not None or self.rows:
            return False
        return self.lid is None or (self.change is not None and self.change.op is Op.CREATE)

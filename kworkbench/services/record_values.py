"""All that is known of a record: its row, what the server said that no list shows, and edits of it that wait."""

from __future__ import annotations

from kworkbench.domain.catalog import ResourceCatalog
from kworkbench.domain.changes import IN_VIEW, Op, Raw
from kworkbench.domain.records import Value, Values
from kworkbench.services.ground import Ground
from kworkbench.store.rows import Row


def values_of(ground: Ground, catalog: ResourceCatalog, row: Row) -> Values:
    """The values of a record as forms show them; lists have columns for some of them only."""
    said = ground.reader.said(catalog.resource.name, row.id) if row.id else None
    values: dict[str, Value] = dict(said or {})
    for change in ground.changes.of(row.lid):
        if change.state in IN_VIEW and change.op in (Op.CREATE, Op.UPDATE):
            wanted = change.wanted(row.lid).items()
            values |= {key: arg for key, arg in wanted if not isinstance(arg, Raw)}
    # Of an amount that the provider converts the form shows what was given, not what is to come.
    shown = {key: value for key, value in row.values.items() if not (row.to_come and key in ("amount", "currency"))}
    return {**values, **shown}

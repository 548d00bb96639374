"""Writes the typed tables: one row per record of the view, `fold(base, changes)` (invariants I5 and I6)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from kworkbench.domain.catalog import Resource
from kworkbench.domain.changes import SHOWN, WAITING, Change
from kworkbench.domain.predictions import Folded, fold
from kworkbench.domain.records import Lookup, Record, Values, remote_id_of
from kworkbench.domain.resources import RESOURCES
from kworkbench.store.base import Base
from kworkbench.store.columns import (
    MARK_DEFAULTS,
    SqlValue,
    odd_values,
    project,
    project_rare,
)
from kworkbench.store.schema import server_table
from kworkbench.store.typed_rows import TypedRow, TypedRows

ChangesOf: TypeAlias = Callable[[str], Sequence[Change]]
"""The open and the confirmed but unapplied changes that touch a local id, in seq order."""

Columns: TypeAlias = tuple[SqlValue, ...]


class View:
    """The typed rows of all accounts, inside the writer's transaction."""

    def __init__(self, db: sqlite3.Connection, base: Base) -> None:
        self._db = db
        self._base = base
        self._rows = TypedRows(db)
        self._stands: dict[tuple[int, str], tuple[Folded | None, Values | None]] = {}

    def forget_rows(self) -> None:
        """Nothing is known any more of what stands in the tables: a transaction was rolled back, or rows went."""
        self._stands.clear()

    def fresh(self, acct: int, records: Sequence[Record], changes_of: ChangesOf) -> list[str]:
        """Write the rows of records that just came, and those whose fold looks them up; the local ids written."""
        lookup = self._base.lookup(acct)
        for name, resource in RESOURCES.items():
            mine = {record.lid: record.values for record in records if record.kind == name}
            if mine:
                self._write(acct, resource, mine, changes_of, lookup)
        written = [record.lid for record in records if record.kind in RESOURCES]
        dependent = self._dependent(acct, records, changes_of)
        self.refold(acct, dependent, changes_of)
        return [*written, *dependent]

    def _dependent(self, acct: int, records: Sequence[Record], changes_of: ChangesOf) -> list[str]:
        """Rows with changes that show something of these records: an invoice's new payments, a project's name."""
        own = {record.lid for record in records}
        if any(record.kind not in RESOURCES for record in records):
            found = self.touched(acct)
        else:
            found = [change.lid for record in records for change in changes_of(record.lid)]
        return [lid for lid in dict.fromkeys(found) if lid not in own]

    def refold(self, acct: int, lids: Iterable[str], changes_of: ChangesOf) -> None:
        """Write the rows of these local ids anew from base and changes; those without either vanish."""
        lookup = self._base.lookup(acct)
        for name, wanted in self._by_resource(lids, changes_of).items():
            resource = RESOURCES[name]
            ids = {lid: remote for lid in wanted if (remote := remote_id_of(lid)) is not None}
            found = self._base.values(acct, resource.name, ids.values())
            bases = {lid: found.get(ids.get(lid, "")) for lid in wanted}
            self._write(acct, resource, bases, changes_of, lookup, few=True)

    def touched(self, acct: int) -> list[str]:
        """Local ids whose row is not pure base: rows with changes, and rows that changes took away."""
        found: dict[str, None] = {}
        for resource in RESOURCES.values():
            for table, where in ((resource.name, "AND _touched = 1"), (server_table(resource), "")):
                rows = self._db.execute(f"SELECT _lid FROM {table} WHERE _acct = ? {where} ORDER BY _lid", (acct,))
                found.update(dict.fromkeys(lid for (lid,) in rows))
        return list(found)

    def _by_resource(self, lids: Iterable[str], changes_of: ChangesOf) -> Mapping[str, list[str]]:
        """Local ids by resource; one made here whose changes are gone may stand in any table."""
        found: dict[str, list[str]] = {}
        for lid in dict.fromkeys(lids):
            kinds: tuple[str, ...] = (lid.partition(":")[0],)
            if remote_id_of(lid) is None:
                kinds = tuple({change.kind for change in changes_of(lid) if lid in change.records}) or tuple(RESOURCES)
            for kind in kinds:
                if kind in RESOURCES:
                    found.setdefault(kind, []).append(lid)
        return found

    def _write(
        self,
        acct: int,
        resource: Resource,
        bases: Mapping[str, Values | None],
        changes_of: ChangesOf,
        lookup: Lookup,
        *,
        few: bool = False,
    ) -> None:
        """Write rows; `few`: they mostly stand there already."""
        rows: list[TypedRow] = []
        server: list[TypedRow] = []
        gone: list[tuple[int, str]] = []
        pure: list[tuple[int, str]] = []
        for lid, values in bases.items():
            changes = changes_of(lid)
            folded = _plain(values) if not changes else fold(lid, values, changes, lookup)
            if self._stood(acct, lid, folded, values, touched=bool(changes)):
                continue
            if folded is None:
                gone.append((acct, lid))
            else:
                rows.append(_row(acct, lid, resource, folded, touched=bool(changes)))
            if changes and values is not None:
                server.append(_row(acct, lid, resource, Folded(values), touched=True))
            else:
                pure.append((acct, lid))
        table = resource.name
        write = self._rows.bring_up if few else self._rows.put
        write(resource, table, rows)
        write(resource, server_table(resource), server)
        self._db.executemany(f"DELETE FROM {table} WHERE _acct = ? AND _lid = ?", gone)
        if self._db.execute(f"SELECT 1 FROM {server_table(resource)} LIMIT 1").fetchone() is not None:
            self._db.executemany(f"DELETE FROM {server_table(resource)} WHERE _acct = ? AND _lid = ?", pure)

    def _stood(self, acct: int, lid: str, folded: Folded | None, values: Values | None, *, touched: bool) -> bool:
        """Whether a row with changes stands exactly so already; writing it costs ten times as much as folding it."""
        if not touched:
            self._stands.pop((acct, lid), None)
            return False
        stands = (folded, values)
        if self._stands.get((acct, lid), ()) == stands:
            return True
        self._stands[acct, lid] = stands
        return False


def _plain(values: Values | None) -> Folded | None:
    return None if values is None else Folded(values)


def _row(acct: int, lid: str, resource: Resource, folded: Folded, *, touched: bool) -> TypedRow:
    fields = project(resource, folded.values)
    marks = _marks(resource, folded, fields, touched=touched)
    return (acct, lid, *fields, *marks), project_rare(resource, folded.values)


def _marks(resource: Resource, folded: Folded, fields: Columns, *, touched: bool) -> Columns:
    refused = odd_values(resource, folded.values, fields)
    odd = json.dumps(refused) if refused else None
    if not touched:
        return MARK_DEFAULTS if odd is None else (*MARK_DEFAULTS[:-1], odd)
    unsent = folded.state in WAITING or bool(folded.predicted)
    return (
        None if folded.state is None else SHOWN[folded.state].word,
        folded.mark,
        int(folded.counted),
        ",".join(sorted(folded.predicted)),
        int(unsent),
        1,
        odd,
    )

"""Writes rows into the typed tables: many at once, or only what differs of a few that mostly stand already."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from kworkbench.domain.catalog import Resource
from kworkbench.domain.resources import RESOURCES
from kworkbench.store.columns import SqlValue, rare_columns, usual_columns
from kworkbench.store.schema import quoted

TypedRow: TypeAlias = tuple[tuple[SqlValue, ...], Mapping[str, SqlValue]]
"""The usual columns of a row, its account and local id first, and those of its rare ones that are filled."""


class TypedRows:
    """The typed tables of all resources, inside the writer's transaction."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, resource: Resource, table: str, rows: Sequence[TypedRow]) -> None:
        """Write rows; of the rare columns only those that some of them fill, for a first copy is mostly this."""
        filled = {name for _, rare in rows for name in rare}
        names = tuple(name for name in rare_columns(resource) if name in filled)
        values = [(*usual, *(rare.get(name) for name in names)) for usual, rare in rows]
        self._db.executemany(_upsert(resource.name, table, names), values)

    def bring_up(self, resource: Resource, table: str, rows: Sequence[TypedRow]) -> None:
        """Write what differs of each row: a column that stays costs none of the indexes that it stands in."""
        names, find = _whole(resource.name, table)
        rare_names = rare_columns(resource)
        for usual, rare in rows:
            stands = self._db.execute(find, usual[:2]).fetchone()
            if stands is None:
                self.put(resource, table, [(usual, rare)])
                continue
            values = (*usual, *(rare.get(name) for name in rare_names))
            moved = [place for place, value in enumerate(values) if value != stands[place]]
            if moved:
                sql = _update(table, tuple(names[place] for place in moved))
                self._db.execute(sql, (*(values[place] for place in moved), *usual[:2]))


@lru_cache(maxsize=16)
def _whole(kind: str, table: str) -> tuple[tuple[str, ...], str]:
    """All columns of a row, and the statement that reads them of one."""
    resource = RESOURCES[kind]
    names = (*usual_columns(resource), *rare_columns(resource))
    columns = ", ".join(quoted(name) for name in names)
    return names, f"SELECT {columns} FROM {table} WHERE _acct = ? AND _lid = ?"


@lru_cache(maxsize=256)
def _update(table: str, names: tuple[str, ...]) -> str:
    """The statement that writes some columns of one row."""
    columns = ", ".join(f"{quoted(name)} = ?" for name in names)
    return f"UPDATE {table} SET {columns} WHERE _acct = ? AND _lid = ?"


@lru_cache(maxsize=64)
def _upsert(kind: str, table: str, filled: tuple[str, ...]) -> str:
    """The statement that writes the usual columns and some rare ones; the other rare ones become empty."""
    resource = RESOURCES[kind]
    names = (*usual_columns(resource), *filled)
    columns = ", ".join(quoted(name) for name in names)
    updates = [f"{quoted(name)} = excluded.{quoted(name)}" for name in names[2:]]
    updates += [f"{quoted(name)} = NULL" for name in rare_columns(resource) if name not in filled]
    holes = ", ".join("?" * len(names))
    return f"INSERT INTO {table}({columns}) VALUES({holes}) ON CONFLICT(_acct, _lid) DO UPDATE SET {', '.join(updates)}"

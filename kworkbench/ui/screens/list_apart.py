"""Possible duplicates that are none: a group is put aside, and taken back by the same key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource
from kworkbench.domain.query import Query
from kworkbench.domain.rowset import RowSet
from kworkbench.domain.views import DUPLICATES
from kworkbench.ui.safe import safe_text
from kworkbench.ui.widgets.table import RecordTable
from kworkbench.ui.words import counted, server_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kworkbench.services.session import Session
    from kworkbench.store.grouping import GroupRow
    from kworkbench.store.reader import Row
    from kworkbench.ui.screens.base import WorkScreen

    _Base = WorkScreen[None]
else:
    _Base = object


class ListApart(_Base):
    """The verb `not-duplicate` of a list."""

    session: Session
    resource: Resource
    table: RecordTable
    group_now: str

    if TYPE_CHECKING:  # another part of the screen has it

        @property
        def row(self) -> Row | None:
            """The row under the cursor."""
            ...

    @property
    def is_aside(self) -> bool:
        """True where the cursor's group, or row, was said to be no duplicates."""
        if self.resource.name != "expenses":
            return False
        if self.group_now == DUPLICATES:
            group, places = self.table.group, self.table.grouped
            return group is not None and places is not None and places.is_aside(group)
        row = self.row
        return row is not None and self.session.views.apart.holds(self._account, row.id or "")

    def do_put_aside(self) -> None:
        """Say that the cursor's group is none, or take that back; the group stays till the query is run again."""
        from kworkbench.services.apart import ApartError  # noqa: PLC0415 - few lists need it

        group, places = self.table.group, self.table.grouped
        try:
            if self.group_now != DUPLICATES or group is None or places is None:
                self._take_back([self.row.id or ""] if self.row is not None else [])
            elif places.is_aside(group):
                self._take_back([row.id or "" for row in self._rows_of(group)])
                places.take_back(group)
                self.table.relaid(self.table.place)
            else:
                self._put(group)
        except ApartError as problem:
            self.say(*server_sentence(str(problem)))
        self.refresh_frame()

    def _put(self, group: GroupRow) -> None:
        from kworkbench.services.apart import MOST_APART  # noqa: PLC0415 - few lists need it

        places = self.table.grouped
        if group.rows > MOST_APART or places is None:
            self.tell(f"This group has more than {MOST_APART} rows. A filter makes it smaller.")
            return
        rows = self._rows_of(group)
        ids = [row.id for row in rows if row.id]
        if len(ids) < len(rows):
            self.tell("A row of this group is not at the server yet. Wait until it is sent.")
            return
        first = rows[0].values
        text = " ".join(str(first.get(name) or "") for name in ("text", "project", "date"))
        self.session.views.apart.put(self._account, ids, f"{' '.join(text.split())}, said on {self.session.today()}")
        places.put_aside(group, [row.lid for row in rows])
        after = places.head_after(group.key)
        self.table.relaid(self.table.place if after is None else after)
        self.tell(
            f"{counted(len(rows), 'row', self.session.style)} of ",
            safe_text(group.label, 24),
            " are no duplicates. `D` on them takes it back.",
        )

    def _take_back(self, ids: Sequence[str]) -> None:
        self.session.views.apart.take_back(self._account, ids)
        self.tell("Taken back: these may be duplicates again.")

    def _rows_of(self, group: GroupRow) -> list[Row]:
        chosen = RowSet.of(group.members)
        return list(self.session.reader.rows(self.resource, Query(), chosen).fetch(0, group.rows))

    @property
    def _account(self) -> str:
        return self.session.connection.account

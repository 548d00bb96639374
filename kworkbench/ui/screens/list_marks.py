"""Marking by query, and copying: all rows in view, those with the same value, a cell or a row to the clipboard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Field, Resource, ValueType
from kworkbench.domain.money import decimal_text
from kworkbench.domain.numbers import format_count
from kworkbench.domain.query import Comparison, Operand, Query, Term
from kworkbench.domain.records import Value, Values
from kworkbench.domain.rowset import RowSet
from kworkbench.domain.views import DUPLICATES
from kworkbench.store.source import ReadInterruptedError
from kworkbench.ui.lane import Lane
from kworkbench.ui.safe import safe_text
from kworkbench.ui.widgets.table import MOST_RANGE, RecordTable
from kworkbench.ui.words import counted

if TYPE_CHECKING:
    from kworkbench.services.session import Session
    from kworkbench.ui.screens.base import WorkScreen

    _Base = WorkScreen[None]
else:
    _Base = object


class ListMarks(_Base):
    """The marking half of a list."""

    session: Session
    resource: Resource
    table: RecordTable
    group_now: str
    lane: Lane

    if TYPE_CHECKING:  # another part of the screen has it

        @property
        def effective_query(self) -> Query:
            """The query with what is hidden by default."""
            ...

    def do_mark_all(self) -> None:
        """Mark every row of the query; among possible duplicates all of the cursor's group but the one to keep."""
        group = self.table.group
        if self.group_now != DUPLICATES or group is None:
            self._mark_found(self.effective_query)
            return
        kept = self.session.reader.row(self.resource, group.kept)
        self.table.mark(RowSet.of(number for number in group.members if kept is None or number != kept.number))
        self.tell(
            "Marked all of the group but ", safe_text(str(kept.id or "one") if kept else "one", 20), ", to be kept."
        )

    def do_mark_same(self) -> None:
        """Mark every row in view that has the cursor's value in the chosen column."""
        row, name = self.table.row, self.table.column
        if row is None or not name:
            return
        query = self.effective_query
        term = same_value(self.resource.field(name), row.values)
        self._mark_found(Query((*query.terms, term), query.sort))

    def _mark_found(self, query: Query) -> None:
        self.in_place_of("marks", partial(self._find, query))

    async def _find(self, query: Query) -> None:
        try:
            self.table.mark(await self.lane.read(lambda reader: reader.numbers(self.resource, query)))
        except ReadInterruptedError:
            return

    def on_record_table_too_far(self) -> None:
        """Say what marks more."""
        self.tell(f"A range marks at most {format_count(MOST_RANGE, self.session.style)} rows. `a` marks all in view.")

    # Copying.

    def do_copy(self) -> None:
        """Copy the chosen cell; where no column is chosen, the row."""
        row, name = self.table.row, self.table.chosen_column
        if row is not None and name:
            field = self.resource.field(name)
            text = plain_text(field, row.values)
            self.app.copy_to_clipboard(text)
            self.tell("Copied ", safe_text(text, 40) if text else "an empty cell", ".")
        else:
            self.do_copy_row()

    def do_copy_row(self) -> None:
        """Copy the cells of the row with tabs between them, as its columns stand."""
        row = self.table.row
        if row is not None:
            cells = [plain_text(self.resource.field(name), row.values) for name in self.table.column_names]
            self.app.copy_to_clipboard("\t".join(cells))
            self.tell(f"Copied the row, {counted(len(cells), 'cell', self.session.style)}.")


def plain_text(field: Field, values: Values) -> str:
    """A value as other programs read it: `1250.00`, `2026-03-01`, `yes`; one harmless line."""
    value, currency = values.get(field.name), values.get("currency")
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.type is ValueType.AMOUNT and isinstance(value, int) and isinstance(currency, str):
        return decimal_text(value, currency)
    return safe_text(" ".join(str(value).split())).plain


def same_value(field: Field, values: Values) -> Term:
    """The term that finds the rows with the same value in that field."""
    value, currency = values.get(field.name), values.get("currency")
    if field.type is ValueType.AMOUNT and isinstance(value, int) and isinstance(currency, str):
        return Term(field.name, (Operand(Comparison.HAS, decimal_text(value, currency), currency=currency),))
    exact = Comparison.IS if field.type is ValueType.TEXT and value else Comparison.HAS
    return Term(field.name, (Operand(exact, _word(field, value)),))


def _word(field: Field, value: Value) -> str:
    if field.type is ValueType.YES_NO:
        return "yes" if value is True else "no"
    return "" if value is None else str(value)

"""What changes the query of a list: the query line, the sidebar, sorting, `Esc`; and moving between its panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from kworkbench.domain.catalog import Field, Resource, ResourceCatalog, SortKey, ValueType
from kworkbench.domain.query import Comparison, Operand, Query, Term, parse_query, print_sort, print_terms
from kworkbench.domain.query.edit import sorted_by, toggled, with_term
from kworkbench.lean import replace
from kworkbench.ui.verbs import BY_ID

if TYPE_CHECKING:
    from kworkbench.domain.query.complete import Completion
    from kworkbench.services.session import Session
    from kworkbench.ui.figures import Stopped
    from kworkbench.ui.paint import Piece
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.screens.list_panes import ListPane
    from kworkbench.ui.widgets.detail import Detail
    from kworkbench.ui.widgets.query_line import QueryLine
    from kworkbench.ui.widgets.sidebar import Sidebar
    from kworkbench.ui.widgets.table import RecordTable

    _Base = WorkScreen[None]
else:
    _Base = object


MOST_OFFERED = 20


class ListQuery(_Base):
    """The reading half of a list's verbs."""

    session: Session
    resource: Resource
    catalog: ResourceCatalog
    query_now: Query
    pane: ListPane
    table: RecordTable
    sidebar: Sidebar
    detail: Detail
    currencies: dict[str, None]
    typed_from: str | None
    _before: Query = Query()

    def run_query(self, lid: str | None = None) -> None:
        """Show the rows of the query."""
        raise NotImplementedError

    def show_detail(self) -> None:
        """Draw the record under the cursor."""
        raise NotImplementedError

    if TYPE_CHECKING:  # another part of the screen has them

        def change_query(self, query: Query, *, follow: bool = True) -> None:
            """Show another query."""
            ...

        def typed_words(self, query: Query) -> list[Piece]:
            """What is to be said of a query while it is typed."""
            ...

        def want_answers(self, *, again: bool = False) -> None:
            """Ask what only the server knows."""
            ...

        def change_query_soon(self, query: Query) -> None:
            """Show what is typed."""
            ...

        def change_wanted(self) -> None:
            """Show what was typed last, where that has not come to pass yet."""
            ...

    # The query line.

    @property
    def query_line(self) -> QueryLine | None:
        """The line while it is open."""
        from kworkbench.ui.widgets.query_line import QueryLine  # noqa: PLC0415  # only when first opened

        found = self.pane.query(QueryLine)
        return found.first() if found else None

    def do_query(self) -> None:
        """Open the query line over the top rule."""
        from kworkbench.ui.widgets.query_line import QueryLine  # noqa: PLC0415  # only when first opened

        self.close_overlays()
        self._before, self.typed_from = self.query_now, self.table.lid
        line = QueryLine(print_terms(self.query_now), self._parsed, self._complete, self._typed)
        self.pane.add_class("-typing")
        self.pane.mount(line, before=0)

    def _parsed(self, text: str) -> Query:
        parsed = parse_query(text, self.resource, today=self.session.today())
        return parsed if parsed.sort else replace(parsed, sort=self.query_now.sort)

    def _complete(self, text: str, cursor: int) -> Completion | None:
        from kworkbench.domain.query.complete import complete  # noqa: PLC0415  # only when first opened

        return complete(text, cursor, self.resource, self._known)

    def _known(self, field: Field, text: str) -> tuple[str, ...]:
        """Values of the cache that begin with a text or hold it."""
        reader = self.session.reader
        if field.name in ("number", "invoice"):
            return reader.invoice_numbers(text)
        if (kind := self._named_by(field)) is not None:
            found = reader.related(kind, text, MOST_OFFERED)
            return tuple(dict.fromkeys(str(choice.values.get("called") or choice.name) for choice in found))
        if field.type is ValueType.CURRENCY:
            return tuple(word for word in self.currencies if word.startswith(text.lower()))
        return ()

    def _named_by(self, field: Field) -> str | None:
        """The related kind whose names a field holds."""
        return next(
            (each.picks for each in self.resource.known if each.name == f"{field.name}_id" and each.picks), None
        )

    def on_query_line_offered(self, message: QueryLine.Offered) -> None:
        """What the word could be stands under it."""
        from kworkbench.ui.widgets.query_line import offer_pieces  # noqa: PLC0415  # it is open

        line = self.query_line
        if line is not None:
            self.table.show_error(offer_pieces(line.text, message, self.table.size.width))

    def _typed(self, query: Query) -> None:
        """Filter while typing."""
        self.table.show_error(self.typed_words(query))
        self.change_query_soon(query)

    def on_query_line_failed(self, message: QueryLine.Failed) -> None:
        """Say what is wrong under its word; the list keeps its last good query."""
        from kworkbench.ui.widgets.query_line import error_pieces  # noqa: PLC0415  # it is open

        self.table.show_error(error_pieces(message.text, message.error, self.table.size.width))

    def on_query_line_closed(self, message: QueryLine.Closed) -> None:
        """Go back to the rows."""
        if message.kept:
            self.change_wanted()
        else:
            self.change_query(self._before)
        self.close_query_line()
        self.table.focus()

    def close_query_line(self) -> None:
        """Draw the top rule again."""
        self.table.show_error([])
        self.call_after_refresh(self.want_answers)
        self.typed_from = None
        line = self.query_line
        if line is not None:
            self.pane.remove_class("-typing")
            line.remove()

    # The sidebar.

    def do_filters(self) -> None:
        """Go to the sidebar, opening it over the list where there is no room beside it; again: back."""
        if self.has_class("-filters") or self.place is self.sidebar.PLACE:
            self.close_overlays()
            self.table.focus()
            return
        if self.has_class("-narrow"):
            self.add_class("-filters")
        self.sidebar.lines.focus()

    def on_sidebar_chosen(self, message: Sidebar.Chosen) -> None:
        """A value was chosen or excluded, or taken out again."""
        field = self.resource.field(message.field)
        self.change_query(toggled(self.query_now, field, message.value, excluded=message.excluded))

    def on_sidebar_dropped(self) -> None:
        """Every filter is dropped."""
        self.change_query(replace(self.query_now, terms=()))

    # Sorting.

    def do_sort(self) -> None:
        """Sort by the chosen column, or the other way round."""
        self.sort_by(self.table.column, further=False)

    def do_sort_more(self) -> None:
        """Add the chosen column as a further key, or turn it round."""
        self.sort_by(self.table.column, further=True)

    def sort_by(self, field: str, *, further: bool) -> None:
        """Order by a field; one that is a key already is turned round."""
        now = self.query_now.sort or self.resource.first_sort
        have = next((key for key in now if key.field == field), None)
        is_first = bool(now) and now[0].field == field
        turn = have is not None and (further or is_first)
        descending = not have.descending if have is not None and turn else self._downwards(field)
        key = SortKey(field, descending)
        base = replace(self.query_now, sort=now) if further else self.query_now
        self.change_query(sorted_by(base, key, further=further))
        keys = self.query_now.sort
        self.tell(f"Sorted by {print_sort(keys).replace(',', ', ')}. `h` and `l` choose a column.")

    def _downwards(self, field: str) -> bool:
        """Figures and days begin with the largest, words with the first."""
        return self.resource.field(field).type.value in ("amount", "date", "days", "quantity")

    def on_record_table_head_clicked(self, message: RecordTable.HeadClicked) -> None:
        """A head was clicked."""
        self.sort_by(message.field, further=message.more)

    def do_totals(self) -> None:
        """All sums of the query."""
        from kworkbench.ui.screens.totals import TotalsScreen  # noqa: PLC0415  # only when first opened

        said = print_terms(self.query_now)
        query, stopped = self.effective_query, self.stopped_payments()
        self.app.push_screen(TotalsScreen(self.session, self.resource, query, said, self.now, stopped))

    @property
    def effective_query(self) -> Query:
        """The query with what is hidden by default."""
        raise NotImplementedError

    def stopped_payments(self) -> tuple[Stopped, ...]:
        """Payments of invoices that no sum holds."""
        raise NotImplementedError

    # Panes.

    def close_overlays(self) -> bool:
        """Close what lies over the list; True where something did."""
        open_now = [name for name in ("-filters", "-detail") if self.has_class(name)]
        for name in open_now:
            self.remove_class(name)
        return bool(open_now)

    def do_escape(self) -> None:
        """Close one thing: a range, the marks, at last the last filter of an empty list."""
        if self.table.marks.ranging:
            self.table.do_mark_range()
        elif self.table.chosen_column and not self.table.marks:
            self.table.no_column()
        elif self.table.marks:
            self.table.clear_marks()
        elif not self.table.count and self.query_now.terms:
            self.change_query(replace(self.query_now, terms=self.query_now.terms[:-1]), follow=False)

    def do_back(self) -> None:
        """Close what lies over the list; where nothing does, leave the program."""
        if self.close_overlays():
            self.table.focus()
        else:
            self.perform(BY_ID["quit"])

    def do_leave(self) -> None:
        """Back to the rows."""
        self.close_overlays()
        self.table.focus()

    def do_open(self) -> None:
        """The detail of the row: beside the list where there is room, else over it."""
        if not (self.has_class("-roomy") or self.has_class("-huge")):
            self.add_class("-detail")
        self.detail.lines.focus()
        self.call_after_refresh(self.show_detail)

    def on_record_table_opened(self) -> None:
        """A row was double-clicked."""
        self.do_open()

    def do_next_pane(self) -> None:
        """The next pane in sight."""
        self._step_pane(1)

    def do_previous_pane(self) -> None:
        """The pane before."""
        self._step_pane(-1)

    def _step_pane(self, step: int) -> None:
        panes: list[Widget] = [self.table]
        if self.sidebar.display:
            panes.insert(0, self.sidebar.lines)
        if self.detail.display:
            panes.append(self.detail.lines)
        here = next((index for index, pane in enumerate(panes) if pane is self.focused), 0)
        panes[(here + step) % len(panes)].focus()

    def show_query(self, text: str) -> None:
        """Show what a query line would: used by what opens a list from elsewhere."""
        self.close_overlays()
        self.change_query(parse_query(text, self.resource, today=self.session.today()), follow=False)
        self.table.focus()

    def show_same(self, field: str, value: str) -> None:
        """Show the records that share a value."""
        term = Term(field, (Operand(Comparison.IS, value),))
        self.close_overlays()
        self.change_query(with_term(Query(), term))
        self.table.focus()

    def show_record(self, lid: str) -> None:
        """Put the cursor on a record, lifting the query where it hides it."""
        self.close_overlays()
        if not self.session.reader.fits(self.resource, self.effective_query, lid):
            self.query_now = Query()
        self.run_query(lid)
        self.table.focus()

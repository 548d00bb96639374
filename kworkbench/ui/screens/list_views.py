"""How a list is looked at: saved views, columns, groups, and the questions that are asked for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Resource, ResourceCatalog
from kworkbench.domain.query import Query, QueryError, parse_query, print_query
from kworkbench.domain.query.fields import query_field
from kworkbench.domain.views import DUPLICATES, LONGEST_NAME, View, groupable
from kworkbench.ui.widgets.grouped_places import GroupedPlaces
from kworkbench.ui.widgets.places import Places
from kworkbench.ui.words import server_sentence

if TYPE_CHECKING:
    from collections.abc import Collection

    from kworkbench.services.session import Session
    from kworkbench.store.duplicates import Pair
    from kworkbench.store.grouping import GroupRow
    from kworkbench.store.reader import Choice, Window
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.screens.list_questions import Answer, Leads
    from kworkbench.ui.widgets.ask_panel import Question
    from kworkbench.ui.widgets.sidebar import Sidebar
    from kworkbench.ui.widgets.table import RecordTable

    _Base = WorkScreen[None]
else:
    _Base = object


class ListViews(_Base):
    """The looks of a list."""

    session: Session
    resource: Resource
    catalog: ResourceCatalog
    query_now: Query
    table: RecordTable
    sidebar: Sidebar
    columns_now: tuple[str, ...] = ()
    group_now: str = ""
    apart_now: Collection[Pair] = ()
    _lid_before: str | None = None
    _return_to: tuple[str | None, str] = (None, "")

    if TYPE_CHECKING:  # another part of the screen has them

        def run_query(self, lid: str | None = None) -> None:
            """Show the rows of the query."""
            ...

        def in_force(self, query: Query) -> Query:
            """What the rows of a query are found by."""
            ...

        def change_query(self, query: Query, *, follow: bool = True) -> None:
            """Show another query."""
            ...

        @property
        def effective_query(self) -> Query:
            """The query with what is hidden by default."""
            ...

        async def ask(self, question: Question, then: Answer, leads: Leads | None = None) -> None:
            """Ask in the panel under the list."""
            ...

        def recount_views(self) -> None:
            """The views are others than before."""
            ...

    # The view that is shown.

    def open_where_left(self) -> None:
        """Begin with what this list showed when the program ended last."""
        left = self.session.views.left_off(self.session.connection.account).lists.get(self.resource.name)
        if left is not None and (query := self._query_of(left)) is not None:
            self.query_now, self.columns_now, self.group_now = query, left.columns, left.group

    def shown_view(self, name: str = "") -> View:
        """What the list shows now, as a view."""
        return View(self.resource.name, name, print_query(self.query_now), self.columns_now, self.group_now)

    def current_view(self) -> str:
        """The name of the saved view that the list shows; empty where it shows none."""
        shown = self._shown_view()
        return shown.name if shown else ""

    def _shown_view(self) -> View | None:
        """The saved view that is shown exactly, else one that leaves open what differs."""
        fitting = [view for view in self.session.views.of(self.resource.name) if self._fits(view)]
        return max(fitting, key=lambda view: (bool(view.columns), "sort:" in view.query), default=None)

    def _fits(self, view: View) -> bool:
        query = self._query_of(view)
        return (
            query is not None
            and set(query.terms) == set(self.query_now.terms)
            and query.sort in ((), self.query_now.sort)
            and view.columns in ((), self.columns_now)
            and view.group == self.group_now
        )

    def _query_of(self, view: View) -> Query | None:
        try:
            return parse_query(view.query, self.resource, today=self.session.today())
        except QueryError:
            return None

    def show_view(self, view: View) -> None:
        """Show a view; the cursor follows its record where it is there."""
        query = self._query_of(view)
        if query is None:
            return
        self.query_now, self.columns_now, self.group_now = query, view.columns, view.group
        self.run_query(self.table.lid)

    def draw_views(self) -> None:
        """Views and filters on the sidebar as they are now."""
        views = self.session.views.of(self.resource.name)
        self.sidebar.show_views([view.name for view in views], self.current_view())
        self.sidebar.show_query(self.query_now, self._picked_names())

    def _picked_names(self) -> dict[tuple[str, str], str]:
        names: dict[tuple[str, str], str] = {}
        for term in self.query_now.terms:
            picks = query_field(self.resource, term.field).picks if term.field else ""
            for value in term.values if picks else ():
                found = self.session.reader.lookup(picks, value.low)
                if found and isinstance(name := found.get("name"), str):
                    names[str(term.field), value.low] = name
        return names

    def view_queries(self) -> tuple[tuple[str, Query], ...]:
        """Name and query of each view that is counted."""
        queries = ((view, self._query_of(view)) for view in self.session.views.of(self.resource.name))
        return tuple(
            (view.name, self.in_force(query))
            for view, query in queries
            if query is not None and view.group != DUPLICATES
        )

    def on_sidebar_view_chosen(self, message: Sidebar.ViewChosen) -> None:
        """A view was chosen; the one that is shown: everything again."""
        chosen = next(view for view in self.session.views.of(self.resource.name) if view.name == message.name)
        self.show_view(View(self.resource.name, "") if chosen == self._shown_view() else chosen)

    def do_next_view(self) -> None:
        """The next view, behind the last one the first."""
        self._step_view(1)

    def do_previous_view(self) -> None:
        """The view before, before the first one the last."""
        self._step_view(-1)

    def _step_view(self, step: int) -> None:
        views = self.session.views.of(self.resource.name)
        shown = self._shown_view()
        at = views.index(shown) if shown else -1 if step > 0 else 0
        view = views[(at + step) % len(views)]
        self.show_view(view)
        self.say(*server_sentence(f"View: {view.name}."))

    # Saving a view.

    async def do_save_view(self) -> None:
        """Ask for a name, and save."""
        from kworkbench.ui.widgets.ask_panel import Question  # noqa: PLC0415  # only when first asked

        question = Question(
            title="Save this view",
            text=self.current_view(),
            hint="A name for this query, its order, columns and groups.",
            answer="save",
            check=_name_problem,
        )
        await self.ask(question, self._save)

    def _save(self, name: str, _choice: Choice | None) -> None:
        from kworkbench.services.view_file import ViewFileError  # noqa: PLC0415  # only when one is saved

        if not name:
            self.tell("A view needs a name. Nothing was saved.")
            return
        known = any(view.name == name for view in self.session.views.of(self.resource.name))
        try:
            self.session.views.save(self.shown_view(name))
        except ViewFileError as problem:
            self.say(*server_sentence(str(problem)))
            return
        self.say(*server_sentence(f"{'Replaced' if known else 'Saved'} the view {name}."))
        self.recount_views()

    # Columns and groups.

    def do_columns(self) -> None:
        """Choose the columns and their order."""
        from kworkbench.ui.screens.columns import ColumnsScreen  # noqa: PLC0415  # only when first opened

        shown = self.columns_now or self.table.column_names
        self.app.push_screen(ColumnsScreen(self.session, self.resource, shown, self.now), self._choose_columns)

    def _choose_columns(self, names: tuple[str, ...] | None) -> None:
        if names is not None:
            self.columns_now = names
            self.table.choose_columns(names)
            self.draw_views()
            self.refresh_frame()

    async def do_group(self) -> None:
        """Ask what to group the rows by."""
        from kworkbench.store.reader import Choice  # noqa: PLC0415  # only when first asked
        from kworkbench.ui.widgets.ask_panel import Question  # noqa: PLC0415  # only when first asked

        names = groupable(self.resource)
        first = self.table.column if self.table.column in names and self.table.column != self.group_now else ""
        offered = [name for name in (first, *names) if name and (name != first or name is first)]
        offered = [*(["no groups"] if self.group_now else []), *dict.fromkeys(offered)]

        def matching(text: str) -> tuple[Choice, ...]:
            return tuple(Choice(name, name, "", {}) for name in offered if text.casefold() in name)

        question = Question(
            title="Group by", hint="Each group has its sums; z closes one.", answer="group", choices=matching
        )
        await self.ask(question, self._group)

    def _group(self, _text: str, choice: Choice | None) -> None:
        if choice is not None:
            self.group_now = choice.id if choice.id in groupable(self.resource) else ""
            self._lid_before = self.table.lid or self._lid_before  # on a head there is no record
            self.run_query(self._lid_before)

    def show_ungrouped(self, reason: str) -> None:
        """The list cannot be grouped so: its rows one after the other, and why."""
        self.group_now = ""
        self.run_query(self.table.lid or self._lid_before)
        self.say(*server_sentence(reason))

    def places_of(self, window: Window) -> Places | GroupedPlaces:
        """Where the rows of a query stand: in groups, or one after the other."""
        if self.group_now == DUPLICATES:
            apart = self.session.views.apart
            self.apart_now = apart.pairs(self.session.connection.account)
            if apart.problem:
                self.say(*server_sentence(apart.problem))
        table = self.table
        if self.group_now:
            self._return_to = table.lid, table.group.key if table.group else ""
            return GroupedPlaces(window, self.resource.sum_field, self.group_now, table.grouped)
        return Places(window, partial(self.session.reader.row, self.resource))

    def take_groups(self, groups: tuple[GroupRow, ...]) -> None:
        """The groups were read: show them, with the cursor where it was."""
        places, table = self.table.grouped, self.table
        if places is None:
            return
        window = self.session.reader.grouped(self.resource, self.effective_query, self.group_now, groups)
        first_time = not places.known
        lid, key = self._return_to if first_time else (table.lid, table.head.key if table.head else "")
        places.take(window, is_open=self.group_now == DUPLICATES)
        place = places.place_of(lid) if lid else None
        table.relaid((places.head_place(key) if place is None else place) or 0)


def _name_problem(text: str) -> str:
    return "" if len(text.strip()) <= LONGEST_NAME else f"A name has at most {LONGEST_NAME} characters."

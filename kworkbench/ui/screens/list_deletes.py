"""Deleting from a list: the review of the marked rows, read off the screen's thread and before it is asked for."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from textual.timer import Timer

from kworkbench.domain.catalog import Resource, ResourceCatalog
from kworkbench.domain.changes import Change
from kworkbench.domain.query import Query
from kworkbench.domain.rowset import RowSet
from kworkbench.lean import dataclass
from kworkbench.services.changes import NotPossible
from kworkbench.ui.timed import hold_keys, let_keys_go
from kworkbench.ui.widgets.table import RecordTable
from kworkbench.ui.words import counted

if TYPE_CHECKING:
    from kworkbench.services.review import Review
    from kworkbench.services.session import Session
    from kworkbench.store.reader import Reader, Row
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.screens.review import ReviewScreen

    _Base = WorkScreen[None]
else:
    _Base = object

MOST_REVIEWED = 5000
"""Rows that one review shows at most."""
_PREPARE_SECONDS = 0.05
"""The marks have come to rest when they stayed so long."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a review of deletes depends on.

    Attributes:
        kept: local ids of rows that stay in sight whether they match the query or not; it is told as `hidden_by`.
        version: that of the cache, as the screen's reader sees it.
    """

    marked: RowSet
    query: Query
    kept: Collection[str]
    hidden_by: str
    version: int


class ListDeletes(_Base):
    """The deleting part of a list's verbs."""

    session: Session
    resource: Resource
    catalog: ResourceCatalog
    table: RecordTable
    _prepared: tuple[Asked, Review] | None = None
    _preparing: Timer | None = None

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        raise NotImplementedError

    @property
    def effective_query(self) -> Query:
        """The query with what is hidden by default."""
        raise NotImplementedError

    def hidden_by(self) -> str:
        """The query as text, for rows it keeps out of view."""
        raise NotImplementedError

    def meant_rows(self) -> RowSet | None:
        """The marked rows, or the one under the cursor; None, and it is said, where they are too many."""
        marked = self.table.marks.rows
        if len(marked) > MOST_REVIEWED:
            self.tell(f"At most {MOST_REVIEWED} rows are reviewed at once. Mark fewer.")
            return None
        row = self.row
        return RowSet.of((row.number,)) if not marked and row is not None else marked

    async def do_delete(self) -> None:
        """The review of deleting the marked rows, or this one; rows and sums are read off the screen's thread."""
        marked = self.meant_rows()
        if marked is None:
            return
        asked = self.asked(marked)
        hold_keys(self)
        try:
            review = self._prepared[1] if self._prepared and self._prepared[0] == asked else None
            if review is None:
                review = await to_thread(self._review, asked)
        except NotPossible:
            let_keys_go(self)
            raise
        if self.is_current and not self.retired:
            self.app.push_screen(self.review_screen()(self.session, review, self.now), self._deleted)
        else:
            let_keys_go(self)

    def asked(self, marked: RowSet) -> Asked:
        """What a review of these rows depends on, as it is now."""
        version = self.session.reader.data_version()
        return Asked(marked, self.effective_query, self.table.kept, self.hidden_by(), version)

    def _review(self, asked: Asked) -> Review:
        """The review as the cache has it; on any thread."""
        with closing(self.session.open_reader()) as reader:
            rows, in_view = self.read_asked(asked, reader)
        self.review_screen()
        return self.session.deletes.review_of(self.resource.name, rows, in_view, asked.hidden_by)

    def read_asked(self, asked: Asked, reader: Reader) -> tuple[Sequence[Row], Callable[[Row], bool]]:
        """The rows that are meant, and which of them are in view; on the reader's thread."""
        rows = reader.rows(self.resource, Query(sort=asked.query.sort), asked.marked).fetch(0, MOST_REVIEWED)
        seen = reader.numbers(self.resource, asked.query, asked.marked)
        return rows, lambda row: row.number in seen or row.lid in asked.kept

    @staticmethod
    def review_screen() -> type[ReviewScreen]:
        """The screen of every review; imported with the first."""
        from kworkbench.ui.screens.review import ReviewScreen  # noqa: PLC0415  # only when first opened

        return ReviewScreen

    def prepare_review(self) -> None:
        """Rows are marked: read ahead, once that has come to rest, what the review of deleting them shows."""
        self._prepared = None
        if self._preparing is not None:
            self._preparing.stop()
        if 1 < len(self.table.marks) <= MOST_REVIEWED and not self.catalog.deletes:
            self._preparing = self.set_timer(_PREPARE_SECONDS, self._prepare)

    def _prepare(self) -> None:
        self._preparing = None
        ask = self._prepare_review(self.asked(self.table.marks.rows))
        self.run_worker(ask, group="review", exclusive=True, exit_on_error=True)

    async def _prepare_review(self, asked: Asked) -> None:
        try:
            self._prepared = asked, await to_thread(self._review, asked)
        except NotPossible:
            self._prepared = None  # whoever asks for the review is told why

    def _deleted(self, changes: tuple[Change, ...] | None) -> None:
        if not changes:
            return
        gone = self.unmark(changes)
        noun = self.resource.singular
        self.count_down(f"Deletes {counted(len(gone), noun, self.session.style)}.")

    def unmark(self, changes: Sequence[Change]) -> list[str]:
        """Take the marks off the rows that a gesture was about; their local ids."""
        lids = [lid for change in changes for lid in change.records]
        rows = (self.session.reader.row(self.resource, lid) for lid in lids)
        self.table.marks.discard(RowSet.of(row.number for row in rows if row is not None))
        self.table.post_message(RecordTable.Marked())
        return lids

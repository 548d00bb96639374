"""Deleting through a review: what would go, what the server is expected to refuse, what is out of view.

Source: product.md section 9. The rows stay in the list, marked, until the server has answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future

from kworkbench.domain.catalog import ResourceCatalog
from kworkbench.domain.changes import Change, Draft, Op, is_new
from kworkbench.domain.dates import DateError, parse_iso
from kworkbench.services.changes import NotPossible
from kworkbench.services.ground import Ground
from kworkbench.services.inverse import said_of
from kworkbench.services.review import Group, Review, ReviewRow
from kworkbench.store.reader import Row


class DeleteService:
    """Deletes of one connection."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def review(self, resource: str, lids: Iterable[str], in_view: Callable[[str], bool], hidden_by: str = "") -> Review:
        """The review of deleting these records.

        Raises:
            NotPossible: the provider deletes no such records, or none of them is here.
        """
        catalog = self._ground.catalog.resources[resource]
        rows = self._ground.reader.records(catalog.resource, tuple(lids))
        return self.review_of(resource, rows, lambda row: in_view(row.lid), hidden_by)

    def review_of(
        self, resource: str, rows: Sequence[Row], in_view: Callable[[Row], bool], hidden_by: str = ""
    ) -> Review:
        """The review of deleting these rows, read already; on any thread.

        Raises:
            NotPossible: as `review`.
        """
        catalog = self._ground.catalog.resources[resource]
        if catalog.deletes:
            raise NotPossible(catalog.deletes)
        if not rows:
            raise NotPossible(f"There is no {catalog.resource.singular} to delete here.")
        found = [self._row(catalog, row, seen=in_view(row)) for row in rows]
        order = tuple(Group)
        return Review(catalog, tuple(sorted(found, key=lambda one: order.index(one.group))), hidden_by)

    def confirm(self, review: Review) -> Future[tuple[Change, ...]]:
        """Delete what the review has going, as one gesture."""
        return self._ground.changes.submit(self.drafts(review))

    def drafts(self, review: Review) -> tuple[Draft, ...]:
        """The changes of a review: bulk requests where the provider has them, else one delete a row."""
        rows = [one.row for one in review.going]
        most = review.catalog.bulk_delete
        sent = [row for row in rows if not is_new(row.lid) or row.id]
        if most and len(rows) > 1:
            single = [row for row in rows if row not in sent]
            bulk = [self._bulk(review.catalog, sent[at : at + most]) for at in range(0, len(sent), most)]
            return (*bulk, *(self._single(review.catalog, row) for row in single))
        return tuple(self._single(review.catalog, row) for row in rows)

    def _row(self, catalog: ResourceCatalog, row: Row, *, seen: bool) -> ReviewRow:
        closed = closed_before(self._ground, catalog, row)
        if closed:
            return ReviewRow(row, Group.EXPECTED_REFUSED, reason=closed, barred=True)
        lock = next((one for one in catalog.locks if row.values.get(one.field) == one.value), None)
        if lock is not None:
            return ReviewRow(row, Group.EXPECTED_REFUSED, reason=lock.reason)
        if not seen:
            return ReviewRow(row, Group.NOT_IN_VIEW)
        return ReviewRow(row, Group.WILL_GO, going=True)

    def _single(self, catalog: ResourceCatalog, row: Row) -> Draft:
        return Draft(
            account=self._ground.account,
            op=Op.DELETE,
            kind=catalog.resource.name,
            lid=row.lid,
            pre=said_of(catalog, row.values),
            hold_seconds=self._ground.hold_seconds,
        )

    def _bulk(self, catalog: ResourceCatalog, rows: Sequence[Row]) -> Draft:
        if len(rows) == 1:
            return self._single(catalog, rows[0])
        return Draft(
            account=self._ground.account,
            op=Op.BULK_DELETE,
            kind=catalog.resource.name,
            lid=self._ground.new_lid(),
            targets=tuple(row.lid for row in rows),
            befores={row.lid: said_of(catalog, row.values) for row in rows},
            hold_seconds=self._ground.hold_seconds,
        )


def closed_before(ground: Ground, catalog: ResourceCatalog, row: Row) -> str:
    """Why a record of a closed period is neither edited nor deleted here; empty where it can be."""
    until = ground.connection.closed_until
    day = row.values.get(catalog.resource.day_field)
    if until is None or not isinstance(day, str):
        return ""
    try:
        return f"closed until {until.isoformat()}" if parse_iso(day) <= until else ""
    except DateError:
        return ""

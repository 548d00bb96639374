"""Finding changes: the query line of Changes, over what each row says. Pure, and fast enough for every key.

Source: product.md sections 4 and 6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from kworkbench.domain.catalog import Field, Resource, ValueType
from kworkbench.domain.changes import SHOWN, Change
from kworkbench.domain.query import Query, QueryError, Term, parse_query
from kworkbench.domain.query.complete import Completion, complete
from kworkbench.domain.records import remote_id_of
from kworkbench.domain.text import fold_text
from kworkbench.lean import dataclass

STATES = tuple(dict.fromkeys(shown.word for shown in SHOWN.values()))
"""Every word that a change's state is shown by."""

CHANGES = Resource(
    name="changes",
    singular="change",
    title="Changes",
    key="5",
    fields=(
        Field("state", "state", ValueType.CHOICE, STATES),
        Field("resource", "resource", ValueType.CHOICE, ("invoices", "payments", "expenses")),
        Field("what", "what", ValueType.TEXT, searched=True),
    ),
    narrow=(),
    added=(),
    order=(),
    sum_field="",
    day_field="",
    first_sort=(),
    facets=("state",),
)
"""Changes as a resource, for the grammar of the query line alone."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is looked at of a change beside itself: all that its row says, and the name of its connection."""

    row: Callable[[Change], str]
    connection: Callable[[str], str]


def parsed(text: str, today: date) -> Query:
    """The query in a text.

    Raises:
        QueryError: it cannot be read, or asks for an order: changes stand in that of what a person must do.
    """
    query = parse_query(text, CHANGES, today=today)
    if query.sort:
        at = text.lower().find("sort")
        raise QueryError("Changes are not sorted: what needs you stands first, then the newest.", at, len(text))
    return query


def completed(text: str, cursor: int, connections: Sequence[str]) -> Completion | None:
    """What the word before the cursor could become."""
    return complete(text, cursor, CHANGES, lambda field, _typed: connections if field.name == "connection" else ())


def fits(query: Query, change: Change, said: Said) -> bool:
    """Whether a change is what a query asks for; free words are found in what its row says, and in its records' ids."""
    return all(_fits(change, term, said) != term.negated for term in query.terms)


def _fits(change: Change, term: Term, said: Said) -> bool:
    values = [one.low for one in term.values]
    if term.field in ("state", "change"):
        return "any" in values or change.shown.word in values
    if term.field == "resource":
        return "any" in values or change.kind in values
    if term.field == "connection":
        text = fold_text(said.connection(change.account))
    else:
        ids = " ".join(found for lid in change.records if (found := remote_id_of(lid)))
        text = fold_text(f"{said.row(change)} {ids}")
    return any(fold_text(value) in text for value in values)

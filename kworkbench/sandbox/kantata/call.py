"""One request as a handler sees it, and the rows it has looked up on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from kworkbench.sandbox.books.model import Organization, Row
from kworkbench.sandbox.books.store import Books, R
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.kantata.bodies import Tree


class Params:
    """The parameters of a query; a name with an empty value counts as absent (api/kantata.md section 2.1)."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if value:
                self._values.setdefault(name.removesuffix("[]"), []).append(value)

    def get(self, name: str) -> str | None:
        """The last value given for `name`."""
        values = self._values.get(name)
        return values[-1] if values else None

    def words(self, name: str) -> list[str]:
        """Every word given for `name`: comma lists, `name[]=` and repeated keys."""
        return [word.strip() for value in self._values.get(name, []) for word in value.split(",") if word.strip()]

    def whole(self, name: str, default: int) -> int:
        """The whole number given for `name`; anything else counts as 0, as Rails reads it."""
        value = self.get(name)
        if value is None:
            return default
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            return 0
        return int(value)


class Look:
    """Rows already read for this request, so that a page asks for each related row once."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._rows: dict[tuple[str, int], Row | None] = {}

    @cached_property
    def organization(self) -> Organization:
        """The account whose books these are."""
        return self.books.organization()

    @property
    def caller(self) -> int:
        """The id of the person that the token belongs to."""
        return self.organization.owner_id

    def one(self, kind: type[R], row_id: int | None) -> R | None:
        """The row with that id, or None."""
        if row_id is None:
            return None
        key = (kind.TABLE, row_id)
        if key not in self._rows:
            self._rows[key] = self.books.one(kind, row_id)
        row = self._rows[key]
        return row if isinstance(row, kind) else None

    def warm(self, kind: type[R], ids: Iterable[int | None]) -> dict[int, R]:
        """Reads many rows at once; the ids that exist, by id."""
        found = self.books.many(kind, (row_id for row_id in ids if row_id is not None))
        for row_id, row in found.items():
            self._rows[kind.TABLE, row_id] = row
        return found


@dataclass(frozen=True, slots=True)
class Call:
    """A request: `row_id` from the path, `params` of the query, `body` with the members of a write."""

    context: SandboxContext
    look: Look
    params: Params
    row_id: int = 0
    body: Tree = field(default_factory=dict)

    @property
    def books(self) -> Books:
        """The books it reads and writes."""
        return self.context.books

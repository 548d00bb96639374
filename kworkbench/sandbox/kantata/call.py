"""One request as a handler sees it, and the rows it has looked up on the way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
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
        self._figures: dict[tuple[str, int], int] = {}

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
        wanted = {row_id for row_id in ids if row_id is not None}
        found = self.books.many(kind, wanted)
        for row_id in wanted:
            self._rows[kind.TABLE, row_id] = found.get(row_id)
        return found

    def gather(self, name: str, sql: str, ids: Sequence[int]) -> None:
        """Reads a figure for many rows: `sql` gives the whole number for the row whose id it calls `value`."""
        statement = f"SELECT value, ({sql}) FROM json_each(?)"  # noqa: S608 - texts of ours
        for row_id, figure in self.books.connection.execute(statement, (json.dumps(ids),)):
            self._figures[name, row_id] = int(figure or 0)

    def figure(self, name: str, row_id: int) -> int:
        """A figure that was gathered."""
        return self._figures[name, row_id]


@dataclass(frozen=True, slots=True)
class Call:
    """A request: `row_id` from the path, `params` of the query, `body` with the members of a write.

    `origin` is how the client addresses the server: `http://127.0.0.1:8765`.
    """

    context: SandboxContext
    look: Look
    params: Params
    row_id: int = 0
    body: Tree = field(default_factory=dict)
    origin: str = ""

    @property
    def books(self) -> Books:
        """The books it reads and writes."""
        return self.context.books

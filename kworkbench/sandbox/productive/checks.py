"""What the checks of every resource are made of: one problem for each failed check, in the order they are made."""

from __future__ import annotations

from collections.abc import Callable

from kworkbench.sandbox.books.model import Row
from kworkbench.sandbox.books.store import Books, Value
from kworkbench.sandbox.productive import values
from kworkbench.sandbox.productive.bodies import Item
from kworkbench.sandbox.productive.errors import BLANK, MISSING, NOT_A_DATE, Problem, invalid
from kworkbench.sandbox.productive.values import FieldError, blank
from kworkbench.sandbox.productive.wire import Json

Read = Callable[[Json], Value]
Values = dict[str, Value]


class FieldChecks:
    """Checks one resource of a body. With `fresh` the required fields must be there, else only what was sent counts."""

    def __init__(self, books: Books, item: Item, *, fresh: bool) -> None:
        self.books = books
        self.item = item
        self.fresh = fresh
        self.problems: list[Problem] = []

    def refuse(self) -> None:
        """Ends a request that has problems.

        Raises:
            ApiError: 422 with all of them.
        """
        if self.problems:
            raise invalid(self.problems)

    def fail(self, name: str, detail: str) -> Values:
        """Notes a problem; nothing is to be written."""
        self.problems.append(Problem(name, detail))
        return {}

    def required(self, name: str, read: Read, column: str = "") -> Values:
        """An attribute that may not be blank."""
        if not self.fresh and not self.item.sent(name):
            return {}
        return self.fail(name, BLANK) if blank(self.item.attributes.get(name)) else self.read(name, read, column)

    def required_day(self, name: str) -> Values:
        """A date that may not be blank: that makes two errors, as a payment's does (seed; ours for other resources)."""
        if not self.fresh and not self.item.sent(name):
            return {}
        if blank(self.item.attributes.get(name)):
            self.fail(name, BLANK)
            return self.fail(name, NOT_A_DATE)
        return self.read(name, values.day)

    def optional(self, name: str, read: Read, column: str = "") -> Values:
        """An attribute that is written when it was sent."""
        return self.read(name, read, column) if self.item.sent(name) else {}

    def unless_blank(self, name: str, read: Read, column: str = "") -> Values:
        """An attribute of which a blank value changes nothing (ours)."""
        return {} if blank(self.item.attributes.get(name)) else self.read(name, read, column)

    def read(self, name: str, read: Read, column: str = "") -> Values:
        """An attribute that was sent, under the name of its column."""
        try:
            return {column or name: read(self.item.attributes[name])}
        except FieldError as problem:
            return self.fail(name, str(problem))

    def relation(self, name: str, wire: str, kind: type[Row], *, nullable: bool = True, column: str = "") -> Values:
        """A to-one relation of type `wire`; an unknown id must exist, and null only some may be (ours)."""
        sent, row_id = self.item.related(name, wire)
        if not sent:
            return {}
        cleared = blank(self.item.linkage(name))
        if cleared and nullable:
            return {column or f"{name}_id": None}
        if cleared or self.books.one(kind, row_id) is None:
            return self.fail(name, MISSING)
        return {column or f"{name}_id": row_id}

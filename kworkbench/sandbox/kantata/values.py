"""Reading the members of a write: JSON values and form texts alike, each wrong one a sentence under its field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kworkbench.sandbox.kantata.bodies import Tree
from kworkbench.sandbox.kantata.errors import Problem, unreadable

MAX_AMOUNT = 10**12
"""The largest amount in minor units that is taken (ours); sums and conversions of such amounts fit into 64 bits."""

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,12}(\.\d{1,6})?", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?", re.ASCII | re.DOTALL)
_BOOLEANS = {"true": True, "1": True, "t": True, "false": False, "0": False, "f": False}


@dataclass(slots=True)
class Members:
    """The members of one object of a write; `problems` collects what is wrong with them, in the order asked.

    `index` is the object's place in a bulk request.
    """

    tree: Tree
    index: int | None = None
    problems: list[Problem] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether the member was sent at all, even as null."""
        return name in self.tree

    def given(self, name: str) -> bool:
        """Whether the member was sent with something in it."""
        value = self.tree.get(name)
        return value is not None and not (isinstance(value, str) and not value.strip()) and value != {}

    def refuse(self, name: str, message: str) -> None:
        """Notes a problem of the member."""
        self.problems.append(Problem(message, name, self.index))

    def whole(self, name: str, label: str, limit: int = 2**63 - 1) -> int | None:
        """A whole number; None if none was given or it is refused."""
        value = self.tree.get(name)
        if not self.given(name):
            return None
        number = _whole(value)
        if number is None:
            self.refuse(name, f"{label} is not a whole number")
        elif abs(number) > limit:
            self.refuse(name, f"{label} is out of range")
            number = None
        return number

    def text(self, name: str, label: str, limit: int | None = None) -> str | None:
        """A text; None if none was given or it is refused."""
        value = self.tree.get(name)
        if value is None:
            return None
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            self.refuse(name, f"{label} is not a text")
            return None
        words = str(value)
        if limit is not None and len(words) > limit:
            self.refuse(name, f"{label} is too long (maximum is {limit} characters)")
            return None
        return words

    def flag(self, name: str, label: str) -> bool | None:
        """True or false; None if none was given or it is refused."""
        value = self.tree.get(name)
        if not self.given(name):
            return None
        found = value if isinstance(value, bool) else _BOOLEANS.get(str(value).strip().lower())
        if found is None:
            self.refuse(name, f"{label} is neither true nor false")
        return found

    def decimal(self, name: str, label: str) -> Decimal | None:
        """A decimal number of twelve digits and six decimals at most; None if none was given or it is refused."""
        value = self.tree.get(name)
        if not self.given(name):
            return None
        text = str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        self.refuse(name, f"{label} is not a number")
        return None

    def ids(self, name: str, label: str) -> list[int] | None:
        """A list of ids, each once; a comma list counts as one (ours). None if none was sent or it is refused."""
        value = self.tree.get(name)
        if value is None:
            return None
        parts = value if isinstance(value, list) else str(value).split(",")
        words = [part.strip() if isinstance(part, str) else part for part in parts]
        found = [_whole(word) for word in words if word not in ("", None)]
        if any(number is None or not 0 < number < 2**63 for number in found):
            self.refuse(name, f"{label} must be whole numbers")
            return None
        return list(dict.fromkeys(number for number in found if number is not None))

    def objects(self, name: str, label: str) -> list[Tree] | None:
        """A list of objects; None if none was sent or it is refused."""
        value = self.tree.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, list):
            trees = [tree for tree in value if isinstance(tree, dict)]
            if len(trees) == len(value):
                return trees
        self.refuse(name, f"{label} must be a list of objects")
        return None

    def day(self, name: str, label: str) -> date | None:
        """A date; a date-time counts as the date written in it (ours). None if none was given or it is refused."""
        if not self.given(name):
            return None
        value = self.tree.get(name)
        found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
        try:
            if found:
                return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
        self.refuse(name, f"{label} is not a valid date")
        return None

    def group(self, name: str, label: str) -> Tree | None:
        """A nested object; None if none was given or it is refused."""
        value = self.tree.get(name)
        if not self.given(name):
            return None
        if isinstance(value, dict):
            return value
        self.refuse(name, f"{label} must be an object")
        return None


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    return None


def member(body: Tree, name: str) -> Tree:
    """The object below the top key of a write; none at all counts as an empty one.

    Raises:
        Refusal: it is something else than an object.
    """
    value = body.get(name)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise unreadable(f"The member {name} must be an object.")
    return value

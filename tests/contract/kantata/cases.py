"""The shapes of Kantata's cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.contract.documented import Key
from tests.contract.kantata.api import Row
from tests.contract.kantata.world import World


def key(resource: str, kind: str, name: str) -> Key:
    """The key of something that Kantata documents."""
    return ("kantata", resource, kind, name)


Half = Literal["", "in", "out"]


@dataclass(frozen=True, slots=True)
class Filter:
    """A value of a list parameter and the rows that it keeps.

    Attributes:
        value: the text to send, chosen from the books.
        keep: whether a row of the widest list stays, given that text.
        bites: whether some rows must stay and some must go; False where the contract says that nothing is restricted,
            or that nothing is left.
        half: where no single value shows rows in and rows out, two cases do: one with rows `in`, one with rows `out`.
        label: tells cases of one parameter apart.
    """

    resource: str
    param: str
    value: Callable[[World], str]
    keep: Callable[[World, Row, str], bool]
    bites: bool = True
    half: Half = ""
    label: str = ""


Outcome = Literal["refused", "ignored", "nothing"]


@dataclass(frozen=True, slots=True)
class Bad:
    """A value that a list parameter cannot take.

    `refused`: 400. `ignored`: as without the parameter. `nothing`: an empty list.
    """

    resource: str
    param: str
    value: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Order:
    """A field to order by and the value it orders."""

    resource: str
    name: str
    of: Callable[[World, Row], Any]


@dataclass(frozen=True, slots=True)
class Include:
    """An association: where it is side-loaded and what links to it.

    `linked` is False where a client cannot make a row that has one.
    """

    resource: str
    name: str
    collection: str
    link: str
    linked: bool = True

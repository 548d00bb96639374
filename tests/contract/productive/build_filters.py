"""Makers of Productive's filter cases, by the type of what is filtered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.contract.productive.api import Row, attribute, link
from tests.contract.productive.cases import Filter, Of, Split
from tests.contract.productive.world import World, middle, splitting

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, two: bool(one == two),
    "not_eq": lambda one, two: bool(one != two),
    "gt": lambda one, two: bool(one > two),
    "gt_eq": lambda one, two: bool(one >= two),
    "lt": lambda one, two: bool(one < two),
    "lt_eq": lambda one, two: bool(one <= two),
}


def of_attribute(name: str) -> Of:
    """An attribute of the row itself."""
    return lambda _, row: attribute(row, name)


def of_link(name: str) -> Of:
    """The id in a to-one relationship of the row itself."""
    return lambda _, row: link(row, name)


def _compared(
    resource: str, name: str, of: Of, parse: Callable[[str], Any], median: Callable[[World], str]
) -> list[Filter]:
    """Without an operation, and the six comparisons; rows without a value are open for not_eq and out of the rest."""

    def case(operation: str) -> Filter:
        def keep(world: World, row: Row, value: str) -> bool | None:
            found = of(world, row)
            if found is None:
                return None if operation == "not_eq" else False
            return _COMPARE[operation or "eq"](found, parse(value))

        return Filter(resource, name, operation, median, keep)

    return [case(operation) for operation in ("", *_COMPARE)]


def numbers(resource: str, name: str, of: Of | None = None) -> list[Filter]:
    """Whole numbers."""
    of = of or of_attribute(name)
    return _compared(
        resource, name, of, int, lambda world: str(middle(world.all(resource), lambda row: of(world, row)))
    )


def dates(resource: str, name: str, of: Of | None = None) -> list[Filter]:
    """Dates, and date-times cut to their dates."""
    source = of or of_attribute(name)

    def day(world: World, row: Row) -> str | None:
        found = source(world, row)
        return found[:10] if found else None

    def median(world: World) -> str:
        return str(middle(world.all(resource), lambda row: day(world, row)))

    return _compared(resource, name, day, str, median)


def texts(resource: str, name: str, of: Of | None = None) -> list[Filter]:
    """Texts: equal, not equal, containing in any case, not containing."""
    source = of or of_attribute(name)

    def value(world: World) -> str:
        return splitting(world.all(resource), lambda row: {found} if (found := source(world, row)) else set())

    def case(operation: str, keeps: Callable[[str, str], bool], make: Callable[[World], str] = value) -> Filter:
        def keep(world: World, row: Row, wanted: str) -> bool | None:
            found = source(world, row)
            if found is None:
                return None if operation.startswith("not_") else False
            return keeps(found, wanted)

        return Filter(resource, name, operation, make, keep)

    def part(world: World) -> str:
        held = [str(found) for row in world.all(resource) if (found := source(world, row)) is not None]
        for needle in sorted({found[1:].casefold() for found in held}):
            if 0 < sum(needle in found.casefold() for found in held) < len(held):
                return needle.swapcase()
        raise AssertionError("no text of the books is a part of some and not of others")

    return [
        case("", lambda found, wanted: found == wanted),
        case("eq", lambda found, wanted: found == wanted),
        case("not_eq", lambda found, wanted: found != wanted),
        case("contains", lambda found, wanted: wanted.casefold() in found.casefold(), part),
        case("not_contain", lambda found, wanted: wanted.casefold() not in found.casefold(), part),
    ]


def ids(resource: str, name: str, of: Callable[[World, Row], Any]) -> list[Filter]:
    """Ids: one, a comma list, a repeated parameter, eq and not_eq; `of` gives an id, several or none."""

    def found_in(world: World, row: Row) -> set[str]:
        found = of(world, row)
        return set() if found is None else {found} if isinstance(found, str) else set(found)

    def one(world: World) -> str:
        return splitting(world.all(resource), lambda row: found_in(world, row))

    def two(world: World) -> str:
        first = one(world)
        second = splitting(world.all(resource), lambda row: found_in(world, row) - {first})
        return f"{first},{second}"

    def keep(world: World, row: Row, value: str) -> bool:
        return bool(found_in(world, row) & {*value.split(",")})

    def others(world: World, row: Row, value: str) -> bool | None:
        found = found_in(world, row)
        return None if not found or len(found) > 1 else not keep(world, row, value)

    return [
        Filter(resource, name, "", one, keep),
        Filter(resource, name, "", two, keep, label="list"),
        Filter(resource, name, "", two, keep, repeated=True, label="repeated"),
        Filter(resource, name, "eq", two, keep),
        Filter(resource, name, "not_eq", one, others),
    ]


def single(resource: str, name: str, value: str, keep: Callable[[World, Row], bool | None]) -> Filter:
    """One fixed value, as of an enumeration or a boolean."""
    return Filter(resource, name, "", lambda _: value, lambda world, row, _: keep(world, row), label=value)


def enumerated(resource: str, name: str, keeps: dict[str, Callable[[World, Row], bool | None]]) -> list[Filter]:
    """Every value of an enumeration."""
    return [single(resource, name, value, keep) for value, keep in keeps.items()]


def booleans(resource: str, name: str, keep: Callable[[World, Row], bool | None]) -> list[Filter]:
    """True and false."""

    def inverse(world: World, row: Row) -> bool | None:
        found = keep(world, row)
        return None if found is None else not found

    return [single(resource, name, "true", keep), single(resource, name, "false", inverse)]


def bounds(resource: str, name: str, of: Of) -> list[Filter]:
    """`NAME_after` and `NAME_before`, both inclusive."""

    def median(world: World) -> str:
        return str(middle(world.all(resource), lambda row: of(world, row)))

    def after(world: World, row: Row, value: str) -> bool:
        return bool((found := of(world, row)) and found >= value)

    def before(world: World, row: Row, value: str) -> bool:
        return bool((found := of(world, row)) and found <= value)

    return [
        Filter(resource, f"{name}_after", "", median, after),
        Filter(resource, f"{name}_before", "", median, before),
    ]


def marked(resource: str, field: str, name: str, value: Callable[[World], str], inside: str, outside: str) -> Filter:
    """A filter on what is not sent: rows that the setup has marked in `field` must be in, and must be out."""

    def keep(_world: World, row: Row, _value: str) -> bool | None:
        mark = str(attribute(row, field))
        return True if mark == inside else False if mark == outside else None

    return Filter(resource, name, "", value, keep)


def searched(resource: str, field: str, name: str) -> Filter:
    """A search: the row whose `field` is the text is in, rows that hold it nowhere are out."""

    def value(world: World) -> str:
        return splitting(world.all(resource), lambda row: {str(attribute(row, field))} - {"None", ""})

    def keep(_world: World, row: Row, wanted: str) -> bool | None:
        if attribute(row, field) == wanted:
            return True
        held = " ".join(str(text) for text in row["attributes"].values()).casefold()
        return None if any(word in held for word in wanted.casefold().split()) else False

    return Filter(resource, name, "", value, keep)


def split_by(resource: str, name: str, others: str) -> Split:
    """One value for each row of another list."""
    return Split(resource, name, lambda world: [row["id"] for row in world.all(others)][:30], apart=False)


def fuzzy_people(resource: str, person: str) -> tuple[Filter, Filter]:
    """A first name in the to-one relationship `person` finds its rows; a name that nobody has finds none."""

    def name_of(world: World, row: Row) -> str:
        return str(attribute(world.one("people", str(link(row, person))), "first_name"))

    found = Filter(
        resource,
        "fuzzy_people",
        "",
        lambda world: splitting(world.all(resource), lambda row: {name_of(world, row)}),
        lambda world, row, value: True if name_of(world, row) == value else None,
        bites=False,
        half="in",
    )
    nobody = replace(found, value=lambda _: "Nobody Nowhere", keep=lambda *_: False, half="out", label="nobody")
    return found, nobody

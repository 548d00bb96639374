"""Request bodies: JSON:API documents, one resource or many, and the values in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from kworkbench.sandbox.books.rates import rate_text
from kworkbench.sandbox.productive.call import cleanly, whole_id
from kworkbench.sandbox.productive.errors import INVALID, NOT_A_DATE, NOT_A_NUMBER, bad_request, conflict
from kworkbench.sandbox.productive.wire import Json

LARGEST_AMOUNT = 10**12
"""Greatest amount in minor units, either way (ours); sums and conversions of such amounts fit into 64 bits."""

_DECIMAL = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]{0,400})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FieldError(ValueError):
    """A value that is none of its kind; the message is the `detail` of its error."""


@dataclass(frozen=True, slots=True)
class Item:
    """One resource of a body. `row_id` is None when it bears no id."""

    row_id: int | None
    attributes: Mapping[str, Json]
    relationships: Mapping[str, Json]

    def sent(self, name: str) -> bool:
        """Whether the attribute is there, with whatever value."""
        return name in self.attributes

    def related(self, name: str, kind: str) -> tuple[bool, int | None]:
        """Whether a to-one relation is named, and the id: the relationship wins over the `_id` attribute (ours).

        A linkage to another type than `kind` names nothing (ours).
        """
        if name in self.relationships:
            linkage = self.relationships[name]
            data = linkage.get("data") if isinstance(linkage, Mapping) else None
            fits = isinstance(data, Mapping) and data.get("type", kind) == kind
            return True, whole_id(data.get("id")) if fits and isinstance(data, Mapping) else None
        return f"{name}_id" in self.attributes, whole_id(self.attributes.get(f"{name}_id"))


def read_item(body: bytes, kind: str, row_id: int | None = None) -> Item:
    """The one resource of a body; `row_id` is that of the address.

    Raises:
        ApiError: 400, no JSON:API document; 409, another type or another id than the address.
    """
    data = _data(body)
    if not isinstance(data, Mapping):
        raise bad_request("The body must hold a resource object in 'data'")
    item = _item(data, kind)
    if row_id is not None and "id" in data and item.row_id != row_id:
        raise conflict("The id in the body is not the id in the address")
    return item


def read_items(body: bytes, kind: str) -> list[Item]:
    """The resources of a bulk body; each must bear an id.

    Raises:
        ApiError: 400, no bulk document; 409, another type.
    """
    data = _data(body)
    if not isinstance(data, list) or not data or not all(isinstance(one, Mapping) for one in data):
        raise bad_request("The body must hold a list of resource objects in 'data'")
    return [_item(one, kind) for one in data if isinstance(one, Mapping)]


def _data(body: bytes) -> Json:
    try:
        document = cast("Json", json.loads(body.decode(), parse_constant=_no_constant))
    except (ValueError, RecursionError):
        raise bad_request("The body is not a JSON document") from None
    if not isinstance(document, Mapping) or "data" not in document:
        raise bad_request("The body has no 'data'")
    return document["data"]


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _item(data: Mapping[str, Json], kind: str) -> Item:
    attributes, relationships = data.get("attributes") or {}, data.get("relationships") or {}
    if not isinstance(attributes, Mapping) or not isinstance(relationships, Mapping):
        raise bad_request("'attributes' and 'relationships' must be objects")
    if data.get("type") != kind:
        raise conflict(f"The type must be '{kind}'")
    return Item(whole_id(data.get("id")), attributes, relationships)


def blank(value: Json) -> bool:
    """Missing, null and nothing but spaces are the same (seed)."""
    return value is None or (isinstance(value, str) and not value.strip())


def day(value: Json) -> str | None:
    """A date, or None for a blank one.

    Raises:
        FieldError: no date.
    """
    if blank(value):
        return None
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except ValueError:
            raise FieldError(NOT_A_DATE) from None
    raise FieldError(NOT_A_DATE)


def decimal(value: Json) -> Decimal:
    """A number, or a text of one.

    Raises:
        FieldError: no number.
    """
    text = str(value).strip() if isinstance(value, (int, float, str)) and not isinstance(value, bool) else ""
    if isinstance(value, float):
        text = format(value, "f")
    if not _DECIMAL.fullmatch(text):
        raise FieldError(NOT_A_NUMBER)
    return Decimal(text)


def within(number: Decimal, least: int, most: int) -> Decimal:
    """The number itself.

    Raises:
        FieldError: it is less than `least` or more than `most`.
    """
    if number < least:
        raise FieldError(f"must be greater than or equal to {least}")
    if number > most:
        raise FieldError(f"must be less than or equal to {most}")
    return number


def minor(value: Json) -> int:
    """Minor units of money: fractions are rounded half up (ours).

    Raises:
        FieldError: no number, or one beyond `LARGEST_AMOUNT`.
    """
    number = within(decimal(value), -LARGEST_AMOUNT, LARGEST_AMOUNT)
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def quantity(value: Json) -> str:
    """A quantity as the decimal text that is kept: `1.0`, `2.5`.

    Raises:
        FieldError: no number, or one below 0 or beyond a million (ours).
    """
    number = within(decimal(value), 0, 10**6)
    return rate_text(number.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))


def flag(value: Json) -> int:
    """Yes or no as 1 or 0; blank means no (ours).

    Raises:
        FieldError: neither.
    """
    if isinstance(value, bool):
        return int(value)
    if blank(value):
        return 0
    found = {"true": 1, "1": 1, "false": 0, "0": 0}.get(str(value).lower())
    if found is None:
        raise FieldError(INVALID)
    return found


def text(value: Json) -> str | None:
    """A text as it was sent; numbers become text, null stays null (ours).

    Raises:
        FieldError: a list or an object, or characters that cannot be kept.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise FieldError(INVALID)
    found = str(value)
    if not cleanly([found]):
        raise FieldError(INVALID)
    return found

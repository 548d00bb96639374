"""Which columns a list shows at a width, and how wide each is (screens.md section 2, "Columns")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Field, Resource, ValueType
from kworkbench.domain.numbers import NumberStyle, format_amount
from kworkbench.domain.records import Value
from kworkbench.lean import dataclass, field
from kworkbench.ui.safe import safe_text, width

if TYPE_CHECKING:
    from kworkbench.store.reader import Row

GUTTER = 4
GAP = 2
_WIDE = 100
_SHORT_HEADS = {"billable": "bill", "reimbursable": "reim", "invoiced": "inv", "receipt": "rcpt"}
_FLEXIBLE = {"client": 20, "project": 18, "text": 20, "note": 16}
"""Columns that share what is left, with the room each needs before another column is added."""
_NARROWEST = 8
_MEASURED = {"number": 14, "invoice": 14, "category": 16, "person": 18}
"""Columns as wide as their content, with their limits."""
_GIVE_WAY = ("kind", "approval", "category", "due", "status", "late")
"""Columns that go, one after the other, where the narrow ones do not fit; an amount never does."""
_MEASURED_NARROW = {"category": 13}
_AMOUNT = (6, 3)
"""Cells before and from the decimal mark, before any amount was seen."""
_CHOICE = 9
"""Cells of a choice (`part-paid`) that no longer word is seen in."""
_BY_CONTENT = (ValueType.AMOUNT, ValueType.CHOICE)
_BY_TYPE = {ValueType.DATE: 10, ValueType.YES_NO: 4, ValueType.DAYS: 4}
_STRONG = frozenset({"number", "invoice", "outstanding", "amount"})
_PLAIN = frozenset({"client", "due", "status", "kind", "late", "date", "category", "text", "approval"})
_INKS = {"currency": "muted", **dict.fromkeys(_STRONG, "strong"), **dict.fromkeys(_PLAIN, "text")}


@dataclass(frozen=True, slots=True)
class Column:
    """One column on the screen.

    Attributes:
        head: its title. x: its first cell, counted from the table's left edge. cells: its width.
        right: figures stand at its right edge.
        fraction: for amounts, the cells from the decimal mark on.
        ink: the token of its cells in an ordinary row.
    """

    field: Field
    head: str
    x: int
    cells: int
    right: bool
    ink: str
    fraction: int = 0


@dataclass(slots=True)
class Measures:
    """The widest content so far, by field: cells of texts; cells before and from the decimal mark of amounts."""

    texts: dict[str, int] = field(default_factory=dict)
    amounts: dict[str, tuple[int, int]] = field(default_factory=dict)

    def see(self, rows: Iterable[Row], resource: Resource, style: NumberStyle) -> bool:
        """Take these rows into account; True where a column must become wider."""
        before = (dict(self.texts), dict(self.amounts))
        measured = [each for each in resource.fields if each.name in _MEASURED or each.type in _BY_CONTENT]
        for row in rows:
            for each in measured:
                value = row.values.get(each.name)
                if each.type is ValueType.AMOUNT:
                    self.see_amount(each.name, value, row.values.get("currency"), style)
                elif isinstance(value, str):
                    self.texts[each.name] = max(self.texts.get(each.name, 0), width(safe_text(value)))
        return before != (self.texts, self.amounts)

    def widen(self, other: Measures) -> bool:
        """Take what another one has seen into account; True where a column must become wider."""
        before = dict(self.amounts)
        for name, (whole, fraction) in other.amounts.items():
            most = self.amounts.get(name, (0, 0))
            self.amounts[name] = (max(most[0], whole), max(most[1], fraction))
        return before != self.amounts

    def see_amount(self, name: str, minor: Value, currency: Value, style: NumberStyle) -> None:
        """Take one amount of `minor` units of `currency` into account."""
        if isinstance(minor, int) and isinstance(currency, str):
            whole, fraction = split_amount(minor, currency, style)
            most = self.amounts.get(name, (0, 0))
            self.amounts[name] = (max(most[0], len(whole)), max(most[1], len(fraction)))


def split_amount(minor: int, currency: str, style: NumberStyle) -> tuple[str, str]:
    """An amount of `minor` units of `currency` before and from its decimal mark: `("1,250", ".00")`."""
    whole, mark, decimals = format_amount(minor, currency, style).partition(style.decimal)
    return whole, mark + decimals


@dataclass(frozen=True, slots=True)
class Layout:
    """A list in `total` cells: chooses its columns and places them.

    Attributes:
        heads: titles that differ at this provider, by field.
    """

    resource: Resource
    total: int
    measures: Measures
    heads: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> tuple[Column, ...]:
        """The narrow columns, then the added ones in their order as width allows, all in screen order."""
        ordered = self.usual()
        return self._placed(ordered, _shares(ordered, self.total - self._fixed(ordered)))

    def chosen(self, names: Sequence[str], skip: int = 0) -> tuple[Column, ...]:
        """These columns in this order; where they do not fit, the first and those that fit behind `skip` others."""
        if self._fixed(names) + sum(_FLEXIBLE.get(name, 0) for name in names) <= self.total:
            return self._placed(names, _shares(names, self.total - self._fixed(names)))
        shown = [names[0]]
        room = {name: cells for name, cells in _FLEXIBLE.items() if name in names}
        for name in names[1 + skip :]:
            wanted = [*shown, name]
            if self._fixed(wanted) + sum(room.get(each, 0) for each in wanted) > self.total and len(shown) > 1:
                break
            shown = wanted
        return self._placed(shown, room)

    def usual(self) -> list[str]:
        """The columns that no one has chosen, in screen order."""
        names = list(self.resource.narrow)
        for given_up in _GIVE_WAY:
            if self._fixed(names) + _NARROWEST * sum(name in _FLEXIBLE for name in names) <= self.total:
                break
            names = [name for name in names if name != given_up]
        for extra in self.resource.added:
            wanted = [*names, extra]
            if self._fixed(wanted) + sum(_FLEXIBLE.get(name, 0) for name in wanted) > self.total:
                break
            names = wanted
        return [name for name in self.resource.order if name in names]

    def _head(self, name: str) -> str:
        return self.heads.get(name) or _SHORT_HEADS.get(name) or self.resource.field(name).label

    def _cells(self, name: str) -> int:
        """The width of a column that does not share what is left; 0 for one that does."""
        each = self.resource.field(name)
        head = width(self._head(name))
        if name in _FLEXIBLE:
            return 0
        if name in _MEASURED:
            most = _MEASURED[name] if self.total >= _WIDE else _MEASURED_NARROW.get(name, _MEASURED[name])
            return max(head, min(most, self.measures.texts.get(name, 0)))
        if each.type is ValueType.AMOUNT:
            return max(head, sum(self.measures.amounts.get(name, _AMOUNT)))
        if each.type is ValueType.CURRENCY:
            return 3
        if each.type in _BY_TYPE:
            return max(_BY_TYPE[each.type], head)
        seen = max(_CHOICE, self.measures.texts.get(name, 0)) if self.total >= _WIDE else _CHOICE
        return max(head, min(seen, max((len(choice) for choice in each.choices), default=_CHOICE)))

    def _fixed(self, names: Sequence[str]) -> int:
        """Cells that everything but the sharing columns takes, edges and gaps included."""
        last = [name for name in self.resource.order if name in names][-1]
        gaps = sum(_gap(self.resource.field(name)) for name in names[1:])
        return GUTTER + sum(self._cells(name) for name in names) + gaps + _edge(self.resource.field(last))

    def _placed(self, names: Sequence[str], shares: Mapping[str, int]) -> tuple[Column, ...]:
        columns: list[Column] = []
        x = GUTTER
        for name in names:
            each = self.resource.field(name)
            x += _gap(each) if columns else 0
            cells = shares.get(name) or self._cells(name)
            fraction = self.measures.amounts.get(name, _AMOUNT)[1] if each.type is ValueType.AMOUNT else 0
            head = "" if each.type is ValueType.CURRENCY else self._head(name)
            columns.append(Column(each, head, x, cells, _is_right(each), _INKS.get(name, "muted"), fraction))
            x += cells
        return tuple(columns)


def _shares(names: Sequence[str], left: int) -> dict[str, int]:
    """What is left, shared among the flexible columns by weight; the first takes the rest."""
    weights = {name: _FLEXIBLE[name] for name in names if name in _FLEXIBLE}
    if not weights:
        return {}
    whole = sum(weights.values())
    shares = {name: max(_NARROWEST, left * weight // whole) for name, weight in weights.items()}
    first = next(iter(shares))
    shares[first] = max(_NARROWEST, shares[first] + left - sum(shares.values()))
    return shares


def _gap(each: Field) -> int:
    return 1 if each.type is ValueType.CURRENCY else GAP


def _edge(last: Field) -> int:
    """Blank cells at the right edge; a head at the right keeps one more for its sort mark."""
    return 2 if _is_right(last) else 1


def _is_right(each: Field) -> bool:
    return each.type in (ValueType.AMOUNT, ValueType.DAYS, ValueType.QUANTITY)

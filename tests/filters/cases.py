"""Terms for every filter of a catalog, made of what the books hold: the catalog decides which there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from kworkbench.domain.catalog import Field, Filter, ValueType
from kworkbench.domain.money import decimal_text
from kworkbench.domain.query import Comparison, Operand
from kworkbench.domain.query.fields import query_field
from kworkbench.domain.records import Values
from tests.filters.line import Line

COMPARED = (Comparison.HAS, Comparison.LESS, Comparison.AT_MOST, Comparison.MORE, Comparison.AT_LEAST)
NOWHERE = "987654321"
"""An id, and a text, of no record."""

_NOWHERE = {ValueType.DATE: "2026-01-15", ValueType.KEYED: f"{NOWHERE}=blue"}
"""The same for fields that are read otherwise."""

Books = Sequence[Values]


@dataclass(frozen=True)
class Case:
    """One filter of one list."""

    kind: str
    filter: Filter
    field: Field

    def __str__(self) -> str:
        return f"{self.kind} {self.filter.name}"


def cases_of(line: Line) -> list[Case]:
    """Every filter of the vendor's catalog."""
    return [
        Case(kind, each, query_field(of.resource, each.name))
        for kind, of in line.provider.catalog.resources.items()
        for each in of.filters
    ]


def operands(case: Case, books: Mapping[str, Books]) -> st.SearchStrategy[Operand]:
    """Values of the filter that its provider can be asked for."""
    words = [option.word for option in case.filter.options if option.wire and option.word != "any"]
    if words:
        return st.sampled_from(words).map(_has)
    return _BY_TYPE[case.field.type](case, books)


def everything(case: Case, books: Mapping[str, Books]) -> list[Operand]:
    """Plain values that between them find every record that has one: what a filter must tell apart."""
    words = [option.word for option in case.filter.options if option.wire and option.word != "any"]
    if words or case.field.type is ValueType.YES_NO:
        return [_has(word) for word in words or ("yes", "no")]
    if case.field.type is ValueType.AMOUNT:
        own = books[case.kind]
        there = [(minor, str(of["currency"])) for of in own if isinstance(minor := of.get(case.field.compared), int)]
        codes = sorted({str(of["currency"]).lower() for of in own})
        above = [Operand(Comparison.MORE, "0", "", code) for code in codes]
        return [
            *above,
            *(Operand(Comparison.HAS, decimal_text(minor, code), "", code.lower()) for minor, code in there),
        ]
    words = list(dict.fromkeys(_words(case, books)))
    return [_has(word) for word in words or [_NOWHERE.get(case.field.type, NOWHERE)]]


def _has(word: str) -> Operand:
    return Operand(Comparison.HAS, word)


def _there(case: Case, books: Books) -> list[str]:
    found = (values.get(case.field.compared) for values in books)
    return [str(value) for value in found if value not in (None, "")]


_ASKED = {
    "in_invoice": ("invoices", "id"),
    "parent_invoice_id": ("invoices", "id"),
    "fuzzy_dates": ("", "created"),
    "jump_query": ("", "number"),
}
"""Where the values of filters that only a server answers are found, if not among people and texts."""


def _words(case: Case, books: Mapping[str, Books]) -> list[str]:
    """What the filter could be asked for: what records hold, and for what only the server knows what others do."""
    own = books[case.kind]
    if not case.field.asked:
        return [part for value in _there(case, own) for part in value.split("\n")]
    kind, key = _ASKED.get(case.filter.name, ("", ""))
    if key:
        return [str(values[key]) for values in books[kind or case.kind] if values.get(key)] or _texts_of(own)
    if case.field.type is ValueType.ID:
        people = ("creator_id", "person_id", "approver_id")
        return [str(values[name]) for of in books.values() for values in of for name in people if values.get(name)]
    return _texts_of(own)


def _texts_of(books: Books) -> list[str]:
    names = ("text", "number", "client", "person", "creator", "subject")
    return [str(values[name])[:5].strip() for values in books for name in names if values.get(name)]


def _whole(case: Case, books: Mapping[str, Books]) -> st.SearchStrategy[Operand]:
    return st.sampled_from([*_words(case, books), NOWHERE]).map(_has)


def _keyed(case: Case, books: Mapping[str, Books]) -> st.SearchStrategy[Operand]:
    return st.sampled_from([*_words(case, books), f"{NOWHERE}=blue"]).map(_has)


def _days(case: Case, books: Mapping[str, Books]) -> st.SearchStrategy[Operand]:
    days = st.sampled_from(_there(case, books[case.kind]) or ["2026-01-15"])

    def beside(day: str, step: int) -> str:
        return (date.fromisoformat(day) + timedelta(days=step)).isoformat()

    near = st.builds(beside, days, st.integers(-1, 1))
    words = near | days.map(lambda day: day[:7]) | st.sampled_from(["this-month", "-90d", "last-quarter"])
    closed = st.builds(lambda one, other: Operand(Comparison.RANGE, min(one, other), max(one, other)), days, near)
    opened = st.booleans().flatmap(
        lambda up: days.map(lambda day: Operand(Comparison.RANGE, *((day, "") if up else ("", day))))
    )
    return st.builds(Operand, st.sampled_from(COMPARED), words) | closed | opened


def _amounts(case: Case, books: Mapping[str, Books]) -> st.SearchStrategy[Operand]:
    """An amount of the books or one beside it, with its currency: providers compare minor units."""
    own = books[case.kind]
    there = [(of[case.field.compared], str(of["currency"])) for of in own if case.field.compared in of]
    found = [(minor, code) for minor, code in there if isinstance(minor, int)] or [(1250, "EUR"), (0, "EUR")]

    def operand(of: tuple[int, str], step: int, way: Comparison) -> Operand:
        return Operand(way, decimal_text(of[0] + step, of[1]), "", of[1].lower())

    return st.builds(operand, st.sampled_from(found), st.integers(-1, 1), st.sampled_from(COMPARED))


def _texts(case: Case, books: Mapping[str, Books]) -> st.SearchStrategy[Operand]:
    """Whole texts, and parts of them that no accent divides: a server does not fold those away."""
    if case.field.asked:
        return _whole(case, books)
    plain = [text for text in _there(case, books[case.kind]) if text.isascii()] or ["nothing"]
    parts = [part for text in plain for at in range(0, max(1, len(text) - 3), 3) if (part := text[at : at + 4].strip())]
    return st.sampled_from(plain).map(lambda text: Operand(Comparison.IS, text)) | st.sampled_from(parts).map(_has)


def _codes(case: Case, books: Mapping[str, Books]) -> st.SearchStrategy[Operand]:
    return st.sampled_from(_there(case, books[case.kind])).map(lambda code: _has(code.lower()))


def _yes_no(_case: Case, _books: Mapping[str, Books]) -> st.SearchStrategy[Operand]:
    return st.sampled_from(["yes", "no"]).map(_has)


_BY_TYPE: Mapping[ValueType, Callable[[Case, Mapping[str, Books]], st.SearchStrategy[Operand]]] = {
    ValueType.DATE: _days,
    ValueType.AMOUNT: _amounts,
    ValueType.TEXT: _texts,
    ValueType.CURRENCY: _codes,
    ValueType.YES_NO: _yes_no,
    ValueType.ID: _whole,
    ValueType.SEVERAL: _whole,
    ValueType.KEYED: _keyed,
}

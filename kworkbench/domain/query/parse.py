"""Reads the text of a query (grammar: product.md section 6). Every error is a sentence that stands under its word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from kworkbench.domain.catalog import Field, Resource, SortKey, ValueType
from kworkbench.domain.query.ast import Comparison, Operand, Query, QueryError, Term
from kworkbench.domain.query.fields import (
    CHANGE,
    SORT_WORD,
    field_of_word,
    near_fields,
    possible_choices,
    suggestion,
)
from kworkbench.domain.query.operands import (
    OperandError,
    day_interval,
    milli_interval,
    split_amount,
    whole_interval,
)
from kworkbench.domain.query.scan import Piece, Token, scan

_OPERATORS = (
    Comparison.AT_MOST,
    Comparison.AT_LEAST,
    Comparison.LESS,
    Comparison.MORE,
    Comparison.IS,
)
"""Longer signs first."""

_EXAMPLES: Mapping[ValueType, str] = {
    ValueType.DATE: "2026-03",
    ValueType.AMOUNT: ">500",
    ValueType.DAYS: ">30",
    ValueType.CURRENCY: "eur",
    ValueType.YES_NO: "yes",
    ValueType.KEYED: "77=blue",
}


def parse_query(text: str, resource: Resource, *, today: date) -> Query:
    """The query a text means; `today` is only used to check that relative days exist.

    Raises:
        QueryError: an unknown field, or a value that its field cannot have.
    """
    terms: list[Term] = []
    sort: tuple[SortKey, ...] = ()
    for token in scan(text):
        if token.field is not None and token.field.lower() == SORT_WORD:
            sort = _sort_of(token, resource)
        else:
            terms.append(_term(token, resource, today, text))
    return Query(tuple(terms), sort)


def parse_sort(text: str, resource: Resource) -> tuple[SortKey, ...]:
    """The order a text such as `-due,number` means; `-` reverses a key.

    Raises:
        QueryError: an unknown field, or one that has no order.
    """
    keys: dict[str, SortKey] = {}
    at = 0
    for part in text.split(","):
        word = part.strip()
        start = at + len(part) - len(part.lstrip())
        if word:
            key = _sort_key(word, resource, start)
            keys.setdefault(key.field, key)
        at += len(part) + 1
    return tuple(keys.values())


def _sort_of(token: Token, resource: Resource) -> tuple[SortKey, ...]:
    if token.negated or not token.pieces:
        raise QueryError("Name the columns to sort by, like sort:-date,amount.", token.start, token.end)
    keys: dict[str, SortKey] = {}
    for piece in token.pieces:
        key = _sort_key(piece.text, resource, piece.start)
        keys.setdefault(key.field, key)
    return tuple(keys.values())


def _sort_key(word: str, resource: Resource, start: int) -> SortKey:
    name = word.removeprefix("-")
    field = field_of_word(resource, name.lower())
    if field is None or field is CHANGE or field.asked or field.means:
        possible = tuple(field.name for field in resource.known)
        usual = tuple(field.name for field in resource.fields)
        raise QueryError(
            f"{resource.title} cannot be sorted by {name!r}. {suggestion(name.lower(), possible, usual)}",
            start,
            start + len(word),
        )
    return SortKey(field.compared, descending=word.startswith("-"))


def _term(token: Token, resource: Resource, today: date, text: str) -> Term:
    span = (token.start, token.end)
    if token.field is None:
        return _free_words(token, text)
    word = token.field.lower()
    field = field_of_word(resource, word)
    if field is None:
        hint = near_fields(resource, word)
        raise QueryError(
            f"{resource.title} have no field {token.field!r}. {hint}",
            token.field_start,
            token.field_start + len(token.field),
        )
    if not token.pieces:
        raise QueryError(f"Say what {word} is to be, like {word}:{_example(field)}.", *span)
    values = tuple(_operand(piece, field, today) for piece in token.pieces)
    return Term(field.name, values, token.negated, "" if word == field.name else word, span)


def _free_words(token: Token, text: str) -> Term:
    words = tuple(Operand(Comparison.HAS, piece.text) for piece in token.pieces if piece.text)
    if not words and any(piece.quoted for piece in token.pieces):
        raise QueryError("Nothing stands between the quotes.", token.start, token.end)
    if not words:
        words = (Operand(Comparison.HAS, text[token.start : token.end]),)
        return Term(None, words, span=(token.start, token.end))
    return Term(None, words, token.negated, span=(token.start, token.end))


def _example(field: Field) -> str:
    return field.choices[0] if field.choices else _EXAMPLES.get(field.type, "word")


def _operand(piece: Piece, field: Field, today: date) -> Operand:
    try:
        if not piece.text:
            return _read_nothing(field)
        return _READERS.get(field.type, _read_text)(piece, field, today)
    except OperandError as problem:
        raise QueryError(str(problem), piece.start, piece.end) from None


def _read_nothing(field: Field) -> Operand:
    """Empty finds rows without a value; what a server is asked, or what stands for queries, needs one."""
    if field.asked or field.means:
        raise OperandError(f"Say what {field.name} is to be, like {field.name}:{_example(field)}.")
    return Operand(Comparison.HAS, "")


def _read_text(piece: Piece, field: Field, _today: date) -> Operand:
    comparison, rest = _split_operator(piece)
    if comparison in (Comparison.HAS, Comparison.IS):
        return Operand(comparison, rest)
    raise OperandError(f"{field.name} is text, which {comparison} cannot compare. Quote it to search for the sign.")


def _read_id(piece: Piece, field: Field, _today: date) -> Operand:
    comparison, rest = _split_operator(piece)
    if comparison in (Comparison.HAS, Comparison.IS) and rest:
        return Operand(Comparison.HAS, rest)
    raise OperandError(f"{field.name} is looked up whole. Write it like {field.name}:310 or {field.name}:310,311.")


def _read_keyed(piece: Piece, field: Field, _today: date) -> Operand:
    key, _, value = piece.text.partition("=")
    if key.strip() and value:
        return Operand(Comparison.HAS, piece.text)
    raise OperandError(f"Write the number of the field and its value, like {field.name}:{_EXAMPLES[field.type]}.")


def _read_choice(piece: Piece, field: Field, _today: date) -> Operand:
    possible = possible_choices(field)
    word = piece.text.lower().removeprefix("=")
    if word not in possible:
        raise OperandError(f"{field.name} is never {word!r}. {suggestion(word, possible)}")
    return Operand(Comparison.HAS, word)


def _read_currency(piece: Piece, _field: Field, _today: date) -> Operand:
    word = piece.text.removeprefix("=")
    if len(word) != 3 or not (word.isascii() and word.isalpha()):
        raise OperandError(f"{word!r} is not a currency. Write its three letters, like eur.")
    return Operand(Comparison.HAS, word)


def _read_days(piece: Piece, _field: Field, today: date) -> Operand:
    operand = _compared(piece)
    day_interval(operand, today)
    return operand


def _read_whole(piece: Piece, _field: Field, _today: date) -> Operand:
    operand = _compared(piece)
    whole_interval(operand)
    return operand


def _read_quantity(piece: Piece, _field: Field, _today: date) -> Operand:
    operand = _compared(piece)
    milli_interval(operand)
    return operand


def _read_amount(piece: Piece, field: Field, _today: date) -> Operand:
    bare = _compared(piece)
    low, low_currency = split_amount(bare.low) if bare.low else ("", "")
    high, high_currency = split_amount(bare.high) if bare.high else ("", "")
    if low_currency and high_currency and low_currency.upper() != high_currency.upper():
        raise OperandError(f"A range is in one currency, not in {low_currency} and {high_currency}.")
    operand = Operand(bare.comparison, low, high, high_currency or low_currency)
    milli_interval(operand)
    if field.asked and not operand.currency:
        raise OperandError(f"Only the server knows {field.name}. Say the currency too, like {field.name}:>500eur.")
    return operand


_Reader = Callable[[Piece, Field, date], Operand]

_READERS: Mapping[ValueType, _Reader] = {
    ValueType.ID: _read_id,
    ValueType.SEVERAL: _read_id,
    ValueType.KEYED: _read_keyed,
    ValueType.CHOICE: _read_choice,
    ValueType.YES_NO: _read_choice,
    ValueType.CURRENCY: _read_currency,
    ValueType.DATE: _read_days,
    ValueType.DAYS: _read_whole,
    ValueType.QUANTITY: _read_quantity,
    ValueType.AMOUNT: _read_amount,
}


def _split_operator(piece: Piece) -> tuple[Comparison, str]:
    for comparison in _OPERATORS:
        if len(comparison.value) <= piece.plain and piece.text.startswith(comparison.value):
            return comparison, piece.text[len(comparison.value) :]
    return Comparison.HAS, piece.text


def _compared(piece: Piece) -> Operand:
    """A comparison or a range of values that have an order; `=` says the same as nothing."""
    comparison, rest = _split_operator(piece)
    low, dots, high = rest.partition("..")
    if dots:
        if comparison is not Comparison.HAS or not (low or high):
            raise OperandError(f"{piece.text!r} is not a range. Write it like 1..5, 1.. or ..5.")
        return Operand(Comparison.RANGE, low, high)
    if not rest:
        raise OperandError(f"A value is missing after {comparison}.")
    return Operand(Comparison.HAS if comparison is Comparison.IS else comparison, rest)

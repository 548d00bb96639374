"""Reading what was typed into a form field, and writing a value back into one.

A check here gives its message at once and never forbids saving: what cannot be read is kept and sent as typed (`Raw`).
Source: product.md section 8.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from kworkbench.domain.catalog import FormField, ValueType
from kworkbench.domain.changes import Arg, Raw
from kworkbench.domain.numbers import PLAIN, NumberStyle, format_amount, format_money
from kworkbench.domain.quickline.amounts import Unreadable, read_quantity, read_signed
from kworkbench.domain.quickline.currencies import CODES, codes_of
from kworkbench.domain.quickline.days import DateOrder, day_text, read_day
from kworkbench.lean import dataclass

_YES = frozenset({"yes", "y", "true", "on", "1"})
_NO = frozenset({"no", "n", "false", "off", "0"})
_PICK = "► pick"
_DAY_WORDS = "today, -3d, 4mar"
_PAIR = re.compile(r"(?:;;|[^;])+")
"""One `number=value` of several with a semicolon between; one inside a value is written twice."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a field's text means.

    Attributes:
        arg: the value as a change carries it, or `Raw` with the text as typed.
        message: why it could not be read, or None.
        hint: what stands at the right of the value: how it was read, or what can be typed.
    """

    arg: Arg
    message: str | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Ground:
    currency: str
    today: date
    style: NumberStyle | None
    date_order: DateOrder | None


_Reader: TypeAlias = Callable[[FormField, str, _Ground], Reading]


def read_field(
    field: FormField,
    text: str,
    *,
    currency: str,
    today: date,
    style: NumberStyle | None,
    date_order: DateOrder | None = None,
) -> Reading:
    """Read one field; amounts are minor units of `currency`. Empty is None, or `Raw` where a value is required."""
    typed = text.strip()
    if typed:
        return _READERS[field.type](field, text, _Ground(currency, today, style, date_order))
    hint = _HINTS.get(field.type, field.hint)
    if field.required:
        return Reading(Raw(text), f"{field.name.capitalize()} is required.", hint)
    return Reading(None, None, hint)


def show_field(field: FormField, value: Arg, currency: str, style: NumberStyle | None) -> str:
    """The text of a value in a form, such that `read_field` gives the value back."""
    if isinstance(value, Raw):
        return value.text
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return format_amount(value, currency, style or PLAIN) if field.type is ValueType.AMOUNT else str(value)
    show = _SHOWN.get(field.type)
    return value if show is None else show(value, currency, style)


def _show_quantity(value: str, _currency: str, style: NumberStyle | None) -> str:
    return value.replace(".", (style or PLAIN).decimal)


def _show_lines(value: str, currency: str, style: NumberStyle | None) -> str:
    from kworkbench.domain.invoice_lines import shown_lines  # noqa: PLC0415 - one form has them

    return shown_lines(value, currency, style)


def _show_keyed(value: str, _currency: str, _style: NumberStyle | None) -> str:
    return "; ".join(line.replace(";", ";;") for line in value.splitlines())


_SHOWN: dict[ValueType, Callable[[str, str, NumberStyle | None], str]] = {
    ValueType.QUANTITY: _show_quantity,
    ValueType.LINES: _show_lines,
    ValueType.KEYED: _show_keyed,
}
"""How texts are written in a form where they are not written as they are."""


def _read_text(field: FormField, text: str, _ground: _Ground) -> Reading:
    return Reading(text, None, field.hint)


def _read_reference(_field: FormField, text: str, _ground: _Ground) -> Reading:
    return Reading(text.strip(), None, _PICK)


def _read_date(_field: FormField, text: str, ground: _Ground) -> Reading:
    typed = text.strip()
    day = read_day(typed, ground.today, ground.date_order)
    if isinstance(day, date):
        return Reading(day.isoformat(), None, _DAY_WORDS if typed == day.isoformat() else f"= {day_text(day)}")
    sentence = day.sentence if isinstance(day, Unreadable) else f"{typed} is not a date. Write it like 2026-03-01."
    return Reading(Raw(text), sentence, _DAY_WORDS)


def _read_amount(field: FormField, text: str, ground: _Ground) -> Reading:
    read = read_signed(text, ground.currency, ground.style)
    if isinstance(read, Unreadable):
        return Reading(Raw(text), read.sentence, field.hint)
    for word in read.words:
        if ground.currency and ground.currency not in codes_of(word, ground.currency):
            return Reading(
                Raw(text), f"{word.upper()} is not the currency here, which is {ground.currency}.", field.hint
            )
    shown = format_money(read.minor, ground.currency, ground.style or PLAIN).rstrip()
    return Reading(read.minor, None, f"= {shown}")


def _read_quantity(field: FormField, text: str, ground: _Ground) -> Reading:
    read = read_quantity(text, ground.style)
    if isinstance(read, Unreadable):
        return Reading(Raw(text), read.sentence, field.hint)
    return Reading(read, None, field.hint if read == text.strip() else f"= {read}")


def _read_yes_no(_field: FormField, text: str, _ground: _Ground) -> Reading:
    word = text.strip().lower()
    if word in _YES:
        return Reading(arg=True, hint="space: no")
    if word in _NO:
        return Reading(arg=False, hint="space: yes")
    return Reading(Raw(text), f"{text.strip()} is neither yes nor no.", "space: yes")


def _read_choice(field: FormField, text: str, _ground: _Ground) -> Reading:
    word = text.strip().lower()
    begun = [choice for choice in field.choices if choice.lower().startswith(word)]
    whole = next((choice for choice in begun if choice.lower() == word), None)
    if whole is not None:
        return Reading(whole, None, field.hint or _PICK)
    if len(begun) == 1:
        return Reading(begun[0], None, f"= {begun[0]}")
    return Reading(Raw(text), f"{text.strip()} is none of {', '.join(field.choices)}.", field.hint or _PICK)


def _read_currency(_field: FormField, text: str, _ground: _Ground) -> Reading:
    code = text.strip().upper()
    if code in CODES:
        return Reading(code, None, _PICK)
    return Reading(Raw(text), f"{text.strip()} is not a currency code. Write it like EUR.", _PICK)


def _read_number(field: FormField, text: str, _ground: _Ground) -> Reading:
    typed = text.strip()
    if typed.isascii() and typed.removeprefix("-").isdecimal() and len(typed) <= 15:
        return Reading(int(typed), None, field.hint)
    return Reading(Raw(text), f"{typed} is not a whole number.", field.hint)


def _read_lines(field: FormField, text: str, ground: _Ground) -> Reading:
    from kworkbench.domain.invoice_lines import read_lines, total_of, written  # noqa: PLC0415 - one form has them

    lines = read_lines(text, ground.currency, ground.style)
    if isinstance(lines, str):
        return Reading(Raw(text), lines, field.hint)
    total = format_money(total_of(lines, ground.currency), ground.currency, ground.style or PLAIN).rstrip()
    return Reading(written(lines), None, f"= {len(lines)} line{'' if len(lines) == 1 else 's'}, {total}")


def _read_keyed(field: FormField, text: str, _ground: _Ground) -> Reading:
    """Values of fields without a name here, `77=blue; 78=5`; one that is set to nothing is left out."""
    parts = (part.replace(";;", ";") for part in _PAIR.findall(text))
    pairs = [part.partition("=") for part in parts if part.strip()]
    keys = [key.strip() for key, _, _ in pairs]
    if not all(mark for _, mark, _ in pairs) or not (field.keys or all(key.isdecimal() for key in keys)):
        example = f"name=value, like {field.keys[0]}=…" if field.keys else "number=value, like 77=blue; 78=5"
        return Reading(Raw(text), f"Write each as {example}.", field.hint)
    unknown = next((key for key in keys if field.keys and key not in field.keys), None)
    if unknown is not None:
        return Reading(Raw(text), f"{unknown or 'Nothing'} is none of {', '.join(field.keys)}.", field.hint)
    from kworkbench.domain.keyed import written  # noqa: PLC0415 - few forms have them

    return Reading(written((key, value) for key, _, value in pairs), None, field.hint)


def _read_days(field: FormField, text: str, _ground: _Ground) -> Reading:
    typed = text.strip()
    if typed.isascii() and typed.removeprefix("-").isdecimal() and len(typed) <= 6:
        return Reading(int(typed), None, field.hint)
    return Reading(Raw(text), f"{typed} is not a number of days.", field.hint)


_READERS: dict[ValueType, _Reader] = {
    ValueType.TEXT: _read_text,
    ValueType.ID: _read_reference,
    ValueType.SEVERAL: _read_text,
    ValueType.KEYED: _read_keyed,
    ValueType.REFERENCE: _read_reference,
    ValueType.DATE: _read_date,
    ValueType.AMOUNT: _read_amount,
    ValueType.CURRENCY: _read_currency,
    ValueType.YES_NO: _read_yes_no,
    ValueType.CHOICE: _read_choice,
    ValueType.DAYS: _read_days,
    ValueType.QUANTITY: _read_quantity,
    ValueType.NUMBER: _read_number,
    ValueType.LINES: _read_lines,
}

_HINTS = {
    ValueType.DATE: _DAY_WORDS,
    ValueType.REFERENCE: _PICK,
    ValueType.CURRENCY: _PICK,
    ValueType.CHOICE: _PICK,
    ValueType.YES_NO: "space: yes",
}

"""Amounts as people type them: marks, groups, sums. Shared by the quick line and by form fields.

A text that cannot be read comes back as `Unreadable` with a sentence, never as an exception.
Source: product.md section 7, "Amount".
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from kworkbench.domain.money import exponent
from kworkbench.domain.numbers import NumberStyle
from kworkbench.domain.quickline.currencies import codes_of
from kworkbench.lean import dataclass

MOST = 10**15
"""No amount of this many minor units or more is read: sums of many rows must stay within 64 bits."""

_TERM = re.compile(
    r"(?P<before>[A-Za-z]{3}|[€$£¥])?\s*(?P<number>[0-9.,'’ \u00a0\u202f]*[0-9][.,]?)"
    r"\s*(?P<after>[A-Za-z]{3}|[€$£¥])?"
)
_BLANKS = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " "})
_WHOLE = re.compile(r"[0-9]*|[1-9][0-9]{0,2}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*")
_PERCENT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?%")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text was not read: one sentence for a person, which may be followed by what to do."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What an amount text means.

    Attributes:
        minor: minor units of the currency it was read for.
        words: currency words found in it, as typed.
    """

    minor: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Digits:
    whole: str
    decimals: str


def read_sum(text: str, currency: str, style: NumberStyle | None) -> Sum | Unreadable:
    """Terms joined by `+`, each in minor units of `currency`; a currency word may stand beside each.

    `style` None means there is no locale: one mark with exactly 3 digits after it is not guessed.
    """
    terms = [term.strip() for term in text.split("+")]
    if len(terms) > 1 and not terms[0]:
        terms = terms[1:]
    total, words = 0, list[str]()
    for term in terms:
        found = _TERM.fullmatch(term)
        if not found or any(word and not codes_of(word, currency) for word in (found["before"], found["after"])):
            return Unreadable(f"{text} is not an amount. Write it like 1250.00 or 12.50+3.")
        words += [word for word in (found["before"], found["after"]) if word]
        minor = _read_minor(found["number"].strip(), currency, style)
        if isinstance(minor, Unreadable):
            return minor
        total += minor
    return Sum(total, tuple(words)) if total < MOST else Unreadable(f"{text} is too large for an amount.")


def read_signed(text: str, currency: str, style: NumberStyle | None) -> Sum | Unreadable:
    """As `read_sum`, with an optional minus before the whole sum: what a form field accepts."""
    body = text.strip()
    if body[:1] not in {"-", "−"}:
        return read_sum(body, currency, style)
    if "+" in body:
        return Unreadable(f"{body} mixes a minus with a sum. Write the result.")
    read = read_sum(body[1:], currency, style)
    return read if isinstance(read, Unreadable) else Sum(-read.minor, read.words)


def read_share(text: str, of: int) -> int | Unreadable:
    """A percentage of `of` minor units, rounded half up: `50%`, `12.5%`."""
    found = _PERCENT.fullmatch(text)
    if not found:
        return Unreadable(f"{text} is not a percentage. Write it like 50%.")
    share = Decimal(f"{found[1]}.{found[2] or 0}") * of / 100
    minor = int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return minor if abs(minor) < MOST else Unreadable(f"{text} is too large for an amount.")


def read_quantity(text: str, style: NumberStyle | None) -> str | Unreadable:
    """A number of things as plain decimal text (`1,5` becomes `1.5`); a minus is kept."""
    body = text.strip()
    sign = "-" if body[:1] in {"-", "−"} else ""
    digits = _split(body[len(sign) :].translate(_BLANKS), style or NumberStyle("", "."), None)
    if isinstance(digits, Unreadable):
        return Unreadable(f"{body} is not a quantity. Write it like 1.5.")
    return f"{sign}{digits.whole or '0'}{'.' if digits.decimals else ''}{digits.decimals}"


def _read_minor(text: str, currency: str, style: NumberStyle | None) -> int | Unreadable:
    places = exponent(currency)
    digits = _split(text.translate(_BLANKS), style, places)
    if isinstance(digits, Unreadable):
        return digits
    if len(digits.decimals) > places:
        return Unreadable(f"{text} has more decimals than {currency or 'an amount'}, which has {places}.")
    minor = digits.whole + digits.decimals.ljust(places, "0")
    return int(minor) if len(minor) < len(str(MOST)) else Unreadable(f"{text} is too large for an amount.")


def _split(text: str, style: NumberStyle | None, places: int | None) -> _Digits | Unreadable:
    """Digits before and after the decimal mark; `places` None allows any number of decimals."""
    mark = _decimal_mark(text, style, places)
    if isinstance(mark, Unreadable):
        return mark
    whole, _, decimals = text.rpartition(mark) if mark else (text, "", "")
    plain = re.sub(r"[.,' ]", "", whole)
    readable = _WHOLE.fullmatch(whole) and re.fullmatch(r"[0-9]*", decimals) and plain + decimals
    if not readable:
        return Unreadable(f"{text} is not an amount. Write it like 1250.00.")
    return _Digits(plain.lstrip("0") or "0", decimals)


def _decimal_mark(text: str, style: NumberStyle | None, places: int | None) -> str | Unreadable:
    """Which mark of the text is the decimal one; empty if none is."""
    marks = [char for char in text if char in ".,"]
    if not marks:
        return ""
    if len(marks) > 1:
        return marks[-1] if len(set(marks)) == 2 else ""
    mark = marks[0]
    before, _, after = text.partition(mark)
    if len(after) != 3 or not re.fullmatch(r"[1-9][0-9]{0,2}", before):
        return mark
    if style is not None and mark == style.group:
        return ""
    if places == 3 or (places is None and style is not None and mark == style.decimal):
        return mark
    return Unreadable(f"{text} can mean {before}{after} or {before}.{after.rstrip('0') or '0'}. Write one of them.")

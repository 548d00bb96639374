"""Texts made comparable: folded for search, and keys under which numbers inside a text sort as numbers."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_DIGITS = re.compile(r"\d+", re.ASCII)
_STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)


def clean_text(text: str) -> str:
    """The text with lone surrogates, which no file can hold, replaced by U+FFFD."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def formula_safe(text: str) -> str:
    """The text as a cell of a table that a spreadsheet may open: one that would be a formula is led by `'`."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def fold_text(text: str) -> str:
    """The text without case, accents and width, for comparing what a person typed with what a server stored.

    Marks of other scripts stay (Japanese voicing is no accent). Folding twice changes nothing.
    """
    if text.isascii():
        return text.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", clean_text(text))).casefold().translate(_STROKES)
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", plain)))


def natural_key(folded: str) -> str:
    """A key that sorts `inv-9` before `inv-10`: each run of digits is led by its length, leading zeros dropped."""
    return _DIGITS.sub(_with_length, folded)


def _with_length(found: re.Match[str]) -> str:
    digits = found[0].lstrip("0") or "0"
    return f"{min(len(digits), 99):02d}{digits}"

"""What the readings of every kind of line have in common: tokens, and what is refused whatever the line records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kworkbench.domain.quickline.currencies import codes_of
from kworkbench.domain.quickline.tokens import Part, Piece, Token

LISTED = 4
"""Candidates named in a sentence; the rest are counted."""

_COMPUTED = re.compile(r"[-−*/()×÷=]|\+$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def token_of(piece: Piece, reading: str, error: str = "") -> Token:
    """A piece with its reading, or the sentence why it has none."""
    return Token(piece.part, piece.start, piece.end, piece.sign + piece.body, reading, error)


def is_computed(body: str) -> bool:
    """Whether figures hold another sign than `+`: only that calculates."""
    return bool(_COMPUTED.search(body))


def unclosed(piece: Piece) -> str:
    """Why a name that opens a quote is none without the closing one: what stands behind it would be part of it."""
    return f'{piece.sign}{piece.body} is not closed. Write " behind the name.' if piece.sign[1:] else ""


def wrong_currency(words: Iterable[str], currency: str) -> str:
    """Why one of these currency words does not fit; empty where all do, or no currency is known."""
    wrong = [word for word in words if currency and currency not in codes_of(word, currency)]
    return f"{wrong[0].upper()} is not the currency here, which is {currency}." if wrong else ""


def clashes(tokens: Sequence[Token], kept: str) -> list[str]:
    """Two amounts or two dates: both readings are shown and nothing is chosen; `kept` is what may stand in quotes."""
    sentences = []
    for part, words in ((Part.AMOUNT, "amounts"), (Part.DATE, "dates")):
        found = [token for token in tokens if token.part is part]
        if len(found) > 1:
            shown = " and ".join(f"{token.text} ({token.reading})" if token.reading else token.text for token in found)
            sentences.append(f"Two {words}: {shown}. Keep one, or put the {kept} in quotes.")
    return sentences


def listed(names: Sequence[str], most: int = LISTED) -> str:
    """Candidates in a sentence: the first few by name, the rest counted."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def one_line(text: str) -> str:
    """A note or text as it is stored: on one line, without control characters."""
    return _CONTROL.sub(" ", text).strip()


def unique(sentences: Iterable[str]) -> tuple[str, ...]:
    """Every sentence once, empty ones left out."""
    return tuple(dict.fromkeys(filter(None, sentences)))

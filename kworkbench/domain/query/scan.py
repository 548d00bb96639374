"""Cuts the text of a query into tokens and values. Knows quotes, commas, colons and the leading `-`; no fields.

Inside quotes every character stands for itself and `""` for one quote; a quote left open ends with the text, because
the line is read on every key.
"""

from __future__ import annotations

import re

from kworkbench.lean import dataclass

_FIELD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*:", re.ASCII)


@dataclass(frozen=True, slots=True)
class Piece:
    """A value as typed.

    Attributes:
        text: without its quotes.
        plain: how many characters at its start stood outside quotes; only these can be operators.
        quoted: some of it stood in quotes, so an empty text is meant.
        start, end: where it stands in the text.
    """

    text: str
    plain: int
    quoted: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the line: an optional `-`, an optional field name and its values."""

    negated: bool
    field: str | None
    field_start: int
    pieces: tuple[Piece, ...]
    start: int
    end: int


def scan(text: str) -> tuple[Token, ...]:
    """Every token of the text, in order."""
    tokens = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at)
        tokens.append(token)
        at = token.end
    return tuple(tokens)


def _token(text: str, start: int) -> Token:
    at = start
    negated = text[at] == "-" and at + 1 < len(text) and not text[at + 1].isspace()
    if negated:
        at += 1
    found = _FIELD.match(text, at)
    field_start = at
    if found:
        at = found.end()
    pieces = [_piece(text, at)]
    while pieces[-1].end < len(text) and text[pieces[-1].end] == ",":
        pieces.append(_piece(text, pieces[-1].end + 1))
    end = pieces[-1].end
    kept = tuple(piece for piece in pieces if piece.text or piece.quoted)
    return Token(negated, found[0][:-1] if found else None, field_start, kept, start, end)


def _piece(text: str, start: int) -> Piece:
    out: list[str] = []
    plain: int | None = None
    at = start
    while at < len(text) and text[at] != "," and not text[at].isspace():
        if text[at] == '"':
            plain = len(out) if plain is None else plain
            inner, at = _quoted(text, at)
            out.append(inner)
            continue
        out.append(text[at])
        at += 1
    word = "".join(out)
    return Piece(word, len(word) if plain is None else plain, plain is not None, start, at)


def _quoted(text: str, start: int) -> tuple[str, int]:
    """What stands in the quotes that open at `start`, and the offset after them."""
    out: list[str] = []
    at = start + 1
    while at < len(text):
        if text.startswith('""', at):
            out.append('"')
            at += 2
        elif text[at] == '"':
            return "".join(out), at + 1
        else:
            out.append(text[at])
            at += 1
    return "".join(out), at

"""What a typed line consists of: pieces as they were cut, tokens as they were read, and the line as a whole."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Protocol

from kworkbench.domain.quickline.facts import InvoiceFacts, ProjectFacts
from kworkbench.lean import dataclass


class Part(StrEnum):
    """What a token says; the value is the word under the input."""

    AMOUNT = "amount"
    REFUND = "refund"
    WRITE_OFF = "writeoff"
    REST_WRITTEN_OFF = "rest=writeoff"
    CURRENCY = "currency"
    DATE = "date"
    INVOICE = "invoice"
    PROJECT = "project"
    NOTE = "note"
    CATEGORY = "category"
    BILLABLE = "billable"
    REIMBURSABLE = "reimbursable"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text by its shape: characters `start` to `end`, and the part of them that carries the meaning.

    `body` is the text without its sign; `sign` is `#`, `@`, `%`, a quote, or empty;
    before a name whose quotes are not closed, and which has therefore swallowed what follows, it is `@"`.
    """

    part: Part
    start: int
    end: int
    body: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece with its reading in words, or the sentence why it has none."""

    part: Part
    start: int
    end: int
    text: str
    reading: str
    error: str = ""


class Typed(Protocol):
    """What every kind of line says of itself: its text, and what each part of it was read as."""

    @property
    def text(self) -> str:
        """As typed."""

    @property
    def tokens(self) -> tuple[Token, ...]:
        """In the order typed; together they cover every character that is no blank."""


@dataclass(frozen=True, slots=True)
class Line:
    """A payment line as it was read.

    Attributes:
        tokens: in the order typed; together they cover every character that is no blank.
        invoice: the one invoice meant, fixed or typed; None with a project, several marked, or none found.
        currency: of the invoice, the project or the marked invoices; empty where none is known.
        amount: minor units of `currency`, never negative; None where none was typed, or `rest` of several invoices.
        date: the day typed, or None.
        note: as typed, on one line.
        refund, write_off, rest_written_off: the words of the same name were typed.
        errors: sentences, in the order they should be read; empty where everything was understood.
        candidates: invoices to choose from, where a token fits several.
    """

    text: str
    tokens: tuple[Token, ...] = ()
    invoice: InvoiceFacts | None = None
    project: ProjectFacts | None = None
    currency: str = ""
    amount: int | None = None
    date: date | None = None
    note: str = ""
    refund: bool = False
    write_off: bool = False
    rest_written_off: bool = False
    errors: tuple[str, ...] = ()
    candidates: tuple[InvoiceFacts, ...] = ()

    def has(self, part: Part) -> bool:
        """Whether a token of that part was typed."""
        return any(token.part is part for token in self.tokens)

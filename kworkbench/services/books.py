"""What services look up in the view: invoices and projects as the line grammar wants them.

Amounts are minor units of the record's own currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kworkbench.domain.changes import SHOWN, State
from kworkbench.domain.dates import DateError, parse_iso
from kworkbench.domain.query import Comparison, Operand, Query, Term
from kworkbench.domain.quickline.candidates import BY_ID, match_invoices, match_projects
from kworkbench.domain.quickline.facts import InvoiceFacts, PastPayment, ProjectFacts
from kworkbench.domain.records import Value, Values
from kworkbench.domain.resources import INVOICES
from kworkbench.store.reader import Reader, Row

MOST_CANDIDATES = 200
MOST_PROJECTS = 1000
UNCLEAR = SHOWN[State.NEEDS_YOU].word
REFUSED = SHOWN[State.REJECTED].word


class Facts:
    """Facts about one account's records, read from the view on the caller's thread."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def invoice(self, lid: str) -> InvoiceFacts | None:
        """The invoice of a local id with its payments, unsent ones included."""
        row = self._reader.row(INVOICES, lid)
        return None if row is None else self._with_payments(row)

    def find_invoices(self, text: str) -> Sequence[InvoiceFacts]:
        """Invoices whose whole number is the text, whatever its case."""
        wanted = text.casefold()
        rows = self._reader.find_invoices(text, MOST_CANDIDATES)
        return tuple(self._with_payments(row) for row in rows if _text(row.values.get("number")).casefold() == wanted)

    def match_invoices(self, text: str) -> Sequence[InvoiceFacts]:
        """The best matches for a part of a number or of a client's name; behind `id:` the one of that id."""
        wanted = text.removeprefix(BY_ID)
        if wanted != text:
            return self._invoices_of_id(wanted) if wanted else ()
        rows = self._reader.find_invoices(text, MOST_CANDIDATES)
        found = match_invoices(text, (invoice_facts(row) for row in rows))
        return tuple(full for one in found if (full := self.invoice(one.lid)) is not None)

    def find_projects(self, text: str, *, archived: bool = True) -> Sequence[ProjectFacts]:
        """The projects an `@` word can mean, best first; by name among all of them, by client among the first ones.

        An id finds its project whether it is `archived` or not.
        """
        wanted = text.removeprefix(BY_ID)
        if wanted != text:
            found = self._reader.lookup("projects", wanted)
            return () if found is None else (_project(wanted, found),)
        for begun in (text, ""):
            known = self._reader.related("projects", begun, MOST_CANDIDATES if begun else MOST_PROJECTS)
            open_ones = (one for one in known if archived or one.values.get("archived") is not True)
            if matching := match_projects(text, (_project(one.id, one.values) for one in open_ones)):
                return matching
        return ()

    def _invoices_of_id(self, invoice_id: str) -> Sequence[InvoiceFacts]:
        rows = self._reader.rows(INVOICES, Query((Term("id", (Operand(Comparison.HAS, invoice_id),)),))).fetch(0, 1)
        return tuple(self._with_payments(row) for row in rows)

    def _with_payments(self, row: Row) -> InvoiceFacts:
        rows = self._reader.payments_of(row.id) if row.id else ()
        return invoice_facts(row, tuple(_past(one) for one in rows if not never_made(one)))


def never_made(row: Row) -> bool:
    """Whether it stands here alone, because the server has refused to make it."""
    return row.id is None and row.state == REFUSED


def is_unsent(row: Row) -> bool:
    """Whether something of it waits to be sent."""
    return row.state not in {None, REFUSED}


def invoice_facts(row: Row, payments: tuple[PastPayment, ...] = ()) -> InvoiceFacts:
    """A row of the invoices list as facts."""
    values = row.values
    return InvoiceFacts(
        lid=row.lid,
        id=row.id or "",
        number=_text(values.get("number")),
        client=_text(values.get("client")),
        currency=_text(values.get("currency")),
        total=_int(values.get("total")),
        outstanding=_int(values.get("outstanding")),
        client_id=_optional(values, "client_id"),
        project=_text(values.get("project")),
        project_id=_optional(values, "project_id"),
        state=_text(values.get("state")),
        kind=_text(values.get("kind")),
        settlement=_text(values.get("settlement")),
        several_projects=values.get("several_projects") is True,
        due=_day(values.get("due")),
        payments=payments,
    )


def _project(project_id: str, values: Values) -> ProjectFacts:
    return ProjectFacts(
        id=project_id,
        name=_text(values.get("name")),
        currency=_text(values.get("currency")),
        client=_text(values.get("client")),
        archived=values.get("archived") is True,
    )


def _past(row: Row) -> PastPayment:
    values = row.values
    return PastPayment(
        date=_day(values.get("date")),
        amount=_int(values.get("amount")),
        note=_text(values.get("note")),
        unsent=is_unsent(row),
        unclear=row.state == UNCLEAR,
    )


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _int(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _optional(values: Values, key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value else None


def _day(value: Value) -> date | None:
    try:
        return parse_iso(value) if isinstance(value, str) else None
    except DateError:
        return None

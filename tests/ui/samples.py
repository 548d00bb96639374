"""One set of books and changes that the stories of form, review and changes share."""

from __future__ import annotations

from kworkbench.domain.changes import Attempt, Change, FieldError, Op, Raw, Refusal, State
from kworkbench.services.session import Session
from kworkbench.store.reader import Choice
from tests.ui.desk import Books, Desk, draft, expense, invoice, payment, session_of

REFUSAL = Refusal(
    422,
    (
        FieldError("date", "is not a valid date"),
        FieldError("date", "must be inside the budget's dates"),
        FieldError("unit cost", "must be greater than 0"),
        FieldError("person", "is not a member of this budget"),
        FieldError(None, 'Budget "Webshop relaunch" is locked for approved time and expenses'),
    ),
)


def books() -> Books:
    """Invoices, payments and expenses with what their pickers offer."""
    return Books(
        [
            expense(88213, "2026-02-28", 'Taxi São Paulo "GRU" → hotel', 4_200),
            expense(1, "2026-02-11", "Train Gdańsk to Berlin", 21_400),
            expense(2, "2026-02-12", 'Lunch "Zum Löwen"', 8_640, category="Meals", invoiced=True),
            expense(3, "2026-02-13", "Hôtel de la Paix, 2 nights", 24_800, "CHF", category="Lodging"),
            expense(4, "2026-01-08", "Tokyo metro", 1_200, "JPY"),
            invoice(1348, "Åkerlund & Söner AB", 1_245_000),
            invoice(1386, "N/A Consulting Group, Inc.", 1_890_080),
            payment(77, 1386, 1_890_080, day="2026-03-04"),
        ],
        {
            "services": [
                Choice("41", "Travel and lodging", "Webshop relaunch", {"currency": "EUR"}),
                Choice("42", "Software", "Intranet", {"currency": "EUR"}),
                Choice("43", "Training", "Intranet", {"currency": "EUR"}),
            ],
            "people": [Choice("7", "Nguyễn Thị Minh", "", {}), Choice("8", "Keller B.", "", {})],
        },
    )


def open_books() -> tuple[Desk, Session]:
    """A session over the sample books, with nothing asked yet."""
    desk = Desk()
    return desk, session_of(desk, books())


def refused_edit(desk: Desk, session: Session) -> Change:
    """An edit that came back with five messages, one of them for the whole form."""
    asked = draft(
        session,
        Op.UPDATE,
        "expenses",
        "expenses:88213",
        args={"date": Raw("2026-02-30"), "unit_amount": -4_200},
        pre={"date": "2026-02-28", "unit_amount": 4_200, "currency": "EUR"},
    )
    return desk.add(asked, State.REJECTED, error=REFUSAL)


def unclear_payment(desk: Desk, session: Session) -> Change:
    """A payment whose answer was lost; payment 77 at the server may be it."""
    asked = draft(
        session,
        Op.CREATE,
        "payments",
        "new:1",
        args={"invoice_id": "1386", "amount": 1_890_080, "date": "2026-03-04"},
        pre={"invoice": "INV-1386", "currency": "EUR", "outstanding": 1_890_080},
    )
    change = desk.add(asked, State.NEEDS_YOU, at="2026-03-04T09:38:00+00:00", reason="The answer was lost")
    desk.tries[change.seq] = (
        Attempt(
            change.seq,
            1,
            "sent",
            "2026-03-04T09:38:05+00:00",
            outcome="no answer in 30 s",
            sent='POST /payments\n{"amount": 1890080}',
        ),
    )
    return change


def busy_books() -> tuple[Desk, Session]:
    """A session with changes in every section."""
    desk, session = open_books()
    done = draft(
        session,
        Op.CREATE,
        "payments",
        "new:9",
        args={"amount": 148_750},
        pre={"invoice": "INV-1372", "currency": "EUR"},
    )
    desk.add(done, State.CLOSED, at="2026-03-04T09:12:00+00:00")
    refused_edit(desk, session)
    unclear_payment(desk, session)
    held = draft(
        session,
        Op.CREATE,
        "payments",
        "new:2",
        args={"invoice_id": "1348", "amount": 1_245_000},
        pre={"invoice": "INV-1348", "currency": "EUR", "outstanding": 1_245_000},
        hold_seconds=4.0,
    )
    desk.add(held)
    desk.add(draft(session, Op.BULK_DELETE, "expenses", "new:3", targets=("expenses:1", "expenses:3")), State.QUEUED)
    return desk, session


def conflicting_edit(desk: Desk, session: Session) -> Change:
    """An edit of two fields of which somebody else has changed one."""
    asked = draft(
        session,
        Op.UPDATE,
        "expenses",
        "expenses:88213",
        args={"date": "2026-03-01", "text": "Taxi, both ways"},
        pre={"date": "2026-02-27", "text": 'Taxi São Paulo "GRU" → hotel', "currency": "EUR"},
    )
    return desk.add(asked, State.CONFLICTED, reason="It was changed at the server meanwhile.")


def paid_meanwhile(desk: Desk, session: Session) -> Change:
    """A payment of an invoice that somebody else has paid a part of."""
    asked = draft(
        session,
        Op.CREATE,
        "payments",
        "new:5",
        args={"invoice_id": "1348", "amount": 1_500_000, "date": "2026-03-04"},
        pre={"invoice": "INV-1348", "currency": "EUR", "outstanding": 1_500_000},
    )
    return desk.add(asked, State.CONFLICTED, reason="The invoice's balance changed at the server meanwhile.")

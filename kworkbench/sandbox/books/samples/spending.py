"""Sample expenses, month by month, with receipts, reports, duplicates and foreign currencies."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from kworkbench.domain.money import convert, exponent
from kworkbench.sandbox.books.expense_rules import costs
from kworkbench.sandbox.books.model import Attachment
from kworkbench.sandbox.books.money_model import Expense, ExpenseReport, Resolution
from kworkbench.sandbox.books.rates import rate
from kworkbench.sandbox.books.samples import names, texts
from kworkbench.sandbox.books.samples.billing import Billed
from kworkbench.sandbox.books.samples.blank import BLANK
from kworkbench.sandbox.books.samples.dice import DAYS, after, chance, moment, pick, stream, workday
from kworkbench.sandbox.books.samples.reports import Reports
from kworkbench.sandbox.books.samples.scenery import Scenery, Site
from kworkbench.sandbox.books.store import Books, Value, field_names, row_values

FIRST_EXPENSE, FIRST_RECEIPT = 50001, 80001
MONTH = 30
FOREIGN = ("CHF", "GBP", "USD", "SEK", "DKK", "JPY", "EUR", "PLN")
OWN_FIELDS = {7: '{"7011": "Trade fair"}', 27: '{"7011": "Site visit", "7012": 4}'}
"""Fields that the organization has made for itself, by the last digits of the expense."""

RECEIPT_TYPES = (("pdf", "application/pdf"), ("jpg", "image/jpeg"), ("png", "image/png"))


def write_spending(books: Books, scenery: Scenery, invoices: dict[int, list[Billed]], size: int) -> None:
    """Writes `size` expenses; each month is made and written before the next is begun."""
    writer = _Writer(books, scenery, invoices)
    months = -(-DAYS // MONTH)
    for month in range(months):
        first, last = month * size // months, (month + 1) * size // months
        expenses = list(writer.month(first, last - first, month))
        expenses = writer.reports.submit(expenses)
        expenses = [writer.settled(expense) for expense in expenses]
        books.insert_many(Attachment, field_names(Attachment), writer.receipts)
        books.insert_many(ExpenseReport, field_names(ExpenseReport), writer.reports.rows)
        books.insert_many(Resolution, field_names(Resolution)[1:], writer.reports.resolutions)
        books.insert_many(Expense, field_names(Expense), (row_values(expense) for expense in expenses))
        writer.forget()


class _Costing(TypedDict):
    """The fields of an expense that say what it costs; a dict, because making a row twice takes most of the time."""

    date: str
    currency: str
    amount: int
    quantity: str
    total: int
    exchange_rate: str
    exchange_date: str
    project_rate: str
    project_currency: str
    project_amount: int
    billable: bool
    billable_amount: int
    reimbursable: bool
    pay_on: str | None
    paid_on: str | None


@dataclass(frozen=True, slots=True)
class _Choice:
    """What kind of expense it is: `category` counts from 1."""

    site: Site
    person: int
    category: int
    name: str


class _Writer:
    def __init__(self, books: Books, scenery: Scenery, invoices: dict[int, list[Billed]]) -> None:
        self.books = books
        self.today = books.today
        self.dice = stream(books.seed, books.today, "spending")
        self.scenery = scenery
        self.invoices = invoices
        self.default_currency = books.organization().default_currency
        self.reports = Reports(self.dice, books.today, scenery)
        self.receipts: list[tuple[Value, ...]] = []
        self.next_receipt = FIRST_RECEIPT
        self.number = 0
        self.active: list[Site] = []
        self.room: dict[tuple[int, int], int] = {}

    def forget(self) -> None:
        """Drops what was collected for the month that is written."""
        self.receipts.clear()
        self.reports.forget()

    def month(self, first: int, count: int, month: int) -> Iterator[Expense]:
        """The expenses of one month; some repeat the one before, as people do."""
        before: Expense | None = None
        self.number = month
        start = self.today - timedelta(days=DAYS - MONTH * month)
        running = [site for site in self.scenery.sites if site.runs(start, start + timedelta(days=MONTH + 4))]
        self.active = self.dice.sample(running, max(4, len(running) * 3 // 10))
        for number in range(first, first + count):
            day = min(start + timedelta(days=self.dice.randrange(MONTH)), self.today - timedelta(days=1))
            expense = self._expense(FIRST_EXPENSE + number, day)
            if before is not None and chance(self.dice, 0.012):
                expense = self._again(before, expense)
            before = expense
            yield expense

    def settled(self, expense: Expense) -> Expense:
        """The expense with its invoice, once approval allows one, and the days it was paid back."""
        site = self.scenery.sites[expense.project_id - self.scenery.sites[0].id]
        invoice = None
        if expense.billable and (expense.approval == "approved" or not site.approvals) and chance(self.dice, 0.85):
            invoice = self._invoice(site, expense)
        paid_back = None
        old = expense.date < (self.today - timedelta(days=45)).isoformat()
        if expense.reimbursable and old and expense.approval != "rejected" and chance(self.dice, 0.9):
            paid_back = workday(after(self.dice, date.fromisoformat(expense.date), 10, 40, self.today)).isoformat()
        return replace(
            expense,
            invoice_id=invoice,
            reimbursed_on=paid_back,
            taxable=None if invoice is None else chance(self.dice, 0.7),
            custom_fields=OWN_FIELDS.get(expense.id % 40),
        )

    def _invoice(self, site: Site, expense: Expense) -> int | None:
        """One of the next invoices of the project that the expense still fits on."""
        billed = self.invoices.get(site.id, [])
        place = bisect_left(billed, date.fromisoformat(expense.date), key=lambda one: one.issued)
        for one in billed[place : place + 3]:
            left = self.room.get((one.id, site.id), one.room)
            if expense.project_amount <= left:
                self.room[one.id, site.id] = left - expense.project_amount
                return one.id
        return None

    def _expense(self, expense_id: int, day: date) -> Expense:
        """One expense, before it stands on a report or an invoice."""
        dice = self.dice
        chosen = self._choice(expense_id - FIRST_EXPENSE)
        site = chosen.site
        entered = moment(dice, after(dice, day, 0, 6, self.today))
        return replace(
            BLANK,
            **self._costing(chosen, day),
            id=expense_id,
            name=chosen.name,
            category=names.CATEGORIES[chosen.category - 1][0],
            service_type_id=chosen.category,
            service_id=site.services[chosen.category],
            deal_id=site.deals[-1],
            project_id=site.id,
            company_id=site.client.id,
            person_id=chosen.person,
            creator_id=chosen.person,
            vendor_id=self._vendor(chosen.category) if chance(dice, 0.75) else None,
            attachment_id=self._receipt(chosen.person, entered) if chance(dice, 0.78) else None,
            story_id=pick(dice, site.stories) if chance(dice, 0.2) else None,
            role_id=pick(dice, self.scenery.roles) if chance(dice, 0.3) else None,
            exported_at=entered if chance(dice, 0.1) else None,
            created_at=entered,
            updated_at=entered,
        )

    def _costing(self, chosen: _Choice, day: date) -> _Costing:
        """What it costs, who bears it and when it is paid."""
        dice, own = self.dice, chosen.site.client.currency
        currency = pick(dice, FOREIGN) if chance(dice, 0.14) else own
        amount, quantity = self._price(chosen, currency)
        found = costs(
            amount=amount,
            quantity=quantity,
            currency=currency,
            project_currency=own,
            default_currency=self.default_currency,
        )
        billable = chance(dice, 0.62)
        return _Costing(
            date=day.isoformat(),
            currency=currency,
            amount=amount,
            quantity=quantity,
            total=found.total,
            exchange_rate=found.exchange_rate,
            exchange_date=day.isoformat(),
            project_rate=found.project_rate,
            project_currency=own,
            project_amount=found.project_amount,
            billable=billable,
            billable_amount=found.total if billable else 0,
            reimbursable=chance(dice, 0.45),
            pay_on=(day + timedelta(days=30)).isoformat() if chance(dice, 0.3) else None,
            paid_on=max(day, workday(after(dice, day, 0, 30, self.today))).isoformat() if chance(dice, 0.5) else None,
        )

    def _choice(self, number: int) -> _Choice:
        """What is bought; every fiftieth text is an awkward one, in turn."""
        dice = self.dice
        site = pick(dice, self.active)
        category = 1 + min(int(dice.expovariate(0.55)), len(names.CATEGORIES) - 1)
        text = pick(dice, texts.EXPENSE_TEXTS[names.CATEGORIES[category - 1][0]])
        if number % 50 == 49:
            text = texts.AWKWARD[number // 50 % len(texts.AWKWARD)]
        return _Choice(site, site.members[(self.number + dice.randrange(2)) % len(site.members)], category, text)

    def _price(self, chosen: _Choice, currency: str) -> tuple[int, str]:
        """Unit cost in minor units of `currency`, and the quantity."""
        dice = self.dice
        least, most = texts.EXPENSE_RANGES[names.CATEGORIES[chosen.category - 1][0]]
        cents = least + int((most - least) * dice.random() ** 2.5)
        amount = max(1, convert(cents, "EUR", currency, rate("EUR", currency)))
        if not exponent(currency):
            amount = max(10, amount // 10 * 10)
        if least == most:
            return amount, f"{dice.randrange(6, 640)}.0"
        return amount, str(Decimal(dice.randrange(2, 5))) + ".0" if chance(dice, 0.06) else "1.0"

    def _again(self, before: Expense, fresh: Expense) -> Expense:
        """A possible duplicate: the same project and money a few days on, sometimes with the same person and text."""
        day = min(
            date.fromisoformat(before.date) + timedelta(days=self.dice.randrange(4)), self.today - timedelta(days=1)
        )
        same = chance(self.dice, 0.6)
        return replace(
            before,
            id=fresh.id,
            date=day.isoformat(),
            person_id=before.person_id if same else fresh.person_id,
            name=before.name if same else fresh.name,
            attachment_id=fresh.attachment_id,
            created_at=max(before.created_at, f"{day}T08:00:00.000Z"),
            updated_at=max(before.updated_at, f"{day}T08:00:00.000Z"),
        )

    def _vendor(self, category: int) -> int | None:
        places = names.SELLERS.get(names.CATEGORIES[category - 1][0])
        return self.scenery.vendors[pick(self.dice, places)] if places else None

    def _receipt(self, person: int, entered: str) -> int:
        receipt_id, self.next_receipt = self.next_receipt, self.next_receipt + 1
        ending, content_type = pick(self.dice, RECEIPT_TYPES)
        name = f"receipt-{receipt_id}.{ending}"
        size = self.dice.randrange(20_000, 2_400_000)
        self.receipts.append((receipt_id, "receipt", name, content_type, size, person, None, entered, entered))
        return receipt_id

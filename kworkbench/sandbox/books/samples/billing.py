"""Sample invoices with what they cover, and the payments on them or on their projects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kworkbench.domain.money import exponent
from kworkbench.sandbox.books.money_model import Invoice, InvoiceAttribution, Payment
from kworkbench.sandbox.books.rates import rate, rate_text
from kworkbench.sandbox.books.rules import settle
from kworkbench.sandbox.books.samples import texts
from kworkbench.sandbox.books.samples.dice import after, chance, moment, pick, scaled, stream, workday
from kworkbench.sandbox.books.samples.paperwork import productive_head
from kworkbench.sandbox.books.samples.plan import Fate, Planned, plan_invoices
from kworkbench.sandbox.books.samples.scenery import Scenery, Site
from kworkbench.sandbox.books.store import Books, Value, field_names, row_values

AT_ONCE = 500
PAYING_SITES = 1000
"""Projects among which those that are paid without an invoice are chosen: each choice looks at all of them."""

FIRST_INVOICE, FIRST_PAYMENT, FIRST_NUMBER = 5001, 20001, 1001
PRICES = (
    225_00,
    450_00,
    625_00,
    980_50,
    1_487_50,
    2_400_00,
    3_875_25,
    4_225_00,
    6_120_00,
    8_450_00,
    12_450_00,
    18_900_80,
)
"""Net prices in cents of a euro; other currencies take the figures as their own, yen 160 times as many."""


@dataclass(frozen=True, slots=True)
class Billed:
    """An invoice as expenses see it: `room` is its share of one project, net, in minor units of its currency."""

    id: int
    issued: date
    room: int


@dataclass(frozen=True, slots=True)
class _Part:
    """One payment to be: not before the day `since`; `off` makes it a write-off, `more` says that a rest is left."""

    amount: int
    since: date
    off: bool = False
    more: bool = False


def write_billing(books: Books, scenery: Scenery, size: int) -> dict[int, list[Billed]]:
    """Writes invoices, attributions and payments; gives by project the issued invoices, oldest first."""
    dice = stream(books.seed, books.today, "billing")
    writer = _Writer(books, scenery, dice)
    plan = plan_invoices(dice, scenery, books.today, count=scaled(400, size, 60), size=size)
    for start in range(0, len(plan), AT_ONCE):
        writer.write(plan[start : start + AT_ONCE])
    made = writer.next_payment - FIRST_PAYMENT
    spare = max(scaled(20, size, 5), scaled(900, size, 100) - made)
    books.insert_many(Payment, field_names(Payment), writer.project_payments(spare))
    return writer.by_project


class _Writer:
    """Makes the rows; what hangs on an invoice is collected in passing and written with it."""

    def __init__(self, books: Books, scenery: Scenery, dice: Random) -> None:
        self.books = books
        self.dice = dice
        self.scenery = scenery
        self.sites: dict[int, list[Site]] = defaultdict(list)
        for site in scenery.sites:
            self.sites[site.client.id].append(site)
        self.default_currency = books.organization().default_currency
        self.attributions: list[tuple[int, int, int]] = []
        self.payments: list[tuple[Value, ...]] = []
        self.by_project: dict[int, list[Billed]] = defaultdict(list)
        self.credited: dict[int, Billed] = {}
        self.cancelled = 0
        self.next_payment = FIRST_PAYMENT

    def write(self, part: list[Planned]) -> None:
        self.books.insert_many(Invoice, field_names(Invoice), [self._invoice(planned) for planned in part])
        self.books.insert_many(InvoiceAttribution, ("invoice_id", "deal_id", "amount"), self.attributions)
        self.books.insert_many(Payment, field_names(Payment), self.payments)
        self.attributions.clear()
        self.payments.clear()

    def _invoice(self, planned: Planned) -> tuple[Value, ...]:
        invoice_id = FIRST_INVOICE + planned.place
        net = self._net(planned.client.currency)
        parent = self.credited.get(planned.client.id) if planned.fate is Fate.CREDIT else None
        if planned.fate is Fate.CREDIT:
            net = -min(net, parent.room if parent else net)
        elif planned.fate not in {Fate.DRAFT, Fate.CANCELLED}:
            self.credited[planned.client.id] = Billed(invoice_id, planned.issued, net)
        total = net + round(net * float(planned.client.tax) / 100)
        sites = self._attribute(planned, invoice_id, net)
        paid = self._paid(planned, invoice_id, total, sites[0].id)
        result = settle(total, paid)
        born = moment(self.dice, planned.issued)
        values: dict[str, Value] = {
            "id": invoice_id,
            "parent_invoice_id": parent.id if parent else None,
            "paid_on": result.paid_on,
            "tax_name": "VAT" if total != net else None,
            "amount_net": net,
            "amount_tax": total - net,
            "amount_total": total,
            "amount_paid": result.paid,
            "amount_written_off": result.written_off,
            "amount_unpaid": result.unpaid,
            "created_at": born,
            "updated_at": paid[-1].updated_at if paid else born,
        }
        values |= self._head(planned) | self._standing(planned, born)
        return tuple(values.get(name) for name in field_names(Invoice))

    def _attribute(self, planned: Planned, invoice_id: int, net: int) -> list[Site]:
        """Divides the invoice between one budget of each project it covers; gives these projects."""
        sites = self._covered(planned)
        for number, site in enumerate(sites):
            share = net // len(sites) if number else net - net // len(sites) * (len(sites) - 1)
            self.attributions.append((invoice_id, pick(self.dice, site.deals), share))
            if planned.fate not in {Fate.CANCELLED, Fate.CREDIT}:
                self.by_project[site.id].append(Billed(invoice_id, planned.issued, share))
        return sites

    def _head(self, planned: Planned) -> dict[str, Value]:
        """Who owes whom, in which currency, until when."""
        dice, client = self.dice, planned.client
        return {
            "subject": pick(dice, texts.AWKWARD if chance(dice, 0.02) else texts.INVOICE_SUBJECTS),
            "company_id": client.id,
            "creator_id": self.scenery.staff[planned.place % 3],
            "recipient_id": client.lead_id,
            "invoiced_on": planned.issued.isoformat(),
            "pay_on": planned.due.isoformat(),
            "payment_schedule": client.days,
            "currency": client.currency,
            "exchange_rate": rate_text(rate(client.currency, self.default_currency)),
            "exchange_date": planned.issued.isoformat(),
            "tax_rate": client.tax,
            "email_key": f"{dice.getrandbits(128):032x}",
            "purchase_order_number": _purchase_order(dice),
            **productive_head(planned, self.scenery.staff[planned.place % 3]),
        }

    def _standing(self, planned: Planned, born: str) -> dict[str, Value]:
        """Its number and what became of it."""
        draft, credit = planned.fate is Fate.DRAFT, planned.fate is Fate.CREDIT
        cancelled_at = None
        if planned.fate is Fate.CANCELLED:
            cancelled_at = moment(self.dice, after(self.dice, planned.issued, 2, 20, self.books.today))
        number = FIRST_NUMBER + planned.place
        return {
            "number": self._number(planned, number),
            "sequence": None if credit else number,
            "kind": "credit-note" if credit else "invoice",
            "state": "draft" if draft else "cancelled" if cancelled_at else "open",
            "sent_on": None if draft else planned.issued.isoformat(),
            "finalized_at": None if draft else born,
            "exported_at": born if planned.fate is Fate.PAID and planned.place % 3 else None,
            "cancelled_at": cancelled_at,
        }

    def _net(self, currency: str) -> int:
        price = pick(self.dice, PRICES)
        if not exponent(currency):
            return price // 100 * 160 // 100 * 100
        return price if chance(self.dice, 0.6) else round(price * (0.4 + 1.2 * self.dice.random()))

    def _covered(self, planned: Planned) -> list[Site]:
        sites = [site for site in self.sites[planned.client.id] if _billable(site, planned.issued)]
        return self.dice.sample(sites, 2) if len(sites) > 1 and chance(self.dice, 0.06) else [pick(self.dice, sites)]

    def _number(self, planned: Planned, number: int) -> str | None:
        if planned.fate is Fate.CREDIT:
            return f"CN-{number - 700:04}"
        if planned.fate is Fate.DRAFT and planned.place % 3 == 0:
            return None
        return f"{planned.issued.year}/{number - 1000}-B" if chance(self.dice, 0.006) else f"INV-{number}"

    def _paid(self, planned: Planned, invoice_id: int, total: int, project_id: int) -> list[Payment]:
        """The payments of an invoice; they are collected in `payments`, too."""
        parts = self._parts(planned, total)
        made: list[Payment] = []
        left = total
        for amount, off in parts:
            left -= amount
            since = date.fromisoformat(made[-1].paid_on or "") if made else planned.issued
            part = _Part(amount, since, off=off, more=left > 0)
            made.append(self._payment(planned, invoice_id, project_id, part))
        self.payments.extend(row_values(payment) for payment in made)
        return made

    def _parts(self, planned: Planned, total: int) -> list[tuple[int, bool]]:
        if planned.fate is not Fate.CANCELLED:
            return _parts(self.dice, planned.fate, total)
        self.cancelled += 1
        return [(total, False)] if self.cancelled % 3 == 1 else []

    def _payment(self, planned: Planned, invoice_id: int | None, project_id: int, part: _Part) -> Payment:
        dice, today = self.dice, self.books.today
        day = after(dice, planned.issued, 3, planned.client.days + 12, today)
        day = workday(after(dice, planned.due, 60, 120, today) if part.off else max(day, part.since))
        entered = moment(dice, max(day, workday(after(dice, day, 0, 2, today))))
        payment_id, self.next_payment = self.next_payment, self.next_payment + 1
        return Payment(
            id=payment_id,
            invoice_id=invoice_id,
            project_id=project_id,
            creator_id=self.scenery.staff[2],
            amount=part.amount,
            currency=planned.client.currency,
            paid_on=None if part.off else day.isoformat(),
            written_off_on=day.isoformat() if part.off else None,
            note="not collectable" if part.off else _note(dice, more=part.more),
            external_id=f"acc-{dice.randrange(10**6):06}" if chance(dice, 0.05) else None,
            created_at=entered,
            updated_at=entered,
        )

    def project_payments(self, count: int) -> Iterator[tuple[Value, ...]]:
        for number in range(count):
            day = self.books.today - timedelta(days=2 + self.dice.randrange(1000))
            site = pick(self.dice, [site for site in self.scenery.sites[:PAYING_SITES] if site.runs(day, day)])
            planned = Planned(number, site.client, day, day, Fate.PAID)
            part = _Part(self._net(site.client.currency), day)
            yield row_values(self._payment(planned, None, site.id, part))


def _billable(site: Site, day: date) -> bool:
    """Whether a project is billed on that day: while it runs, and once more in the weeks after."""
    return site.started <= day and (site.ended is None or day <= site.ended + timedelta(days=25))


def _parts(dice: Random, fate: Fate, total: int) -> list[tuple[int, bool]]:
    """The amounts paid, each with whether it is a write-off."""
    if fate is Fate.PAID:
        return [
            (amount, False) for amount in _split(dice, total, dice.choices((1, 2, 3, 4, 5), (24, 30, 24, 15, 7))[0])
        ]
    if fate is Fate.PART_PAID:
        return [(round(total * share / 100), False) for share in dice.choice(((20, 20), (40,), (75,), (50,)))]
    if fate is Fate.OVERPAID:
        return [(total + max(1, total // 40), False)]
    if fate is Fate.WRITTEN_OFF:
        part = round(total * dice.choice((0, 0.3, 0.95)))
        return [(amount, off) for amount, off in ((part, False), (total - part, True)) if amount]
    if fate is Fate.CREDIT:
        return [(total, False)]
    return []


def _split(dice: Random, total: int, parts: int) -> list[int]:
    if parts == 1 or abs(total) < 100 * parts:
        return [total]
    shares = [round(total * (0.6 + 0.8 * dice.random()) / parts) for _ in range(parts - 1)]
    return [*shares, total - sum(shares)]


def _note(dice: Random, *, more: bool) -> str | None:
    if chance(dice, 0.02):
        return pick(dice, texts.AWKWARD)[:255]
    note = pick(dice, texts.INSTALMENT_NOTES if more and chance(dice, 0.4) else texts.PAYMENT_NOTES)
    return note.format(ref=dice.randrange(10_000, 99_999)) if note else None


def _purchase_order(dice: Random) -> str | None:
    text = pick(dice, texts.PURCHASE_ORDERS)
    return text.format(n=dice.randrange(100, 999)) if text else None

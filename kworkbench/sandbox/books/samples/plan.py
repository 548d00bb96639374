"""What becomes of each sample invoice: one fate for every place in the row of invoices, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from kworkbench.sandbox.books.samples.dice import DAYS, DEFAULT_SIZE, pick, workday
from kworkbench.sandbox.books.samples.scenery import Client, Scenery


class Fate(StrEnum):
    """How an invoice ends."""

    PAID = "paid"
    UNPAID = "unpaid"
    PART_PAID = "part-paid"
    OVERPAID = "overpaid"
    WRITTEN_OFF = "written-off"
    DRAFT = "draft"
    CANCELLED = "cancelled"
    CREDIT = "credit-note"


AMONG_SETTLED = {Fate.CANCELLED: 7, Fate.CREDIT: 8, Fate.OVERPAID: 3, Fate.WRITTEN_OFF: 5}
"""How many of the 400 invoices past their due day meet these fates."""

OVERDUE, OLD_OVERDUE, NOT_DUE, DRAFTS = 26, 4, 12, 3
"""How many of the 400 invoices are overdue, of these long, not yet due, not issued."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An invoice to be: its place in the row, client, days and fate."""

    place: int
    client: Client
    issued: date
    due: date
    fate: Fate


def plan_invoices(dice: Random, scenery: Scenery, today: date, *, count: int, size: int) -> list[Planned]:
    """`count` invoices over three years, oldest first, somewhat denser towards today."""
    rows: list[tuple[Client, date, date]] = []
    for place in range(count):
        age = 1 + int(DAYS * (1 - (place + 0.5) / count) ** 1.1)
        issued = workday(today - timedelta(days=age))
        client = pick(dice, scenery.clients)
        rows.append((client, issued, issued + timedelta(days=client.days)))
    fates = _fates(dice, [due for _, _, due in rows], today, share=size / DEFAULT_SIZE)
    return [Planned(place, *row, fates[place]) for place, row in enumerate(rows)]


def _fates(dice: Random, dues: list[date], today: date, *, share: float) -> list[Fate]:
    def part(number: int, most: int) -> int:
        return min(most, max(1, round(number * share))) if most else 0

    fates = [Fate.PAID] * len(dues)
    coming = [place for place, due in enumerate(dues) if due >= today]
    past = sorted((place for place, due in enumerate(dues) if due < today), key=lambda place: dues[place], reverse=True)
    drafts = coming[-part(DRAFTS, len(coming)) :]
    fresh = [place for place in coming if place not in set(drafts)]
    recent = past[: part(44, len(past))]
    old = past[len(recent) :]
    late = dice.sample(recent, part(OVERDUE - OLD_OVERDUE, len(recent)))
    late += dice.sample(old, part(OLD_OVERDUE, len(old)))
    not_due = dice.sample(fresh, part(NOT_DUE, len(fresh)))
    for place in drafts:
        fates[place] = Fate.DRAFT
    for number, place in enumerate(sorted(late + not_due)):
        fates[place] = Fate.PART_PAID if number % 10 in {1, 4, 8} else Fate.UNPAID
    settled = [place for place in past if fates[place] is Fate.PAID]
    dice.shuffle(settled)
    for fate, number in AMONG_SETTLED.items():
        for _ in range(part(number, len(settled))):
            fates[settled.pop()] = fate
    return fates

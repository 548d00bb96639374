"""Chance for the sample books: streams of reproducible dice, and days and moments thrown with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")

YEARS = 3
DAYS = 365 * YEARS

DEFAULT_SIZE = 3000
"""The number of expenses for which the other counts of product.md section 12 hold."""


def stream(seed: int, today: date, part: str) -> Random:
    """The dice of one part of the books; parts do not disturb one another."""
    return Random(f"{seed}|{today}|{part}")  # noqa: S311 - sample data, no secret


def scaled(count: int, size: int, least: int) -> int:
    """`count` (of the default books) for books of `size` expenses, but not less than `least`."""
    return max(least, round(count * size / DEFAULT_SIZE))


def moment(dice: Random, day: date) -> str:
    """A moment in office hours of that day, as the books keep it."""
    clock = f"{dice.randrange(7, 16):02}:{dice.randrange(60):02}:{dice.randrange(60):02}"
    return f"{day}T{clock}.{dice.randrange(1000):03}Z"


def after(dice: Random, day: date, least: int, most: int, today: date) -> date:
    """A day `least` to `most` days after `day`, but before `today`."""
    return min(day + timedelta(days=dice.randint(least, most)), today - timedelta(days=1))


def workday(day: date) -> date:
    """The last weekday up to that day: invoices are written and banks book on weekdays."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def chance(dice: Random, share: float) -> bool:
    """True in that share of throws."""
    return dice.random() < share


def pick(dice: Random, options: Sequence[T]) -> T:
    """One of the options, each as likely."""
    return options[int(dice.random() * len(options))]

"""Every date rule of product.md section 7, by example."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.quickline.amounts import Unreadable
from kworkbench.domain.quickline.days import DateOrder, day_text, read_day
from tests.domain.quickline.books import TODAY

DMY, MDY, YMD = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST, DateOrder.YEAR_FIRST


@pytest.mark.parametrize(
    ("word", "order", "day"),
    [
        ("2026-03-04", None, date(2026, 3, 4)),
        ("4mar", None, date(2026, 3, 4)),
        ("5mar", None, date(2025, 3, 5)),
        ("4mar2024", None, date(2024, 3, 4)),
        ("today", None, date(2026, 3, 4)),
        ("Yesterday", None, date(2026, 3, 3)),
        ("mon", None, date(2026, 3, 2)),
        ("wed", None, date(2026, 3, 4)),
        ("thu", None, date(2026, 2, 26)),
        ("-3d", None, date(2026, 3, 1)),
        ("+30d", None, date(2026, 4, 3)),
        ("3/4", DMY, date(2025, 4, 3)),
        ("3/4", MDY, date(2026, 3, 4)),
        ("3/4", YMD, date(2026, 3, 4)),
        ("3/4/26", DMY, date(2026, 4, 3)),
        ("04.03.26", DMY, date(2026, 3, 4)),
        ("04.03.2026", MDY, date(2026, 4, 3)),
        ("26.03.04", YMD, date(2026, 3, 4)),
        ("2026/3/4", DMY, date(2026, 3, 4)),
    ],
)
def test_read(word: str, order: DateOrder | None, day: date) -> None:
    assert read_day(word, TODAY, order) == day


@pytest.mark.parametrize(
    ("word", "order", "why"),
    [
        ("3/4", None, "3/4 is read as a date only with date_order set. Write it like 2026-03-01."),
        ("04.03.26", None, "04.03.26 is read as a date only with date_order set. Write it like 2026-03-01."),
        ("2026-02-30", None, "2026-02-30 is no day of the calendar. Write it like 2026-03-01."),
        ("32mar", None, "32mar is no day of the calendar. Write it like 2026-03-01."),
        ("31/2", DMY, "31/2 is no day of the calendar. Write it like 2026-03-01."),
        ("4/13", DMY, "4/13 is no day of the calendar. Write it like 2026-03-01."),
        ("3/4/2026", YMD, "3/4/2026 is no day of the calendar. Write it like 2026-03-01."),
    ],
)
def test_refused(word: str, order: DateOrder | None, why: str) -> None:
    assert read_day(word, TODAY, order) == Unreadable(why)


@pytest.mark.parametrize("word", ["", "wire", "500", "04.03", "1.250.000", "100/3", "4apples", "٤mar", "d", "3d"])
def test_no_date(word: str) -> None:
    assert read_day(word, TODAY, None) is None


def test_day_text_names_the_weekday() -> None:
    assert day_text(date(2026, 3, 3)) == "Tue 2026-03-03"


@given(st.text(alphabet="0123456789/.-+dmarjunthutoy", max_size=12), st.sampled_from([None, DMY, MDY, YMD]))
def test_any_word_is_a_day_a_sentence_or_nothing(word: str, order: DateOrder | None) -> None:
    day = read_day(word, TODAY, order)
    assert day is None or isinstance(day, (date, Unreadable))

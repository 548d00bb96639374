"""Form fields are read, kept as typed where they cannot be, and written back. Product.md section 8."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.catalog import FormField, ValueType
from kworkbench.domain.changes import Arg, Raw
from kworkbench.domain.numbers import ENGLISH, PLAIN, NumberStyle
from kworkbench.domain.quickline import DateOrder
from kworkbench.domain.validation import Reading, read_field, show_field

TODAY = date(2026, 3, 4)
T = ValueType
STYLES = (ENGLISH, PLAIN, NumberStyle(".", ","), NumberStyle("’", "."), NumberStyle("\u202f", ","), None)


def field(kind: ValueType, *, required: bool = False) -> FormField:
    choices = ("payment", "write-off") if kind is T.CHOICE else ()
    return FormField("amount", "amount", kind, required=required, choices=choices, hint="a hint")


def read(kind: ValueType, text: str, style: NumberStyle | None = ENGLISH) -> Reading:
    return read_field(field(kind), text, currency="EUR", today=TODAY, style=style)


@pytest.mark.parametrize(
    ("kind", "text", "arg", "hint"),
    [
        (T.AMOUNT, "12.50+3", 1_550, "= 15.50 EUR"),
        (T.AMOUNT, "-42.00", -4_200, "= -42.00 EUR"),
        (T.AMOUNT, " 1,250 eur ", 125_000, "= 1,250.00 EUR"),
        (T.DATE, "yesterday", "2026-03-03", "= Tue 2026-03-03"),
        (T.DATE, "2026-03-01", "2026-03-01", "today, -3d, 4mar"),
        (T.YES_NO, "Yes", True, "space: no"),
        (T.YES_NO, "n", False, "space: yes"),
        (T.CHOICE, "write", "write-off", "= write-off"),
        (T.CHOICE, "Payment", "payment", "a hint"),
        (T.CURRENCY, "chf", "CHF", "► pick"),
        (T.QUANTITY, "1,5", "1.5", "= 1.5"),
        (T.QUANTITY, "2", "2", "a hint"),
        (T.REFERENCE, "310", "310", "► pick"),
        (T.DAYS, "-3", -3, "a hint"),
        (T.TEXT, " as typed ", " as typed ", "a hint"),
        (T.AMOUNT, "  ", None, "a hint"),
        (T.DATE, "", None, "today, -3d, 4mar"),
    ],
)
def test_read(kind: ValueType, text: str, arg: Arg, hint: str) -> None:
    assert read(kind, text) == Reading(arg, None, hint)


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (T.AMOUNT, "12.345", "12.345 can mean 12345 or 12.345. Write one of them."),
        (T.AMOUNT, "500 usd", "USD is not the currency here, which is EUR."),
        (T.AMOUNT, "a lot", "a lot is not an amount. Write it like 1250.00 or 12.50+3."),
        (T.DATE, "2026-02-30", "2026-02-30 is no day of the calendar. Write it like 2026-03-01."),
        (T.DATE, "soon", "soon is not a date. Write it like 2026-03-01."),
        (T.YES_NO, "maybe", "maybe is neither yes nor no."),
        (T.CHOICE, "gift", "gift is none of payment, write-off."),
        (T.CURRENCY, "euros", "euros is not a currency code. Write it like EUR."),
        (T.QUANTITY, "many", "many is not a quantity. Write it like 1.5."),
        (T.DAYS, "1.5", "1.5 is not a number of days."),
    ],
)
def test_what_cannot_be_read_is_kept_as_typed(kind: ValueType, text: str, message: str) -> None:
    reading = read(kind, f"{text} ")
    assert (reading.arg, reading.message) == (Raw(f"{text} "), message)


def test_an_empty_required_field_is_sent_as_typed() -> None:
    reading = read_field(field(T.AMOUNT, required=True), "", currency="EUR", today=TODAY, style=ENGLISH)
    assert reading == Reading(Raw(""), "Amount is required.", "a hint")


def test_dates_in_figures_follow_the_configured_order() -> None:
    reading = read_field(
        field(T.DATE), "3/4/26", currency="EUR", today=TODAY, style=None, date_order=DateOrder.DAY_FIRST
    )
    assert reading.arg == "2026-04-03"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (T.AMOUNT, 125_000, "1,250.00"),
        (T.AMOUNT, Raw("12.345"), "12.345"),
        (T.AMOUNT, None, ""),
        (T.YES_NO, False, "no"),
        (T.QUANTITY, "1.50", "1.50"),
        (T.DATE, "2026-03-01", "2026-03-01"),
        (T.DAYS, 3, "3"),
    ],
)
def test_show(kind: ValueType, value: Arg, text: str) -> None:
    assert show_field(field(kind), value, "EUR", ENGLISH) == text


VALUES = st.one_of(
    st.tuples(st.just(T.AMOUNT), st.integers(-(10**12), 10**12)),
    st.tuples(st.just(T.DATE), st.dates().map(date.isoformat)),
    st.tuples(st.just(T.YES_NO), st.booleans()),
    st.tuples(st.just(T.CHOICE), st.sampled_from(["payment", "write-off"])),
    st.tuples(st.just(T.CURRENCY), st.sampled_from(["EUR", "ALL", "JPY"])),
    st.tuples(st.just(T.QUANTITY), st.decimals(-9999, 9999, places=3).map(lambda value: f"{value:f}")),
    st.tuples(st.just(T.TEXT), st.text(min_size=1).filter(str.strip)),
    st.tuples(st.just(T.REFERENCE), st.integers(1).map(str)),
    st.tuples(st.just(T.KEYED), st.sampled_from(["77=blue", "77=a=b", "77=a;b\n78=5", "9=;\n77=x\n77=y z"])),
)


@given(VALUES, st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(STYLES))
def test_a_value_shown_in_a_form_reads_back(
    typed: tuple[ValueType, Arg], currency: str, style: NumberStyle | None
) -> None:
    kind, value = typed
    shown = show_field(field(kind), value, currency, style)
    reading = read_field(field(kind), shown, currency=currency, today=TODAY, style=style)
    assert (reading.arg, reading.message) == (value, None)


@given(st.text(max_size=20), st.sampled_from(list(ValueType)), st.sampled_from(STYLES))
def test_any_text_is_read_or_kept(text: str, kind: ValueType, style: NumberStyle | None) -> None:
    reading = read(kind, text, style)
    assert (reading.message is None) == (not isinstance(reading.arg, Raw))
    if isinstance(reading.arg, Raw):
        assert reading.arg.text == text


def test_fields_without_a_name_are_typed_as_number_and_value() -> None:
    typed = read(T.KEYED, " 77=navy  blue; 78=5 ;", None)
    assert (typed.arg, typed.message) == ("77=navy blue\n78=5", None)
    assert read(T.KEYED, "77=", None).arg is None
    for wrong in ("blue", "7 7=x", "=x", "77=x; blue=; =y", "77=x; blue"):
        assert read(T.KEYED, wrong, None).message == "Write each as number=value, like 77=blue; 78=5."


def test_values_that_have_names_go_by_those_alone() -> None:
    named = FormField("reference", "reference", T.KEYED, keys=("service_name", "status"))

    def said(text: str) -> Reading:
        return read_field(named, text, currency="", today=TODAY, style=None)

    assert said("status=failed; service_name=Xero").arg == "status=failed\nservice_name=Xero"
    assert said("service=Xero").message == "service is none of service_name, status."
    assert said("Xero").message == "Write each as name=value, like service_name=…."

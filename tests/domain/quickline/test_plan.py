"""What a line would record, refuse and warn of. Product.md section 7."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.marker import LENGTH
from kworkbench.domain.quickline import (
    CautionName,
    InvoiceFacts,
    Kind,
    LineContext,
    PastPayment,
)
from tests.domain.quickline.books import (
    COMMAND_LINE,
    INV_104,
    KANTATA,
    KANTATA_104,
    ON_104,
    PRODUCTIVE,
    context,
    planned,
)


def test_an_empty_line_pays_in_full_today() -> None:
    plan = planned("")
    assert plan.ready
    assert (plan.before, plan.after, plan.currency) == (1_245_000, 0, "EUR")
    (payment,) = plan.payments
    assert (payment.kind, payment.amount, payment.day, payment.note) == (Kind.PAYMENT, 1_245_000, date(2026, 3, 4), "")
    assert payment.args == {"invoice_id": "INV-104", "amount": 1_245_000, "date": "2026-03-04"}
    assert payment.pre == {"currency": "EUR", "outstanding": 1_245_000}


@pytest.mark.parametrize(
    ("text", "kind", "amount", "day", "note", "after"),
    [
        ("8450 yesterday wire ref 77812", Kind.PAYMENT, 845_000, date(2026, 3, 3), "wire ref 77812", 400_000),
        ("50%", Kind.PAYMENT, 622_500, date(2026, 3, 4), "", 622_500),
        ("rest mon", Kind.PAYMENT, 1_245_000, date(2026, 3, 2), "", 0),
        ("refund 50 broken", Kind.REFUND, -5_000, date(2026, 3, 4), "broken", 1_250_000),
        ("writeoff", Kind.WRITE_OFF, 1_245_000, date(2026, 3, 4), "", 0),
        ("450 writeoff -3d", Kind.WRITE_OFF, 45_000, date(2026, 3, 1), "", 1_200_000),
    ],
)
def test_productive(text: str, kind: Kind, amount: int, day: date, note: str, after: int) -> None:
    plan = planned(text)
    assert plan.ready
    first = plan.first
    assert first is not None
    assert (first.kind, first.amount, first.day, first.note, plan.after) == (kind, amount, day, note, after)
    assert first.args.get("kind") == ("write-off" if kind is Kind.WRITE_OFF else None)
    assert (first.args["amount"], first.args["date"], first.args.get("note", "")) == (amount, day.isoformat(), note)


def test_the_rest_is_written_off_by_a_second_payment() -> None:
    plan = planned("12000 rest=writeoff small loss")
    assert plan.ready
    assert [(one.kind, one.amount) for one in plan.payments] == [(Kind.PAYMENT, 1_200_000), (Kind.WRITE_OFF, 45_000)]
    assert [one.pre["outstanding"] for one in plan.payments] == [1_245_000, 45_000]
    assert plan.after == 0


def test_kantata_puts_a_typed_date_in_front_of_the_note() -> None:
    plan = planned("yesterday wire", KANTATA_104)
    (payment,) = plan.payments
    assert plan.ready
    assert payment.note == "2026-03-03 wire"
    assert payment.args == {
        "project_id": "7",
        "invoice_id": "INV-104",
        "amount": 1_245_000,
        "note": "2026-03-03 wire",
    }


def test_kantata_takes_the_whole_amount_however_it_is_typed() -> None:
    assert all(planned(text, KANTATA_104).ready for text in ("12450", "rest", "100%", "12,450.00 eur"))


def test_kantata_refuses_another_amount_and_offers_the_project() -> None:
    plan = planned("500", KANTATA_104)
    assert plan.refusals == (
        "Kantata pays INV-104 only in full, 12,450.00 EUR.",
        "Add @project to record it on the project. That settles no invoice.",
    )
    offered = planned("500 @project", KANTATA_104)
    assert offered.ready
    assert [(one.kind, one.args) for one in offered.payments] == [
        (Kind.PROJECT, {"project_id": "7", "amount": 50_000}),
    ]
    assert (offered.before, offered.after) == (None, None)


@pytest.mark.parametrize(
    ("changed", "text", "ground", "why"),
    [
        ({"state": "cancelled"}, "", ON_104, "INV-104 is cancelled. It takes no payments."),
        ({"state": "cancelled"}, "refund 5", ON_104, "INV-104 is cancelled. It takes no payments."),
        ({"kind": "credit-note"}, "", ON_104, "INV-104 is a credit note. It takes no payments."),
        ({"outstanding": 0}, "", ON_104, "INV-104 has nothing outstanding."),
        ({"outstanding": 0}, "500", ON_104, "INV-104 has nothing outstanding."),
        ({"outstanding": -500}, "rest", ON_104, "INV-104 has nothing outstanding."),
        (
            {"state": "draft"},
            "",
            KANTATA_104,
            "INV-104 is a draft. Kantata takes payments on issued invoices only.",
        ),
        (
            {"several_projects": True},
            "",
            KANTATA_104,
            "INV-104 covers several projects. Kantata takes no payment on it from here.",
        ),
        ({}, "0", ON_104, "An amount of zero records nothing."),
        ({}, "0%", ON_104, "An amount of zero records nothing."),
        ({}, "@project", KANTATA_104, "A project payment needs its amount: @project 500."),
        ({}, "13000 writeoff", ON_104, "Only 12,450.00 EUR can be written off."),
        ({}, "12450 rest=writeoff", ON_104, "Nothing is left to write off of 12,450.00 EUR."),
        ({}, "1.250", ON_104, "1.250 can mean 1250 or 1.25. Write one of them."),
    ],
)
def test_refused(changed: dict[str, object], text: str, ground: LineContext, why: str) -> None:
    plan = planned(text, replace(ground, chosen=(_changed(changed),)))
    assert plan.refusals == (why,)
    assert not plan.ready


def test_a_refund_needs_nothing_outstanding() -> None:
    plan = planned("refund 50", context(_changed({"outstanding": 0})))
    assert plan.ready
    assert (plan.amount, plan.after) == (-5_000, 5_000)


def test_the_closed_period_is_closed_to_the_date_recorded() -> None:
    ground = replace(ON_104, closed_until=date(2026, 2, 28))
    assert planned("-3d", ground).ready
    assert planned("28feb", ground).refusals == ("2026-02-28 is in the closed period, up to 2026-02-28.",)
    today = replace(KANTATA_104, closed_until=date(2026, 3, 4))
    assert planned("", today).refusals == ("2026-03-04 is in the closed period, up to 2026-03-04.",)


def test_a_note_leaves_room_for_the_marker() -> None:
    room = 255 - LENGTH - 1
    assert planned("x" * room, KANTATA_104).ready
    assert planned("x" * (room + 2), KANTATA_104).refusals == (
        f"The note has {room + 2} characters and Kantata keeps {room}. Shorten it by 2.",
    )
    assert planned("today " + "x" * room, KANTATA_104).refusals != ()


@pytest.mark.parametrize(
    ("changed", "text", "name", "sentence"),
    [
        ({}, "13000", "overpaid", "550.00 EUR more than the 12,450.00 EUR outstanding."),
        ({}, "+1d", "future-date", "Thu 2026-03-05 has not come yet."),
        ({"state": "draft"}, "", "draft", "INV-104 has not been issued."),
        (
            {"payments": (PastPayment(date(2026, 2, 27), 50_000),)},
            "500",
            "same-amount",
            "500.00 EUR was paid on this invoice on 2026-02-27.",
        ),
        (
            {"payments": (PastPayment(None, 50_000, unsent=True),)},
            "500",
            "same-amount",
            "500.00 EUR on this invoice is waiting to be sent.",
        ),
        (
            {"payments": (PastPayment(None, 50_000, unsent=True, unclear=True),)},
            "500",
            "same-amount",
            "500.00 EUR on this invoice may have reached the server already.",
        ),
        ({}, "wire ref 77812", "number-in-note", "77812 is in the note and no amount was given."),
        ({}, "got 500eur.", "number-in-note", "500eur is in the note and no amount was given."),
        ({}, "INV-1104", "number-in-note", "INV-1104 is in the note; only # changes the invoice."),
    ],
)
def test_cautions(changed: dict[str, object], text: str, name: str, sentence: str) -> None:
    ground = context(_changed(changed))
    plan = planned(text, ground)
    assert [(caution.name, caution.sentence) for caution in plan.cautions] == [(name, sentence)]
    assert plan.refusals == ()
    assert not plan.ready
    accepted = planned(text, replace(ground, accepted=frozenset({name})))
    assert accepted.ready
    assert accepted.cautions == plan.cautions


@pytest.mark.parametrize("text", ["500 wire ref 77812", "rest ref 500", "wire 12:30", "for INV-104"])
def test_a_number_in_the_note_beside_an_amount_is_no_caution(text: str) -> None:
    assert planned(text).cautions == ()


def test_caution_names_are_those_of_accept() -> None:
    assert [name.value for name in CautionName] == [
        "overpaid",
        "future-date",
        "draft",
        "same-amount",
        "number-in-note",
        "several-clients",
        "word-in-text",
    ]


def test_no_invoice_is_a_refusal_not_an_error() -> None:
    plan = planned("500", COMMAND_LINE)
    assert plan.payments == ()
    assert plan.refusals == ("No invoice is named. Write # and its number, a part of it, or of the client.",)


def test_several_marked_invoices_are_planned_together() -> None:
    plan = planned("", context(INV_104, INV_104))
    assert plan.refusals == ("Several invoices are marked. They go through the review.",)


AMOUNTS = st.one_of(
    st.just(""),
    st.integers(0, 30_000).map(str),
    st.decimals(0, 20_000, places=2).map(str),
    st.integers(0, 200).map("{}%".format),
    st.sampled_from(["rest", "refund 50", "writeoff", "500 rest=writeoff", "1 250", "12,450.00", "500 usd"]),
)
REST = st.sampled_from(["", " today", " +2d", " wire", ' "note 5"', " " + "n" * 250])


@given(AMOUNTS, REST, st.sampled_from([PRODUCTIVE, KANTATA]), st.integers(-5_000, 2_000_000))
def test_an_accepted_plan_keeps_the_rules(amount: str, rest: str, rules: object, outstanding: int) -> None:
    invoice = replace(INV_104, outstanding=outstanding)
    ground = context(invoice, rules=KANTATA if rules is KANTATA else PRODUCTIVE)
    plan = planned(amount + rest, ground)
    if not plan.ready:
        return
    moved = [payment.amount for payment in plan.payments]
    assert all(moved)
    assert sum(moved) <= max(0, outstanding)
    assert plan.after == outstanding - sum(moved)
    if rules is KANTATA:
        assert moved == [outstanding]
        assert all(len(payment.note) + 1 + LENGTH <= 255 for payment in plan.payments)
        assert all("date" not in payment.args for payment in plan.payments)


def _changed(changed: dict[str, object]) -> InvoiceFacts:
    values = {name: getattr(INV_104, name) for name in InvoiceFacts.__dataclass_fields__}
    return InvoiceFacts(**{**values, **changed})

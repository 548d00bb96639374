from __future__ import annotations

import pytest

from kworkbench.domain.catalog import Field
from kworkbench.domain.query.complete import complete
from kworkbench.domain.resources import EXPENSES, INVOICES

NAMES = ("Åkerlund & Söner AB", "Null, Void", "Acme")


def known(field: Field, text: str) -> tuple[str, ...]:
    return tuple(name for name in NAMES if text.casefold() in name.casefold()) if field.name == "client" else ()


def offers(text: str) -> tuple[str, ...]:
    found = complete(text, len(text), INVOICES, known)
    return found.offers if found else ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stat", ("status:", "state:")),
        ("over", ("status:overdue", "status:overpaid")),
        ("-curr", ("currency:",)),
        ("sor", ("sort:",)),
        ("amo", ("amount:",)),
        ("status:ov", ("overdue", "overpaid")),
        ("status:open,pa", ("part-paid", "paid")),
        ("due:this-m", ("this-month",)),
        ("sort:-due,iss", ("issued",)),
        ("sort:-out", ("-outstanding",)),
        ("client:ac", ("Acme",)),
        ("client:nu", ('"Null, Void"',)),
        ('client:"åker', ('"Åkerlund & Söner AB"',)),
        ("nosuch:x", ()),
        ("zzz", ()),
        ("total:5", ()),
        ("status:open ", ()),
    ],
)
def test_what_could_stand_at_the_cursor(text: str, expected: tuple[str, ...]) -> None:
    assert offers(text)[: len(expected) or None] == expected


def test_an_offer_takes_the_place_of_the_word_alone_and_turns_round() -> None:
    text = "client:acme status:ov due:<+30d"
    found = complete(text, text.index(" due"), INVOICES, known)
    assert found is not None
    assert found.applied(text, 0) == ("client:acme status:overdue due:<+30d", len("client:acme status:overdue"))
    assert found.applied(text, 1)[0] == "client:acme status:overpaid due:<+30d"
    assert found.applied(text, len(found.offers)) == found.applied(text, 0)


def test_nothing_is_known_of_a_blank() -> None:
    assert complete("", 0, EXPENSES, known) is None

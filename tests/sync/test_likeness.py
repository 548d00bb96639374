"""By what a create is known again, what differs in an answer, what stands twice, and what the journal keeps."""

from __future__ import annotations

import json

import pytest

from kworkbench.domain.changes import Change, Difference, Idem, Op, Raw, State
from kworkbench.domain.marker import row_marker
from kworkbench.domain.records import Record
from kworkbench.lean import replace
from kworkbench.providers.base import Request, Response
from kworkbench.sync.doubles import Doubles
from kworkbench.sync.equal import made_by, same, says, sent_differences, shown_differences, unmoved
from kworkbench.sync.events import Doubled
from kworkbench.sync.likeness import alike, others_among, own_among, rows_among
from kworkbench.sync.traces import MOST_KEPT, shown_answer, shown_request
from tests.sync.making import ACCOUNT, MARKER, a_bulk, a_change, a_payment, an_edit, an_invoice


def row(record_id: str, **values: object) -> Record:
    return Record("expenses", record_id, values)  # type: ignore[arg-type]


def test_a_marked_create_is_known_by_its_marker_alone() -> None:
    theirs, ours = a_payment("1", None), a_payment("2")
    assert own_among(a_change(), (theirs, ours)) == ours
    assert own_among(a_change(), (theirs,)) is None
    assert own_among(a_change(marker=None, idem=Idem.UNMARKED), (theirs, ours)) is None


def test_a_create_without_an_amount_is_known_by_all_it_asked_for_and_only_among_new_rows() -> None:
    change = an_edit(op=Op.CREATE, args={"text": "b", "date": "2026-03-01"}, pre_image=("1",))
    same_text = {"text": "b", "date": "2026-03-01"}
    assert own_among(change, (row("1", **same_text),)) is None
    assert own_among(change, (row("2", **(same_text | {"date": "2026-03-02"})),)) is None
    assert own_among(change, (row("2", **same_text),)) == row("2", **same_text)
    assert own_among(a_bulk(op=Op.CREATE), (row("2"),)) is None


@pytest.mark.parametrize(
    ("values", "is_like"),
    [
        ({"amount": 500, "date": "2026-03-01", "text": "taxi"}, True),
        ({"amount": 501, "date": "2026-03-01", "text": "taxi"}, False),
        ({"amount": 500, "date": "2026-03-02", "text": "taxi"}, False),
        ({"amount": 500, "date": "2026-03-01", "text": "train"}, False),
        ({"amount": 500}, True),
        ({}, False),
    ],
)
def test_a_row_is_alike_where_amount_day_and_text_are_the_same(values: dict[str, object], is_like: bool) -> None:
    args = {"amount": 500, "date": "2026-03-01", "text": "taxi", "project_id": "4"}
    change = an_edit(op=Op.CREATE, args=args, idem=Idem.UNMARKED)
    assert alike(change, (row("9", **values),)) == (("9",) if is_like else ())


def test_what_was_there_before_the_first_send_is_never_alike() -> None:
    change = a_change(marker=None, pre_image=("77",))
    assert alike(change, (a_payment("77", None), a_payment("78", None))) == ("78",)


def test_the_amount_of_a_payment_in_full_comes_from_its_invoice() -> None:
    change = a_change(marker=None, args={"invoice_id": "9"}, pre={"amount": 10000})
    assert alike(change, (a_payment("78", None), a_payment("79", None, 4000))) == ("78",)


def test_what_could_not_be_read_tells_nothing_of_likeness() -> None:
    change = an_edit(op=Op.CREATE, args={"amount": Raw("12,5o"), "text": "taxi"})
    assert alike(change, (row("9", amount=1250, text="taxi"),)) == ("9",)


def test_any_row_of_a_bulk_create_can_be_alike() -> None:
    each = {"new:2": {"amount": 200}, "new:3": {"amount": 300}}
    change = a_bulk(op=Op.CREATE, targets=tuple(each), each=each)
    assert alike(change, (row("7", amount=300), row("8", amount=400), row("9", amount=200))) == ("7", "9")


def marked_rows() -> Change:
    each = {"new:2": {"amount": 200}, "new:3": {"amount": 300}, "new:4": {"amount": 400}}
    return a_bulk(op=Op.CREATE, targets=tuple(each), each=each, idem=Idem.MARKED, marker=MARKER)


def bears(number: int) -> str:
    return row_marker(MARKER, number) or ""


def test_rows_of_a_bulk_create_are_known_by_their_own_markers() -> None:
    change = marked_rows()
    third, first = row("8", marker=bears(2)), row("9", marker=bears(0))
    strangers = (row("1", marker=MARKER), row("2"), row("3", marker=bears(3)), a_payment("4", bears(1)))
    assert rows_among(change, (*strangers, third, first)) == (("new:2", first), ("new:4", third))
    assert own_among(change, (*strangers, third)) is None
    rest = replace(change, targets=("new:4",))
    assert rows_among(rest, (third, first)) == (("new:4", third),)
    assert rows_among(replace(change, marker=None), (row("2"), third)) == ()
    assert rows_among(a_change(), (a_payment(),)) == ()
    again = row("10", marker=bears(0))
    assert rows_among(change, (first, again)) == (("new:2", first),)


def test_rows_that_bear_our_markers_are_no_look_alikes() -> None:
    rows = (row("8", amount=200, marker=bears(0)), row("9", amount=200), row("7", amount=300, marker="kw:THEIRS2222"))
    assert alike(marked_rows(), rows) == ("9", "7")


def test_what_a_bulk_create_made_is_named_by_markers_and_without_them_by_its_place() -> None:
    change = marked_rows()
    second, first = row("8", marker=bears(1)), row("9", marker=bears(0))
    assert made_by(change, (second, an_invoice(), first)) == [("new:3", second), ("new:2", first)]
    plain = (row("5"), row("6", marker=bears(0)))
    assert made_by(change, plain) == [("new:2", plain[0]), ("new:3", plain[1])]
    assert made_by(a_change(), (an_invoice(), a_payment())) == [("new:1", a_payment())]
    assert made_by(change, ()) == made_by(a_change(), ()) == []


def test_others_are_new_rows_without_our_marker() -> None:
    change = a_change(pre_image=("1",))
    rows = (a_payment("1", None), a_payment("2", None), a_payment("3", MARKER), a_payment("4", "kw:THEIRS2222"))
    assert others_among(change, rows) == ("2", "4")


@pytest.mark.parametrize(
    ("key", "left", "right", "equal"),
    [
        ("quantity", "2", "2.00", True),
        ("quantity", "2", "3", False),
        ("quantity", "two", "2", False),
        ("quantity", "two", "two", True),
        ("text", "2", "2.00", False),
        ("text", None, "", True),
        ("billable", None, False, True),
        ("billable", True, False, False),
        ("amount", 0, None, True),
        ("amount", 5, 6, False),
    ],
)
def test_values_are_the_same_by_what_they_mean(key: str, left: object, right: object, equal: bool) -> None:
    assert same(key, left, right) is equal  # type: ignore[arg-type]
    assert same(key, right, left) is equal  # type: ignore[arg-type]


def test_a_record_says_what_was_asked_or_is_as_before() -> None:
    assert says({"text": "b", "amount": 1}, {"text": "b"})
    assert not says({"text": "b"}, {"text": Raw("b")})
    assert unmoved({"text": "a", "amount": 9}, {"text": "a", "amount": 1}, {"text": "b"})
    assert not unmoved({"text": "x"}, {"text": "a"}, {"text": "b"})


def test_differences_name_field_and_record_and_leave_out_what_a_record_does_not_bear() -> None:
    change = an_edit(args={"text": "b", "amount": 5, "tags": "x", "note": Raw("?")})
    found = sent_differences(change, (row("5", text="b", amount=6, note="!"),))
    assert found == (Difference("amount", 5, 6, "5"),)
    bulk = an_edit(lid="new:9", targets=("expenses:1", "expenses:2"))
    found = sent_differences(bulk, (row("3", text="c"), row("2", text="c"), row("1", text="b")))
    assert found == (Difference("text", "b", "c", "2"),)
    each = {"new:2": {"text": "x"}, "new:3": {"text": "y"}, "new:4": {"text": "z"}}
    made = a_bulk(op=Op.CREATE, targets=tuple(each), each=each)
    assert sent_differences(made, (row("8", text="x"), row("9", text="?"))) == (Difference("text", "y", "?", "9"),)
    assert sent_differences(an_edit(op=Op.DELETE), (row("5", text="c"),)) == ()
    assert sent_differences(an_edit(op=Op.ACTION, args={"reason": "x"}), (row("5", reason="y"),)) == ()


def test_what_was_shown_beforehand_is_compared_too() -> None:
    expected = an_edit(expects={"approval": "approved"})
    assert shown_differences(expected, (row("5", approval="none"),)) == (
        Difference("approval", "approved", "none", "5"),
    )
    full = a_change(args={"invoice_id": "9"}, pre={"amount": 10000, "outstanding": 10000, "currency": "EUR"})
    assert shown_differences(full, (a_payment(amount=9000),)) == (Difference("amount", 10000, 9000, "77"),)
    assert shown_differences(full, (a_payment(),)) == ()
    part = a_change(args={"invoice_id": "9", "amount": 4000})
    assert shown_differences(part, (a_payment(amount=4000), an_invoice(6000))) == ()
    assert shown_differences(part, (a_payment(amount=4000), an_invoice(5999))) == (
        Difference("invoice.outstanding", 6000, 5999, "9"),
    )


def test_a_row_that_stands_twice_is_told_of_once_for_each_row_that_comes() -> None:
    change = a_change(state=State.CLOSED, attempts=2)
    doubles = Doubles()
    journal = (change, a_change(2, marker="kw:ONCEONCE22", attempts=1))
    assert list(doubles.found(ACCOUNT, (a_payment("77"),), journal)) == []
    assert list(doubles.found(ACCOUNT, (a_payment("77"),), journal)) == []
    assert list(doubles.found(ACCOUNT, (a_payment("78"),), journal)) == [Doubled(change, ("77", "78"))]
    assert list(doubles.found(ACCOUNT, (a_payment("78"), a_payment("77")), journal)) == []
    assert list(doubles.found(ACCOUNT, (a_payment("79"),), journal)) == [Doubled(change, ("77", "78", "79"))]


def test_rows_of_one_request_are_no_doubles_of_each_other() -> None:
    change, doubles = replace(marked_rows(), state=State.CLOSED), Doubles()
    three = tuple(row(str(number), marker=bears(number)) for number in range(3))
    assert list(doubles.found(ACCOUNT, three, (change,))) == []
    assert list(doubles.found(ACCOUNT, (row("9", marker=bears(2)),), (change,))) == [Doubled(change, ("2", "9"), 2)]
    strangers = tuple(row(number, marker=bears(3)) for number in "78")
    strangers += tuple(a_payment(number, bears(0)) for number in "78")
    assert list(doubles.found(ACCOUNT, strangers, (change,))) == []
    base = (row("7", marker=MARKER), row("8", marker=MARKER))
    assert list(doubles.found(ACCOUNT, base, (change,))) == []


def test_a_row_that_is_gone_is_counted_no_more() -> None:
    change, doubles = a_change(), Doubles()
    assert list(doubles.found(ACCOUNT, (a_payment("77"), a_payment("78")), (change,)))
    doubles.forget("another", ("payments:78",))
    doubles.forget(ACCOUNT, ("expenses:78",))
    assert list(doubles.found(ACCOUNT, (a_payment("78"),), (change,))) == []
    doubles.forget(ACCOUNT, ("payments:78",))
    assert list(doubles.found(ACCOUNT, (a_payment("79"),), (change,))) == [Doubled(change, ("77", "79"))]


def test_a_read_without_a_marker_asks_for_no_journal() -> None:
    journal = map(pytest.fail, ("it was asked",))
    assert list(Doubles().found(ACCOUNT, (a_payment("77", None),), journal)) == []


def test_what_a_line_doubled_is_told_though_it_was_sent_once() -> None:
    once = a_change(attempts=1)
    assert list(Doubles().found(ACCOUNT, (a_payment("77"), a_payment("78")), (once,))) == [Doubled(once, ("77", "78"))]


def test_what_stands_in_another_account_is_nobodys_double() -> None:
    assert list(Doubles().found("another", (a_payment("77"), a_payment("78")), (a_change(attempts=2),))) == []


def test_the_journal_keeps_the_line_and_the_body_of_a_request_and_no_header() -> None:
    request = Request("POST", "/x", (("a", "b c"),), {"note": "Zürich"}, {"X-Auth-Token": "secret"})
    assert shown_request(request) == 'POST /x?a=b c\n{"note": "Zürich"}'
    assert shown_request(Request("GET", "/x")) == "GET /x"


def test_secrets_in_bodies_are_masked_and_bodies_are_bounded() -> None:
    body = json.dumps({"access_token": "s3cret", "password": "p", "text": "kept", "api_key": "k"}).encode()
    shown = shown_answer(Response(200, {}, body))
    assert "kept" in shown
    assert not {"s3cret", '"p"', '"k"'} & set(shown.replace("}", ",").split(", "))
    assert shown.count("***") == 3
    long = shown_answer(Response(200, {}, "ä".encode() * MOST_KEPT))
    assert len(long.encode()) <= MOST_KEPT
    assert set(long) == {"ä"}
    assert shown_answer(Response(200, {}, b"\xff\xfe")) == "\ufffd\ufffd"


def test_what_was_expected_as_it_was_sent_is_compared_and_what_is_converted_is_not() -> None:
    sent = an_edit(args={"amount": 5, "currency": "EUR"}, expects={"amount": 5, "currency": "EUR"})
    assert sent_differences(sent, (row("5", amount=4, currency="EUR"),)) == (Difference("amount", 5, 4, "5"),)
    converted = an_edit(args={"amount": 5, "currency": "USD"}, expects={"amount": None, "currency": "EUR"})
    assert sent_differences(converted, (row("5", amount=4, currency="EUR"),)) == ()


def test_what_was_sent_is_not_counted_again_among_what_was_shown() -> None:
    both = an_edit(args={"text": "b"}, expects={"text": "b", "amount": 5})
    assert shown_differences(both, (row("5", text="c", amount=5),)) == ()
    action = an_edit(op=Op.ACTION, args={"approval": "asked"}, expects={"approval": "approved"})
    assert shown_differences(action, (row("5", approval="none"),)) == (Difference("approval", "approved", "none", "5"),)

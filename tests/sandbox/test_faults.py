from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.sandbox.faults import KINDS, Fault, FaultError, parse_fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("delay=3", Fault("delay", seconds=3)),
        ("delay=0.5", Fault("delay", seconds=0.5)),
        ("delay=500ms", Fault("delay", seconds=0.5)),
        ("delay=2s", Fault("delay", seconds=2)),
        ("drop-before", Fault("drop-before")),
        ("drop-after,times=1", Fault("drop-after", times=1)),
        ("truncate,p=0.25", Fault("truncate", probability=0.25)),
        ("garbage,p=1", Fault("garbage")),
        ("status=503", Fault("status", status=503)),
        (
            " status=429,route=post:/api/v2/payments*,p=.5,times=12",
            Fault("status", status=429, method="POST", path="/api/v2/payments*", probability=0.5, times=12),
        ),
        ("delay=1,route=*:*", Fault("delay", seconds=1)),
    ],
)
def test_what_a_fault_says(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'' is no kind of fault. The kinds are delay, drop-before, drop-after, truncate, garbage, status."),
        (
            "slow=3",
            "'slow' is no kind of fault. The kinds are delay, drop-before, drop-after, truncate, garbage, status.",
        ),
        ("delay", "'' is no delay. Write it like delay=3, delay=0.5 or delay=500ms."),
        ("delay=-1", "'-1' is no delay. Write it like delay=3, delay=0.5 or delay=500ms."),
        ("status", "'' is no status of a refusal. Write one from 300 to 599, like status=503."),
        ("status=200", "'200' is no status of a refusal. Write one from 300 to 599, like status=503."),
        ("garbage=1", "garbage takes no value; '1' was given. Write it like garbage,times=1."),
        ("truncate,route=/api", "'/api' is no route. Write it like route=POST:/api/v1/expenses* or route=*:/api/v2/*."),
        ("truncate,p=2", "'2' is no probability. Write one from 0 to 1, like p=0.25."),
        ("truncate,times=0", "'0' is no number of times. Write a whole number from 1 on, like times=2."),
        (
            "truncate,color=red",
            "'color' in 'truncate,color=red' is no option of a fault. The options are route, p, times.",
        ),
        (
            "garbage,times=1,times=2",
            "times is given twice in 'garbage,times=1,times=2'. Give it once, or write a second --fault.",
        ),
        ("truncate,", "'' in 'truncate,' is no option of a fault. The options are route, p, times."),
    ],
)
def test_what_is_wrong_is_said(text: str, sentence: str) -> None:
    with pytest.raises(FaultError) as error:
        parse_fault(text)
    assert str(error.value) == sentence


@given(
    st.text(max_size=30)
    | st.builds("{},{}={}".format, st.sampled_from(KINDS), st.sampled_from(["p", "times"]), st.text())
)
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read(text)
    if isinstance(found, str):
        assert found.endswith(".")
    else:
        assert found.kind in KINDS
        assert 0 <= found.probability <= 1


def read(text: str) -> Fault | str:
    try:
        return parse_fault(text)
    except FaultError as error:
        return str(error)


@pytest.mark.parametrize(
    ("route", "method", "path", "hit"),
    [
        ("POST:/api/v1/expenses", "POST", "/api/v1/expenses", True),
        ("POST:/api/v1/expenses", "POST", "/api/v1/expenses.json", True),
        ("POST:/api/v1/expenses", "post", "/api/v1/expenses", True),
        ("POST:/api/v1/expenses", "GET", "/api/v1/expenses", False),
        ("POST:/api/v1/expenses", "POST", "/api/v1/expenses/5", False),
        ("*:/api/v1/*", "DELETE", "/api/v1/expenses/5", True),
        ("*:/api/v1/*", "DELETE", "/api/v2/expenses/5", False),
        ("POST:/payments", "POST", "/api/v2/payments", True),
        ("GET:/expenses/*", "GET", "/api/v1/expenses/5.json", True),
        ("GET:/expenses", "GET", "/api/v1/expenses.json", True),
        ("GET:/payments", "GET", "/api/v1/external_payments", False),
        ("GET:/expenses", "GET", "/api/v3/expenses", False),
    ],
)
def test_which_requests_a_route_covers(route: str, method: str, path: str, hit: bool) -> None:
    assert parse_fault(f"garbage,route={route}").hits(method, path) is hit

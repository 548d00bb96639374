from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kworkbench.domain.connections import SANDBOXES, Connection
from kworkbench.domain.dates import moment
from kworkbench.domain.numbers import ENGLISH
from kworkbench.domain.query import Chip
from kworkbench.store.sums import Sum
from kworkbench.ui.lines.status import Status, status_pieces
from kworkbench.ui.lines.top import TABS, top_pieces
from kworkbench.ui.paint import Piece, cells, clip, rule, spread
from kworkbench.ui.widgets.chips import RowCount, chip_pieces, count_pieces, left_out_words, sums_pieces
from kworkbench.ui.words import lasting, marked_sentence, progress, server_sentence, spoken
from tests.ui.text import plain, tokens

NOW = datetime(2026, 3, 4, 9, 45)  # noqa: DTZ001  # local time without a zone
LIVE = Connection("bluefin", "productive", "https://api.productive.io/api/v2", organization="Bluefin Legal Partners")
CHANGED = NOW - timedelta(minutes=4)
CHECKED = NOW - timedelta(hours=3, minutes=45)

pieces = st.lists(st.tuples(st.text("ab会é ", max_size=12), st.just("text")), max_size=5)


# Row 1.


@pytest.mark.parametrize("total", [60, 80, 109, 110, 140, 200])
@pytest.mark.parametrize("connection", [SANDBOXES[0], LIVE, replace(LIVE, writable=True)])
def test_row_1_keeps_badge_and_name_whole_and_fills_its_width(total: int, connection: Connection) -> None:
    row = top_pieces(connection, connection.organization, TABS, "payments", total)
    text = plain(row)
    assert cells(row) == total
    badge = "SANDBOX" if connection.sandbox else "LIVE" if connection.writable else "LIVE read-only"
    assert text.startswith(f" {badge}  {connection.name.removeprefix('sandbox-')}")
    assert " 2 Payments " in text
    assert all(f"{tab.key}" in text for tab in TABS)


def test_far_screens_show_only_their_digit_when_it_is_narrow() -> None:
    narrow = plain(top_pieces(LIVE, LIVE.organization, TABS, "invoices", 64))
    assert narrow.rstrip().endswith("2 3 5")
    assert "…" in narrow
    wide = plain(top_pieces(LIVE, LIVE.organization, TABS, "invoices", 140))
    assert wide.rstrip().endswith("1 Invoices  2 Payments  3 Expenses  5 Changes")
    assert "Bluefin Legal Partners" in wide


def test_the_badge_tells_sandbox_and_live_apart_by_words_and_token() -> None:
    assert tokens(top_pieces(SANDBOXES[0], "", TABS, "invoices", 80), "SANDBOX") == "sandbox bold on sandbox-ground"
    assert tokens(top_pieces(LIVE, "", TABS, "invoices", 80), "LIVE read-only") == "read-only bold on cursor"
    assert (
        tokens(top_pieces(replace(LIVE, writable=True), "", TABS, "invoices", 80), "LIVE") == "live bold on live-ground"
    )


# The status line.


def line(total: int = 80, **more: Any) -> str:
    status = replace(Status(now=NOW, changed_at=CHANGED, checked_at=CHECKED), **more)
    return plain(status_pieces(status, total))


def test_with_nothing_to_say_the_ages_stand_left() -> None:
    assert line(80) == f" changed 09:41{'nothing unsent':>65} "
    assert line(140).startswith(" changed 09:41  checked 06:00  ")


@given(st.integers(60, 200), st.integers(0, 99), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.booleans(),
       st.text("abc ", max_size=90))  # fmt: skip
def test_the_line_fills_its_width_and_never_drops_a_count(
    total: int, unsent: int, refused: int, conflict: int, unclear: int, offline: bool, message: str
) -> None:
    text = line(
        total, unsent=unsent, refused=refused, conflict=conflict, unclear=unclear, offline=offline,
        offline_since=CHECKED, message=((message, "text"),) if message else (),
    )  # fmt: skip
    assert len(text) == total
    assert ("offline 06:00" in text) is offline
    for mark, number in (("~", unsent), ("!", refused), ("#", conflict), ("?", unclear)):
        found = f"{mark} {number}" in text or f"{mark}{number}" in text
        assert found or not number


def test_words_of_counts_go_from_the_right_marks_never() -> None:
    counts = {"unsent": 2, "refused": 1, "conflict": 1, "unclear": 1, "offline": True, "offline_since": CHECKED}
    assert "~ 2 unsent  ! 1 refused  # 1 in conflict  ? 1 unclear" in line(140, **counts)
    reason = (("! ", "refused"), ("Invoice is locked. Enter shows all", "text"))
    narrow = line(80, reason=reason, **counts)
    assert narrow.rstrip().endswith("offline 06:00  ~2 unsent !1 #1 ?1")


def test_the_first_that_applies_stands_left() -> None:
    said = {"message": "M", "reason": "R", "selection": "S", "progress": "P"}
    while said:
        first = next(iter(said.values()))
        assert line(80, **{name: ((word, "text"),) for name, word in said.items()}).startswith(f" {first} ")
        said.pop(next(iter(said)))


def test_data_older_than_a_day_are_always_named_in_warning_colour() -> None:
    old = NOW - timedelta(days=2)
    status = Status(now=NOW, changed_at=old, checked_at=old, selection=(("x" * 60, "text"),), unsent=3)
    drawn = status_pieces(status, 80)
    assert "checked 2026-03-02" in plain(drawn)
    assert tokens(drawn, "checked") == "unclear"


def test_a_refused_sign_in_is_named() -> None:
    assert "sign-in needed" in line(80, offline=True, sign_in=True)


# The rules.


def chip_row(*texts: str, implied: tuple[str, ...] = ("archived:no", "external:no")) -> list[Chip]:
    return [*(Chip(text) for text in texts), *(Chip(text, implied=True) for text in implied)]


def test_chips_are_the_query_word_for_word_with_the_implied_last() -> None:
    drawn = chip_pieces(chip_row("status:open"), 60)
    assert plain(drawn) == "status:open  archived:no external:no"
    assert tokens(drawn, "status:open") == "strong bold"
    assert tokens(drawn, "archived") == "muted"


def test_chips_that_do_not_fit_lose_the_usual_first_and_then_their_middle() -> None:
    row = chip_row("status:open", "client:acme")
    assert plain(chip_pieces(row, 36)) == "status:open  client:acme  +2 usual"
    cut = plain(chip_pieces(row, 20))
    assert cut.startswith("status:")
    assert cut.endswith("acme")
    assert "…" in cut
    assert len(cut) <= 20


def test_counts_name_what_is_left_out_where_there_is_room() -> None:
    count = RowCount(412, 1412, left_out=(("draft", 3), ("cancelled", 1)))
    assert plain(count_pieces(count, ENGLISH, roomy=True)) == "3 drafts, 1 cancelled left out   412 of 1,412 rows"
    assert plain(count_pieces(count, ENGLISH, roomy=False)) == "412 of 1,412"
    assert left_out_words((("draft", 1),), ENGLISH) == "1 draft left out"
    partial = count_pieces(replace(count, partial=(3200, 9616)), ENGLISH, roomy=True)
    assert partial == [("partial: 3,200 of 9,616", "unclear")]


def total_of(minor: int, currency: str, rows: int, *, server: int | None = None) -> Sum:
    return Sum(
        "outstanding", currency, minor, minor if server is None else server, rows, server is not None, "outstanding"
    )


SUMS = (
    total_of(8922097, "EUR", 19),
    total_of(3676598, "USD", 6),
    total_of(2607060, "GBP", 8),
    total_of(809800, "JPY", 4),
)


def test_whole_sums_only_and_the_rest_is_counted() -> None:
    assert plain(sums_pieces(SUMS, "outstanding", 72, ENGLISH)) == (
        "outstanding 89,220.97 EUR (19)  36,765.98 USD (6)  2 more"
    )
    assert plain(sums_pieces(SUMS, "outstanding", 200, ENGLISH)).endswith("26,070.60 GBP (8)  809,800 JPY (4)")
    assert plain(sums_pieces((), "outstanding", 72, ENGLISH)) == "outstanding –"


def test_a_sum_with_unsent_changes_shows_the_servers_figure() -> None:
    pending = (total_of(7887597, "EUR", 18, server=8922097),)
    assert plain(sums_pieces(pending, "outstanding", 72, ENGLISH)) == (
        "outstanding ~ 78,875.97 EUR (18)  server 89,220.97"
    )


def test_sums_of_a_first_copy_say_partial() -> None:
    assert plain(sums_pieces(SUMS[:1], "outstanding", 72, ENGLISH, partial=True)).startswith("partial  outstanding ")


@given(pieces, pieces, st.integers(10, 120), st.booleans())
def test_rules_and_lines_always_fill_their_width(
    left: list[Piece], right: list[Piece], total: int, focused: bool
) -> None:
    assert cells(rule(left, clip(right, total - 6), total, focused=focused)) == total
    assert cells(spread(left, right, total)) == total


# Words.


def test_keys_in_a_sentence_are_drawn_as_keys() -> None:
    assert spoken("Refused. `e` sends again") == [
        ("Refused. ", "text"),
        ("e", "accent bold"),
        (" sends again", "text"),
    ]


def test_keys_that_services_name_bare_are_drawn_as_keys_too() -> None:
    said = server_sentence("Refused: he edits it. e edits and sends again, d discards it")
    assert [words for words, token in said if token == "accent bold"] == ["e", "d"]


def test_times_and_durations_read_as_people_say_them() -> None:
    assert moment(CHANGED, NOW) == "09:41"
    assert moment(NOW - timedelta(days=3), NOW) == "2026-03-01"
    assert [lasting(seconds) for seconds in (0.2, 3, 120, 7200)] == ["1 s", "3 s", "2 min", "2 h"]


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 60))
def test_a_bar_is_whole_cells_and_never_empty_once_begun(loaded: int, total: int, room: int) -> None:
    bar = plain(progress(loaded, total, room))
    assert len(bar) == room
    assert set(bar) <= {"■", "·"}
    assert not loaded or "■" in bar


def test_a_long_reason_is_cut_before_the_key_it_ends_with() -> None:
    said = server_sentence("Refused: Expense 52996 is invoiced and cannot be deleted. t sends it again without them")
    status = Status(now=NOW, reason=tuple(marked_sentence("!", said)), refused=1)
    line = plain(status_pieces(status, 80))
    assert line.startswith(" ! Refused: Expense 52996 is invoiced and")
    assert "… t sends it again without them" in line
    assert line.endswith("!1 ")
    assert len(line) == 80

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kworkbench.domain.changes import Draft, Op, State
from kworkbench.store.failing import SaveError
from tests.cli.books import OFFLINE, REFUSED, SIGNED_OUT, Shop, invoice
from tests.cli.standin import TOKEN, World, run
from tests.test_config import FULL

S = State
LINE = ("INV-104", "200", "-3d", "wire", "ref", "77812")


def submitted(shop: Shop) -> Sequence[object]:
    return [(change.args["invoice_id"], change.args["amount"], change.state) for change in shop.desk.changes]


def test_all_words_make_one_line_and_the_answer_is_waited_for(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.SENDING, S.SENDING, S.CONFIRMED]
    result = run(world, "pay", *LINE, "--yes")
    assert (result.status, result.out, result.err) == (0, "done 1  pay INV-104\n", "")
    (change,) = shop.desk.changes
    assert change.op is Op.CREATE
    assert dict(change.args) == {
        "invoice_id": "104",
        "amount": 20000,
        "date": "2026-03-07",
        "note": "wire ref 77812",
    }
    assert change.marker is not None
    assert world.seconds == pytest.approx(0.15)


def test_nothing_is_held_on_the_command_line(world: World, shop: Shop) -> None:
    drafts: list[Draft] = []
    real = shop.desk.enqueue

    def enqueue(given: Sequence[Draft]) -> object:
        drafts.extend(given)
        return real(given)

    shop.desk.enqueue = enqueue  # type: ignore[method-assign, assignment]
    run(world, "pay", "INV-104", "--yes")
    assert [draft.hold_seconds for draft in drafts] == [0.0]


@pytest.mark.parametrize(
    ("fates", "status", "out", "advice"),
    [
        ([S.REJECTED], 1, "refused 1  pay INV-104", "Nothing was changed by it."),
        ([S.CONFLICTED], 1, "conflict 1  pay INV-104", "Nothing was changed by it."),
        ([S.AMBIGUOUS], 5, "unclear 1  pay INV-104", "It may or may not have reached the server. Do not repeat it:"),
        ([S.NEEDS_YOU], 5, "unclear 1  pay INV-104", "It may or may not have reached the server. Do not repeat it:"),
        ([], 6, "queued 1  pay INV-104", "It is saved and will be sent later, also after a restart. Do not repeat"),
        ([S.SENDING], 6, "sending 1  pay INV-104", "It is saved and will be sent later"),
    ],
)
def test_each_outcome_has_its_status_and_advice(
    world: World, shop: Shop, fates: list[State], status: int, out: str, advice: str
) -> None:
    shop.desk.fates = fates
    result = run(world, "pay", "INV-104", "--yes")
    assert result.status == status
    assert result.out.startswith(out)
    assert result.err.startswith(advice)
    assert world.seconds <= 15.1


def test_every_message_of_a_refusal_is_printed_harmless(world: World, shop: Shop) -> None:
    shop.desk.fates, shop.desk.error = [S.REJECTED], REFUSED
    result = run(world, "pay", "INV-104", "--yes")
    assert result.out == "refused 1  pay INV-104\n  amount: can't be blank\n  is locked□[1m\n"


def test_the_wait_ends_after_fifteen_seconds(world: World, shop: Shop) -> None:
    assert run(world, "pay", "INV-104", "--yes").status == 6
    assert world.seconds == pytest.approx(15, abs=0.1)


def test_ctrl_c_while_waiting_tells_what_stands(world: World, shop: Shop) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    world.on_pause = interrupt
    assert run(world, "pay", "INV-104", "--yes").status == 6


def test_a_sign_in_that_is_missing_comes_before_queued(world: World, shop: Shop) -> None:
    shop.line = SIGNED_OUT
    result = run(world, "pay", "INV-104", "--yes")
    assert result.status == 4
    assert result.out.startswith("queued 1")
    assert "What is queued waits until then." in result.err
    assert world.seconds == 0


def test_offline_queues_without_waiting(world: World, shop: Shop) -> None:
    result = run(world, "--offline", "pay", "INV-104", "--yes")
    assert (result.status, world.seconds) == (6, 0)
    assert world.opened[0].offline


def test_a_disk_that_is_full_is_told(world: World, shop: Shop) -> None:
    shop.desk.problem = SaveError("Nothing was saved: disk full. Free some disk space, then save again.")
    result = run(world, "pay", "INV-104", "--yes")
    assert (result.status, result.err) == (3, "Nothing was saved: disk full. Free some disk space, then save again.\n")


def test_a_dry_run_prints_what_would_be_sent(world: World, shop: Shop) -> None:
    result = run(world, "pay", *LINE, "--dry-run")
    assert result.status == 0
    assert result.err == ""
    assert result.out == (
        "SANDBOX sandbox-productive\n"
        'Pay INV-104  =HYPERLINK("x")\n'
        "  200.00 EUR on Sat 2026-03-07, note wire ref 77812 kw:AAAAAAAAAA\n"
        "  Outstanding 500.00 → 300.00 EUR\n"
        "POST /payments\n"
        '{\n  "invoice_id": "104",\n  "amount": 20000,\n  "date": "2026-03-07",\n  "note": "wire ref 77812"\n}\n'
    )
    assert submitted(shop) == []


def test_without_terminal_and_yes_the_plan_is_printed_only(world: World, shop: Shop) -> None:
    result = run(world, "pay", "INV-104")
    assert result.status == 2
    assert "  500.00 EUR on Tue 2026-03-10" in result.out
    assert result.err == "Nothing was queued. Add --yes to record it, or run it on a terminal to be asked.\n"
    assert submitted(shop) == []


def test_a_refused_line_without_yes_is_told_as_one_that_yes_would_not_mend(world: World, shop: Shop) -> None:
    result = run(world, "pay", "INV-105")
    assert result.status == 1
    assert "! INV-105 has nothing outstanding." in result.out
    assert "0.00" not in result.out
    assert result.err == "The line cannot be recorded like this. Nothing was queued.\n"
    assert submitted(shop) == []


@pytest.mark.parametrize(("typed", "status", "count"), [("y\n", 0, 1), ("yes\n", 0, 1), ("n\n", 1, 0), ("", 1, 0)])
def test_on_a_terminal_the_preview_is_confirmed(world: World, shop: Shop, typed: str, status: int, count: int) -> None:
    shop.desk.fates = [S.CONFIRMED]
    result = run(world, "pay", "INV-104", typed=typed, terminal=True)
    assert result.status == status
    assert len(shop.desk.changes) == count
    assert result.err.startswith('SANDBOX sandbox-productive\nPay INV-104  =HYPERLINK("x")\n')
    assert "Record it? [y/N]" in result.err
    assert "Enter" not in result.err


def test_a_caution_wants_the_whole_word_on_a_terminal(world: World, shop: Shop) -> None:
    result = run(world, "pay", "INV-104", "600", typed="y\n", terminal=True)
    assert result.status == 1
    assert "▲ Overpaid: 100.00 EUR more than" in result.err
    assert "Record it all the same? Type yes:" in result.err
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, "pay", "INV-104", "600", typed="yes\n", terminal=True).status == 0


def test_a_caution_is_accepted_by_name(world: World, shop: Shop) -> None:
    refused = run(world, "pay", "INV-104", "600", "--yes")
    assert refused.status == 1
    assert "To record it all the same, add --accept overpaid.\n" in refused.err
    assert refused.err.endswith("The line cannot be recorded like this. Nothing was queued.\n")
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, "pay", "INV-104", "600", "--yes", "--accept", "overpaid").status == 0


def test_a_dry_run_with_a_caution_says_so_in_its_status(world: World, shop: Shop) -> None:
    assert run(world, "pay", "INV-104", "600", "--dry-run").status == 1
    assert run(world, "pay", "INV-104", "600", "--dry-run", "--accept", "overpaid").status == 0


def test_a_line_that_cannot_be_recorded_is_read_again_on_fresh_data(world: World, shop: Shop) -> None:
    shop.arriving = (*shop.filled, invoice("INV-300", 900))
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, "pay", "INV-300", "--yes").status == 0
    assert shop.server is not None
    assert shop.server.calls == [(("invoices", "payments"), False)]


def test_a_line_that_could_not_be_checked_again_says_why(world: World, shop: Shop) -> None:
    shop.line = OFFLINE
    result = run(world, "pay", "INV-300", "--yes")
    assert result.status == 1
    assert result.err.startswith("sandbox-productive could not be brought up to date (No route to the server).\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["INV-999"], "! No invoice INV-999 is known."),
        (["INV-105"], "! INV-105 has nothing outstanding."),
        (["INV-104", "1.250"], "! 1.250 can mean 1250 or 1.25. Write one of them."),
        (["INV-104", "10", "20"], "!"),
    ],
)
def test_a_refused_line_queues_nothing(world: World, shop: Shop, words: list[str], sentence: str) -> None:
    result = run(world, "pay", *words, "--yes")
    assert result.status == 1
    assert f"\n{sentence}" in result.err
    assert result.err.startswith(f"{' '.join(words)}:\n")
    assert submitted(shop) == []


def test_lines_of_stdin_are_one_payment_each(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.CONFIRMED]
    result = run(world, "pay", "-", "--yes", typed="INV-104 200\n\n  INV-106\n")
    assert (result.status, result.out) == (0, "done 1  pay INV-104\ndone 2  pay INV-106\n")
    assert [change.args["amount"] for change in shop.desk.changes] == [20000, 3000]


def test_one_bad_line_queues_none(world: World, shop: Shop) -> None:
    result = run(world, "pay", "-", "--yes", typed="INV-104 200\nINV-999\n")
    assert result.status == 1
    assert result.err.endswith("1 of 2 lines cannot be recorded like this. Nothing was queued.\n")
    assert submitted(shop) == []


def test_the_same_payment_twice_in_one_input_is_a_caution(world: World, shop: Shop) -> None:
    twice = "INV-104 200\nINV-104 200\n"
    result = run(world, "pay", "-", "--yes", typed=twice)
    assert result.status == 1
    assert "▲ Same amount: An earlier line pays the same amount on the same invoice." in result.err
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, "pay", "-", "--yes", "--accept", "same-amount", typed=twice).status == 0
    assert len(shop.desk.changes) == 2


def test_a_key_makes_the_same_payment_once(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, "pay", "INV-104", "--yes", "--key", "bank-7").status == 0
    again = run(world, "pay", "INV-104", "--yes", "--key", "bank-7")
    assert (again.status, again.out) == (0, "done 1  pay INV-104\n")
    assert again.err == "Change 1 was made before under the same key. It was not made again.\n"
    assert [change.key for change in shop.desk.changes] == ["bank-7"]
    planned = run(world, "pay", "INV-104", "--dry-run", "--key", "bank-7")
    assert "INV-104: done before, as change 1 (done)." in planned.out


def test_lines_under_one_key_are_told_apart_by_their_number(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.CONFIRMED]
    run(world, "pay", "-", "--yes", "--key", "march", typed="INV-104 200\n")
    more = run(world, "pay", "-", "--yes", "--key", "march", typed="INV-104 200\nINV-106\n")
    assert more.out == "done 1  pay INV-104\nqueued 2  pay INV-106\n"
    assert more.status == 6
    assert [change.key for change in shop.desk.changes] == ["march:1", "march:2"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Say what was paid, like: kworkbench pay INV-104 500 yesterday."),
        (["INV-104", "--accept", "overpayed"], "There is no caution 'overpayed'. Did you mean overpaid?"),
        (["INV-104", "--dryrun", "--yes"], "There is no option --dryrun. Did you mean --dry-run? Quote it after --"),
        (["-", "--yes"], "There is no line on stdin. Give one payment per line."),
    ],
)
def test_wrong_usage(world: World, shop: Shop, words: list[str], message: str) -> None:
    result = run(world, "pay", *words)
    assert result.status == 2
    assert result.err.startswith(message)
    assert submitted(shop) == []


def test_words_after_two_dashes_are_text(world: World, shop: Shop) -> None:
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, "pay", "--yes", "--", "INV-104", "--urgent").status == 0
    assert shop.desk.changes[0].args["note"] == "--urgent"


def test_an_empty_cache_is_filled_first_or_nothing_is_queued(world: World, shop: Shop) -> None:
    shop.filled = ()
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, "pay", "INV-104", "--yes").status == 0


def test_an_empty_cache_and_no_server_is_offline(world: World, shop: Shop) -> None:
    shop.filled, shop.line = (), OFFLINE
    result = run(world, "pay", "INV-104", "--yes")
    assert result.status == 3
    assert result.err.endswith("No invoice is here yet, so nothing was queued.\n")


def test_writing_must_be_on(world: World, shop: Shop) -> None:
    world.config(FULL.replace("writable = true", ""))
    result = run(world, "--connection", "books", "pay", "INV-104", "--yes")
    assert result.status == 1
    assert result.err == (
        "books is read-only, and nothing was queued. "
        "To switch writing on, run `kworkbench connect productive --name books --writable`.\n"
    )
    assert world.opened == []
    assert run(world, "--connection", "books", "pay", "INV-104", "--dry-run").status == 0
    assert world.opened[0].read_only


def test_read_only_holds_for_every_connection(world: World, shop: Shop) -> None:
    result = run(world, "--read-only", "pay", "INV-104", "--yes")
    assert (result.status, result.err) == (1, "Nothing is written: --read-only was given. Leave it out to write.\n")


def test_yes_on_live_books_needs_their_name(world: World, shop: Shop) -> None:
    world.config(FULL)
    result = run(world, "pay", "INV-104", "--yes")
    assert (result.status, result.err) == (
        2,
        "books is live. With --yes, say which books are meant: --connection books.\n",
    )
    shop.desk.fates = [S.CONFIRMED]
    assert run(world, "pay", "INV-104", "--yes", "--connection", "books").status == 0
    shown = run(world, "pay", "INV-106", typed="n\n", terminal=True)
    assert shown.err.startswith("LIVE books · Harbour Agency\n")


def test_an_untested_connection_is_signed_in_to_first(world: World, shop: Shop) -> None:
    world.config(FULL.replace('user_id = "12"', ""))
    result = run(world, "pay", "INV-104", "--yes", "--connection", "books")
    assert result.status == 4
    assert "Run `kworkbench connections test books` first." in result.err


def test_a_closed_period_is_kept(world: World, shop: Shop) -> None:
    world.config("[connections.sandbox-productive]\nclosed_until = 2026-03-08\n")
    result = run(world, "pay", *LINE, "--yes")
    assert result.status == 1
    assert "closed" in result.err
    assert TOKEN not in result.err

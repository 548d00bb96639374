from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from kworkbench.cli.ways_out import ways_out
from kworkbench.domain.changes import (
    OPEN,
    SHOWN,
    Attempt,
    Change,
    Difference,
    Draft,
    Op,
    Raw,
    Refusal,
    Resolution,
    State,
)
from kworkbench.domain.connections import SANDBOXES
from kworkbench.sync.events import Discarded, Resolved, Retried
from tests.cli.books import OFFLINE, REFUSED, SIGNED_OUT, Shop, change_of
from tests.cli.standin import World, run

ACCOUNT = SANDBOXES[0].account
PAYMENT = Draft(
    ACCOUNT,
    Op.CREATE,
    "payments",
    "new:1",
    args={"invoice_id": "104", "amount": 20000, "date": "2026-03-07"},
    pre={"currency": "EUR", "invoice": "INV-104"},
)
DELETE = Draft(ACCOUNT, Op.BULK_DELETE, "expenses", "expenses:7", targets=("expenses:7", "expenses:8"))


def having(shop: Shop, *changes: Change) -> None:
    shop.desk.changes = list(changes)


def payment(seq: int = 1, **fields: object) -> Change:
    return replace(change_of(PAYMENT, seq), **fields)  # type: ignore[arg-type]


def test_the_json_is_as_documented(world: World, shop: Shop) -> None:
    having(shop, payment(state=State.REJECTED, error=REFUSED, attempts=2))
    result = run(world, "changes", "list", "--format", "json")
    assert result.status == 0
    assert json.loads(result.out) == [
        {
            "id": "1",
            "state": "refused",
            "op": "create",
            "resource": "payments",
            "record": None,
            "asked": {"invoice_id": "104", "amount": "200.00", "date": "2026-03-07"},
            "errors": [
                {"field": "amount", "message": "can't be blank"},
                {"field": None, "message": "is locked\x1b[1m"},
            ],
            "answer": {"errors": []},
            "created": "2026-03-10T09:00:00Z",
            "attempts": 2,
        }
    ]
    assert "\x1b" not in result.out
    assert run(world, "changes", "--format", "json").out == result.out


def test_a_bulk_change_names_its_ids_and_rows(world: World, shop: Shop) -> None:
    error = REFUSED.errors[0]
    refusal = Refusal(422, (replace(error, row="8", field=None, message="is invoiced"),), "plain text")
    having(shop, replace(change_of(DELETE, 4), state=State.REJECTED, error=refusal))
    (told,) = json.loads(run(world, "changes", "list", "--format", "json").out)
    assert told["record"] is None
    assert told["asked"] == {"ids": ["7", "8"]}
    assert told["errors"] == [{"field": None, "message": "8: is invoiced"}]
    assert told["answer"] == "plain text"


def test_what_was_typed_and_could_not_be_read_is_shown_as_typed(world: World, shop: Shop) -> None:
    having(shop, payment(args={"invoice_id": "104", "amount": Raw("12,x")}))
    (told,) = json.loads(run(world, "changes", "list", "--format", "json").out)
    assert told["asked"]["amount"] == "12,x"


def test_newest_first_and_only_those_of_the_connection(world: World, shop: Shop) -> None:
    having(shop, payment(1), payment(2, account="someone|else||"), payment(3))
    listed = [each["id"] for each in json.loads(run(world, "changes", "list", "--format", "json").out)]
    assert listed == ["3", "1"]
    assert run(world, "changes", "show", "2").status == 1


def test_the_table_has_a_line_each(world: World, shop: Shop) -> None:
    having(shop, payment(state=State.REJECTED, error=REFUSED))
    lines = run(world, "changes").out.splitlines()
    assert lines[0].split() == "id state op resource record asked errors created attempts".split()
    assert lines[1].startswith("1   refused  create  payments          invoice_id=104 amount=200.00")
    assert not world.opened[0].engine


def test_one_is_shown_whole(world: World, shop: Shop) -> None:
    having(shop, payment(state=State.NEEDS_YOU, reason="The answer was lost."))
    result = run(world, "changes", "show", "1")
    assert result.status == 0
    assert result.out.splitlines()[0] == "unclear 1  pay INV-104: The answer was lost."
    assert 'asked     {"invoice_id": "104", "amount": "200.00", "date": "2026-03-07"}' in result.out
    assert json.loads(run(world, "changes", "show", "1", "--format", "json").out)["state"] == "unclear"


def test_one_that_is_not_there_is_told(world: World, shop: Shop) -> None:
    for verb in ("show", "retry", "discard"):
        result = run(world, "changes", verb, "7")
        assert (result.status, result.err) == (
            1,
            "There is no change 7 on sandbox-productive. `kworkbench changes list` shows those that are.\n",
        )


def test_a_refused_one_is_sent_again(world: World, shop: Shop) -> None:
    having(shop, payment(state=State.REJECTED, error=REFUSED))
    shop.desk.fates = [State.SENDING, State.CONFIRMED]
    result = run(world, "changes", "retry", "1")
    assert (result.status, result.out) == (0, "done 1  pay INV-104\n")
    assert isinstance(shop.desk.asked[0], Retried)


def test_one_is_discarded(world: World, shop: Shop) -> None:
    having(shop, payment(state=State.REJECTED, error=REFUSED))
    result = run(world, "changes", "discard", "1")
    assert (result.status, result.out) == (0, "discarded 1  pay INV-104\n")
    assert isinstance(shop.desk.asked[0], Discarded)
    assert world.seconds == 0


def test_what_a_state_does_not_allow_is_refused(world: World, shop: Shop) -> None:
    having(shop, payment(state=State.CLOSED))
    result = run(world, "changes", "retry", "1")
    assert (result.status, result.err) == (1, "This change is done; there is nothing to try again.\n")


@pytest.mark.parametrize(
    ("words", "resolution", "payment_id"),
    [
        (["--found", "20901"], Resolution.FOUND, "20901"),
        (["--send-again"], Resolution.SEND_AGAIN, ""),
        (["--give-up"], Resolution.GIVE_UP, ""),
    ],
)
def test_an_unclear_one_is_resolved(
    world: World, shop: Shop, words: list[str], resolution: Resolution, payment_id: str
) -> None:
    having(shop, payment(state=State.NEEDS_YOU))
    shop.desk.fates = [State.CONFIRMED]
    assert run(world, "changes", "resolve", "1", *words).status in (0, 6)
    (asked,) = shop.desk.asked
    assert isinstance(asked, Resolved)
    assert (asked.resolution, asked.payment_id) == (resolution, payment_id)


@pytest.mark.parametrize("words", [[], ["--give-up", "--send-again"], ["--found", "3", "--give-up"]])
def test_resolving_says_exactly_one_thing(world: World, shop: Shop, words: list[str]) -> None:
    having(shop, payment(state=State.NEEDS_YOU))
    result = run(world, "changes", "resolve", "1", *words)
    assert (result.status, result.err) == (2, "Say one of --found PAYMENT, --send-again, --give-up or --go-on.\n")
    assert shop.desk.asked == []


def test_read_only_decides_nothing(world: World, shop: Shop) -> None:
    having(shop, payment(state=State.NEEDS_YOU))
    assert run(world, "--read-only", "changes", "discard", "1").status == 1
    assert shop.desk.asked == []


def test_sync_brings_everything_and_tells_counts(world: World, shop: Shop) -> None:
    result = run(world, "sync", "--full")
    assert (result.status, result.out) == (0, "invoices 3\npayments 0\nexpenses 0\n")
    assert shop.server is not None
    assert shop.server.calls == [(None, True)]


def test_sync_sends_what_waits(world: World, shop: Shop) -> None:
    having(shop, payment(1), payment(2, state=State.REJECTED))
    shop.desk.fates = [State.CONFIRMED]
    result = run(world, "sync")
    assert (result.status, result.out.splitlines()[-1]) == (0, "done 1  pay INV-104")
    assert "pay INV-104" not in "\n".join(result.out.splitlines()[:-1])


def test_sync_without_a_server_is_offline_unless_something_is_queued(world: World, shop: Shop) -> None:
    shop.line = OFFLINE
    assert run(world, "sync").status == 3
    having(shop, payment(1))
    result = run(world, "sync")
    assert result.status == 6
    assert "could not be brought up to date (No route to the server)." in result.err
    assert world.seconds == 0
    shop.line = SIGNED_OUT
    assert run(world, "sync").status == 4


def test_sync_offline_is_a_contradiction(world: World, shop: Shop) -> None:
    assert run(world, "--offline", "sync").status == 2


def test_removing_a_connection_names_what_is_unsent(world: World, shop: Shop) -> None:
    world.config('[connections.books]\nprovider = "kantata"\nuser_id = "7"\n')
    account = "kantata|https://api.mavenlink.com||7"
    having(shop, payment(account=account), payment(2, account=account, state=State.CLOSED))
    world.paths.outbox.write_bytes(b"")
    asked = run(world, "connections", "remove", "books", typed="no\n", terminal=True)
    assert asked.status == 1
    assert asked.err.startswith("▲ 1 change is not over.\n")
    removed = run(world, "connections", "remove", "books", "--yes")
    assert removed.err == "books is removed. 1 change is kept and not sent.\n"


def test_a_shown_change_tells_every_try_with_what_was_sent_and_answered(world: World, shop: Shop) -> None:
    having(shop, payment(state=State.NEEDS_YOU, attempts=1))
    at = "2026-03-10T09:00:02.000+00:00"
    sent = 'POST /payments\n{"amount": "20000"}'
    shop.desk.tries[1] = (Attempt(1, 1, "sent", at, 502, "", "r-9", sent, "<html>\x1b[2J bad gateway"),)
    out = run(world, "changes", "show", "1").out
    assert f"try 1     {at}  sent 502, request r-9" in out
    assert "  asked   POST /payments" in out
    assert '  sent    {"amount": "20000"}' in out
    assert "<html>" in out
    assert "\x1b" not in out


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_word_and_a_way_out(world: World, shop: Shop, state: State) -> None:
    having(shop, payment(state=state))
    out = run(world, "changes", "show", "1").out
    assert out.splitlines()[0].startswith(f"{SHOWN[state].word} 1  pay INV-104")
    last = out.splitlines()[-1]
    assert last == ways_out(payment(state=state))
    assert last.endswith(".")
    assert "kworkbench changes " in last if state in OPEN else "Nothing is left to do." in last


@pytest.mark.parametrize("state", sorted(OPEN - {State.SENDING}))
def test_a_command_that_a_way_out_names_does_something(world: World, shop: Shop, state: State) -> None:
    having(shop, payment(state=state))
    verbs = re.findall(r"kworkbench changes (retry|discard|resolve) 1", ways_out(payment(state=state)))
    assert verbs
    for verb in verbs:
        having(shop, payment(state=state))
        asked = len(shop.desk.asked)
        words = ["--give-up"] if verb == "resolve" else []
        run(world, "changes", verb, "1", *words)
        assert len(shop.desk.asked) == asked + 1, verb


def test_a_first_write_that_came_out_otherwise_holds_the_queue_and_says_how_to_go_on(world: World, shop: Shop) -> None:
    having(shop, payment(state=State.CLOSED, differences=(Difference("amount", 20000, 19000),)))
    shop.desk.learnt = {f"differs:{ACCOUNT}": "1"}
    out = run(world, "changes", "show", "1").out
    assert "The first of its kind came out otherwise than shown, so the queue waits." in out
    assert "otherwise amount: shown 20000, now 19000" in out
    assert "`kworkbench changes resolve 1 --go-on`" in out
    result = run(world, "changes", "resolve", "1", "--go-on")
    assert [asked.resolution for asked in shop.desk.asked if isinstance(asked, Resolved)] == [Resolution.GO_ON]
    assert "The queue waits for your word" in result.err


def test_there_is_nothing_to_go_on_with_where_nothing_waits(world: World, shop: Shop) -> None:
    having(shop, payment(state=State.CLOSED))
    assert run(world, "changes", "resolve", "1", "--go-on").status == 1
    assert shop.desk.asked == []

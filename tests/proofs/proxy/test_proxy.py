"""Over real sockets and any line: what was meant stands there once each, and what is unclear clears itself."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kworkbench.domain.changes import Change, State
from kworkbench.sync import outcomes
from kworkbench.sync.events import Outcome
from tests.proofs.books import PROVIDERS, Templates, payable
from tests.proofs.people import settle
from tests.proofs.proxy.proxy import Trick
from tests.proofs.proxy.staging import ProxiedStage, served
from tests.proofs.reached import Reached
from tests.sync.checks import assert_converged
from tests.sync.rows import draft_of, marked, several

SEED = 3
EVERY_DAY = 4
RECORDS = 3
LONGEST_DELAY_SECONDS = {"kantata": 170, "productive": 290}
TRICKS = tuple(trick for trick in Trick if trick is not Trick.DOUBLES)

Open = Callable[[str], ProxiedStage]
Record = Callable[[ProxiedStage, int], Change]


@pytest.fixture
def proxied(templates: Templates, tmp_path: Path) -> Iterator[Open]:
    """Opens a started stage behind a proxy."""
    with ExitStack() as stack:

        def open_it(provider: str) -> ProxiedStage:
            home = templates.copy(provider, tmp_path / f"{provider}-{len(list(tmp_path.iterdir()))}")
            proxy = stack.enter_context(served(home / "sandbox.db"))
            stage = ProxiedStage(home, provider, proxy=proxy)
            stack.callback(stage.close)
            proxy.on_end = stage._tell
            stage.home.start()
            return stage

        yield open_it


def markers(stage: ProxiedStage) -> Counter[str]:
    """How often each marker stands at the server."""
    rows = stage.server_rows(
        "SELECT note FROM payments WHERE note LIKE '%kw:%' "
        "UNION ALL SELECT name FROM expenses WHERE name LIKE '%kw:%' AND deleted_at IS NULL"
    )
    return Counter("kw:" + str(row[0]).rpartition("kw:")[2][:10] for row in rows)


def pay(stage: ProxiedStage, place: int) -> Change:
    """Pay an invoice in full, or parts of one where that can be done."""
    invoices = payable(stage)
    if stage.provider == "kantata":
        return stage.pay(invoices[0])
    return stage.pay(invoices[0], f"{1.01 + place:.2f}")


def spend(stage: ProxiedStage, place: int) -> Change:
    """Record a marked expense; where a provider takes several in one request, two of them the second time."""
    texts = [f"Spent at place {place}, row {row}" for row in range(2)]
    in_one = stage.provider == "kantata" and place == 1
    return stage.save(several(marked(stage), *texts) if in_one else draft_of(marked(stage), texts[0]))[0]


def play(stage: ProxiedStage, chance: random.Random, reached: Reached, record: Record) -> None:
    """Three records, each of which may meet a trick or two; delayed ones come within the life of a request."""
    proxy = stage.proxy
    assert proxy is not None
    tricks = chance.choices(TRICKS, k=RECORDS + 1)
    reached.events.update(tricks)
    proxy.plays(tricks)
    made = [record(stage, place) for place in range(RECORDS)]

    def quiet() -> bool:
        """What is delayed comes before anything else, within the life of a request."""
        if proxy.is_quiet and proxy.holds:
            stage.time.advance(chance.randint(1, LONGEST_DELAY_SECONDS[stage.provider]))
            proxy.late()
        return proxy.is_quiet

    settle(stage, lambda _change: "", retries=False, quiet=quiet)
    assert_converged(stage, "invoices", "payments", "expenses")
    assert {stage.change(change.seq).state for change in made} == {State.CLOSED}
    assert markers(stage) == Counter(marker for change in made for marker in change.markers.values())


def play_all(open_it: Open, provider: str, stories: int, record: Record = pay) -> Reached:
    """Play so many stories of a dialect."""
    reached = Reached()
    chance = random.Random(f"{SEED} {provider}")  # noqa: S311 - a choice of tests
    for _ in range(stories):
        reached.cases += 1
        with reached.watching():
            play(open_it(provider), chance, reached, record)
    return reached


@pytest.mark.timeout(300)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_server_payments_are_the_intended_ones(provider: str, proxied: Open) -> None:
    play_all(proxied, provider, EVERY_DAY).hold(
        {(State.SENDING, State.AMBIGUOUS), (State.AMBIGUOUS, State.CONFIRMED), (State.CONFIRMED, State.CLOSED)}
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_server_expenses_are_the_intended_ones(provider: str, proxied: Open) -> None:
    play_all(proxied, provider, EVERY_DAY // 2, spend).hold({(State.CONFIRMED, State.CLOSED)})


@pytest.mark.heavy
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_many_runs_of_expenses(provider: str, proxied: Open) -> None:
    play_all(proxied, provider, 20, spend).hold({(State.NEEDS_YOU, State.QUEUED)}, TRICKS)


@pytest.mark.heavy
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_many_runs_over_real_sockets(provider: str, proxied: Open) -> None:
    play_all(proxied, provider, 40).hold({(State.NEEDS_YOU, State.QUEUED)}, TRICKS)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_comes_late_is_shown_as_unclear_and_clears_itself(provider: str, proxied: Open) -> None:
    stage = proxied(provider)
    assert stage.proxy is not None
    stage.proxy.plays([Trick.DELAYS])
    change = pay(stage, 0)
    stage.await_state(change.seq, State.AMBIGUOUS)
    row = stage.row(change.lid)
    assert row is not None
    assert (row.state, row.mark, row.counted) == ("unclear", "?", False)
    stage.time.advance(120)
    stage.proxy.late()
    settle(stage, lambda _change: "", retries=False, quiet=lambda: True)
    assert stage.change(change.seq).state is State.CLOSED
    assert (markers(stage)[str(change.marker)], stage.proxy.writes) == (1, 1)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_line_doubles_is_refused_by_the_server_or_told(provider: str, proxied: Open) -> None:
    stage = proxied(provider)
    assert stage.proxy is not None
    stage.proxy.plays([Trick.DOUBLES])
    change = pay(stage, 0)
    stage.await_settled()
    assert stage.sync("invoices", "payments") == ""
    times = markers(stage)[str(change.marker)]
    told = [key for key in stage.home.desk.facts() if key.startswith("double:")]
    assert times == len(told) + 1


def test_an_answer_that_is_lost_and_taken_for_not_sent_is_found_out(
    proxied: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.sync.stage.TIMEOUT", 3.0)
    monkeypatch.setitem(outcomes._ANSWERS, Outcome.UNKNOWN, outcomes._not_sent)
    stage = proxied("productive")
    assert stage.proxy is not None
    stage.proxy.plays([Trick.DELAYS])
    change = pay(stage, 0)
    stage.until(lambda: bool(stage.proxy and stage.proxy.holds))
    stage.settle()
    stage.proxy.late()
    assert markers(stage)[str(change.marker)] == 2

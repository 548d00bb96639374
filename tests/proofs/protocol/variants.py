"""The protocol as it stands, and with one rule broken at a time: the first must hold, the others must be found out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unittest.mock import patch

from kworkbench.domain.changes import Change, Idem, State
from kworkbench.domain.marker import row_marker
from kworkbench.domain.records import Record
from kworkbench.sync import checking, lanes, outcomes, probing, reducer, settling
from kworkbench.sync.events import Answered, Discarded, EngineState, Outcome, Probed, Send, Started, Step
from tests.proofs.protocol.scene import Broken, Scene
from tests.sync.making import MARKER

SEVERAL_REFUSED = Scene(rows=2, life=1, delay=0, settle=2)
"""Several in one request, of which the server may take a part although it refuses it."""

Rows = tuple[tuple[str, Record], ...]

HOLDING: dict[str, Scene] = {
    "one payment": Scene(),
    "the program is killed": Scene(kills=1),
    "a colleague pays too": Scene(others=1),
    "killed while a colleague pays": Scene(kills=1, others=1, sends=2),
    "a server that is known to refuse a second payment": Scene(guarded=True, learnt=True, others=1),
    "a server that is yet to be seen to refuse one": Scene(guarded=True, others=1, sends=2),
    "a refusing server whose payment comes after all": Scene(
        life=3, delay=0, settle=1, trusting=False, guarded=True, learnt=True, others=1, sends=2
    ),
    "sent again by itself": Scene(again=True, others=1),
    "a payment without a marker": Scene(marked=False, others=1),
    "readings that come twice": Scene(doubles=1),
    "a payment that comes after all": Scene(life=3, settle=1, trusting=False),
    "a hasty person": Scene(life=1, delay=0, settle=2, hasty=True),
    "several in one request": Scene(rows=2, sends=2, kills=1),
    "several of which a refused part stands there": SEVERAL_REFUSED,
    "a hasty person with several": replace(SEVERAL_REFUSED, hasty=True),
    "several that come after all": Scene(rows=2, life=3, settle=1, sends=2, trusting=False),
}
LONG: dict[str, Scene] = {
    "two payments in a lane": Scene(payments=2, sends=3),
    "two payments, killed": Scene(payments=2, sends=3, kills=1),
    "three sends, two kills, two colleagues": Scene(kills=2, others=2),
    "longer lives": Scene(life=4, delay=3, settle=7, kills=1, others=1),
    "no marker, killed twice": Scene(marked=False, kills=2, others=2),
    "a refusing server, killed": Scene(guarded=True, learnt=True, kills=2, others=1),
    "a server that is yet to be seen to refuse, killed": Scene(guarded=True, kills=1, others=2),
    "sent again by itself, killed": Scene(again=True, kills=2, others=1),
    "readings that come twice, killed": Scene(doubles=2, kills=1, others=1),
    "three in one request, killed": Scene(rows=3, kills=1),
    "several in one request, killed twice": Scene(rows=2, kills=2, doubles=1),
}


@dataclass(frozen=True)
class Bug:
    """A rule broken on purpose: in the scene, or in the reducer while `breaks` is open."""

    scene: Scene
    breaks: Callable[[], Iterator[None]] | None = None

    @contextmanager
    def planted(self) -> Iterator[None]:
        """The product with this bug in it."""
        if self.breaks is None:
            yield
        else:
            yield from self.breaks()


def _in_shell(broken: Broken, **scene: int) -> Bug:
    return Bug(Scene(**scene, broken=frozenset({broken})))  # type: ignore[arg-type]


def _again_at_once() -> Iterator[None]:
    real = probing.after_probe

    def after_probe(change: Change, event: Probed, facts: Mapping[str, str], **more: bool) -> Step:
        absent = event.found is None and event.reached and change.state is State.AMBIGUOUS
        return Step((replace(change, state=State.QUEUED),)) if absent else real(change, event, facts, **more)

    with patch.object(probing, "after_probe", after_probe):
        yield


def _fingerprint_alone() -> Iterator[None]:
    real = probing.after_probe

    def after_probe(change: Change, event: Probed, facts: Mapping[str, str], **more: bool) -> Step:
        return real(change, replace(event, found=None), facts, **more) if not event.candidates else _confirm(change)

    with patch.object(probing, "after_probe", after_probe):
        yield


def _confirm(change: Change) -> Step:
    return Step((replace(change, state=State.CONFIRMED, reason=None),))


def _restart_forgets() -> Iterator[None]:
    def started(_state: EngineState, event: Started) -> Step:
        queued = (replace(one, state=State.QUEUED) if one.state is State.SENDING else one for one in event.changes)
        return Step(tuple(queued))

    with patch.dict(reducer._HANDLERS, {Started: started}):
        yield


def _reset_is_not_sent() -> Iterator[None]:
    with patch.dict(outcomes._ANSWERS, {Outcome.UNKNOWN: outcomes._not_sent}):
        yield


def _late_probe_is_late() -> Iterator[None]:
    real = probing.after_probe

    def after_probe(change: Change, event: Probed, facts: Mapping[str, str], **more: bool) -> Step:
        return Step() if change.state is State.NEEDS_YOU else real(change, event, facts, **more)

    with patch.object(probing, "after_probe", after_probe):
        yield


def _unchecked() -> Iterator[None]:
    with patch.object(lanes, "needs_check", lambda _state, _change: False):
        yield


def _new_marker() -> Iterator[None]:
    real = lanes.sending

    def sending(change: Change, epoch: int) -> Change:
        sent = real(change, epoch)
        return replace(sent, marker=f"kw:AAAAAAAAA{sent.attempts}") if change.attempts else sent

    with patch.object(checking, "sending", sending):
        yield


def _blind_is_absent() -> Iterator[None]:
    real = probing.after_probe

    def after_probe(change: Change, event: Probed, facts: Mapping[str, str], **more: bool) -> Step:
        return real(change, replace(event, reached=True), facts, **more)

    with patch.object(probing, "after_probe", after_probe):
        yield


def _failed_check_sends() -> Iterator[None]:
    def check_failed(change: Change, _event: object) -> Step:
        return Step((lanes.sending(change, 1),), (Send(change.seq),))

    with patch.object(checking, "_failed", check_failed):
        yield


def _marker_is_ignored() -> Iterator[None]:
    with patch.object(checking, "marked", lambda _change, _payments: ()):
        yield


def _given_up_while_sent() -> Iterator[None]:
    def discarded(state: EngineState, event: Discarded) -> Step:
        change = state.changes.get(event.seq)
        return Step((lanes.over(change, event.reason, event.now),)) if change is not None else Step()

    def sign_in(change: Change, event: Answered) -> Step:
        return discarded(EngineState({change.seq: change}), Discarded(change.seq, event.now))

    with patch.dict(outcomes._ANSWERS, {Outcome.SIGN_IN: sign_in}):
        yield


def _refused_when_unknown() -> Iterator[None]:
    with patch.dict(outcomes._ANSWERS, {Outcome.UNKNOWN: outcomes._refused}):
        yield


def _believed() -> Iterator[None]:
    def unknown(change: Change, _event: Answered) -> Step:
        return _confirm(change)

    with patch.dict(outcomes._ANSWERS, {Outcome.UNKNOWN: unknown}):
        yield


def _guarded_by_name() -> Iterator[None]:
    def classed(change: Change, _facts: Mapping[str, str]) -> Change:
        return replace(change, idem=Idem.GUARDED)

    with patch.object(reducer, "classed", classed):
        yield


def _again_unasked() -> Iterator[None]:
    with patch.object(lanes, "sends_again", lambda _state, _account: True):
        yield


def _refusal_is_the_last_word() -> Iterator[None]:
    def refused(change: Change, event: Answered) -> Step:
        return settling.rejected(change, event.refusal)

    with patch.dict(outcomes._ANSWERS, {Outcome.REFUSED: refused}):
        yield


def _rows_are_ignored() -> Iterator[None]:
    with patch.object(checking, "rows_among", lambda _change, _records: ()):
        yield


def _rows_stay() -> Iterator[None]:
    def landed(change: Change, rows: Rows) -> Step:
        step = settling.landed(change, rows)
        return step if step.changed[0].state is State.CONFIRMED else Step((change,), step.effects)

    with patch.object(checking, "landed", landed):
        yield


def _one_row_is_all() -> Iterator[None]:
    with patch.object(probing, "landed", lambda change, _rows: _confirm(change)):
        yield


def _numbered_anew() -> Iterator[None]:
    def markers(change: Change) -> Mapping[str, str]:
        return {lid: row_marker(MARKER, number) or "" for number, lid in enumerate(change.records)}

    with patch.object(Change, "markers", property(markers)):
        yield


BUGS: dict[str, Bug] = {
    "sent again right after an absent probe": Bug(Scene(), _again_at_once),
    "T_settle is the life of a request": Bug(Scene(settle=2)),
    "T_settle forgets the delay of lists": Bug(Scene(settle=3)),
    "no durable intent": _in_shell(Broken.NO_INTENT, kills=1),
    "a fingerprint alone": Bug(Scene(marked=False, others=1), _fingerprint_alone),
    "a restart takes what was being sent for unsent": Bug(Scene(kills=1), _restart_forgets),
    "a reset is taken for not sent": Bug(Scene(), _reset_is_not_sent),
    "an unknown answer is taken for a refusal": Bug(Scene(), _refused_when_unknown),
    "an unknown answer is taken for success": Bug(Scene(), _believed),
    "a late probe does not win": Bug(HOLDING["a payment that comes after all"], _late_probe_is_late),
    "payments are sent unchecked": Bug(Scene(), _unchecked),
    "a check that failed lets the payment go": Bug(Scene(), _failed_check_sends),
    "a marker is chosen anew for each send": Bug(Scene(), _new_marker),
    "the check looks at no marker": Bug(HOLDING["a hasty person"], _marker_is_ignored),
    "a probe that reached nobody says absent": Bug(Scene(), _blind_is_absent),
    "what is being sent is given up": Bug(Scene(), _given_up_while_sent),
    "absence is judged when the answer comes": _in_shell(Broken.JUDGED_LATE),
    "the wait of an earlier send counts": _in_shell(Broken.OLD_CLOCK),
    "a look that began before a send is heard after it": _in_shell(Broken.OLD_LOOK),
    "the wait is measured by a clock that jumps": _in_shell(Broken.JUMPING),
    "a server is taken for refusing that was not seen to": Bug(
        HOLDING["a payment that comes after all"], _guarded_by_name
    ),
    "sent again by itself though nobody asked for it": Bug(
        replace(HOLDING["a payment that comes after all"], again=True), _again_unasked
    ),
    "T_settle forgets the delay of lists where it is sent again by itself": Bug(Scene(settle=3, again=True)),
    "the refusal of what was sent before is the last word": Bug(
        HOLDING["a refusing server whose payment comes after all"], _refusal_is_the_last_word
    ),
    "the person sends again before the wait is over": _in_shell(Broken.IMPATIENT),
    "several are sent unchecked": Bug(Scene(rows=2), _unchecked),
    "the check looks at no marker of a row": Bug(HOLDING["a hasty person with several"], _rows_are_ignored),
    "a row that is found stays in the request": Bug(HOLDING["a hasty person with several"], _rows_stay),
    "one row that is found stands for all": Bug(Scene(rows=2), _one_row_is_all),
    "rows are numbered anew once one has left": Bug(SEVERAL_REFUSED, _numbered_anew),
    "T_settle forgets the delay of lists for several": Bug(Scene(rows=2, settle=3)),
}

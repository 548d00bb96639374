"""Rules of the write path broken on purpose, each with the cases of the matrix that must find it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from unittest.mock import patch

from kworkbench.domain.changes import Change
from kworkbench.sync import comparing, lanes, outcomes, probing, settling
from kworkbench.sync.events import Outcome, Step
from kworkbench.sync.sender import Sender
from tests.proofs.faults.faults import FAULTS
from tests.proofs.faults.matrix import Case
from tests.proofs.writings import WRITINGS


@dataclass(frozen=True)
class Bug:
    """One broken rule: how it is planted, and the write and the fault that find it."""

    plant: Callable[[], Any]
    writing: str
    fault: str

    @contextmanager
    def planted(self) -> Iterator[None]:
        """The product with this bug in it."""
        with self.plant():
            yield

    def cases(self, provider: str) -> tuple[Case, ...]:
        """The one case in which it shows."""
        writing = next(one for one in WRITINGS[provider] if one.name == self.writing)
        fault = next(one for one in FAULTS if one.name == self.fault)
        return (Case(provider, writing, fault, 0),)


def _answers(outcome: Outcome, rule: Callable[..., Step]) -> Callable[[], Any]:
    return lambda: patch.dict(outcomes._ANSWERS, {outcome: rule})


def _believed(where: ModuleType, name: str) -> Callable[[], Any]:
    return lambda: patch.object(where, name, lambda change, *_: settling.confirmed(change, ()))


async def _nothing(*_given: object) -> tuple[()]:
    return ()


def _absent_is_done(change: Change, *_given: object) -> Step:
    return settling.confirmed(change, ())


BUGS: dict[str, Bug] = {
    "an unknown answer is sent again at once": Bug(
        _answers(Outcome.UNKNOWN, outcomes._not_sent), "new expense", "the answer is lost"
    ),
    "an unreadable success is taken for a refusal": Bug(
        _answers(Outcome.DONE_UNREADABLE, outcomes._refused), "new expense", "the answer is unreadable"
    ),
    "an unknown answer is taken for success": Bug(
        _answers(Outcome.UNKNOWN, _absent_is_done), "pay in full", "the request is lost"
    ),
    "what a server refuses for now is dropped": Bug(
        _answers(Outcome.BUSY, lambda change, event: Step((lanes.over(change, "busy", event.now),))),
        "edit a text",
        "it is answered 429",
    ),
    "a lost delete is called done": Bug(
        _believed(comparing, "after_compare"), "delete an expense", "the request is lost"
    ),
    "a lost bulk is called done": Bug(_believed(comparing, "_deleted"), "delete three", "the request is lost"),
    "a lost edit is called done": Bug(_believed(comparing, "_what_is_left"), "edit a text", "the request is lost"),
    "a lost payment is called done": Bug(_believed(probing, "after_probe"), "pay in full", "it is answered 503"),
    "an answer is not brought home": Bug(
        lambda: patch.object(Sender, "_brought", _nothing), "pay in full", "the answer is lost"
    ),
}

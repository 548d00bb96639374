"""The twenty faults: what goes wrong with a write, with what is read before it, and with what is read after it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from tests.sync.stage import Stage
from tests.sync.wire import Sent


class Strikes(Enum):
    """Which requests a fault is for."""

    WRITE = auto()
    READ_BEFORE = auto()
    READ_AFTER = auto()
    LINE = auto()
    PROCESS = auto()


@dataclass(frozen=True)
class Fault:
    """One fault; `spec` is the sandbox's, where it is the sandbox that plays it."""

    name: str
    strikes: Strikes
    spec: str = ""


FAULTS = (
    Fault("the request is lost", Strikes.WRITE, "drop-before"),
    Fault("the answer is lost", Strikes.WRITE, "drop-after"),
    Fault("the answer breaks off", Strikes.WRITE, "truncate"),
    Fault("the answer is unreadable", Strikes.WRITE, "garbage"),
    *(Fault(f"it is answered {status}", Strikes.WRITE, f"status={status}") for status in (500, 503, 408, 429)),
    *(
        Fault(f"it is answered {status}", Strikes.WRITE, f"status={status}")
        for status in (401, 403, 404, 409, 422, 302)
    ),
    Fault("the connection is refused", Strikes.LINE),
    Fault("the program ends", Strikes.PROCESS),
    Fault("the read before it is lost", Strikes.READ_BEFORE, "drop-after"),
    Fault("the read before it is answered 503", Strikes.READ_BEFORE, "status=503"),
    Fault("the read after it is lost", Strikes.READ_AFTER, "drop-after"),
    Fault("the read after it is answered 500", Strikes.READ_AFTER, "status=500"),
)


class Gremlin:
    """Plays one fault on the write at one place of a chain, counted as they come to the line; once.

    Attributes:
        struck: whether it came to that.
        ends: whether the program is to end now, the write on its way.
    """

    def __init__(self, stage: Stage, fault: Fault, place: int) -> None:
        self._stage = stage
        self._fault = fault
        self._place = place
        self._begun = self._ended = 0
        self.struck = False
        self.ends = False
        stage.wire.watch = self._watch
        if fault.strikes is Strikes.READ_BEFORE and not place:
            self._arm("GET:*")

    def _watch(self, moment: str, sent: Sent) -> None:
        if not sent.is_write:
            return
        if moment == "before":
            self._begun += 1
            if self._begun == self._place + 1:
                self._strike(sent)
            return
        self._ended += 1
        if (self._fault.strikes, self._ended) in (
            (Strikes.READ_BEFORE, self._place),
            (Strikes.READ_AFTER, self._place + 1),
        ):
            self._arm("GET:*")

    def _strike(self, sent: Sent) -> None:
        if self._fault.strikes is Strikes.WRITE:
            self._arm(f"{sent.method}:{sent.path}")
        elif self._fault.strikes is Strikes.PROCESS:
            self.struck = self.ends = True
            self._stage.wire.hold(sent.method)
        elif self._fault.strikes is Strikes.LINE:
            self.struck = True
            raise ConnectionRefusedError("the line is cut")

    def _arm(self, route: str) -> None:
        self.struck = True
        self._stage.faults(f"{self._fault.spec},route={route},times=1")

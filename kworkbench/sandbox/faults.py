"""Faults on purpose: what `--fault KIND[=VALUE][,route=METHOD:GLOB][,p=0..1][,times=N]` means; `disturb` plays them.

Source: product.md section 12. `delay` waits before the handler runs, `drop-before` ends the connection before it ran,
`drop-after` after it ran and committed, `truncate` cuts the answer's body in the middle, `garbage` makes the body of a
2xx answer unreadable, `status` answers instead of the handler.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

KINDS = ("delay", "drop-before", "drop-after", "truncate", "garbage", "status")
_KINDS_SENTENCE = f"The kinds are {', '.join(KINDS)}."
_DELAY = re.compile(r"(\d+(?:\.\d+)?)(ms|s)?", re.ASCII)
_PREFIX = re.compile(r"^/api/v[12](?=/)")
_ROUTE = re.compile(r"([A-Za-z]+|\*):(\S+)", re.ASCII)


class FaultError(ValueError):
    """A fault that cannot be read; the message is a sentence for a person."""


class ConnectionDropped(Exception):  # noqa: N818 - it is no error of ours but an answer that is to be lost
    """The connection ends here, without (the rest of) an answer; each way of serving turns that into its own loss."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its kind, the requests it may hit and how often.

    `seconds` counts for `delay`, `status` for `status`; `times` None means without end.
    """

    kind: str
    seconds: float = 0.0
    status: int = 503
    method: str = "*"
    path: str = "*"
    probability: float = 1.0
    times: int | None = None

    def hits(self, method: str, path: str) -> bool:
        """True when the route of this fault covers the request; `/api/v1`, `/api/v2` and `.json` may be left out."""
        if self.method not in ("*", method.upper()):
            return False
        plain = path.removesuffix(".json")
        return any(fnmatchcase(one, self.path) for one in (path, plain, _PREFIX.sub("", path), _PREFIX.sub("", plain)))


def parse_fault(text: str) -> Fault:
    """The fault a `--fault` value means.

    Raises:
        FaultError: the text is no fault; the message says what is wrong and names what is possible.
    """
    head, *rest = text.strip().split(",")
    kind, has_value, value = head.partition("=")
    if kind not in KINDS:
        raise FaultError(f"{kind!r} is no kind of fault. {_KINDS_SENTENCE}")
    fault = Fault(kind)
    if kind in _VALUES:
        fault = _VALUES[kind](fault, value)
    elif has_value:
        raise FaultError(f"{kind} takes no value; {value!r} was given. Write it like {kind},times=1.")
    seen: set[str] = set()
    for part in rest:
        name, _, value = part.partition("=")
        if name not in _OPTIONS:
            raise FaultError(f"{name!r} in {text!r} is no option of a fault. The options are {', '.join(_OPTIONS)}.")
        if name in seen:
            raise FaultError(f"{name} is given twice in {text!r}. Give it once, or write a second --fault.")
        seen.add(name)
        fault = _OPTIONS[name](fault, value)
    return fault


def _seconds(fault: Fault, value: str) -> Fault:
    found = _DELAY.fullmatch(value)
    if not found:
        raise FaultError(f"{value!r} is no delay. Write it like delay=3, delay=0.5 or delay=500ms.")
    return replace(fault, seconds=float(found[1]) / (1000 if found[2] == "ms" else 1))


def _status(fault: Fault, value: str) -> Fault:
    if not re.fullmatch(r"[345]\d\d", value, re.ASCII):
        raise FaultError(f"{value!r} is no status of a refusal. Write one from 300 to 599, like status=503.")
    return replace(fault, status=int(value))


def _route(fault: Fault, value: str) -> Fault:
    found = _ROUTE.fullmatch(value)
    if not found:
        raise FaultError(f"{value!r} is no route. Write it like route=POST:/api/v1/expenses* or route=*:/api/v2/*.")
    return replace(fault, method=found[1].upper(), path=found[2])


def _probability(fault: Fault, value: str) -> Fault:
    if not re.fullmatch(r"0|1|0?\.\d+|1\.0+", value, re.ASCII):
        raise FaultError(f"{value!r} is no probability. Write one from 0 to 1, like p=0.25.")
    return replace(fault, probability=float(value))


def _times(fault: Fault, value: str) -> Fault:
    if not re.fullmatch(r"[1-9]\d{0,8}", value, re.ASCII):
        raise FaultError(f"{value!r} is no number of times. Write a whole number from 1 on, like times=2.")
    return replace(fault, times=int(value))


_VALUES: dict[str, Callable[[Fault, str], Fault]] = {"delay": _seconds, "status": _status}
_OPTIONS: dict[str, Callable[[Fault, str], Fault]] = {"route": _route, "p": _probability, "times": _times}

"""The whole server as one application: both dialects over one set of books, faults in front of everything."""

from __future__ import annotations

import random
from collections.abc import Sequence

from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.disturb import FaultMiddleware
from kworkbench.sandbox.faults import Fault
from kworkbench.sandbox.front import Front
from kworkbench.sandbox.kantata.app import dialect as kantata
from kworkbench.sandbox.kantata.oauth import dialect as kantata_oauth
from kworkbench.sandbox.productive.app import dialect as productive
from kworkbench.sandbox.productive.telling import Teller


def build_app(
    context: SandboxContext,
    faults: Sequence[Fault] = (),
    *,
    rate_limit: bool = False,
    tells: bool = False,
    rng: random.Random | None = None,
) -> FaultMiddleware:
    """The ASGI application for `context`.

    Args:
        context: books opened in the thread that will serve; who may come in; the clock.
        faults: what goes wrong on purpose; `arm` of the result replaces them later.
        rate_limit: whether the vendors' limits are applied.
        tells: whether webhooks are told of what is done, from the loop that serves.
        rng: decides the faults with a probability; by default the same every time.
    """
    teller = Teller(context) if tells else None
    front = Front(
        [kantata(context), kantata_oauth(context), productive(context)], limited=rate_limit, after_write=teller
    )
    return FaultMiddleware(front, faults, document=front.document, rng=rng or random.Random(1))  # noqa: S311 - no secret

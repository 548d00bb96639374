"""The sign-in from the first address to the token. Time, randomness, browser and transport are parameters.

Source: sync-engine.md section 8 ("Sign-in"), api/kantata.md section 1.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from kworkbench.authorization.answers import Answer, AuthorizationError, read_token
from kworkbench.authorization.asking import ENTROPY, Asking, Randomness, begin
from kworkbench.authorization.listener import listening
from kworkbench.domain.secret import Secret
from kworkbench.lean import dataclass
from kworkbench.sync.clock import Pause
from kworkbench.sync.http import READ_SECONDS
from kworkbench.sync.transport import Transport, TransportError

PATIENCE_SECONDS = 120.0
"""How long the browser's answer is waited for."""


class LateError(AuthorizationError):
    """Nobody answered in time."""

    def __init__(self, redirect_uri: str) -> None:
        super().__init__(
            f"No answer came within {PATIENCE_SECONDS / 60:.0f} minutes. Start again; where the browser showed an "
            f"error instead of a question, register {redirect_uri} with the application."
        )


@dataclass(frozen=True, slots=True)
class Application:
    """As whom somebody signs in.

    Attributes:
        base: what the addresses of the authorization server begin with.
        port: where the answer is awaited, 0 for any free port.
        secret: the application's own, None for one that has only PKCE.
    """

    base: str
    client_id: str
    port: int
    secret: Secret | None


@dataclass(frozen=True, slots=True)
class Ways:
    """How it is done.

    Attributes:
        transport: to the application's base; it adds nothing that signs a request in.
        show: told the address to open and the one where the answer is awaited; returns at once.
    """

    transport: Transport
    show: Callable[[str, str], None]
    pause: Pause
    random: Randomness


async def token_by_browser(application: Application, ways: Ways) -> Secret:
    """The token that a person lets the application have.

    Raises:
        AuthorizationError: it was refused, nobody answered in time, something else answered, or the port is taken.
        TransportError: the code could not be brought to the server.
        UnreadableAnswerError: the server answered it with something else than a token.
    """
    asking, answer = await _answered(application, ways)
    if isinstance(answer, AuthorizationError):
        raise answer
    request = asking.token_request(answer.secret, application.secret)
    try:
        async with asyncio.timeout(READ_SECONDS):
            return read_token(await ways.transport.send(request))
    except TimeoutError as problem:
        raise TransportError("No answer came: it took too long.", sent=True) from problem


async def _answered(application: Application, ways: Ways) -> tuple[Asking, Answer]:
    """What was asked, and what the browser brought."""
    state = ways.random(ENTROPY)
    async with listening(state, application.port) as listener:
        asking = begin(application.client_id, state, listener.port, ways.random)
        ways.show(asking.address(application.base), asking.redirect_uri)
        patience = asyncio.ensure_future(ways.pause(PATIENCE_SECONDS))
        either: set[asyncio.Future[Any]] = {listener.answer, patience}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
        if not listener.answer.done():
            raise LateError(asking.redirect_uri)
        return asking, listener.answer.result()

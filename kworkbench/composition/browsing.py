"""Signing in through the system browser, with the machine's own browser, clock and randomness."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable

from kworkbench.cli.plain import visible
from kworkbench.cli.ports import SignInError, UnreachableError
from kworkbench.domain.connections import Connection, authorization_base
from kworkbench.domain.secret import Secret

MOST_SAID = 300
"""Characters of a server's own words in a sentence."""

Tell = Callable[[str], None]


def browse(connection: Connection, secret: Secret | None, tell: Tell) -> Secret:
    """See `Ports.browse`."""
    from kworkbench.authorization.answers import AuthorizationError, RefusedError  # noqa: PLC0415 - only for this
    from kworkbench.authorization.listener import PortError  # noqa: PLC0415
    from kworkbench.providers.base import UnreadableAnswerError  # noqa: PLC0415
    from kworkbench.sync.transport import TransportError  # noqa: PLC0415

    base = authorization_base(connection)
    if base is None:
        raise SignInError(f"{connection.name} has no sign-in through the browser.")
    try:
        return asyncio.run(_token(base, connection, secret, tell))
    except RefusedError as problem:
        said = visible(problem.said)[:MOST_SAID]
        raise SignInError(f"{problem} It said: {said}" if said else str(problem)) from problem
    except (PortError, TransportError, UnreadableAnswerError) as problem:
        raise UnreachableError(str(problem)) from problem
    except AuthorizationError as problem:
        raise SignInError(str(problem)) from problem


async def _token(base: str, connection: Connection, secret: Secret | None, tell: Tell) -> Secret:
    from kworkbench.authorization.flow import PATIENCE_SECONDS, Application, Ways, token_by_browser  # noqa: PLC0415
    from kworkbench.sync.http import HttpTransport  # noqa: PLC0415 - imports httpx

    def show(address: str, redirect_uri: str) -> None:
        tell(f"Sign in with the browser of this machine:\n{address}")
        minutes = f"{PATIENCE_SECONDS / 60:.0f} minutes"
        tell(f"The answer is awaited for {minutes} at {redirect_uri}. Register the application with that address.")
        threading.Thread(target=_open, args=(address, tell), daemon=True).start()

    transport = HttpTransport(base, dict)
    application = Application(base, connection.client_id, connection.callback_port, secret)
    try:
        return await token_by_browser(application, Ways(transport, show, asyncio.sleep, secrets.token_urlsafe))
    finally:
        await transport.close()


def _open(address: str, tell: Tell) -> None:
    """Open the browser; some stay in the foreground until they are left, so nobody waits for this."""
    import webbrowser  # noqa: PLC0415 - looks for browsers while it is imported

    try:
        opened = webbrowser.open(address)
    except webbrowser.Error:
        opened = False
    if not opened:
        tell("No browser could be opened. Open the address by hand.")

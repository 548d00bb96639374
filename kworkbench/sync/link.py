"""A link: one account's provider, its transport, and what their last answers say about the line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from kworkbench.domain.records import Lookup
from kworkbench.providers.base import Provider, Request, Response
from kworkbench.providers.refusals import unexplained
from kworkbench.sync.classify import wait_seconds
from kworkbench.sync.notices import ConnectionState
from kworkbench.sync.traffic import Traffic
from kworkbench.sync.transport import Transport, TransportError
from kworkbench.sync.waiting import apart

MOST_SAID = 160
"""Characters of a server's message that are passed on with a read that failed."""

NOT_ACCEPTED = "The server does not accept this sign-in."
SOMEBODY_ELSES = "The stored sign-in is somebody else's. Sign in as before."


class SignInNeeded(Exception):  # noqa: N818 - a state of the account, not a fault
    """The server no longer accepts this sign-in."""


class ReadFailedError(Exception):
    """A read brought no usable answer; the message is a sentence.

    Attributes:
        status: what the server answered.
        wait_seconds: what the server asked to wait before the next one, None where it did not.
    """

    def __init__(self, answer: Response, said: str = "") -> None:
        super().__init__(f"The server answered {answer.status}{f': {said}' if said else ' to a read.'}")
        self.status = answer.status
        self.wait_seconds = wait_seconds(answer)


class Link:
    """Speaks to one account's server. Offline is a conclusion from outcomes (sync-engine.md section 5).

    Attributes:
        traffic: the gate that all its requests go through, set by the engine; None: nothing is counted.
        ahead: how much the server's clock is ahead of ours, by the `Date` of its last answer.
    """

    def __init__(
        self,
        account: str,
        provider: Provider,
        transport: Transport,
        lookup: Lookup,
        notice: Callable[[ConnectionState], None],
        renew: Callable[[], bool] = lambda: False,
    ) -> None:
        """`renew` looks for another token than the one in use, for as long as that takes; whether it found one."""
        self.account = account
        self.provider = provider
        self.lookup = lookup
        self.state = ConnectionState(account, online=True)
        self._transport = transport
        self._identified = False
        self._notice = notice
        self._renew = renew
        self._renewing = asyncio.Lock()
        self._looks = 0
        self._tokens = 0
        self.traffic: Traffic | None = None
        self.ahead = timedelta()

    async def send(self, request: Request) -> Response:
        """One request; the line's state follows its outcome. A 401 is the last word only where no other token is found.

        Raises:
            TransportError: no answer came.
        """
        looks, tokens = self._looks, self._tokens
        answer = await self._exchanged(request)
        if answer.status != 401:
            self._become(ConnectionState(self.account, online=True))
            return answer
        try:
            await self._renewed(looks, tokens)
        except TransportError as problem:
            raise TransportError(str(problem), sent=False) from problem  # what met a 401 was not taken
        except SignInNeeded as problem:
            self._become(ConnectionState(self.account, online=True, reason=str(problem), sign_in=True))
            return answer
        return await self._last_try(request)

    async def _exchanged(self, request: Request) -> Response:
        traffic = self.traffic
        if traffic is not None:
            await self._enter(traffic, request)
        try:
            answer = await self._transport.send(request)
        except TransportError as problem:
            if traffic is not None:
                traffic.lost(problem)
            self._become(ConnectionState(self.account, online=False, reason=str(problem)))
            raise
        if traffic is not None:
            traffic.answered(answer)
            self.ahead = traffic.ahead(answer, self.ahead)
        return answer

    async def _last_try(self, request: Request) -> Response:
        """The request once more with another token; nothing of the first one was taken."""
        answer = await self._exchanged(request)
        signed_out = answer.status == 401
        reason = NOT_ACCEPTED if signed_out else ""
        self._become(ConnectionState(self.account, online=True, reason=reason, sign_in=signed_out))
        return answer

    async def _renewed(self, looks: int, tokens: int) -> None:
        """Find another token than the one that met a 401, and whom it signs in; those who wait share one look.

        `looks`, `tokens`: how many looks there had been, and how many tokens they had found, before the request.

        Raises:
            SignInNeeded: there is none, or it is not this account's.
            TransportError: whom it signs in could not be learnt now.
        """
        async with self._renewing:
            if looks == self._looks:
                found = await apart(self._renew)
                self._looks += 1
                if found:
                    self._tokens += 1
                    self._identified = False
            if tokens == self._tokens:
                raise SignInNeeded(NOT_ACCEPTED)
            if not self._identified:
                self._signed_in(_answered(await self._exchanged(self.provider.who())))

    async def _enter(self, traffic: Traffic, request: Request) -> None:
        try:
            await traffic.enter(request, cheap=request == self.provider.who())
        except TransportError as problem:
            self._become(ConnectionState(self.account, online=False, reason=str(problem)))
            raise

    async def read(self, request: Request) -> Response:
        """A read whose answer must be 2xx.

        Raises:
            TransportError: no answer came.
            SignInNeeded: 401.
            ReadFailedError: any other refusal.
        """
        answer = await self.send(request)
        if answer.status == 401:
            raise SignInNeeded(self.state.reason)
        if not 200 <= answer.status < 300:
            raise ReadFailedError(answer, self._said(answer))
        return answer

    async def identify(self) -> None:
        """Learn once who is signed in: Kantata tells external projects by it. Raises as `read`."""
        if not self._identified:
            try:
                self._signed_in(await self.read(self.provider.who()))
            except SignInNeeded as problem:
                self._become(ConnectionState(self.account, online=True, reason=str(problem), sign_in=True))
                raise

    async def sign_in_again(self) -> None:
        """Ask anew who is signed in: the sign-in may have been stored again meanwhile. Raises as `read`."""
        self._identified = False
        await self.identify()

    def _signed_in(self, answer: Response) -> None:
        """Take in who a token signs in; `SignInNeeded` where that is not the user of the account."""
        identity = self.provider.read_identity(answer)
        if not _is(self.account, identity.user_id):
            raise SignInNeeded(SOMEBODY_ELSES)
        self.provider = self.provider.signed_in(identity)
        self._identified = True

    def _said(self, answer: Response) -> str:
        """The first message of an error document, empty where it gives none."""
        message = self.provider.read_refusal("", answer).errors[0].message
        return "" if message == unexplained(answer.status).message else message[:MOST_SAID]

    async def close(self) -> None:
        """Let go of the transport."""
        await self._transport.close()

    def _become(self, state: ConnectionState) -> None:
        if state != self.state:
            self.state = state
            self._notice(state)


def _answered(answer: Response) -> Response:
    """The answer to who a new token signs in, where it says so."""
    if answer.status in (401, 403):
        raise SignInNeeded(NOT_ACCEPTED)
    if answer.status != 200:
        raise TransportError(f"The server answered {answer.status}.", sent=False)
    return answer


def _is(account: str, user_id: str) -> bool:
    """Whether a sign-in is the one that an account is bound to (I13); an account may not name its user yet."""
    bound = account.split("|")[3:4]
    return bound in ([], [""]) or bound == [user_id]

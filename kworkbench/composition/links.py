"""Builds the line to each account's server: provider, transport, sign-in. Runs on the engine's thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kworkbench.composition.access import Access, SignIn
from kworkbench.domain.connections import Connection
from kworkbench.domain.secret import Secret
from kworkbench.paths import Paths
from kworkbench.sync.link import Link
from kworkbench.sync.notices import ConnectionState
from kworkbench.sync.transport import Transport

if TYPE_CHECKING:
    from kworkbench.composition.embedded import Embedded
    from kworkbench.providers.base import Provider
    from kworkbench.store.reader import Reader


class Links:
    """Makes links on demand; the embedded sandbox is started with its first one."""

    def __init__(
        self, paths: Paths, connections: Sequence[Connection], access: Access, faults: str, today: Callable[[], date]
    ) -> None:
        self._paths = paths
        self._connections = {connection.account: connection for connection in connections}
        self._access = access
        self._faults = faults
        self._today = today
        self._embedded: Embedded | None = None
        self._readers: list[Reader] = []

    def know(self, connections: Sequence[Connection]) -> None:
        """Take in connections that were made or changed meanwhile; on the engine's thread, as `make`."""
        self._connections |= {connection.account: connection for connection in connections}

    def make(self, account: str, notice: Callable[[ConnectionState], None]) -> Link | None:
        """The link of an account; None where no connection has it."""
        connection = self._connections.get(account)
        if connection is None:
            return None
        from kworkbench.providers import load  # noqa: PLC0415 - after the first paint
        from kworkbench.store.reader import Reader  # noqa: PLC0415

        provider = load(connection.provider)
        reader = Reader.open(self._paths.cached, account, self._today)
        self._readers.append(reader)
        sign_in = SignIn(lambda: self._access.token(connection))
        transport = self._carried(connection, provider, sign_in)
        return Link(account, provider, transport, reader.said, notice, renew=sign_in.renew)

    def transport(self, connection: Connection, provider: Provider, token: Secret | None = None) -> Transport:
        """What carries requests of a connection; its token is looked up unless it is given."""
        return self._carried(connection, provider, SignIn(lambda: token or self._access.token(connection)))

    def _carried(self, connection: Connection, provider: Provider, sign_in: SignIn) -> Transport:
        from kworkbench.sync.http import HttpTransport, InProcessCarrier  # noqa: PLC0415 - imports httpx

        if connection.sandbox:
            from kworkbench.composition.embedded import BASE_URLS, Embedded  # noqa: PLC0415 - imports starlette

            server = self._embedded = self._embedded or Embedded(self._paths.sandbox, self._faults)

            def signed() -> Mapping[str, str]:
                return provider.auth(server.token.reveal(), None)

            return HttpTransport(BASE_URLS[connection.provider], signed, carrier=InProcessCarrier(server.handle))

        def auth() -> Mapping[str, str]:
            secret = sign_in.secret
            return provider.auth(secret.reveal() if secret else "", connection.organization_id)

        return HttpTransport(connection.base_url, auth)

    def close(self) -> None:
        """Let go of what links read with, and stop the embedded sandbox, if it runs; after the engine has ended."""
        while self._readers:
            self._readers.pop().close()
        if self._embedded is not None:
            self._embedded.stop()
            self._embedded = None

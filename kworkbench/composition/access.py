"""Which connection may use which token in this run (product.md section 11)."""

from __future__ import annotations

from kworkbench.credentials import CredentialError, Credentials
from kworkbench.domain.connections import Connection
from kworkbench.domain.secret import Secret
from kworkbench.lean import dataclass


@dataclass(frozen=True, slots=True)
class Access:
    """Tokens for one run; one of the environment goes only to the connection named `chosen`."""

    credentials: Credentials
    chosen: str

    def token(self, connection: Connection) -> Secret | None:
        """The token of a connection, None where there is none or it cannot be had: the server then says 401."""
        try:
            found = self.credentials.token(connection, chosen=connection.name == self.chosen)
        except CredentialError:
            return None
        return None if found is None else found.secret

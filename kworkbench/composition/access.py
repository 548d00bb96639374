"""Which connection may use which token in this run (product.md section 11)."""

from __future__ import annotations

from collections.abc import Callable

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


class SignIn:
    """The token that a line signs its requests with; it is looked up anew where the server takes it no longer.

    Attributes:
        secret: the token of now, None where there is none.
    """

    def __init__(self, look_up: Callable[[], Secret | None]) -> None:
        self._look_up = look_up
        self.secret = look_up()

    def renew(self) -> bool:
        """Look the token up again, in the environment's command, the keyring or the file; whether it is another one."""
        found = self._look_up()
        if found is None or found == self.secret:
            return False
        self.secret = found
        return True

"""A connection: an account at a provider, as the configuration names it. Pure data and its rules.

Source: product.md sections 2, 3 and 11; sync-engine.md I13 (account binding).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import SplitResult, urlsplit

from kworkbench.domain.secret import is_word
from kworkbench.lean import dataclass

EMBEDDED = "embedded:"
"""The base URL of the sandbox inside this process."""

HOSTED: Mapping[str, str] = {
    "kantata": "https://api.mavenlink.com/api/v1",
    "productive": "https://api.productive.io/api/v2",
}
"""Each provider's own base URL (api/kantata.md section 1, api/productive.md section 1)."""

AUTHORIZATION: Mapping[str, str] = {"kantata": "https://app.mavenlink.com/oauth"}
"""Where the providers' own servers let an application in through a browser (api/kantata.md section 1).

Who is not named here has no such sign-in.
"""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
LONGEST_CLIENT_ID = 256
PORTS = (1024, 65535)
"""A port that a browser's answer can be awaited on."""
_PLAIN_HOSTS = frozenset({"localhost", "::1"})
_LOOPBACK_V4 = re.compile(r"127(\.\d{1,3}){3}")


class ConnectionNameError(ValueError):
    """A text that cannot name a connection; the message is a sentence for a person."""


class ClientIdError(ValueError):
    """A text that cannot be the id of an application; the message is a sentence for a person."""


class BaseUrlError(ValueError):
    """A base URL that must not be used; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One account at a provider.

    Attributes:
        provider: `kantata` or `productive`.
        base_url: without a trailing slash; `EMBEDDED` for the built-in sandbox.
        organization_id: Productive's tenant, digits.
        organization: its name as the provider tells it, empty if it does not.
        user_id: who the token signs in, empty until a sign-in has been tested.
        writable: False until writing was switched on by typing the name; the sandbox always is.
        closed_until: nothing dated on or before it is written.
        marker: payments carry the `kw:` marker in their note (sync-engine.md section 6).
        expense_marker: expenses carry it in their text, which can reach a client's invoice.
        send_again: a marked payment whose answer was lost is sent again by itself, once it is certain that it did not
            arrive.
        client_id: the application as which a person signs in through the browser, empty where a token is given.
        callback_port: where the browser's answer is awaited, 0 for any free port.
    """

    name: str
    provider: str
    base_url: str
    organization_id: str | None = None
    organization: str = ""
    user_id: str = ""
    writable: bool = False
    closed_until: date | None = None
    marker: bool = True
    expense_marker: bool = False
    send_again: bool = False
    client_id: str = ""
    callback_port: int = 0

    @property
    def sandbox(self) -> bool:
        """True for the built-in sandbox; every other server, one on loopback included, is live."""
        return self.base_url == EMBEDDED

    @property
    def live(self) -> bool:
        """True for everything but the built-in sandbox."""
        return not self.sandbox

    def marks(self, kind: str) -> bool:
        """True where new records of a resource carry the marker."""
        return {"payments": self.marker, "expenses": self.expense_marker}.get(kind, False)

    @property
    def origin(self) -> str:
        """Scheme, host and port that its token may be sent to; `EMBEDDED` for the built-in sandbox."""
        return EMBEDDED if self.sandbox else _origin_of(self.base_url)

    @property
    def account(self) -> str:
        """Provider, origin, organization and user: what changes and cached records are bound to."""
        return "|".join((self.provider, self.origin, self.organization_id or "", self.user_id))


def sign_in_command(connection: Connection) -> str:
    """The command that signs a connection in again."""
    named = "" if connection.name == connection.provider else f" --name {connection.name}"
    return f"kworkbench connect {connection.provider}{named}"


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def authorization_base(connection: Connection) -> str | None:
    """What the addresses of the sign-in through the browser begin with, None where there is none.

    A server that is not the provider's own has them below `/oauth`.
    """
    own = AUTHORIZATION.get(connection.provider)
    if own is None or connection.sandbox:
        return None
    return own if connection.origin == _origin_of(HOSTED[connection.provider]) else f"{connection.origin}/oauth"


SANDBOXES = (
    Connection("sandbox-productive", "productive", EMBEDDED, organization="Harbour & Finch Studio", writable=True),
    Connection("sandbox-kantata", "kantata", EMBEDDED, organization="Harbour & Finch Studio", writable=True),
)
"""The connections that always exist; the first is the default."""


def check_name(name: str) -> str:
    """`name` itself, when a connection can be called so.

    Raises:
        ConnectionNameError: empty, too long or with other characters.
    """
    if not NAME.fullmatch(name):
        raise ConnectionNameError(
            f"{name!r} cannot name a connection. Use up to 40 letters, digits, dots, dashes or underscores."
        )
    return name


def check_client_id(text: str) -> str:
    """`text` itself, when it can be the id of an application.

    Raises:
        ClientIdError: empty, too long or with other characters.
    """
    if not is_word(text, LONGEST_CLIENT_ID):
        raise ClientIdError(f"{text!r} is no id of an application. Copy it from the application's page.")
    return text


def check_base_url(text: str) -> str:
    """The base URL without its trailing slash, when it may be used: https, or plain http to loopback.

    Raises:
        BaseUrlError: no such URL, or one that carries a password, a query or a fragment.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BaseUrlError(f"{text!r} is not a URL. Write it like https://api.example.com/api/v2.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise BaseUrlError("A base URL begins with https:// and names a host, like https://api.example.com/api/v2.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise BaseUrlError("A base URL holds no user, password, query or fragment. The token is asked for apart.")
    if parts.scheme == "http" and not _is_loopback(host):
        raise BaseUrlError(f"Plain http is only for this machine, and {host} is another. Use https.")
    return _put_together(parts, host, port)


def _is_loopback(host: str) -> bool:
    return host in _PLAIN_HOSTS or bool(_LOOPBACK_V4.fullmatch(host))


def _put_together(parts: SplitResult, host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None else f"{shown}:{port}"
    return f"{parts.scheme}://{netloc}{parts.path}".rstrip("/")

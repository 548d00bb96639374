"""What is asked of an authorization server: the address that the browser opens, and the request for a token.

Pure. Source: sync-engine.md section 8 ("Sign-in"), api/kantata.md section 1, RFC 6749 section 4.1, RFC 7636.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from urllib.parse import urlencode

from kworkbench.domain.secret import Secret
from kworkbench.lean import dataclass
from kworkbench.providers.base import Request

PATH = "/callback"
"""Where the browser's answer is awaited, below the loopback address."""
HOST = "127.0.0.1"
ENTROPY = 32
"""Random bytes of a state and of a verifier: 43 characters, the least that RFC 7636 allows."""

Randomness = Callable[[int], str]
"""A text of so many random bytes in characters of an address: `secrets.token_urlsafe`."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One attempt to sign in.

    Attributes:
        state: comes back with the answer, so that no other page's answer is taken for it.
        verifier: proves with the code that it was asked for from here (PKCE).
        redirect_uri: where the answer is awaited; the provider knows it from the application's registration.
    """

    client_id: str
    state: str
    verifier: Secret
    redirect_uri: str

    def address(self, base: str) -> str:
        """What the browser opens; `base` is what the addresses of the authorization server begin with."""
        fields = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256",
        }
        return f"{base}/authorize?{urlencode(fields)}"

    def token_request(self, code: Secret, client_secret: Secret | None) -> Request:
        """The request, below the same base, that turns a code into a token."""
        form = {
            "grant_type": Secret("authorization_code"),
            "client_id": Secret(self.client_id),
            "code": code,
            "redirect_uri": Secret(self.redirect_uri),
            "code_verifier": self.verifier,
        }
        if client_secret is not None:
            form["client_secret"] = client_secret
        return Request("POST", "/token", form=form, fresh=True)


def begin(client_id: str, state: str, port: int, random: Randomness) -> Asking:
    """A new attempt whose answer is awaited on a port."""
    return Asking(client_id, state, Secret(random(ENTROPY)), f"http://{HOST}:{port}{PATH}")


def challenge(verifier: Secret) -> str:
    """What is shown of the verifier before it is used: S256 of RFC 7636 section 4.2."""
    return urlsafe_b64encode(sha256(verifier.reveal().encode("ascii")).digest()).decode("ascii").rstrip("=")

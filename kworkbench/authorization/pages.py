"""The pages that the browser is shown at the end. Nothing in them comes from a server or from the request.

Source: sync-engine.md section 8 ("Sign-in").
"""

from __future__ import annotations

from kworkbench.lean import dataclass

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>kworkbench</title></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Connection", "close"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page and its HTTP status, number and phrase."""

    status: str
    title: str
    text: str

    def response(self) -> bytes:
        """The whole HTTP answer."""
        body = _PAGE.format(title=self.title, text=self.text).encode("ascii")
        headers = (*_HEADERS, ("Content-Length", str(len(body))))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return f"HTTP/1.1 {self.status}\r\n{head}\r\n".encode("ascii") + body


_BACK = "The terminal says how it goes on. This page can be closed."
TAKEN = Page("200 OK", "Your answer has arrived", _BACK)
NOT_SIGNED_IN = Page("200 OK", "You are not signed in", _BACK)
STRANGER = Page("400 Bad Request", "This does not belong to the sign-in", _BACK)
UNREADABLE = Page("400 Bad Request", "This is no request", "Only the answer of a sign-in is taken here.")
ELSEWHERE = Page("404 Not Found", "There is nothing here", "Only the answer of a sign-in is taken here.")
OTHER_METHOD = Page("405 Method Not Allowed", "Not like this", "Only the answer of a sign-in is taken here.")
OVER = Page("410 Gone", "An answer was taken already", _BACK)

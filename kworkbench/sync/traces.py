"""What went over the line, as the journal keeps it: bounded, and with nothing in it that signs anybody in.

Headers are left out altogether, for the token is one of them. Source: sync-engine.md sections 3 and 8, "Secrets".
"""

from __future__ import annotations

import json
import re

from kworkbench.providers.base import Request, Response

MOST_KEPT = 64 * 1024
MASK = "***"
_SECRET = re.compile(r'("[^"]*(?:token|secret|password|authorization|api_key)[^"]*"\s*:\s*)"[^"]*"', re.IGNORECASE)


def shown_request(request: Request) -> str:
    """The line of a request, its query and its body."""
    query = "&".join(f"{name}={value}" for name, value in request.query)
    line = f"{request.method} {request.path}{f'?{query}' if query else ''}"
    body = "" if request.body is None else json.dumps(request.body, ensure_ascii=False)
    return _kept(f"{line}\n{body}".strip())


def shown_answer(answer: Response) -> str:
    """The body of an answer, as text."""
    return _kept(answer.body.decode("utf-8", "replace"))


def _kept(text: str) -> str:
    """Bounded in bytes, and a text that a file can keep."""
    masked = _SECRET.sub(rf'\1"{MASK}"', text)
    return masked.encode("utf-8", "replace")[:MOST_KEPT].decode("utf-8", "ignore")

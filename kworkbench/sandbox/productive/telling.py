"""Telling webhooks what was done (api/productive.md section 14).

The vendor tries twelve times over two days; the sandbox tries once, tells addresses on loopback alone, and sends the
activity as a document. These three, and that a webhook is working after an answer of 2xx and else has issues, are ours.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from contextlib import suppress
from hashlib import sha256
from urllib.parse import SplitResult, urlsplit

from kworkbench.sandbox.books.history_model import Activity, Webhook
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.encode import json_bytes
from kworkbench.sandbox.hosts import is_loopback
from kworkbench.sandbox.productive.assembly import Assembly, Wishes
from kworkbench.sandbox.productive.resources import ACTIVITIES

SECONDS = 5.0
"""How long an address may take to answer."""

WORKING, ISSUES = 1, 2
EVENTS = {
    ("invoice", "create"): 2,
    ("invoice", "update"): 14,
    ("invoice", "delete"): 15,
    ("expense", "create"): 21,
    ("expense", "update"): 22,
    ("expense", "delete"): 23,
    ("payment", "create"): 32,
    ("payment", "update"): 33,
    ("payment", "delete"): 34,
}

logger = logging.getLogger(__name__)


class Teller:
    """Tells webhooks of the activities since it was made, or since it told last."""

    def __init__(self, context: SandboxContext) -> None:
        self._context = context
        self._last = context.books.scalar("SELECT max(id) FROM activities")
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self) -> None:
        """Begins to tell what is new, in the running loop; nothing is waited for."""
        books = self._context.books
        fresh = books.all(Activity, "WHERE id > ? ORDER BY id", (self._last,))
        hooks = books.all(Webhook, "ORDER BY id") if fresh else []
        for activity in fresh:
            self._last = activity.id
            event = EVENTS[activity.item_type, activity.event]
            for hook in hooks:
                if hook.event_id == event:
                    body = json_bytes(Assembly(self._context, ACTIVITIES, Wishes()).single(activity))
                    task = asyncio.get_running_loop().create_task(self._tell(hook, body))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Waits until everything that was begun is told."""
        await asyncio.gather(*self._tasks)

    async def _tell(self, hook: Webhook, body: bytes) -> None:
        told = False
        with suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(SECONDS):
                told = 200 <= await _post(urlsplit(hook.target_url), self._signature(hook, body), body) < 300
        if not told:
            logger.info("The webhook %s was not told: %s", hook.id, hook.target_url)
        self._context.books.update(Webhook, hook.id, state_id=WORKING if told else ISSUES)

    def _signature(self, hook: Webhook, body: bytes) -> str:
        second = int(self._context.clock().timestamp())
        digest = hmac.new(hook.signature_token.encode(), b"%d." % second + body, sha256).hexdigest()
        return f"t={second},s={digest}"


async def _post(target: SplitResult, signature: str, body: bytes) -> int:
    """The status that the address answers; 0 for one that is not told.

    Raises:
        OSError: nobody is there.
        ValueError: what answers does not speak HTTP.
    """
    host = target.hostname or ""
    if target.scheme != "http" or not is_loopback(host):
        return 0
    reader, writer = await asyncio.open_connection(host, target.port or 80)
    head = (
        f"POST {target.path or '/'}{f'?{target.query}' if target.query else ''} HTTP/1.1\r\nHost: {target.netloc}\r\n"
        f"Content-Type: application/json\r\nProductive-Signature: {signature}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    try:
        writer.write(head.encode() + body)
        await writer.drain()
        return int((await reader.readline()).split(maxsplit=2)[1])
    except IndexError:
        raise ValueError("no HTTP") from None
    finally:
        writer.close()

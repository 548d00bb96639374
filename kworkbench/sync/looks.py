"""The looking for unclear creates: one probe of each at the protocol's times, and single looks between them.

A send ends whatever looks for its change: absence that was asked for before it says nothing of it, and T_settle counts
from its own end. Source: sync-engine.md section 6.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from kworkbench.sync.sender import Sender

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Looks:
    """The tasks that look, by the numbers of their changes; used on the engine's thread."""

    def __init__(self, sender: Sender, spawn: Spawn) -> None:
        self._sender = sender
        self._spawn = spawn
        self._probes: dict[int, asyncio.Task[None]] = {}
        self._single: dict[int, set[asyncio.Task[None]]] = {}

    def ask(self, seq: int) -> None:
        """Look for an unclear create at the protocol's times; asked again meanwhile, look once more at once."""
        probe = self._probes.get(seq)
        if probe is None or probe.done():
            self._probes[seq] = self._spawn(self._sender.probe(seq))
            return
        looks = self._single.setdefault(seq, set())
        look = self._spawn(self._sender.look(seq))
        looks.add(look)
        look.add_done_callback(looks.discard)

    def end(self, seq: int) -> None:
        """Look for it no more: it is sent again."""
        probe = self._probes.pop(seq, None)
        for task in (*self._single.pop(seq, ()), *((probe,) if probe is not None else ())):
            task.cancel()

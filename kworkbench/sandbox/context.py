"""What both dialects are given: the books, who may come in, the clock and the switches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kworkbench.sandbox.books.store import Books


@dataclass(frozen=True, slots=True)
class SandboxContext:
    """Everything a route needs; built once per server.

    Attributes:
        books: opened in the thread that serves.
        token: what `Authorization: Bearer` (Kantata) and `X-Auth-Token` (Productive) must carry.
        organization_id: Productive's tenant, a text of digits; equals the id of the books' organization.
        clock: the present moment, aware.
        modern_shape: Productive answers in the shape of 2024 and later (api/productive.md section 15), not the seed's.
        kantata_field: Kantata's validation errors carry `field` (api/kantata.md section 2.2); off leaves it out.
    """

    books: Books
    token: str
    organization_id: str
    clock: Callable[[], datetime]
    modern_shape: bool = False
    kantata_field: bool = True

"""Pulls every page and keeps nothing: `pull BASE_URL TOKEN ORGANIZATION`; prints seconds and CPU seconds."""

from __future__ import annotations

import asyncio
import json
import sys
import time

from kworkbench.domain.records import Values
from kworkbench.providers import load
from kworkbench.sync.http import HttpTransport

PROVIDER = "productive"


def _nothing(_kind: str, _id: str) -> Values | None:
    return None


async def pull(base_url: str, token: str, organization: str) -> tuple[float, float]:
    """Seconds and CPU seconds of this process."""
    provider = load(PROVIDER)
    headers = provider.auth(token, organization)
    transport = HttpTransport(base_url, lambda: headers)
    catalog = provider.catalog
    begin, cpu = time.perf_counter(), time.process_time()
    for kind in (*(each.name for each in catalog.related), *catalog.resources):
        number, pages = 1, 1
        while number <= pages:
            answer = await transport.send(provider.list_page(kind, number, catalog.page_size))
            if number == 1:
                pages = provider.read_page(kind, answer, _nothing).pages
            number += 1
    seconds, worked = time.perf_counter() - begin, time.process_time() - cpu
    await transport.close()
    return seconds, worked


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(pull(*sys.argv[1:]))))

"""Documents as bytes: pages of hundreds of records are what a sandbox spends most of its time on."""

from __future__ import annotations

from pydantic_core import to_json


def json_bytes(document: object) -> bytes:
    """JSON in UTF-8 without spaces, members in their order."""
    return to_json(document)

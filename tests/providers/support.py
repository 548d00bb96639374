from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from kworkbench.domain.records import Lookup, Values
from kworkbench.providers.base import Response

DATA = Path(__file__).parents[1] / "data"


def answer(document: object, status: int = 200) -> Response:
    return Response(status, {}, json.dumps(document).encode())


def nothing_known(_kind: str, _id: str) -> None:
    return None


def known(records: Mapping[tuple[str, str], Values]) -> Lookup:
    return lambda kind, record_id: records.get((kind, record_id))

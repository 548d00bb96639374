from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.filters.line import VENDORS, Line, opened


@pytest.fixture(scope="module", params=VENDORS)
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    """One sandbox and one cache for a whole module: nothing here writes at the server."""
    with opened(str(request.param)) as made:
        yield made

"""The vendors: their tables, their requests, their answers. Pure: no I/O.

Tables are cheap to import; a provider that reads answers imports pydantic and is loaded when it is first needed.
"""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.catalog import Catalog
from kworkbench.providers.base import Provider
from kworkbench.providers.kantata.catalog import CATALOG as _KANTATA
from kworkbench.providers.productive.catalog import CATALOG as _PRODUCTIVE

CATALOGS: Mapping[str, Catalog] = {catalog.provider: catalog for catalog in (_KANTATA, _PRODUCTIVE)}


def load(name: str) -> Provider:
    """The provider of that name.

    Raises:
        KeyError: there is none.
    """
    if name == "kantata":
        from kworkbench.providers.kantata.provider import KantataProvider  # noqa: PLC0415 - imports pydantic

        return KantataProvider()
    if name == "productive":
        from kworkbench.providers.productive.provider import ProductiveProvider  # noqa: PLC0415 - imports pydantic

        return ProductiveProvider()
    raise KeyError(name)

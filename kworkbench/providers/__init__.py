"""The vendors: their tables, their requests, their answers. Pure: no I/O.

Tables are cheap to import; a provider is loaded when it is first needed, and imports pydantic with its first answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kworkbench.domain.catalog import Catalog

if TYPE_CHECKING:
    from kworkbench.providers.base import Provider

_NAMES = ("kantata", "productive")


class _Catalogs(Mapping[str, Catalog]):
    """Each vendor's tables, imported when they are first asked for: a start needs those of one."""

    def __getitem__(self, name: str) -> Catalog:
        if name == "kantata":
            from kworkbench.providers.kantata.catalog import CATALOG as KANTATA  # noqa: PLC0415

            return KANTATA
        if name == "productive":
            from kworkbench.providers.productive.catalog import CATALOG as PRODUCTIVE  # noqa: PLC0415

            return PRODUCTIVE
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


CATALOGS: Mapping[str, Catalog] = _Catalogs()


def load(name: str) -> Provider:
    """The provider of that name.

    Raises:
        KeyError: there is none.
    """
    if name == "kantata":
        from kworkbench.providers.kantata.provider import KantataProvider  # noqa: PLC0415 - one vendor's

        return KantataProvider()
    if name == "productive":
        from kworkbench.providers.productive.provider import ProductiveProvider  # noqa: PLC0415 - one vendor's

        return ProductiveProvider()
    raise KeyError(name)

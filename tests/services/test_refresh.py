"""What a refresh asks the engine to read."""

from __future__ import annotations

from concurrent.futures import Future
from typing import cast

import pytest

from kworkbench.providers import CATALOGS
from kworkbench.services.refresh import RefreshService
from kworkbench.sync.hub import Hub
from kworkbench.sync.late import LateHome


class Asked:
    """A home that writes down what is to be read."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.kinds: tuple[str, ...] = ()
        self.how: dict[str, bool] = {}

    def refresh(self, _account: str, kinds: tuple[str, ...], **how: bool) -> Future[str]:
        self.kinds, self.how = kinds, how
        done: Future[str] = Future()
        done.set_result("")
        return done


@pytest.mark.parametrize(
    ("provider", "kinds", "read"),
    [
        ("productive", ("invoices",), ("clients", "projects", "invoices")),
        ("productive", ("expenses",), ("projects", "people", "categories", "services", "expenses")),
        ("kantata", ("invoices",), ("projects", "invoices")),
    ],
)
def test_a_refresh_of_one_list_reads_only_what_its_rows_name(
    provider: str, kinds: tuple[str, ...], read: tuple[str, ...]
) -> None:
    home = Asked()
    RefreshService(cast("LateHome", home), "books", CATALOGS[provider]).refresh(kinds).result(0)
    assert home.kinds == read


def test_a_refresh_of_everything_reads_everything() -> None:
    home = Asked()
    catalog = CATALOGS["productive"]
    RefreshService(cast("LateHome", home), "books", catalog).refresh().result(0)
    assert home.kinds == (*(kind.name for kind in catalog.related), *catalog.resources)
    assert home.how == {"full": False, "stale": False}


def test_a_full_resync_and_what_is_fresh_are_the_engines_to_know() -> None:
    home = Asked()
    service = RefreshService(cast("LateHome", home), "books", CATALOGS["kantata"])
    service.refresh(("invoices",), full=True).result(0)
    assert home.how == {"full": True, "stale": False}
    service.refresh(("invoices",), stale=True).result(0)
    assert home.how == {"full": False, "stale": True}

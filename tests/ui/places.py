"""What an expense line names, at both providers, for the cache of a bench."""

from __future__ import annotations

from kworkbench.domain.records import Record, Value
from kworkbench.store.cache import Cache
from tests.ui.books import no_changes
from tests.ui.standin import Bench


def _named(kind: str, record_id: str, name: str, **values: Value) -> Record:
    return Record(kind, record_id, {"name": name, "archived": False, **values})


def _service(record_id: str, name: str, project_id: str, currency: str) -> Record:
    place: dict[str, Value] = {"project_id": project_id, "project": "Webshop relaunch", "currency": currency}
    return _named("services", record_id, name, **place, category=name, category_id=record_id, expense_tracking=True)


PLACES = (
    _named("projects", "7", "Webshop relaunch", currency="EUR", client="Åkerlund & Söner AB"),
    _named("projects", "8", "Harbour app", currency="USD", client="Peñalver Hermanos S.L."),
    _named("projects", "9", "Harbour study", currency="EUR", client="Peñalver\x1b[2J"),
    _named("projects", "10", "Office move", currency="EUR"),
    _named("categories", "2", "Meals"),
    _named("categories", "3", "Travel"),
    _service("2", "Meals", "7", "EUR"),
    _service("3", "Travel", "7", "EUR"),
    _service("4", "Meals", "8", "USD"),
    _service("5", "Meals", "9", "EUR"),
)


def with_places(bench: Bench) -> Bench:
    """The bench, whose cache knows projects, categories and services."""
    cache = Cache.open(bench.path)
    for connection in bench.connections:
        cache.put(connection.account, PLACES, 2, no_changes)
    cache.close()
    return bench

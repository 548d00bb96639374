"""A home whose cache holds many made-up expenses of a connection that no server answers for."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kworkbench.config import load
from kworkbench.domain.changes import Change
from kworkbench.domain.records import Record
from kworkbench.paths import find
from kworkbench.services.view_state import LeftOff, save_state
from kworkbench.store.cache import Cache
from kworkbench.store.schema import schema_version

CONNECTION = "bench"
RARE, COMMON = "kappa9", "kappa1"
"""Codes that texts begin with: RARE in five of all expenses, COMMON in half of them."""

_CONFIG = f"""default = "{CONNECTION}"

[connections.{CONNECTION}]
provider = "productive"
base_url = "http://127.0.0.1:9/api/v2"
organization_id = "1"
organization = "Benchmark"
user_id = "1"
writable = true
"""
_WORDS = ("Taxi", "Train", "Hotel", "Bénédicte's lunch", "会議室レンタル", "Licence", "Printing", "Flight", "Parcel")
_NAMES = ("Åkerlund & Söner AB", "Hokuto Design K.K.", "O'Malley, Price & Partners", "Zażółć Gęślą Sp. z o.o.")
_CATEGORIES = ("Travel", "Meals", "Software", "Office", "Post")
_FIRST = date(2019, 1, 1)


def prepare(folder: Path, size: int) -> Path:
    """A home with `size` expenses and a fifth as many invoices, made once per folder; it opens on the expenses."""
    home = folder / f"home-{size}-{schema_version():x}"
    if (home / "ready").exists():
        return home
    paths = find({"KWORKBENCH_HOME": str(home)})
    paths.create()
    paths.config_file.write_text(_CONFIG)
    account = load(paths.config_file).connection(CONNECTION).account
    cache = Cache.open(paths.cached)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for kind, count, records in (
        ("invoices", size // 5, invoices(size // 5)),
        ("payments", 0, iter(())),
        ("expenses", size, expenses(size)),
    ):
        cache.put(account, records, 1, _no_changes)
        cache.note_sync(account, kind, loaded=count, total=count, changed_at=now, checked_at=now)
    while cache.tidy():
        pass
    cache.close()
    save_state(paths.view_state, {account: LeftOff("expenses")})
    (home / "ready").touch()
    return home


def expenses(size: int) -> Iterator[Record]:
    """Expenses in no order of their dates; the same ones for the same size."""
    dice = random.Random(7)  # noqa: S311 - made-up books
    rare = {size * part // 5 for part in range(5)}
    for number in range(size):
        code = RARE if number in rare else f"kappa{1 + dice.randrange(2)}"
        yield Record(
            "expenses",
            str(number + 1),
            {
                "id": str(number + 1),
                "date": (_FIRST + timedelta(days=dice.randrange(2600))).isoformat(),
                "category": dice.choice(_CATEGORIES),
                "text": f"{code} {dice.choice(_WORDS)} {number}",
                "project": f"Project {dice.randrange(400)}",
                "person": dice.choice(("Nguyễn Thị Minh", "Keller B.", "Álvarez J.", "Sato K.")),
                "amount": dice.randrange(-5000, 2_000_000),
                "currency": dice.choice(("EUR", "EUR", "EUR", "USD", "GBP", "JPY")),
                "billable": dice.random() < 0.5,
                "reimbursable": dice.random() < 0.5,
                "invoiced": dice.random() < 0.2,
                "approval": dice.choice(("none", "submitted", "approved", "approved", "approved", "rejected")),
                "receipt": dice.random() < 0.7,
                "archived": False,
                "external": False,
            },
            raw="{}",
        )


def invoices(size: int) -> Iterator[Record]:
    """Invoices, one in ten of them open."""
    dice = random.Random(11)  # noqa: S311
    for number in range(size):
        total, owed = dice.randrange(1000, 9_000_000), number % 10 == 0
        issued = _FIRST + timedelta(days=dice.randrange(2600))
        yield Record(
            "invoices",
            str(number + 1),
            {
                "id": str(number + 1),
                "number": f"INV-{number + 1:06d}",
                "kind": "invoice",
                "client": dice.choice(_NAMES),
                "project": f"Project {dice.randrange(400)}",
                "issued": issued.isoformat(),
                "due": (issued + timedelta(days=30)).isoformat(),
                "state": "open",
                "settlement": "unpaid" if owed else "paid",
                "total": total,
                "outstanding": total if owed else 0,
                "currency": dice.choice(("EUR", "USD", "GBP")),
                "archived": False,
                "external": False,
            },
            raw="{}",
        )


def _no_changes(_lid: str) -> Sequence[Change]:
    return ()

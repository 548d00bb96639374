"""A small set of books in a real cache.db: the invoices of the design's pictures, payments and expenses beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from kworkbench.domain.changes import Change
from kworkbench.domain.records import Record, Value
from kworkbench.domain.settlement import settlement_of
from kworkbench.store.cache import Cache

TODAY = date(2026, 3, 4)
CHANGED_AT = "2026-03-04T09:41:00+00:00"
CHECKED_AT = "2026-03-04T06:00:00+00:00"

_OPEN = """
INV-1150|N/A Consulting Group, Inc.|2024-08-28|2024-09-27|1890080|1134048|USD
INV-1262|Åkerlund & Söner AB|2025-04-13|2025-05-28|612000|612000|EUR
INV-1351|Zażółć Gęślą Sp. z o.o.|2025-10-27|2025-11-10|48645|29187|EUR
INV-1345|Null & Void Ltd|2025-10-16|2025-11-15|422500|422500|GBP
INV-1348|Åkerlund & Söner AB|2025-10-20|2025-11-19|1245000|1245000|EUR
INV-1353|Hokuto Design K.K.|2025-10-31|2025-11-30|180000|180000|JPY
INV-1363|Åkerlund & Söner AB|2025-11-19|2025-12-03|22500|22500|EUR
INV-1358|Peñalver Hermanos S.L.|2025-11-12|2025-12-12|845000|845000|EUR
INV-1366|Zażółć Gęślą Sp. z o.o.|2025-11-25|2025-12-25|62500|62500|EUR
INV-1373|Null & Void Ltd|2025-12-11|2026-01-10|1215500|607750|GBP
INV-1374|Peñalver Hermanos S.L.|2025-12-15|2026-01-14|1245000|747000|EUR
INV-1382|Åkerlund & Söner AB|2026-01-04|2026-01-18|62500|62500|EUR
INV-1372|Åkerlund & Söner AB|2025-12-07|2026-01-21|148750|148750|EUR
INV-1377|O'Malley, Price & Co.|2025-12-25|2026-01-24|259440|129720|GBP
INV-1388|Hokuto Design K.K.|2026-01-15|2026-01-29|425000|425000|JPY
INV-1391|Müller-Lüdenscheidt Rechtsanwälte PartG|2026-01-19|2026-02-02|622500|622500|EUR
INV-1384|N/A Consulting Group, Inc.|2026-01-05|2026-02-04|1481550|1481550|USD
INV-1383|Bright Side of the Moon LLC|2026-01-05|2026-02-04|45000|45000|USD
INV-1386|Peñalver Hermanos S.L.|2026-01-10|2026-02-09|1890080|1890080|EUR
INV-1387|N/A Consulting Group, Inc.|2026-01-11|2026-02-10|240000|144000|USD
INV-1390|Åkerlund & Söner AB|2026-01-02|2026-02-16|1245000|311250|EUR
INV-1392|O'Malley, Price & Co.|2026-01-23|2026-02-22|418915|418915|GBP
INV-1385|Fondation pour les arts vivants|2026-01-08|2026-02-22|22500|22500|CHF
INV-1394|Bright Side of the Moon LLC|2026-01-24|2026-02-23|845000|845000|USD
INV-1395|Müller-Lüdenscheidt Rechtsanwälte PartG|2026-01-28|2026-02-27|845000|845000|EUR
INV-1396|O'Malley, Price & Co.|2026-01-31|2026-03-02|240000|240000|GBP
INV-1409|Null & Void Ltd|2026-02-26|2026-04-12|45000|11250|GBP
INV-1408|Null & Void Ltd|2026-02-25|2026-03-27|728280|728280|GBP
INV-1407|Peñalver Hermanos S.L.|2026-02-21|2026-03-23|62500|62500|EUR
INV-1405|Hokuto Design K.K.|2026-02-19|2026-03-05|96800|96800|JPY
INV-1404|Hokuto Design K.K.|2026-02-16|2026-03-18|180000|108000|JPY
INV-1403|Peñalver Hermanos S.L.|2026-02-13|2026-03-15|45000|45000|EUR
INV-1402|Åkerlund & Söner AB|2026-02-09|2026-03-11|422500|422500|EUR
INV-1401|Café 1893 S.à r.l.|2026-02-08|2026-03-25|98050|58830|EUR
INV-1400|Tam O'Shanter Distillers|2026-02-08|2026-03-10|48645|48645|GBP
INV-1399|N/A Consulting Group, Inc.|2026-02-06|2026-03-08|45000|27000|USD
INV-1398|Zażółć Gęślą Sp. z o.o.|2026-02-05|2026-03-07|845000|845000|EUR
INV-1397|Åkerlund & Söner AB|2026-02-03|2026-03-05|45000|45000|EUR
"""
_CLIENTS = ("Åkerlund & Söner AB", "Peñalver Hermanos S.L.", "N/A Consulting Group, Inc.", "Null & Void Ltd",
            "Hokuto Design K.K.", "Zażółć Gęślą Sp. z o.o.", "O'Malley, Price & Co.", "Café 1893 S.à r.l.")  # fmt: skip
_CURRENCIES = ("EUR", "EUR", "USD", "GBP", "JPY", "EUR", "GBP", "EUR")
_CATEGORIES = ("Travel", "Software", "Meals", "Equipment", "Travel and lodging")
_PEOPLE = ("Oyelaran A.", "Nguyễn Thị Minh", "Keller B.", "Lindqvist S.")
_TEXTS = ("Train Gdańsk to Berlin", "Licence renewal", 'Taxi São Paulo "GRU" → hotel', "Lunch with the client",
          "Monitor arm", "会議室レンタル 新宿")  # fmt: skip


def no_changes(_lid: str) -> Sequence[Change]:
    """No record has open changes."""
    return ()


def fill_cache(path: Path, *accounts: str) -> None:
    """Write the books of these accounts into a cache; made once, copied afterwards."""
    if accounts not in _MADE:
        made = path.with_suffix(".made")
        for account in accounts:
            _fill(made, account)
        _MADE[accounts] = made.read_bytes()
    path.write_bytes(_MADE[accounts])


_MADE: dict[tuple[str, ...], bytes] = {}


def _fill(path: Path, account: str) -> None:
    cache = Cache.open(path)
    for kind, records in (
        ("invoices", tuple(invoices())),
        ("payments", tuple(payments())),
        ("expenses", tuple(expenses())),
    ):
        cache.put(account, records, 1, no_changes)
        cache.note_sync(
            account, kind, loaded=len(records), total=len(records), changed_at=CHANGED_AT, checked_at=CHECKED_AT
        )
    cache.close()


def invoices(paid: int = 364) -> Iterator[Record]:
    """The open ones of the pictures, three drafts, seven cancelled, the rest paid."""
    for line in _OPEN.split("\n"):
        if line:
            number, client, issued, due, total, owed, currency = line.split("|")
            yield _invoice(number, client, issued, due, int(total), int(owed), currency)
    for index in range(3):
        yield _invoice(f"INV-14{10 + index}", _CLIENTS[index], "2026-03-02", "2026-04-01", 62500, 0, "EUR", "draft")
    for index in range(7):
        yield _invoice(
            f"INV-13{20 + index}", _CLIENTS[index], "2026-01-03", "2026-02-15", 661572, 0, "GBP", "cancelled"
        )
    for index in range(paid):
        which = index % len(_CLIENTS)
        day = TODAY - timedelta(days=40 + index * 2)
        due_day = (day + timedelta(days=30)).isoformat()
        minor = 12500 * (1 + index % 40)
        yield _invoice(
            f"INV-{1149 - index:04}", _CLIENTS[which], day.isoformat(), due_day, minor, 0, _CURRENCIES[which]
        )


def _invoice(
    number: str, client: str, issued: str, due: str, total: int, owed: int, currency: str, state: str = "open"
) -> Record:  # fmt: skip
    values: dict[str, Value] = {
        "id": number.removeprefix("INV-"), "number": number, "kind": "invoice", "client": client,
        "project": f"{client.split(maxsplit=1)[0]} retainer", "issued": issued, "due": due, "state": state,
        "settlement": settlement_of(total=total, paid=total - owed, written_off=0, outstanding=owed),
        "total": total, "outstanding": owed, "currency": currency, "paid": total - owed, "written_off": 0,
        "subject": "Packaging", "several_projects": False, "client_id": client[:4], "project_id": f"p-{client[:4]}",
        "archived": False, "external": False,
    }  # fmt: skip
    raw = f'{{"id": "{values["id"]}", "type": "invoices", "attributes": {{"number": "{number}"}}}}'
    return Record("invoices", str(values["id"]), values, raw)


def payments() -> Iterator[Record]:
    """Twelve payments, a refund and a write-off among them."""
    for index in range(12):
        which = index % len(_CLIENTS)
        number = ("1351", "1373", "1150")[index % 3]
        kind = {5: "refund", 9: "write-off"}.get(index, "payment")
        minor = (9729, 303875, 378016)[index % 3] * (-1 if kind == "refund" else 1)
        values: dict[str, Value] = {
            "id": str(500 + index), "date": (TODAY - timedelta(days=5 * index + 1)).isoformat(),
            "invoice": f"INV-{number}", "invoice_id": number, "client": _CLIENTS[which], "project": "Packaging",
            "kind": kind, "amount": minor, "currency": ("EUR", "GBP", "USD")[index % 3],
            "note": ("wire ref 77812", "balance follows kw:7Q2M8XKD", "")[index % 3],
            "archived": False, "external": False,
        }  # fmt: skip
        yield Record("payments", str(values["id"]), values)


def expenses() -> Iterator[Record]:
    """Sixty expenses in every approval state, with awkward texts."""
    for index in range(60):
        minor = 1290 + index * 317
        values: dict[str, Value] = {
            "id": str(88000 + index), "date": (TODAY - timedelta(days=index)).isoformat(),
            "category": _CATEGORIES[index % 5], "text": _TEXTS[index % 6], "project": "Webshop relaunch",
            "person": _PEOPLE[index % 4], "amount": minor, "currency": _CURRENCIES[index % 8],
            "billable": index % 2 == 0, "reimbursable": index % 3 == 0, "invoiced": index % 7 == 0,
            "approval": ("approved", "submitted", "none", "rejected")[index % 4], "receipt": index % 5 == 0,
            "quantity": "1", "unit_amount": minor, "archived": False, "external": False,
        }  # fmt: skip
        yield Record("expenses", str(values["id"]), values)

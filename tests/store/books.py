"""Small random books, and changes on them, for the store's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import strategies as st

from kworkbench.domain.catalog import Field, Resource, ValueType
from kworkbench.domain.changes import Args, Change, Idem, Op, State
from kworkbench.domain.query import Query
from kworkbench.domain.records import Record, Value, Values
from kworkbench.domain.resources import RESOURCES
from kworkbench.store import paths, source, spread
from kworkbench.store.cache import Cache
from kworkbench.store.reader import Reader
from tests.domain.query.strategies import queries

TODAY = date(2026, 3, 4)
ACCOUNT, OTHER = "productive https://one/ 9 u1", "kantata https://two/ 8 u2"

NAMES = ["Acme", "acme", "Åkerlund & Söner", "N/A, Inc.", "INV-9", "inv-10", "漢字", 'said "so"', "100%", "a_b"]
DAYS = [(TODAY + timedelta(days=step)).isoformat() for step in (-400, -40, -3, -1, 0, 1, 30)]


def no_changes(_lid: str) -> Sequence[Change]:
    return ()


def values_of(resource: Resource, record_id: str) -> st.SearchStrategy[Values]:
    rare = {field.type: field for field in reversed(resource.rare)}.values()
    known = (field for field in (*resource.fields, *rare) if field.stored and field.name != "id")
    return st.fixed_dictionaries({"id": st.just(record_id), **{field.name: _value(field) for field in known}})


def _value(field: Field) -> st.SearchStrategy[Value]:
    found: st.SearchStrategy[Value]
    match field.type:
        case ValueType.TEXT:
            found = st.sampled_from(NAMES)
        case ValueType.DATE:
            found = st.sampled_from(DAYS)
        case ValueType.AMOUNT:
            found = st.sampled_from([0, 777, -5000, 50000, 50001, 10**17])
        case ValueType.CURRENCY:
            return st.sampled_from(["EUR", "EUR", "JPY", "KWD"])
        case ValueType.YES_NO:
            found = st.booleans()
        case ValueType.CHOICE:
            return st.sampled_from(field.choices)
        case ValueType.QUANTITY:
            found = st.sampled_from(["1", "2.5", "7.77"])
        case ValueType.SEVERAL:
            found = st.sampled_from(["1", "1\n2", "10", "2\n10\n1"])
        case ValueType.KEYED:
            found = st.sampled_from(["7=blue", "7=blue\n8=5", "17=blue", "8=5\n7=blue sky"])
        case _:
            found = st.sampled_from(["1", "2", "10"])
    return found | st.none()


def books(resource: Resource, most: int = 14) -> st.SearchStrategy[list[Record]]:
    """As often full as empty: a list of one row has no order, no page and no group to be wrong about."""
    numbers = st.sampled_from([str(number) for number in range(1, 40)])
    sizes = st.sampled_from([0, most // 2, most // 2, most - 2])
    ids = sizes.flatmap(lambda least: st.lists(numbers, min_size=max(0, least), max_size=most, unique=True))

    def of(chosen: list[str]) -> st.SearchStrategy[list[Record]]:
        each = [st.builds(Record, st.just(resource.name), st.just(one), values_of(resource, one)) for one in chosen]
        return st.tuples(*each).map(list)

    return ids.flatmap(of)


def asked(resource: Resource) -> st.SearchStrategy[Query]:
    """Queries of which most find something: random terms together seldom do."""
    return st.builds(lambda query, terms: replace(query, terms=query.terms[:terms]), queries(resource), _TERMS)


_TERMS = st.sampled_from([0, 0, 1, 1, 1, 2, 4])


def change(
    seq: int,
    op: Op,
    kind: str,
    lid: str,
    state: State = State.QUEUED,
    args: Args | None = None,
    pre: Values | None = None,
    targets: tuple[str, ...] = (),
) -> Change:
    return Change(
        seq=seq,
        mid=f"m{seq}",
        account=ACCOUNT,
        op=op,
        kind=kind,
        lid=lid,
        targets=targets,
        lane=f"{kind}:{lid}",
        gesture=f"g{seq}",
        args=args or {},
        pre=pre or {},
        idem=Idem.NATURAL,
        marker=None,
        state=state,
        created_at="2026-03-04T09:00:00Z",
    )


def touching(changes: Sequence[Change]) -> Callable[[str], Sequence[Change]]:
    """`ChangesOf` over a fixed set of changes."""

    def of(lid: str) -> Sequence[Change]:
        return [each for each in changes if lid in each.touched]

    return of


def some_changes(records: Sequence[Record]) -> st.SearchStrategy[list[Change]]:
    """Payments on the invoices, edits and deletes of the records, creates of new ones, in any state."""
    states = st.sampled_from([state for state in State if state not in (State.CLOSED, State.CANCELLED)])
    makers = [_create_payment(records)]
    if records:
        makers += [_delete(records), _update(records)]
    one = st.tuples(st.one_of(makers), states)
    numbered = st.lists(one, max_size=4)
    return numbered.map(lambda found: [make(seq, state) for seq, (make, state) in enumerate(found, start=1)])


_Make = Callable[[int, State], Change]


def _create_payment(records: Sequence[Record]) -> st.SearchStrategy[_Make]:
    invoices = [record.id for record in records if record.kind == "invoices"] or ["77"]
    kinds = st.sampled_from(["payment", "write-off"])

    def of(invoice: str, amount: int, kind: str) -> _Make:
        args: Args = {"invoice_id": invoice, "amount": amount, "kind": kind, "date": "2026-03-04"}
        return lambda seq, state: change(
            seq, Op.CREATE, "payments", f"new:{seq}", state, args, {"currency": "EUR", "client": "Acme"}
        )

    return st.builds(of, st.sampled_from(invoices), st.sampled_from([777, 50000]), kinds)


def _delete(records: Sequence[Record]) -> st.SearchStrategy[_Make]:
    def of(record: Record) -> _Make:
        return lambda seq, state: change(seq, Op.DELETE, record.kind, record.lid, state, {}, record.values)

    return st.sampled_from(list(records)).map(of)


def _update(records: Sequence[Record]) -> st.SearchStrategy[_Make]:
    def of(record: Record, amount: int) -> _Make:
        key = RESOURCES[record.kind].sum_field
        pre = {key: record.values[key], "invoice_id": record.values.get("invoice_id")}
        return lambda seq, state: change(seq, Op.UPDATE, record.kind, record.lid, state, {key: amount}, pre)

    return st.builds(of, st.sampled_from(list(records)), st.sampled_from([0, 777]))


def lids_of(records: Sequence[Record], changes: Sequence[Change]) -> list[str]:
    """Every local id that has or may have a row."""
    return list(dict.fromkeys([*(record.lid for record in records), *(lid for one in changes for lid in one.touched)]))


@contextmanager
def opened(account: str = ACCOUNT, today: date = TODAY) -> Iterator[tuple[Cache, Reader]]:
    """A cache in a folder of its own, and a reader of it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cache.db"
        cache = Cache.open(path)
        reader = Reader.open(path, account, lambda: today)
        try:
            yield cache, reader
        finally:
            reader.close()
            cache.close()


def invoice(record_id: str, **values: Value) -> Record:
    usual: Values = {
        "id": record_id,
        "number": f"INV-{record_id}",
        "kind": "invoice",
        "client": "Acme",
        "issued": "2026-02-01",
        "due": "2026-03-03",
        "state": "open",
        "settlement": "unpaid",
        "total": 10000,
        "outstanding": 10000,
        "currency": "EUR",
        "archived": False,
        "external": False,
    }
    return Record("invoices", record_id, {**usual, **values}, raw=f'{{"id":"{record_id}"}}')


def payment(record_id: str, invoice_id: str, amount: int, **values: Value) -> Record:
    usual: Values = {
        "id": record_id,
        "date": "2026-03-01",
        "invoice": f"INV-{invoice_id}",
        "invoice_id": invoice_id,
        "kind": "payment",
        "amount": amount,
        "currency": "EUR",
    }
    return Record("payments", record_id, {**usual, **values})


def expense(record_id: str, amount: int, **values: Value) -> Record:
    usual: Values = {
        "id": record_id,
        "date": "2026-03-01",
        "amount": amount,
        "currency": "EUR",
        "approval": "none",
        "invoiced": False,
    }
    return Record("expenses", record_id, {**usual, **values})


@dataclass(frozen=True, slots=True)
class Scale:
    """What the store takes for few rows: in small books nothing else chooses the ways that large ones are read by."""

    rare: int
    large: int
    stride: int
    near: int

    @contextmanager
    def applied(self) -> Iterator[None]:
        with ExitStack() as stack:
            for module, name, value in (
                (source, "RARE", self.rare),
                (spread, "LARGE", self.large),
                (paths, "STRIDE", self.stride),
                (paths, "WIDE_STRIDE", self.stride),
                (paths, "NEAR", (self.near,)),
            ):
                stack.enter_context(patch.object(module, name, value))
            yield


def scales() -> st.SearchStrategy[Scale]:
    """That of real books, and those in which a handful of rows is a large list."""
    usual = Scale(source.RARE, spread.LARGE, paths.WIDE_STRIDE, paths.NEAR[0])
    small = st.builds(
        Scale, st.sampled_from([0, 0, 3, source.RARE]), st.integers(1, 4), st.integers(1, 4), st.integers(1, 3)
    )
    return st.one_of(st.just(usual), small, small)

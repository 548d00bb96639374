"""Possible duplicates: expenses of one project, amount and currency whose dates are within three days of another's.

Rows that wait for their delete, and rows without project, amount or date, are no candidates. Pairs that a person said
are none do not join a group. Source: product.md section 6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from kworkbench.lean import dataclass
from kworkbench.store.grouping import GroupRow
from kworkbench.store.schema import server_table
from kworkbench.store.source import Source, label_of
from kworkbench.store.sums import Sum

DAYS = 3

Pair = frozenset[str]
"""Two local ids."""

_SAME = "project__key, currency, amount"
_READ = """t._row, _lid, project__key, currency, amount, date, person__key, text__key, coalesce(invoiced, 0),
  approval IS 'approved', coalesce(receipt, 0), _counted AND approval IS NOT 'rejected', _touched, _unsent, id__order"""


@dataclass(frozen=True, slots=True)
class _Expense:
    row: int
    lid: str
    project: str
    currency: str | None
    amount: int
    day: int
    person: str | None
    text: str | None
    rank: tuple[bool, bool, bool, int, str]
    is_summed: bool
    is_touched: bool
    is_unsent: bool


def duplicates(source: Source, dismissed: Collection[Pair] = ()) -> tuple[GroupRow, ...]:
    """The groups of possible duplicates among the rows of a query, strong ones first, then the newest.

    Reads every row once: call it off the UI thread.
    """
    found = [group for alike in _alike(source) for group in _joined(alike, frozenset(dismissed))]
    rows = [(max(one.day for one in group), _group(source, group)) for group in found]
    rows.sort(key=lambda pair: (not pair[1].strong, -pair[0], pair[1].key))
    return tuple(row for _, row in rows)


def _alike(source: Source) -> Iterator[list[_Expense]]:
    """Runs of expenses alike in project, amount and currency, each of which has a neighbour in time."""
    window = f"PARTITION BY {_SAME} ORDER BY date, _row"
    near = f"julianday({{}}) - julianday({{}}) <= {DAYS}"
    inner = f"""SELECT _row, date AS at, lag(date) OVER w AS before, lead(date) OVER w AS after FROM {source.table}
        WHERE {source.where(lead=source.rare())} AND project__key IS NOT NULL AND amount IS NOT NULL
        AND date IS NOT NULL AND _mark <> '-' WINDOW w AS ({window})"""
    beside = f"SELECT _row FROM ({inner}) WHERE {near.format('at', 'before')} OR {near.format('after', 'at')}"
    sql = f"""SELECT {_READ} FROM ({beside}) AS n CROSS JOIN {source.table} AS t ON t._row = n._row
        ORDER BY {_SAME}, date, t._row"""
    run: list[_Expense] = []
    for columns in source.db.execute(sql, source.params):
        one = _expense(columns)
        if run and (run[-1].project, run[-1].currency, run[-1].amount) != (one.project, one.currency, one.amount):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _expense(columns: Sequence[object]) -> _Expense:
    row, lid, project, currency, amount, day, person, text, invoiced, approved, receipt, *rest = columns
    is_summed, is_touched, is_unsent, order = rest[:4]
    ordinal = date.fromisoformat(str(day)).toordinal()
    return _Expense(
        row=int(str(row)),
        lid=str(lid),
        project=str(project),
        currency=None if currency is None else str(currency),
        amount=int(str(amount)),
        day=ordinal,
        person=None if person is None else str(person),
        text=None if text is None else str(text),
        rank=(not invoiced, not approved, not receipt, ordinal, str(order or "~")),
        is_summed=bool(is_summed),
        is_touched=bool(is_touched),
        is_unsent=bool(is_unsent),
    )


def _joined(alike: Sequence[_Expense], dismissed: frozenset[Pair]) -> Iterator[list[_Expense]]:
    """Those that pairs within `DAYS` join, directly or through others."""
    leads = list(range(len(alike)))

    def lead_of(at: int) -> int:
        while leads[at] != at:
            leads[at] = leads[leads[at]]
            at = leads[at]
        return at

    for at, one in enumerate(alike):
        for other in range(at - 1, -1, -1):
            if one.day - alike[other].day > DAYS:
                break
            if not dismissed or frozenset((one.lid, alike[other].lid)) not in dismissed:
                leads[lead_of(at)] = lead_of(other)
                if not dismissed:
                    break
    groups: dict[int, list[_Expense]] = {}
    for at, one in enumerate(alike):
        groups.setdefault(lead_of(at), []).append(one)
    return (group for group in groups.values() if len(group) > 1)


def _group(source: Source, group: Sequence[_Expense]) -> GroupRow:
    first = group[0]
    kept = min(group, key=lambda one: one.rank)
    persons = Counter(one.person for one in group if one.person is not None)
    texts = Counter(one.text for one in group if one.text is not None)
    return GroupRow(
        key=min(one.lid for one in group),
        label=label_of(source, "project", first.project),
        rows=len(group),
        sums=_sums(source, group),
        members=tuple(one.row for one in group),
        kept=kept.lid,
        strong=max((*persons.values(), *texts.values()), default=0) > 1,
    )


def _sums(source: Source, group: Sequence[_Expense]) -> tuple[Sum, ...]:
    """The group's figure; touched rows are asked for what the server says of them."""
    summed = [one for one in group if one.is_summed]
    minor = sum(one.amount for one in summed)
    confirmed = sum(one.amount for one in summed if not one.is_touched)
    for one in group:
        if one.is_touched:
            confirmed += _server_amount(source, one)
    if not summed and not confirmed:
        return ()
    pending = minor != confirmed or any(one.is_unsent for one in summed)
    return (Sum("amount", group[0].currency or "", minor, confirmed, len(summed), pending, "expenses"),)


def _server_amount(source: Source, one: _Expense) -> int:
    sql = f"""SELECT amount FROM {server_table(source.resource)} WHERE _acct = ? AND _lid = ? AND currency IS ?
        AND approval IS NOT 'rejected'"""
    row = source.db.execute(sql, (source.acct, one.lid, one.currency)).fetchone()
    return 0 if row is None else int(row[0] or 0)

"""Sums of a list as product.md section 4 "What the numbers mean" defines them.

A figure and the server's figure are the same sum over the view and over the base. Only records that open changes touch
differ, and their base stands in a small table of its own, so the server's figure costs little more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kworkbench.domain.catalog import Resource
from kworkbench.domain.numbers import TO_COME
from kworkbench.lean import dataclass
from kworkbench.store.columns import SqlValue
from kworkbench.store.schema import GROUPED, covered, server_table
from kworkbench.store.source import Source

PART = 1_000_000
"""Amounts are added in two parts, quotient and remainder, so that no total overflows SQLite's integers."""

MOST_GROUPS = 20_000
"""More groups than that are no help to anybody, and no list of heads to keep in memory."""


class TooManyGroupsError(Exception):
    """Nearly every row would be a group of its own; the message is a sentence."""


_ISSUED = "state = 'open'"
_DEBT = f"{_ISSUED} AND kind IS NOT 'credit-note'"


@dataclass(frozen=True, slots=True)
class Sum:
    """One figure.

    Attributes:
        field: the column it adds.
        currency: ISO code; empty where the server named none.
        minor: the view's sum in minor units of `currency`.
        server_minor: the same sum over what the server has confirmed.
        rows: how many rows make it up.
        pending: some of it is not yet confirmed.
        label: what it is called: `outstanding`, `overpaid`, `total`, `received`, `refunds`, `written off`, `expenses`;
            for figures set aside `refused`, `unclear`, `conflict`, `deleted`.
    """

    field: str
    currency: str
    minor: int
    server_minor: int
    rows: int
    pending: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A sum: rows it is about, and what each adds (NULL: nothing). `main` ones are shown even at zero."""

    label: str
    field: str
    eligible: str
    value: str
    main: bool = False


_RULES: Mapping[str, tuple[_Rule, ...]] = {
    "invoices": (
        _Rule("outstanding", "outstanding", _DEBT, "CASE WHEN outstanding > 0 THEN outstanding END", main=True),
        _Rule("overpaid", "outstanding", _DEBT, "CASE WHEN outstanding < 0 THEN -outstanding END"),
        _Rule("total", "total", _ISSUED, "CASE WHEN kind = 'credit-note' THEN -abs(total) ELSE total END"),
    ),
    "payments": (
        _Rule("received", "amount", "kind IN ('payment', 'project') OR kind IS NULL", "amount", main=True),
        _Rule("refunds", "amount", "kind = 'refund'", "amount"),
        _Rule("written off", "amount", "kind = 'write-off'", "amount"),
    ),
    "expenses": (_Rule("expenses", "amount", "approval IS NOT 'rejected'", "amount", main=True),),
}

_UNDECIDED = "coalesce(_state, '') NOT IN ('refused', 'conflict', 'unclear')"

_LEFT_OUT: Mapping[str, Sequence[tuple[str, str]]] = {
    "invoices": (("draft", "state = 'draft'"), ("cancelled", "state = 'cancelled'")),
    "payments": (),
    "expenses": (
        ("rejected", "approval = 'rejected'"),
        (TO_COME, f'_counted = 0 AND amount IS NULL AND "foreign" IS NOT NULL AND {_UNDECIDED}'),
    ),
}
"""Rows that are listed but in no sum, by the word they are counted under."""

_ASIDE = (
    ("deleted", "_counted = 0 AND _mark = '-'"),
    ("refused", "_counted = 0 AND _state = 'refused'"),
    ("conflict", "_counted = 0 AND _state = 'conflict'"),
    ("unclear", "_counted = 0 AND _state = 'unclear'"),
    ("deleted", "_counted = 0 AND _mark = '' AND _touched = 1"),
    ("unreadable", "_counted = 0"),
)
"""Rows that an open change keeps out of the sums."""


@dataclass(slots=True)
class _Total:
    minor: int = 0
    confirmed: int = 0
    rows: int = 0
    eligible: int = 0
    unsent: bool = False


def sums(source: Source) -> tuple[Sum, ...]:
    """Every figure of the list: by label in a fixed order, then by the largest number of rows."""
    found = sums_by(source, "NULL")
    return found[None][1] if found else ()


def sums_by(source: Source, by: str) -> dict[SqlValue, tuple[int, tuple[Sum, ...]]]:
    """The rows and every figure of each part of the list, by the value of the expression `by`.

    Raises:
        TooManyGroupsError: there are more than `MOST_GROUPS` parts.
    """
    rules = _RULES[source.resource.name]
    totals: dict[SqlValue, dict[tuple[int, str], _Total]] = defaultdict(lambda: defaultdict(_Total))
    listed: dict[SqlValue, int] = defaultdict(int)
    for part in _grouped(source, source.table, rules, by):
        listed[part.key] += part.listed
        if len(listed) > MOST_GROUPS:
            raise TooManyGroupsError(f"There are more than {MOST_GROUPS:,} different values. Filter first.")
        for number, (minor, rows, eligible) in enumerate(part.figures):
            total = totals[part.key][number, part.currency]
            total.minor += minor
            total.rows += rows
            total.eligible += eligible
            total.confirmed += 0 if part.touched else minor
            total.unsent |= bool(part.unsent and eligible)
    for part in _grouped(source, server_table(source.resource), rules, by):
        for number, (minor, _, _) in enumerate(part.figures):
            totals[part.key][number, part.currency].confirmed += minor
    return {key: (listed[key], _figures(rules, found)) for key, found in totals.items()}


def _figures(rules: Sequence[_Rule], totals: Mapping[tuple[int, str], _Total]) -> tuple[Sum, ...]:
    found = [
        (number, Sum(rule.field, currency, total.minor, total.confirmed, total.rows, _is_pending(total), rule.label))
        for (number, currency), total in totals.items()
        for rule in (rules[number],)
        if total.rows or total.confirmed or (rule.main and total.eligible)
    ]
    found.sort(key=lambda pair: (pair[0], -pair[1].rows, pair[1].currency))
    return tuple(figure for _, figure in found)


def left_out(source: Source) -> tuple[tuple[str, int], ...]:
    """How many rows are listed but not summed, by word, in the order of the words."""
    words = _words(source.resource)
    sql = f"""SELECT word, count(*) FROM (SELECT {_case(words)} AS word FROM {source.resource.name}
        WHERE {source.where(lead=source.rare())}) WHERE word IS NOT NULL GROUP BY word"""
    counts: dict[str, int] = dict(source.db.execute(sql, source.params))
    return tuple((word, counts[word]) for word in dict.fromkeys(word for word, _ in words) if word in counts)


def set_aside(source: Source) -> tuple[Sum, ...]:
    """Amounts of rows that an open change keeps out of the sums (waiting for their delete, refused, unclear)."""
    field = source.resource.sum_field
    high, low = _parts(field)
    sql = f"""SELECT {_case(_ASIDE)} AS word, coalesce(currency, ''), {high}, {low}, count(*)
        FROM {source.resource.name} WHERE {source.where(lead=source.rare())} AND _counted = 0 GROUP BY 1, 2"""
    found = [
        Sum(field, currency, _joined(high_sum, low_sum), 0, rows, pending=True, label=word)
        for word, currency, high_sum, low_sum, rows in source.db.execute(sql, source.params)
    ]
    return tuple(sorted(found, key=lambda figure: (figure.label, -figure.rows, figure.currency)))


def _is_pending(total: _Total) -> bool:
    return total.unsent or total.minor != total.confirmed


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows alike in what sums are grouped by; of each rule what they add, how many add, how many it is about."""

    key: SqlValue
    currency: str
    touched: int
    unsent: int
    listed: int
    figures: tuple[tuple[int, int, int], ...]


def _grouped(source: Source, table: str, rules: Sequence[_Rule], by: str) -> Iterator[_Part]:
    wanted = []
    for rule in rules:
        value = f"CASE WHEN _counted = 1 AND ({rule.eligible}) THEN {rule.value} END"
        wanted += [*_parts(value), f"count({value})", f"sum(_counted = 1 AND ({rule.eligible}))"]
    is_view = table == source.table
    covers = covered(source.resource)
    plain = by == "NULL" and all(clause.field in covers for clause in source.clauses)
    groups = GROUPED if by == "NULL" else (by, *GROUPED)
    sql = f"""SELECT {by}, {", ".join(GROUPED)}, count(*), {", ".join(wanted)}
        FROM {table if is_view else _numbered(source, table)}
        WHERE {source.where(lead=source.rare() if is_view else None)}
        GROUP BY {", ".join(name if plain else f"+{name}" for name in groups)}"""
    for key, currency, touched, unsent, listed, *cells in source.db.execute(sql, source.params):
        figures = tuple(
            (_joined(cells[at], cells[at + 1]), cells[at + 2], cells[at + 3] or 0) for at in range(0, len(cells), 4)
        )
        yield _Part(key, currency or "", touched, unsent, listed, figures)


def _numbered(source: Source, table: str) -> str:
    """The server's rows, with the numbers of the view's where those are asked for."""
    if not source.is_chosen:
        return table
    return f"""(SELECT s.*, v._row FROM {table} s
        LEFT JOIN {source.table} v ON v._acct = s._acct AND v._lid = s._lid WHERE s._acct = {source.acct})"""


def _parts(value: str) -> tuple[str, str]:
    return f"sum({value} / {PART})", f"sum({value} % {PART})"


def _joined(high: SqlValue, low: SqlValue) -> int:
    return int(high or 0) * PART + int(low or 0)


def _words(resource: Resource) -> Sequence[tuple[str, str]]:
    return (*_LEFT_OUT[resource.name], *_ASIDE)


def _case(words: Sequence[tuple[str, str]]) -> str:
    ways = " ".join(f"WHEN {condition} THEN '{word}'" for word, condition in words)
    return f"CASE {ways} END"

"""All of Productive's list cases together."""

from __future__ import annotations

from tests.contract.productive import expense_filters, filters
from tests.contract.productive.bad import BAD, GROUPS, UNSUPPORTED
from tests.contract.productive.cases import Bad, Filter, Split

FILTERS: tuple[Filter, ...] = (*filters.PAYMENTS, *filters.INVOICES, *expense_filters.EXPENSES, *expense_filters.LINES)
SPLITS: tuple[Split, ...] = (*filters.SPLITS, *expense_filters.SPLITS)
REFUSED: tuple[Bad, ...] = (*BAD, *UNSUPPORTED, *GROUPS)

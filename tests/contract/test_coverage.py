"""Nothing documented is without a case, and the table says so."""

from __future__ import annotations

from tests.contract import coverage
from tests.contract.documented import everything


def test_everything_documented_is_covered() -> None:
    assert coverage.missing(coverage.counted()) == []


def test_cases_cover_only_what_is_documented() -> None:
    assert coverage.undocumented(coverage.counted()) == []


def test_the_table_is_fresh() -> None:
    assert coverage.TABLE.read_text(encoding="utf-8") == coverage.render(), "run python -m tests.contract.coverage"


def test_a_thing_without_a_case_is_missed() -> None:
    counts = coverage.counted()
    lost = everything()[0].key
    del counts[lost]
    assert coverage.missing(counts) == [f"{' '.join(lost)}: works"]

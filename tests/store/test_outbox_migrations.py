"""Files of earlier versions: each is kept as its program wrote it, and must come up with everything in it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kworkbench.domain.changes import Change, Draft, FieldError, Op, Raw, State
from kworkbench.store.outbox import Outbox
from kworkbench.store.outbox_migrations import SCHEMA_VERSION, STEPS

FIXTURES = Path(__file__).parent / "fixtures"
OLD = sorted(FIXTURES.glob("outbox-*.db"))
ACCOUNT = "productive|embedded:||"


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.execute(sql))


def records(path: Path, table: str) -> list[dict[str, object]]:
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(f"SELECT * FROM {table}")]  # noqa: S608 - a name of ours


def tables(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """Table or index -> its columns with type, default and the rest, whatever their order."""
    names = [str(name) for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")]
    columns = {name: {row[1:] for row in rows(path, f"PRAGMA table_info({name})")} for name in names}
    return columns | {f"{name}'s": {row[1:] for row in rows(path, f"PRAGMA index_info({name})")} for name in names}


def brought_up(old: Path, folder: Path) -> Path:
    path = Path(shutil.copy(old, folder / "outbox.db"))
    with closing(Outbox.open(path)):
        return path


def changes(path: Path) -> dict[int, Change]:
    with closing(Outbox.open(path)) as outbox:
        return {change.seq: change for change in outbox.journal()}


def test_there_is_a_file_of_every_earlier_version() -> None:
    assert [path.stem for path in OLD] == [f"outbox-{version}" for version in range(1, SCHEMA_VERSION)]
    assert [rows(path, "PRAGMA user_version") for path in OLD] == [[(number + 1,)] for number in range(len(OLD))]
    assert set(STEPS) == set(range(1, SCHEMA_VERSION + 1))


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_an_old_file_has_the_tables_of_a_new_one_afterwards(old: Path, tmp_path: Path) -> None:
    with closing(Outbox.open(tmp_path / "new.db")):
        pass
    assert tables(brought_up(old, tmp_path)) == tables(tmp_path / "new.db")


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_no_row_and_no_value_of_an_old_file_is_lost(old: Path, tmp_path: Path) -> None:
    path = brought_up(old, tmp_path)
    for table in ("mutation", "meta", "alias", "attempt", "request"):
        before = records(old, table)
        assert before
        assert [{name: row[name] for name in before[0]} for row in records(path, table)] == before


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_the_changes_of_an_old_file_are_read_as_what_they_were(old: Path, tmp_path: Path) -> None:
    found = changes(brought_up(old, tmp_path))
    assert [found[seq].state for seq in range(1, 8)] == [
        State.NEEDS_YOU,
        State.REJECTED,
        State.HELD,
        State.QUEUED,
        State.CLOSED,
        State.CANCELLED,
        State.CONFIRMED,
    ]
    assert found[1].pre_image == ("70", "71")
    assert found[1].args["note"] == "Überweisung"
    assert found[2].args["amount"] == Raw("12,5o")
    assert found[2].error is not None
    assert FieldError(None, "no", "5") in found[2].error.errors
    assert found[4].targets == ("expenses:6", "expenses:7")
    assert {(one.action, one.needs, one.theirs, one.differences) for one in found.values()} == {("", (), None, ())}


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_an_old_file_takes_new_changes(old: Path, tmp_path: Path) -> None:
    path = brought_up(old, tmp_path)
    approve = Draft(ACCOUNT, Op.ACTION, "expenses", "new:ee55", targets=("expenses:8",), action="approve")
    with closing(Outbox.open(path)) as outbox:
        with outbox.transaction():
            made = outbox.append([("mid9", approve)], gesture="g9", now="2026-04-01T08:00:00.000+00:00", now_ms=1)[0]
        assert outbox.change(made.seq) == made
        assert (made.seq, made.action) == (8, "approve")


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_a_step_that_is_cut_short_leaves_the_file_as_it_was(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(old, tmp_path / "outbox.db"))
    before = tables(path)
    monkeypatch.setattr("kworkbench.store.outbox_migrations.STEPS", {**STEPS, SCHEMA_VERSION: f"{STEPS[2]}; broken"})
    with pytest.raises(Exception, match="broken"):
        Outbox.open(path)
    assert tables(path) == before
    assert rows(path, "PRAGMA user_version") == rows(old, "PRAGMA user_version")

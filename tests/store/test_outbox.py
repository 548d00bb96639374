"""The outbox: every column there and back, durable settings, and disks that fail."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kworkbench.domain.changes import Attempt, Change, Difference, Draft, FieldError, Idem, Op, Raw, Refusal, State
from kworkbench.store.connecting import connect
from kworkbench.store.failing import NewerOutboxError, SaveError
from kworkbench.store.outbox import Outbox
from kworkbench.store.outbox_migrations import SCHEMA_VERSION
from kworkbench.store.outbox_rows import change_of, columns_of

ACCOUNT = "productive|embedded:||"
NOW, NOW_MS = "2026-03-31T09:41:00.000+00:00", 1_774_950_060_000

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
ANY_TEXTS = st.text(st.characters(), max_size=12)
NUMBERS = st.integers(-(2**62), 2**62)
VALUES = st.none() | st.booleans() | NUMBERS | ANY_TEXTS
ARGS = st.dictionaries(TEXTS, VALUES | ANY_TEXTS.map(Raw), max_size=3)
ERRORS = st.builds(FieldError, st.none() | ANY_TEXTS, ANY_TEXTS, st.none() | ANY_TEXTS)
CHANGES = st.builds(
    Change,
    seq=st.integers(1, 2**62),
    mid=TEXTS,
    account=TEXTS,
    op=st.sampled_from(Op),
    kind=TEXTS,
    lid=TEXTS,
    targets=st.lists(TEXTS, max_size=3).map(tuple),
    lane=TEXTS,
    gesture=TEXTS,
    args=ARGS,
    pre=st.dictionaries(TEXTS, VALUES, max_size=3),
    idem=st.sampled_from(Idem),
    marker=st.none() | TEXTS,
    state=st.sampled_from(State),
    created_at=TEXTS,
    pre_image=st.none() | st.lists(TEXTS, max_size=3).map(tuple),
    reason=st.none() | TEXTS,
    error=st.none() | st.builds(Refusal, st.integers(0, 599), st.lists(ERRORS, max_size=2).map(tuple), ANY_TEXTS),
    attempts=st.integers(0, 99),
    epoch=st.none() | NUMBERS,
    not_before=st.none() | NUMBERS,
    response=st.none() | TEXTS,
    applied=st.booleans(),
    closed_at=st.none() | TEXTS,
    key=st.none() | TEXTS,
    action=TEXTS,
    each=st.dictionaries(TEXTS, ARGS, max_size=2),
    befores=st.dictionaries(TEXTS, st.dictionaries(TEXTS, VALUES, max_size=2), max_size=2),
    expects=st.dictionaries(TEXTS, VALUES, max_size=2),
    needs=st.lists(st.integers(1, 99), max_size=2).map(tuple),
    again=TEXTS,
    undoes=st.none() | NUMBERS,
    theirs=st.none() | st.dictionaries(TEXTS, VALUES, max_size=2),
    differences=st.lists(st.builds(Difference, TEXTS, VALUES, VALUES, TEXTS), max_size=2).map(tuple),
)


def a_draft(lid: str = "expenses:5", **more: object) -> Draft:
    return replace(Draft(ACCOUNT, Op.UPDATE, "expenses", lid, args={"text": "b"}, pre={"text": "a"}), **more)  # type: ignore[arg-type]


def append(outbox: Outbox, *drafts: Draft, gesture: str = "g1") -> tuple[Change, ...]:
    named = [(f"{gesture}-{number}", draft) for number, draft in enumerate(drafts)]
    with outbox.transaction():
        return outbox.append(named, gesture=gesture, now=NOW, now_ms=NOW_MS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    with closing(Outbox.open(path)) as opened:
        yield opened


@settings(max_examples=60, deadline=None)
@given(CHANGES)
def test_every_field_of_a_change_comes_back_from_its_row(change: Change) -> None:
    row = columns_of(change)
    with closing(sqlite3.connect(":memory:")) as db:
        db.row_factory = sqlite3.Row
        names = ", ".join(row)
        db.execute(f"CREATE TABLE mutation({names})")
        db.execute(f"INSERT INTO mutation VALUES({', '.join('?' * len(row))})", tuple(row.values()))
        assert change_of(db.execute("SELECT * FROM mutation").fetchone()) == change


def test_every_field_has_a_column(outbox: Outbox, path: Path) -> None:
    change = append(outbox, a_draft())[0]
    assert {field.name for field in fields(Change)} == set(columns_of(change))
    with closing(sqlite3.connect(path)) as db:
        assert {row[1] for row in db.execute("PRAGMA table_info(mutation)")} == set(columns_of(change))


def test_a_saved_change_is_what_another_connection_reads(outbox: Outbox, path: Path) -> None:
    change = append(outbox, a_draft(marker="kw:ABCDEFGH23", key="k1"))[0]
    refusal = Refusal(422, (FieldError("text", "is too long", "5"),), "{}")
    moved = replace(change, state=State.REJECTED, error=refusal, attempts=1, epoch=3, pre_image=("7",), reason="no")
    with outbox.transaction():
        outbox.save(moved)
    with closing(Outbox.open(path)) as other:
        assert other.change(change.seq) == moved
        assert other.by_key(ACCOUNT, "k1") == moved
        assert other.open_changes() == (moved,)


def test_what_an_append_gives_back_is_what_the_file_holds(outbox: Outbox) -> None:
    made = append(outbox, a_draft(marker="kw:ABCDEFGH23", key="k1", hold_seconds=5.0), a_draft("expenses:6"))
    assert tuple(outbox.change(change.seq) for change in made) == made


def test_drafts_of_one_gesture_are_held_or_queued_in_order(outbox: Outbox) -> None:
    made = append(outbox, a_draft(hold_seconds=5.0), a_draft("expenses:6"))
    assert [change.state for change in made] == [State.HELD, State.QUEUED]
    assert [change.not_before for change in made] == [NOW_MS + 5000, None]
    assert [change.seq for change in made] == sorted({change.seq for change in made})
    assert {change.gesture for change in made} == {"g1"}


def test_a_number_is_never_given_twice(outbox: Outbox, path: Path) -> None:
    first = append(outbox, a_draft())[0]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DELETE FROM mutation")
    assert append(outbox, a_draft(), gesture="g2")[0].seq > first.seq


def test_the_disk_is_told_to_keep_what_was_committed(outbox: Outbox) -> None:
    settings_of = {name: outbox._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert settings_of == {"journal_mode": "persist", "synchronous": 3}
    assert outbox._db.execute("PRAGMA fullfsync").fetchone()[0] == 1


def test_only_its_owner_may_read_it(outbox: Outbox, path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0


def test_what_is_over_stays_in_the_journal_newest_first(outbox: Outbox) -> None:
    first, second, third = (append(outbox, a_draft(), gesture=f"g{number}")[0] for number in range(3))
    with outbox.transaction():
        outbox.save(replace(first, state=State.CLOSED, applied=True, closed_at=NOW))
        outbox.save(replace(second, state=State.CONFIRMED))
    assert [change.seq for change in outbox.open_changes()] == [second.seq, third.seq]
    assert [change.seq for change in outbox.journal()] == [third.seq, second.seq, first.seq]
    assert [change.seq for change in outbox.journal(1)] == [third.seq]


def test_a_key_is_used_once_until_its_change_is_discarded(outbox: Outbox) -> None:
    first = append(outbox, a_draft(key="k1"))[0]
    with pytest.raises(SaveError):
        append(outbox, a_draft(key="k1"), gesture="g2")
    assert [change.seq for change in outbox.journal()] == [first.seq]
    append(outbox, replace(a_draft(key="k1"), account="another|account"), gesture="g3")
    with outbox.transaction():
        outbox.save(replace(first, state=State.CANCELLED))
    assert outbox.by_key(ACCOUNT, "k1") is None
    assert append(outbox, a_draft(key="k1"), gesture="g4")[0].key == "k1"


def test_a_transaction_is_all_or_nothing(outbox: Outbox) -> None:
    def half_done() -> None:
        with outbox.transaction():
            outbox.append([("m", a_draft())], gesture="g", now=NOW, now_ms=NOW_MS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert outbox.journal() == ()
    append(outbox, a_draft())


def test_requests_and_attempts_and_names_are_kept_in_order(outbox: Outbox, path: Path) -> None:
    with closing(Outbox.open(path)) as other, other.transaction():
        other.ask("retry", seq=4)
        other.ask("sync", account=ACCOUNT)
    first, second = outbox.requests()
    assert [(one.verb, one.seq, one.argument, one.account) for one in (first, second)] == [
        ("retry", 4, "", None),
        ("sync", None, "", ACCOUNT),
    ]
    tried = [Attempt(4, 1, "sent", NOW, 503, "", "r1"), Attempt(4, 2, "sent", NOW, None, "lost")]
    with outbox.transaction():
        outbox.drop_request(first.id)
        outbox.add_alias(ACCOUNT, "new:1", "expenses", "88")
        for attempt in tried:
            outbox.note_attempt(attempt, 1)
    assert outbox.requests() == (second,)
    assert outbox.aliases() == {(ACCOUNT, "new:1"): ("expenses", "88")}
    assert outbox.attempts(4) == tuple(tried)


def test_the_version_moves_when_another_process_writes(outbox: Outbox, path: Path) -> None:
    before = outbox.version()
    append(outbox, a_draft())
    assert outbox.version() == before
    with closing(Outbox.open(path)) as other:
        append(other, a_draft(), gesture="g2")
    assert outbox.version() != before


def test_epochs_and_issue_numbers_grow_over_restarts(path: Path) -> None:
    epochs, numbers = [], []
    for _ in range(3):
        with closing(Outbox.open(path)) as outbox:
            epochs.append(outbox.begin_epoch())
            numbers += [outbox.next_issue_seq() for _ in range(1005)]
    assert epochs == [1, 2, 3]
    assert numbers == sorted(set(numbers))


def test_a_second_process_appends_at_the_same_time(outbox: Outbox, path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kworkbench.store.outbox import Outbox;"
        "from tests.store.test_outbox import a_draft, append;"
        "box = Outbox.open(Path(sys.argv[1])); print('ready', flush=True); sys.stdin.readline();"
        "[append(box, a_draft(), gesture=f'theirs{number}') for number in range(20)]"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        other.stdin.write("go\n")
        other.stdin.flush()
        for number in range(20):
            append(outbox, a_draft(), gesture=f"ours{number}")
        assert other.wait(20) == 0
    gestures = [change.gesture for change in outbox.journal()]
    assert sorted(gestures) == sorted(f"{whose}{number}" for whose in ("ours", "theirs") for number in range(20))


DAMAGED = {
    "no database at all": b"this was never a database" * 200,
    "a header without its pages": b"SQLite format 3\x00" + b"\x10\x00\x01\x01\x00\x40\x20\x20" + b"\xff" * 4000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_kept_aside_and_a_new_one_is_opened(path: Path, content: bytes) -> None:
    for number in (1, 2):
        path.write_bytes(content)
        with closing(Outbox.open(path)) as outbox:
            assert outbox.set_aside == path.with_name(f"outbox.damaged-{number}.db")
            assert outbox.set_aside.read_bytes() == content
            assert outbox.salvaged is None
            assert outbox.journal() == ()
            append(outbox, a_draft())


def test_a_page_overwritten_in_the_middle_is_damage_too(path: Path) -> None:
    with closing(Outbox.open(path)) as outbox:
        append(outbox, *[a_draft(f"expenses:{number}") for number in range(50)])
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xa5" * 4096
    path.write_bytes(content)
    path.with_name("outbox.db-journal").write_bytes(b"its journal")
    with closing(Outbox.open(path)) as outbox:
        assert outbox.set_aside is not None
        assert path.with_name("outbox.db-journal").read_bytes() != b"its journal"
        assert outbox.journal() == ()


def test_what_can_be_read_of_a_damaged_file_is_written_out_for_a_person(path: Path) -> None:
    with closing(Outbox.open(path)) as outbox:
        append(outbox, *[a_draft(f"expenses:{number}", args={"text": "x" * 900}) for number in range(60)])
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    with closing(Outbox.open(path)) as outbox:
        assert outbox.salvaged == path.with_name("outbox.damaged-1.jsonl")
        rows = [json.loads(line) for line in outbox.salvaged.read_text(encoding="utf-8").splitlines()]
        assert outbox.salvaged.stat().st_mode & 0o077 == 0
    assert 0 < len(rows) < 60
    assert {row["lid"] for row in rows} <= {f"expenses:{number}" for number in range(60)}
    assert rows[0]["seq"] == 1
    assert rows[-1]["seq"] == 60


def test_a_file_of_a_newer_program_is_refused_and_left_alone(path: Path) -> None:
    with closing(Outbox.open(path)) as outbox:
        append(outbox, a_draft())
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(NewerOutboxError, match=r"newer kworkbench, so nothing can be saved\. Install"):
        Outbox.open(path)
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        SaveError, match=r"cannot be opened \(No such file or directory\). Check the disk and its rights\."
    ):
        Outbox.open(tmp_path / "missing" / "outbox.db")


def test_a_full_disk_says_so_before_anything_counts_as_saved(path: Path) -> None:
    with closing(Outbox.open(path)) as full:
        kept = append(full, a_draft())
        full._db.execute("PRAGMA max_page_count=1")
        with pytest.raises(SaveError, match=r"Nothing was saved: .*full.* Free some disk space, then save again\."):
            append(full, a_draft(args={"text": "x" * 50_000}), gesture="g2")
        assert full.journal() == kept
        full._db.execute("PRAGMA max_page_count=1000")
        append(full, a_draft(), gesture="g3")


def test_a_read_only_disk_says_so(path: Path) -> None:
    with closing(Outbox.open(path)) as made:
        append(made, a_draft())

    def read_only(place: Path) -> sqlite3.Connection:
        db = sqlite3.connect(f"file:{place}?mode=ro", uri=True, isolation_level=None)
        db.row_factory = sqlite3.Row
        return db

    with closing(Outbox.open(path, read_only)) as outbox:
        with pytest.raises(SaveError, match=r"read-only\. Check the rights"):
            append(outbox, a_draft(), gesture="g2")
        assert len(outbox.journal()) == 1


def test_a_file_that_another_program_holds_says_so(path: Path) -> None:
    def impatient(place: Path) -> sqlite3.Connection:
        db = connect(place)
        db.execute("PRAGMA busy_timeout=0")
        return db

    with closing(Outbox.open(path, impatient)) as outbox, closing(connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SaveError, match=r"Another program uses the outbox\. Save again"):
            append(outbox, a_draft())
        other.execute("ROLLBACK")
        append(outbox, a_draft())


def test_issue_numbers_that_were_not_kept_are_not_given_out(path: Path) -> None:
    with closing(Outbox.open(path)) as outbox, closing(connect(path)) as other:
        outbox._db.execute("PRAGMA busy_timeout=0")
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            with pytest.raises(SaveError):
                outbox.next_issue_seq()
        other.execute("ROLLBACK")
        assert outbox.next_issue_seq() == 1


def test_a_text_that_no_file_can_keep_is_a_sentence(outbox: Outbox) -> None:
    kept = append(outbox, a_draft(args={"text": "half of a pair: \ud83d"}))[0]
    assert outbox.change(kept.seq) == kept
    with pytest.raises(SaveError, match="characters that no file can keep"):
        append(outbox, a_draft(key="\udcff"), gesture="g2")
    assert len(outbox.journal()) == 1


def test_columns_hold_json_that_people_can_read_with_any_tool(outbox: Outbox, path: Path) -> None:
    append(outbox, a_draft(args={"amount": Raw("12,5o"), "text": "Zürich", "billable": True}))
    with closing(sqlite3.connect(path)) as db:
        args = db.execute("SELECT args FROM mutation").fetchone()[0]
    assert json.loads(args) == {"amount": {"raw": "12,5o"}, "text": "Zürich", "billable": True}

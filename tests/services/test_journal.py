"""The journal as a file: what each entry holds, and that a file is never written over another."""

from __future__ import annotations

import csv
import json
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from kworkbench.domain.changes import Attempt, FieldError, Op, Raw, Refusal, State
from kworkbench.domain.connections import Connection
from kworkbench.services.journal import FIELDS, Journal, read_journal
from kworkbench.services.new_file import FileNotMadeError
from tests.sync.making import a_bulk, a_change, an_edit

ACCOUNT = "productive|https://books.example|4711|12"
CONNECTION = Connection(
    "books", "productive", "https://books.example/api/v2", "4711", organization="Harbour", user_id="12"
)
ASKED = {"account": ACCOUNT, "created_at": "2026-03-04T09:41:00.000+00:00"}
PAID = a_change(1, state=State.CLOSED, closed_at="2026-03-04T09:41:05.000+00:00", response="{}", **ASKED)
UNDONE = a_change(2, op=Op.DELETE, lid="payments:77", args={}, undoes=1, state=State.CLOSED, **ASKED)
TRY = Attempt(1, 1, "sent", "2026-03-04T09:41:04.000+00:00", 201, "", "r-1", "POST /payments", '{"data": 1}')


def journal(*told: tuple[object, tuple[Attempt, ...]]) -> list[dict[str, object]]:
    return list(Journal(told, (CONNECTION,)).entries())  # type: ignore[arg-type]  # changes of all kinds


def test_an_entry_says_who_asked_what_of_whom_and_what_was_answered() -> None:
    paid, deleted = journal((PAID, (TRY,)), (UNDONE, ()))
    assert tuple(paid) == FIELDS
    assert (paid["asked_utc"], paid["ended_utc"]) == ("2026-03-04T09:41:00Z", "2026-03-04T09:41:05Z")
    assert str(paid["asked_local"]).startswith("2026-03-04T") or str(paid["asked_local"]).startswith("2026-03-0")
    assert (paid["connection"], paid["organization"], paid["user"]) == ("books", "Harbour", "12")
    assert (paid["verb"], paid["resource"], paid["request_id"], paid["status"]) == ("create", "payments", "r-1", 201)
    assert paid["answer"] == '{"data": 1}'
    assert (paid["before"], paid["after"]) == (
        None,
        {"invoice_id": "9", "amount": "100.00", "date": "2026-03-04", "currency": "EUR"},
    )
    assert (paid["undone_by"], deleted["undoes"], deleted["after"]) == ("2", "1", None)


def test_an_edit_holds_both_values_and_what_was_typed() -> None:
    edit = an_edit(1, args={"text": "b", "date": Raw("30.2.")}, pre={"text": "a", "date": "2026-02-28", "amount": 100})
    (entry,) = journal((edit, ()))
    assert entry["before"] == {"text": "a", "date": "2026-02-28", "currency": None}
    assert entry["after"] == {"text": "b", "date": "30.2."}


def test_a_bulk_delete_holds_what_every_row_said() -> None:
    befores = {"expenses:1": {"text": "Taxi", "amount": 100, "currency": "EUR"}}
    (entry,) = journal((a_bulk(1, befores=befores), ()))
    assert entry["before"] == {"1": {"text": "Taxi", "amount": "1.00", "currency": "EUR"}, "2": {}, "3": {}}
    assert entry["record"] == ["1", "2", "3"]


def test_refusals_keep_their_fields_and_rows() -> None:
    refused = an_edit(1, error=Refusal(422, (FieldError("date", "is invalid", "3"),)), state=State.REJECTED)
    (entry,) = journal((refused, ()))
    assert entry["errors"] == [{"field": "date", "message": "is invalid", "row": "3"}]
    assert entry["state"] == "refused"


@pytest.mark.parametrize("ending", [".csv", ".json", ".ndjson"])
def test_every_format_gives_every_entry_back(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"journal{ending}"
    formula = an_edit(3, reason="=1+1 a formula")
    assert Journal([(PAID, (TRY,)), (formula, ())], (CONNECTION,)).write(path) == 2
    text = path.read_text(encoding="utf-8")
    if ending == ".csv":
        rows = list(csv.DictReader(text.splitlines()))
        assert rows[1]["reason"] == "'=1+1 a formula"
        found = [(row["id"], json.loads(row["attempts"])) for row in rows]
    else:
        entries = json.loads(text) if ending == ".json" else [json.loads(line) for line in text.splitlines()]
        found = [(entry["id"], entry["attempts"]) for entry in entries]
    assert [each for each, _ in found] == ["1", "3"]
    assert found[0][1][0]["sent"] == "POST /payments"
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_empty_journal_is_a_document_too(tmp_path: Path) -> None:
    assert Journal((), ()).write(tmp_path / "a.json") == 0
    assert json.loads((tmp_path / "a.json").read_text()) == []


def test_nothing_is_written_over_another_file_or_in_an_unknown_format(tmp_path: Path) -> None:
    there = tmp_path / "journal.csv"
    there.write_text("mine")
    with pytest.raises(FileNotMadeError, match="is there already"):
        Journal((), ()).write(there)
    assert there.read_text() == "mine"
    with pytest.raises(FileNotMadeError, match="End the name"):
        Journal((), ()).write(tmp_path / "journal.doc")
    with pytest.raises(FileNotMadeError, match="cannot be written"):
        Journal((), ()).write(tmp_path / "nowhere" / "journal.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["journal.csv"]


def test_the_tries_of_each_change_are_read_with_it() -> None:
    def tries(seq: int) -> Future[tuple[Attempt, ...]]:
        future: Future[tuple[Attempt, ...]] = Future()
        future.set_result((replace(TRY, seq=seq),))
        return future

    told = read_journal((UNDONE, PAID), tries, ()).told
    assert [(change.seq, attempts[0].seq) for change, attempts in told] == [(1, 1), (2, 2)]

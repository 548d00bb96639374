"""The journal as a file: every change ever asked for here, as CSV or JSON, with what was before, after and answered.

Source: product.md section 10. It holds this machine's changes, and the program never prunes it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path

from kworkbench.domain.changes import Arg, Attempt, Change, FieldError, Op, Raw
from kworkbench.domain.connections import Connection
from kworkbench.domain.money import decimal_text
from kworkbench.domain.records import Values, remote_id_of
from kworkbench.domain.text import formula_safe
from kworkbench.lean import dataclass
from kworkbench.services.change_words import sentence_of
from kworkbench.services.new_file import FileNotMadeError, write_new

FORMATS = (".csv", ".json", ".ndjson")

FIELDS = (
    "id", "what", "state", "asked_utc", "asked_local", "ended_utc", "ended_local", "connection", "provider",
    "organization", "user", "verb", "resource", "record", "before", "after", "request_id", "status", "answer",
    "errors", "attempts", "gesture", "undoes", "undone_by", "reason", "key",
)  # fmt: skip

_MONEY = frozenset({"amount", "unit_amount", "billable_amount", "outstanding", "total", "paid", "written_off"})
"""Values that are minor units of the record's currency."""

Told = tuple[Change, Sequence[Attempt]]


@dataclass(frozen=True, slots=True)
class Journal:
    """All changes with their tries, oldest first, and the connections that their accounts have here."""

    told: Sequence[Told]
    connections: Sequence[Connection]

    def entries(self) -> Iterator[dict[str, object]]:
        """One object a change, with the members of `FIELDS`."""
        named = {connection.account: connection for connection in self.connections}
        undone = {change.undoes: change.seq for change, _ in self.told if change.undoes is not None}
        for change, attempts in self.told:
            yield _entry(change, attempts, named.get(change.account), undone.get(change.seq))

    def write(self, path: Path) -> int:
        """Write a new file, in the format of its ending; how many changes it holds.

        Raises:
            FileNotMadeError: the ending is none of `FORMATS`, or the file cannot be made.
        """
        if path.suffix not in FORMATS:
            raise FileNotMadeError(f"A journal is written as {', '.join(FORMATS)}. End the name with one of them.")
        write_new(path, _FORMATS[path.suffix](self.entries()))
        return len(self.told)


def read_journal(
    changes: Sequence[Change], attempts: Callable[[int], Future[tuple[Attempt, ...]]], connections: Sequence[Connection]
) -> Journal:
    """The journal of all changes; waits for the tries of each, so never on a screen's thread."""
    futures = [(change, attempts(change.seq)) for change in sorted(changes, key=lambda one: one.seq)]
    return Journal([(change, tries.result()) for change, tries in futures], connections)


def _entry(
    change: Change, attempts: Sequence[Attempt], connection: Connection | None, undone_by: int | None
) -> dict[str, object]:
    provider, _, organization, user = (*change.account.split("|"), "", "", "")[:4]
    last = attempts[-1] if attempts else None
    values = (
        str(change.seq), sentence_of(change), change.shown.word, _utc(change.created_at), _local(change.created_at),
        _utc(change.closed_at), _local(change.closed_at), connection.name if connection else None, provider,
        (connection.organization if connection else "") or organization or None, user or None,
        change.action or change.op.value, change.kind, [remote_id_of(lid) for lid in change.records],
        _before(change), _after(change), next((one.request_id for one in reversed(attempts) if one.request_id), None),
        last.status if last else None, (last.answer if last else "") or change.response or None,
        [{"field": one.field, "message": one.message, "row": one.row} for one in _errors(change)],
        [_attempt(one) for one in attempts], change.gesture, _text(change.undoes), _text(undone_by), change.reason,
        change.key,
    )  # fmt: skip
    return dict(zip(FIELDS, values, strict=True))


def _errors(change: Change) -> Sequence[FieldError]:
    return change.error.errors if change.error else ()


def _attempt(one: Attempt) -> dict[str, object]:
    return {
        "n": one.n, "at": one.at, "phase": one.phase, "status": one.status, "outcome": one.outcome,
        "request_id": one.request_id, "sent": one.sent, "answer": one.answer,
    }  # fmt: skip


def _before(change: Change) -> dict[str, object] | None:
    """What the fields were; of a delete what the record said, of a bulk request by the record's id."""
    if change.op is Op.CREATE:
        return None
    if change.is_bulk:
        return {remote_id_of(lid) or lid: _said(change.before(lid)) for lid in change.records}
    if change.op is Op.UPDATE:
        currency = change.pre.get("currency")
        return _said({**{key: change.pre.get(key) for key in change.args}, "currency": currency})
    return _said(change.pre)


def _after(change: Change) -> dict[str, object] | None:
    """What was asked for; of a delete nothing."""
    if change.deletes:
        return None
    if change.is_bulk:
        return {remote_id_of(lid) or lid: _said(change.wanted(lid)) for lid in change.records}
    currency = change.args.get("currency", change.pre.get("currency"))
    return _said({**change.args, "currency": currency} if currency else change.args)


def _said(values: Mapping[str, Arg] | Values) -> dict[str, object]:
    currency = values.get("currency")
    return {key: _value(key, value, currency) for key, value in values.items()}


def _value(key: str, value: Arg, currency: Arg) -> object:
    if isinstance(value, Raw):
        return value.text
    if key in _MONEY and isinstance(value, int) and not isinstance(value, bool) and isinstance(currency, str):
        return decimal_text(value, currency)
    return value


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _utc(at: str | None) -> str | None:
    return None if at is None else f"{at[:19]}Z"


def _local(at: str | None) -> str | None:
    return None if at is None else datetime.fromisoformat(at).astimezone().isoformat(timespec="seconds")


def _csv(entries: Iterable[Mapping[str, object]]) -> Iterator[str]:
    yield _line(FIELDS)
    for entry in entries:
        yield _line([formula_safe(_cell(entry[name])) for name in FIELDS])


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _json(entries: Iterable[Mapping[str, object]]) -> Iterator[str]:
    before = "[\n"
    for entry in entries:
        yield before + json.dumps(entry, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def _ndjson(entries: Iterable[Mapping[str, object]]) -> Iterator[str]:
    for entry in entries:
        yield json.dumps(entry, ensure_ascii=False) + "\n"


_FORMATS: Mapping[str, Callable[[Iterable[Mapping[str, object]]], Iterator[str]]] = {
    ".csv": _csv,
    ".json": _json,
    ".ndjson": _ndjson,
}

"""A change as a row of the outbox and back.

JSON columns: targets, args and each (an unreadable field is `{"raw": text}`), pre, befores, expects, needs, pre_image,
theirs, error, differences (rows of field, asked, got, record).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeVar

from kworkbench.domain.changes import Arg, Args, Change, Difference, FieldError, Idem, Op, Raw, Refusal, State
from kworkbench.store.connecting import OutboxRow

Cell = str | int | None
R = TypeVar("R")


def columns_of(change: Change) -> dict[str, Cell]:
    """Column name -> value of the row of `change`."""
    return {
        "seq": change.seq,
        "mid": change.mid,
        "account": change.account,
        "op": change.op.value,
        "kind": change.kind,
        "lid": change.lid,
        "targets": _json(list(change.targets)),
        "lane": change.lane,
        "gesture": change.gesture,
        "args": _json(_plain(change.args)),
        "pre": _json(dict(change.pre)),
        "idem": change.idem.value,
        "marker": change.marker,
        "pre_image": None if change.pre_image is None else _json(list(change.pre_image)),
        "state": change.state.value,
        "reason": change.reason,
        "error": None if change.error is None else _json(_error_document(change.error)),
        "attempts": change.attempts,
        "epoch": change.epoch,
        "not_before": change.not_before,
        "response": change.response,
        "applied": int(change.applied),
        "key": change.key,
        "created_at": change.created_at,
        "closed_at": change.closed_at,
        "action": change.action,
        "each": _json({lid: _plain(args) for lid, args in change.each.items()}),
        "befores": _json({lid: dict(values) for lid, values in change.befores.items()}),
        "expects": _json(dict(change.expects)),
        "needs": _json(list(change.needs)),
        "again": change.again,
        "undoes": change.undoes,
        "theirs": None if change.theirs is None else _json(dict(change.theirs)),
        "differences": _json([[one.field, one.asked, one.got, one.record] for one in change.differences]),
    }


def change_of(row: OutboxRow) -> Change:
    """The change in a row."""
    return Change(
        seq=row["seq"],
        mid=row["mid"],
        account=row["account"],
        op=Op(row["op"]),
        kind=row["kind"],
        lid=row["lid"],
        targets=tuple(json.loads(row["targets"])),
        lane=row["lane"],
        gesture=row["gesture"],
        args=_args(json.loads(row["args"])),
        pre=json.loads(row["pre"]),
        idem=Idem(row["idem"]),
        marker=row["marker"],
        pre_image=None if row["pre_image"] is None else tuple(json.loads(row["pre_image"])),
        state=State(row["state"]),
        reason=row["reason"],
        error=None if row["error"] is None else _refusal(json.loads(row["error"])),
        attempts=row["attempts"],
        epoch=row["epoch"],
        not_before=row["not_before"],
        response=row["response"],
        applied=bool(row["applied"]),
        key=row["key"],
        created_at=row["created_at"],
        closed_at=row["closed_at"],
        action=row["action"],
        each={lid: _args(args) for lid, args in json.loads(row["each"]).items()},
        befores=json.loads(row["befores"]),
        expects=json.loads(row["expects"]),
        needs=tuple(json.loads(row["needs"])),
        again=row["again"],
        undoes=row["undoes"],
        theirs=None if row["theirs"] is None else json.loads(row["theirs"]),
        differences=tuple(Difference(*one) for one in json.loads(row["differences"])),
    )


def request_of(row: OutboxRow, make: Callable[[int, str, int | None, str, str | None], R]) -> R:
    """A request row handed to its constructor."""
    return make(row["id"], row["verb"], row["seq"], row["argument"] or "", row["account"])


def _plain(args: Args) -> dict[str, object]:
    return {key: {"raw": arg.text} if isinstance(arg, Raw) else arg for key, arg in args.items()}


def _args(document: Mapping[str, object]) -> Args:
    return {key: _arg(value) for key, value in document.items()}


def _arg(value: object) -> Arg:
    if isinstance(value, Mapping):
        return Raw(str(value["raw"]))
    if value is None or isinstance(value, str | int):
        return value
    raise ValueError(f"an argument of an unknown shape: {value!r}")


def _error_document(error: Refusal) -> dict[str, object]:
    rows = [{"field": one.field, "message": one.message, "row": one.row} for one in error.errors]
    return {"status": error.status, "errors": rows, "body": error.body}


def _refusal(document: Mapping[str, object]) -> Refusal:
    errors = document["errors"]
    rows = errors if isinstance(errors, list) else []
    found = tuple(FieldError(row["field"], row["message"], row.get("row")) for row in rows)
    return Refusal(int(str(document["status"])), found, str(document.get("body", "")))


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))

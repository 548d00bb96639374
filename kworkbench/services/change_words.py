"""What is said of a change: what it asks, why it stands where it stands, and the key to press next. Pure.

Source: product.md section 3, screens.md section 11. The command line prints these sentences too, so keys stand bare.
"""

from __future__ import annotations

from kworkbench.domain.changes import Change, Draft, FieldError, Op, Refusal, State
from kworkbench.domain.records import remote_id_of


def can_be_taken_back(change: Change) -> bool:
    """Whether it is still held for its undo time; held for any other reason it waits for a person."""
    return change.state is State.HELD and change.not_before is not None


def sentence_of(change: Change) -> str:
    """What a change asks, in plain words."""
    noun = change.kind.removesuffix("s")
    if change.is_bulk:
        count = len(change.targets)
        return f"{_verb(change)} {count} {noun if count == 1 else change.kind}"
    number = change.pre.get("invoice") or ""
    if change.kind == "payments" and change.op is Op.CREATE:
        given_up = change.args.get("kind") == "write-off"
        if number:
            return f"{'write off' if given_up else 'pay'} {number}"
        return f"record a payment on {change.pre.get('project') or 'a project'}"
    verb = _verb(change)
    name = remote_id_of(change.lid) or ""
    if change.kind == "payments" and number:
        return f"{verb} payment {name} on {number}".replace("  ", " ")
    return f"{verb} {noun} {name}".strip()


def _verb(change: Change) -> str:
    return _VERBS.get(change.op) or _ACTIONS.get(change.action) or change.action.replace("-", " ")


_ACTIONS = {
    "submit-report": "submit a report of",
    "approve-report": "approve the report of",
    "reject-report": "reject the report of",
    "cancel-report": "cancel the report of",
    "add-line": "add a line to",
    "generate-lines": "bill what is not invoiced on",
    "restore": "bring back",
    "export-update": "export again",
    "send-einvoice": "send electronically",
}
"""Actions whose name is not their verb."""

_VERBS = {Op.CREATE: "add", Op.UPDATE: "edit", Op.DELETE: "delete", Op.BULK_DELETE: "delete"}

ELSEWHERE = "5 shows it"

_WAYS_OUT = {
    State.QUEUED: "It is sent by itself, u takes it back",
    State.HELD: "t tries again, d discards it",
    State.BLOCKED: "It goes after what it needs, d discards it",
    State.SENDING: "It is being sent now",
    State.AMBIGUOUS: "It is being looked for, Enter looks",
    State.NEEDS_YOU: "Enter decides",
    State.REJECTED: "e edits and sends again",
    State.CONFLICTED: "Enter decides, e edits and sends again",
}


def reason_of(change: Change, lid: str | None = None, *, here: bool = True) -> str:
    """Why a change is in its state, and the key to press next; of a bulk change what concerns the row `lid`.

    `here`: its keys act on this change where the sentence stands; else the changes screen is named.
    """
    if can_be_taken_back(change):
        return "Waits a moment. u takes it back"
    said = change.reason or ""
    if change.state is State.REJECTED and change.error is not None:
        said = _refused(change, change.error, lid)
        if change.again and not change.needs:
            said = f"Deleted, not recorded again. {said}"
    way_out = _WAYS_OUT.get(change.state, "")
    if change.state is State.HELD and _waits_for_word(change):
        way_out = "5 shows it, marked ▲"
    if change.state is State.REJECTED and change.op in (Op.DELETE, Op.BULK_DELETE):
        way_out = "t sends it again without them" if without_refused(change) else "d discards it"
    way_out = way_out if here else ELSEWHERE
    return f"{said.rstrip('.')}. {way_out}" if said and way_out else said or way_out


def _waits_for_word(change: Change) -> bool:
    """True where the connection's queue stands still because of another change, which came out otherwise than shown."""
    from kworkbench.sync.lanes import DIFFERS  # noqa: PLC0415 - the sender's words, not for lists

    return change.reason == DIFFERS


def _refused(change: Change, refusal: Refusal, lid: str | None) -> str:
    """The server's words; a row that they do not name came back with those that they do."""
    named = {error.row for error in refusal.errors if error.row}
    row = remote_id_of(lid) if lid is not None and change.is_bulk else None
    if row is not None and named and row not in named:
        what = "deleted" if change.deletes else "done"
        return f"Not {what}, because the server refused another row of the same request"
    said = [_message(error) for error in refusal.errors if row is None or error.row in (row, None)]
    first, *more = dict.fromkeys(said)
    return f"Refused: {first}{f' and {len(more)} more' if more else ''}"


def _message(error: FieldError) -> str:
    """The server's words; `can't be blank` alone says nothing, so its field goes before it."""
    return f"{error.field} {error.message}" if error.field and error.message[:1].islower() else error.message


def without_refused(change: Change) -> Draft | None:
    """A refused bulk request again, without the rows its messages name; None where nothing would be left or changed.

    The provider names only rows that were asked about; those that went all the same are no targets any more.
    """
    if not change.is_bulk or change.op is Op.CREATE or change.error is None:
        return None
    refused = {error.row for error in change.error.errors if error.row}
    left = tuple(lid for lid in change.targets if remote_id_of(lid) not in refused)
    if not left or left == change.targets:
        return None
    return Draft(
        account=change.account,
        op=change.op,
        kind=change.kind,
        lid=change.lid,
        args=change.args,
        pre=change.pre,
        targets=left,
        idem=change.idem,
        replaces=change.seq,
        action=change.action,
        befores={lid: values for lid, values in change.befores.items() if lid in left},
        expects=change.expects,
    )

"""What takes a change back once the server has it, and what deletes a payment and records it again. Pure.

The inverse is new changes of one gesture, shown as such and sent through the outbox as everything else; the review says
beforehand what is lost on the way (product.md section 10). Source: sync-engine.md section 7, "undo".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kworkbench.domain.changes import Change, Draft, Idem, Op, Raw, State
from kworkbench.domain.records import Value, Values, lid_of
from kworkbench.lean import dataclass, field, replace

DONE = frozenset({State.CONFIRMED, State.CLOSED})
_TOLD = ("invoice_id", "invoice", "client", "project", "amount", "currency", "kind", "outstanding")
"""What the journal and the prediction of a delete need to know of the record."""


class NoInverseError(Exception):
    """A change cannot be taken back; the message says why and what can be done instead."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a provider offers to take things back, and how new records get their names.

    Attributes:
        remote_id: local id -> the server's id, None where it has none.
        new_lid: a local id for a record that is made anew.
        new_marker: a marker for a payment that is made anew, None where they are switched off.
        deletes: sentence by kind why its records cannot be deleted; a kind that is missing can be.
        updates, creates: the same for edits and for making records anew.
        actions: name of an action -> name of the action that undoes it.
        form: keys by kind that a create can carry.
    """

    remote_id: Callable[[str], str | None]
    new_lid: Callable[[], str]
    new_marker: Callable[[], str | None] = lambda: None
    deletes: Mapping[str, str] = field(default_factory=dict)
    updates: Mapping[str, str] = field(default_factory=dict)
    creates: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)


def inverse(change: Change, means: Means) -> tuple[Draft, ...]:
    """The changes that take one back at the server, to be saved as one gesture; each says whom it `undoes`.

    Raises:
        NoInverseError: it is not done yet, or its provider has nothing that would take it back.
    """
    if change.state not in DONE:
        raise NoInverseError("It has not reached the server yet. Discard it instead.")
    if change.again:
        raise NoInverseError("A payment that was recorded again is edited once more instead.")
    drafts = _INVERSES[change.op](change, means)
    return tuple(replace(draft, undoes=change.seq) for draft in drafts)


def recorded_again(delete: Draft, create: Draft) -> tuple[Draft, Draft]:
    """A payment deleted and recorded again: two drafts, to be saved in this order as one gesture.

    `delete` is about the old payment, its `pre` naming `invoice_id` and `amount`. `create` is the new one; its
    `pre["outstanding"]` is the balance it needs once the old one is gone. The engine looks at both before it deletes,
    sends the create only when the old payment is known to be gone, and says "deleted, not recorded again" where that
    fails. Giving either up before anything was sent gives up both.
    """
    return delete, replace(create, after=(0,), again=delete.lid, hold_seconds=delete.hold_seconds)


def _undo_create(change: Change, means: Means) -> tuple[Draft, ...]:
    _offered(means.deletes, change.kind)
    drafts = []
    for lid in change.records:
        remote = means.remote_id(lid)
        if remote is None:
            raise NoInverseError("The server has not said which record it is. Refresh, then delete it in the list.")
        told: Values = {**change.before(lid), **_plain(change, lid)}
        pre = {key: told[key] for key in _TOLD if told.get(key) is not None}
        drafts.append(Draft(change.account, Op.DELETE, change.kind, lid_of(change.kind, remote), pre=pre))
    return tuple(drafts)


def _undo_update(change: Change, means: Means) -> tuple[Draft, ...]:
    """Each record gets the values it had; rows that all had the same go in one request again."""
    _offered(means.updates, change.kind)
    rows = {lid: {key: change.before(lid).get(key) for key in change.wanted(lid)} for lid in change.records}
    now = {lid: _plain(change, lid) for lid in change.records}
    values = list(rows.values())
    if change.is_bulk and all(one == values[0] for one in values):
        return (replace(_edit(change, means.new_lid(), values[0], {}), targets=change.targets, befores=now),)
    return tuple(_edit(change, _named(change, lid, means), wanted, now[lid]) for lid, wanted in rows.items())


def _edit(change: Change, lid: str, args: Mapping[str, Value], pre: Values) -> Draft:
    return Draft(change.account, Op.UPDATE, change.kind, lid, args=args, pre=pre)


def _undo_delete(change: Change, means: Means) -> tuple[Draft, ...]:
    """Deleted records are made anew from what is known of them; they get another id."""
    _offered(means.creates, change.kind)
    keys = means.form.get(change.kind, ())
    drafts = []
    for lid in change.records:
        before = change.before(lid)
        args = {key: before[key] for key in keys if before.get(key) is not None}
        if not args:
            raise NoInverseError("What stood in it is not known here any more, so it cannot be made anew.")
        marker = means.new_marker() if change.kind == "payments" else None
        drafts.append(
            Draft(
                account=change.account,
                op=Op.CREATE,
                kind=change.kind,
                lid=means.new_lid(),
                args=args,
                pre={key: before[key] for key in _TOLD if key not in args and before.get(key) is not None},
                idem=Idem.MARKED if marker else Idem.UNMARKED,
                marker=marker,
            )
        )
    return tuple(drafts)


def _undo_action(change: Change, means: Means) -> tuple[Draft, ...]:
    name = means.actions.get(change.action)
    if name is None or change.idem is Idem.UNMARKED:
        raise NoInverseError(f"{change.action.capitalize()} cannot be taken back.")
    lid = means.new_lid() if change.is_bulk else _named(change, change.lid, means)
    expects = {key: value for key, value in change.pre.items() if key in change.expects}
    befores = {each: dict(change.expects) for each in change.targets}
    return (
        Draft(
            change.account,
            Op.ACTION,
            change.kind,
            lid,
            action=name,
            targets=change.targets,
            pre=dict(change.expects),
            expects=expects,
            befores=befores,
        ),
    )


def _named(change: Change, lid: str, means: Means) -> str:
    remote = means.remote_id(lid)
    return lid if remote is None else lid_of(change.kind, remote)


def _plain(change: Change, lid: str) -> dict[str, Value]:
    """What was sent and taken; what was sent as typed stands there as the server read it, which is not known."""
    return {key: arg for key, arg in change.wanted(lid).items() if not isinstance(arg, Raw)}


def _offered(sentences: Mapping[str, str], kind: str) -> None:
    if sentences.get(kind):
        raise NoInverseError(sentences[kind])


_INVERSES: Mapping[Op, Callable[[Change, Means], tuple[Draft, ...]]] = {
    Op.CREATE: _undo_create,
    Op.UPDATE: _undo_update,
    Op.DELETE: _undo_delete,
    Op.BULK_DELETE: _undo_delete,
    Op.ACTION: _undo_action,
}

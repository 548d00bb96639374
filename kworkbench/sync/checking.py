"""What is seen before a money create is sent, and before a payment is deleted to be recorded again.

Source: sync-engine.md section 6, "Before each send"; product.md section 8.
"""

from __future__ import annotations

from kworkbench.domain.changes import Change, FieldError, Op, Refusal, State
from kworkbench.domain.records import Record, Value
from kworkbench.lean import replace
from kworkbench.sync.equal import same
from kworkbench.sync.events import Checked, Fact, Outcome, Send, Step
from kworkbench.sync.facts import doubled
from kworkbench.sync.lanes import OFFLINE, SIGN_IN, sending
from kworkbench.sync.likeness import marked, rows_among
from kworkbench.sync.settling import (
    ALREADY_PAID,
    CANCELLED_THERE,
    GONE,
    MOST_LOOKS,
    PAYMENT_MOVED,
    TRIED_OFTEN,
    confirmed,
    conflicted,
    landed,
    rejected,
    wait_ms,
)


def after_check(change: Change, event: Checked, epoch: int, second: Change | None = None) -> Step:
    """Decide on a change after what concerns it was read; `second` is the create that is to follow a delete."""
    if second is not None:
        return _after_first_check(change, event, epoch, second)
    found = marked(change, event.payments or ())
    if found:
        return confirmed(change, found[:1]).then(Step(facts=_double(change, found)))
    rows = rows_among(change, event.payments or ())
    if rows:
        step = landed(change, rows)
        (rest,) = step.changed
        return step if rest.state is State.CONFIRMED else step.then(_decided(rest, event, epoch))
    return _decided(change, event, epoch)


def _decided(change: Change, event: Checked, epoch: int) -> Step:
    """What bears no marker of the change stands in its way, or does not."""
    if event.outcome is Outcome.REFUSED and not change.attempts:
        return _send(change, (), epoch)
    if event.outcome is not Outcome.DONE or event.payments is None:
        return _failed(change, event)
    if event.invoice is not None and (reason := _stopped(change, event.invoice)):
        return conflicted(change, reason, theirs={"outstanding": event.invoice.values.get("outstanding")})
    return _send(change, tuple(record.id for record in event.payments), epoch)


def shows_guard(change: Change, event: Checked) -> bool:
    """True where the answer to this payment will tell whether the server refuses a second one.

    Nothing but a payment may stand in its way: the invoice is open, of one project, and was paid in full.
    """
    invoice = event.invoice
    if invoice is None or not event.guarded or not event.payments or change.op is not Op.CREATE:
        return False
    values = invoice.values
    plain = values.get("state") == "open" and values.get("kind") == "invoice" and not values.get("several_projects")
    return plain and values.get("outstanding") == 0


def _double(change: Change, found: tuple[Record, ...]) -> tuple[Fact, ...]:
    return (doubled(change, tuple(record.id for record in found)),) if len(found) > 1 else ()


def _stopped(change: Change, invoice: Record) -> str:
    """Why the invoice no longer is what the payment was made for; empty where it is."""
    if invoice.values.get("state") == "cancelled":
        return CANCELLED_THERE
    expected = change.pre.get("outstanding")
    moved = isinstance(expected, int) and invoice.values.get("outstanding") != expected
    return ALREADY_PAID if moved else ""


def _after_first_check(change: Change, event: Checked, epoch: int, second: Change) -> Step:
    """The old payment must stand as it was seen, and the new one fit, before the old one is deleted."""
    if event.outcome is not Outcome.DONE or event.payments is None or event.invoice is None:
        return _failed(change, event)
    old = next((one for one in event.payments if one.lid == change.lid), None)
    if old is None or not same("amount", old.values.get("amount"), change.pre.get("amount", old.values.get("amount"))):
        return conflicted(change, PAYMENT_MOVED)
    balance = event.invoice.values.get("outstanding")
    if event.invoice.values.get("state") == "cancelled" or not _fits(second, balance, old.values.get("amount")):
        return conflicted(change, ALREADY_PAID, theirs={"outstanding": balance})
    return Step((sending(change, epoch),), (Send(change.seq),))


def _fits(second: Change, balance: Value, paid: Value) -> bool:
    """Whether the new payment will find the balance it was made for, once the old one is gone."""
    wanted = second.pre.get("outstanding")
    if not isinstance(wanted, int):
        return True
    return isinstance(balance, int) and isinstance(paid, int) and balance + paid == wanted


def _send(change: Change, seen: tuple[str, ...], epoch: int) -> Step:
    """Send it. No payment can hide on an invoice that cannot even be asked for: the server then says what is wrong."""
    kept = seen if change.pre_image is None else change.pre_image
    return Step((sending(replace(change, pre_image=kept), epoch),), (Send(change.seq),))


def _failed(change: Change, event: Checked) -> Step:
    if event.outcome is Outcome.SIGN_IN:
        return Step((replace(change, state=State.HELD, reason=SIGN_IN),))
    if event.outcome is Outcome.GONE:
        return _gone(change)
    if event.outcome is not Outcome.NOT_SENT and event.tries >= MOST_LOOKS:
        return Step((replace(change, state=State.HELD, reason=TRIED_OFTEN),))
    wait = wait_ms(event.tries, event.jitter, event.wait_seconds)
    reason = OFFLINE if event.outcome is Outcome.NOT_SENT else event.detail
    return Step((replace(change, reason=reason, not_before=event.now_ms + wait),))


def _gone(change: Change) -> Step:
    if change.op is not Op.CREATE:
        return conflicted(change, GONE)
    return rejected(change, Refusal(404, (FieldError("invoice", GONE),)), GONE)

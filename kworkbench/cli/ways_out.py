"""What can be done with a change on the command line, by its state: no state is without a way out (I11)."""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.changes import Change, State

_SELF = "It is sent by itself. `kworkbench changes discard {seq}` takes it out before."
_UNCLEAR = (
    "`kworkbench changes resolve {seq} --found PAYMENT` where it is there, `--send-again` where it is not, "
    "`--give-up` closes it."
)
_OVER = "Nothing is left to do."

_WAYS: Mapping[State, str] = {
    State.QUEUED: _SELF,
    State.HELD: "`kworkbench changes retry {seq}` sends it, `kworkbench changes discard {seq}` closes it.",
    State.BLOCKED: "It is sent after what it needs. `kworkbench changes discard {seq}` takes it out before.",
    State.SENDING: "It is being sent. `kworkbench changes show {seq}` says what came of it.",
    State.AMBIGUOUS: f"It is looked for, and settles by itself when it is found. {_UNCLEAR}",
    State.NEEDS_YOU: _UNCLEAR,
    State.REJECTED: "`kworkbench changes retry {seq}` sends it again as it is, `kworkbench changes discard {seq}` "
    "closes it; in the workbench `e` opens its form.",
    State.CONFLICTED: "`kworkbench changes retry {seq}` sends yours all the same, `kworkbench changes discard {seq}` "
    "leaves what stands at the server; in the workbench `Enter` shows both.",
    State.CONFIRMED: _OVER,
    State.CLOSED: _OVER,
    State.CANCELLED: _OVER,
}


GO_ON = "`kworkbench changes resolve {seq} --go-on` says that it is right as it is."


def ways_out(change: Change, *, waits: bool = False) -> str:
    """What a person can do now, a sentence or two with commands; `waits`: it is over, but a word is wanted about it."""
    return (GO_ON if waits else "").format(seq=change.seq) or _WAYS[change.state].format(seq=change.seq)

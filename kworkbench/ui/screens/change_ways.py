"""The decisions a change leaves to a person, as lines that can be chosen: unclear payments and conflicts. Pure.

Source: sync-engine.md sections 4 to 6, product.md section 8.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from kworkbench.domain.changes import Change, State
from kworkbench.domain.numbers import NumberStyle, format_money
from kworkbench.lean import dataclass
from kworkbench.services.attention import Attention
from kworkbench.services.conflicts import Conflict, ConflictKind, ThreeValues
from kworkbench.store.rows import Row
from kworkbench.ui.paint import Piece
from kworkbench.ui.safe import fill, safe_text, wrapped
from kworkbench.ui.screens.changes_lines import amount_of
from kworkbench.ui.widgets.line_list import BLANK, Line

UNCLEAR = (State.AMBIGUOUS, State.NEEDS_YOU)
_LABEL = 8


class Act(StrEnum):
    """What a decision does."""

    FOUND = "found"
    LOOK = "look"
    SEND_AGAIN = "send again"
    GIVE_UP = "give up"
    GO_ON = "go on"
    STAY = "stay"
    PICK = "pick"
    ALL_MINE = "all mine"
    ALL_THEIRS = "all theirs"
    SEND_PICKS = "send picks"
    ANEW = "anew"
    REST = "rest"
    RETRY = "retry"
    CORRECT = "correct"
    DISCARD = "discard"
    UNDO = "undo"
    DELETE_ONE = "delete one"
    DISCARD_ALL = "discard all"


@dataclass(frozen=True, slots=True)
class Way:
    """One decision.

    Attributes:
        title, about: what it is, and what it means.
        argument: the payment at the server that is this change; the field that is picked.
        theirs: the server's value is picked.
        doubtful: asked for twice.
    """

    act: Act
    title: str
    about: str = ""
    argument: str = ""
    theirs: bool = False
    doubtful: str = ""

    @property
    def key(self) -> str:
        """Its line in the detail."""
        return f"{self.act.value}:{self.argument}:{int(self.theirs)}"


def ways_of_unclear(change: Change, payments: Sequence[Row], style: NumberStyle) -> tuple[Way, ...]:
    """The decisions an unclear change leaves to a person; a payment found on the invoice may be it."""
    if change.state not in UNCLEAR:
        return ()
    seen = set(change.pre_image or ())
    asked = amount_of(change)
    found = [row for row in payments if row.id and row.id not in seen]
    same = [row for row in found if asked is None or row.values.get("amount") == asked.minor]
    doubt = "`Enter` again sends it once more. If the first one arrived, both stand there."
    return (
        *(Way(Act.FOUND, "it is there", _payment(row, style), row.id or "") for row in same),
        Way(Act.LOOK, "look again", "read what stands there now; nothing is sent"),
        Way(Act.SEND_AGAIN, "send again", "only if it is not there: else it stands there twice", doubtful=doubt),
        Way(Act.GIVE_UP, "give up", "nothing more is sent; what may be there stays there"),
    )


def ways_of_conflict(conflict: Conflict | None, theirs: Collection[str], style: NumberStyle) -> tuple[Way, ...]:
    """The decisions a conflict leaves to a person; `theirs` are the fields of which the server's value is picked."""
    if conflict is None:
        return ()
    if conflict.kind is ConflictKind.FIELDS:
        ways = _field_ways(conflict, theirs)
    elif conflict.kind is ConflictKind.GONE:
        ways = _gone_ways(conflict)
    else:
        ways = _balance_ways(conflict, style) if conflict.kind is ConflictKind.BALANCE else (_RETRY,)
    more = len(conflict.alike)
    all_of_them = (
        Way(Act.DISCARD_ALL, f"discard all {more + 1}", "this one and those that wait for the same decision"),
    )
    return (*ways, _DISCARD, *(all_of_them if more else ()))


def ways_of_attention(attention: Attention | None) -> tuple[Way, ...]:
    """The decisions about a first write that came out otherwise, and about rows that stand there twice."""
    if attention is None:
        return ()
    if attention.ids:
        deletes = [
            Way(Act.DELETE_ONE, f"delete {record_id}", "through the review; the other one stays", record_id)
            for record_id in attention.ids
        ]
        return (*deletes, Way(Act.GO_ON, "keep them", "both are meant; nothing is deleted, and this is not said again"))
    return (
        Way(Act.GO_ON, "go on", "it is right as the server made it: what waits is sent"),
        Way(Act.UNDO, "undo it", "what that means at the server is shown first"),
        Way(Act.STAY, "stay as it is", "nothing is sent on this connection until you go on"),
    )


_RETRY = Way(Act.RETRY, "send as it is", "the server decides again")
_DISCARD = Way(Act.DISCARD, "discard yours", "what stands at the server stays")


def _field_ways(conflict: Conflict, theirs: Collection[str]) -> tuple[Way, ...]:
    picks = [
        Way(Act.PICK, "theirs" if wants else "yours", argument=each.key, theirs=wants)
        for each in conflict.moved
        for wants in (False, True)
    ]
    sent = [each.name for each in conflict.fields if each.key not in theirs]
    about = f"yours: {', '.join(sent)}" if sent else "nothing of yours is left to send; it is closed"
    several: tuple[Way, ...] = ()
    if len(conflict.moved) > 1:
        several = (Way(Act.ALL_MINE, "all yours"), Way(Act.ALL_THEIRS, "all theirs"))
    return (*picks, *several, Way(Act.SEND_PICKS, "send the picks" if sent else "close it", about))


def _gone_ways(conflict: Conflict) -> tuple[Way, ...]:
    if conflict.anew:
        return (Way(Act.ANEW, "make it anew", "a new record with what it said and what you asked; its id is another"),)
    correct = Way(Act.CORRECT, "edit and send again", "choose another invoice in the form")
    return (correct,) if conflict.change.kind == "payments" else (_RETRY,)


def _balance_ways(conflict: Conflict, style: NumberStyle) -> tuple[Way, ...]:
    ways: list[Way] = []
    if conflict.owed_now and conflict.owed_now != amount_minor(conflict.change):
        rest = format_money(conflict.owed_now, conflict.currency, style)
        ways.append(Way(Act.REST, f"pay {rest}", "what is outstanding now"))
    doubt = "`Enter` again sends it as it was asked, on top of what was paid meanwhile."
    return (
        *ways,
        Way(Act.CORRECT, "edit and send again", "the form with what you typed"),
        Way(Act.RETRY, "send it all the same", "as asked, whatever the balance is now", doubtful=doubt),
    )


def amount_minor(change: Change) -> int | None:
    """The amount of a payment in minor units, where it can be read."""
    amount = amount_of(change)
    return None if amount is None else amount.minor


def way_lines(ways: Sequence[Way], title: str, room: int) -> list[Line]:
    """The decisions that are no picks of values, under a head."""
    shown = [way for way in ways if way.act is not Act.PICK]
    if not shown:
        return []
    lines = [BLANK, Line([(title, "strong bold")])]
    for way in shown:
        lines.append(Line([(" ", ""), ("► ", "accent"), (safe_text(way.title, room), "strong bold")], way.key))
        lines += [Line([("  ", ""), (line, "muted")]) for line in safe_text(way.about).wrap(room - 3) if way.about]
    return lines


def field_lines(conflict: Conflict | None, theirs: Collection[str], room: int) -> list[Line]:
    """Three values of every field of an edit; those that have to be chosen can bear the cursor."""
    if conflict is None:
        return []
    lines: list[Line] = []
    for each in conflict.fields:
        note = "" if each.moved else "  no conflict"
        lines += [BLANK, Line([(safe_text(each.name, room), "strong bold"), (note, "muted")])]
        if not each.moved:
            lines += _value("yours", each.yours, "text", room)
            lines += _value("before", each.before, "muted", room)
            continue
        lines += _pick(each, room, is_theirs=each.key in theirs)
    return lines


def _pick(each: ThreeValues, room: int, *, is_theirs: bool) -> list[Line]:
    lines: list[Line] = []
    for word, value, picked in (("yours", each.yours, not is_theirs), ("theirs", each.theirs, is_theirs)):
        key = Way(Act.PICK, word, argument=each.key, theirs=word == "theirs").key
        said = "will be sent" if word == "yours" else "stays"
        tail: list[Piece] = [(f"  {said}", "muted")] if picked else []
        left = room - _LABEL - 4 - (len(said) + 2 if picked else 0)
        first, *more = wrapped(value, max(8, left)) or (safe_text(""),)
        head: list[Piece] = [
            ("•" if picked else " ", "accent"), (" ", ""), (word.ljust(_LABEL), "text" if picked else "muted"),
            (fill(first, max(8, left)), "strong" if picked else "muted"), *tail,
        ]  # fmt: skip
        lines.append(Line(head, key))
        lines += [Line([(" " * (_LABEL + 1), ""), (row, "text" if picked else "muted")]) for row in more]
    return [*lines, *_value("before", each.before, "muted", room)]


def _value(word: str, value: str, ink: str, room: int) -> list[Line]:
    rows = wrapped(value, max(8, room - _LABEL - 4)) or (safe_text(""),)
    return [
        Line([(" ", ""), ((word if not number else "").ljust(_LABEL), "muted"), (row, ink)])
        for number, row in enumerate(rows)
    ]


def _payment(row: Row, style: NumberStyle) -> str:
    minor, currency, day = row.values.get("amount"), row.values.get("currency"), row.values.get("date")
    money = format_money(minor, currency, style) if isinstance(minor, int) and isinstance(currency, str) else ""
    return ", ".join(part for part in (f"payment {row.id}", str(day or ""), money) if part)

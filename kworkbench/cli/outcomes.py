"""What became of changes: a line each on stdout, what to do next on stderr, and the exit status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kworkbench.cli.exits import Exit, exit_of, worst
from kworkbench.cli.plain import visible
from kworkbench.cli.ports import Books
from kworkbench.cli.signing import sign_in_trouble
from kworkbench.cli.state import Run
from kworkbench.cli.ways_out import ways_out
from kworkbench.domain.changes import OPEN, WAITING, Change

_ADVICE = {
    Exit.UNCLEAR: "It may or may not have reached the server. Do not repeat it: "
    "`kworkbench changes show {seq}` says what is known.",
    Exit.QUEUED: "It is saved and will be sent later, also after a restart. Do not repeat it.",
    Exit.REFUSED: "Nothing was changed by it.",
}


def report(run: Run, books: Books, changes: Sequence[Change]) -> Exit:
    """Print how the changes stand and give the status to end with."""
    statuses = [exit_of(change.state) for change in changes]
    for change, status in zip(changes, statuses, strict=True):
        run.console.show(line_of(books, change))
        for message in messages(change):
            run.console.show(f"  {message}")
        if status in _ADVICE:
            run.console.say(_ADVICE[status].format(seq=change.seq))
        if status in (Exit.UNCLEAR, Exit.REFUSED):
            run.console.say(ways_out(change))
    if any(change.state in WAITING for change in changes) and books.refresh.status().sign_in:
        run.console.say(f"{sign_in_trouble(run)} What is queued waits until then.")
        statuses.append(Exit.SIGN_IN)
    for one in books.changes.attention().values():
        if one.account == books.connection.account:
            run.console.say(f"The queue waits for your word: `kworkbench changes show {one.seq}` says why.")
    return worst(statuses)


def line_of(books: Books, change: Change) -> str:
    """`unclear 12  pay INV-1386: the connection was lost`; messages of the server follow in lines of their own."""
    reason = change.reason if change.state in OPEN and not any(messages(change)) else None
    told = books.changes.sentence(change) + (f": {reason}" if reason else "")
    return f"{change.shown.word} {change.seq}  {visible(told)}"


def messages(change: Change) -> Iterator[str]:
    """The server's messages that still stand, each with the field it is under."""
    for error in change.error.errors if change.error and change.state in OPEN else ():
        row = f"{error.row}: " if error.row else ""
        field = f"{error.field}: " if error.field else ""
        yield visible(f"{row}{field}{error.message}")

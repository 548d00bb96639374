"""Commands that record what quick lines say: planned together, agreed to, saved as one gesture and waited for.

When one of several lines cannot be recorded nothing is queued, so that the corrected input can be given again whole.
What a line means is told by a `LineKind`. Source: product.md sections 7 and 11.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Generic, ParamSpec, TypeVar

import click

from kworkbench.cli.errors import CommandError, unknown
from kworkbench.cli.exits import Exit
from kworkbench.cli.gate import badge, check_writing, check_yes
from kworkbench.cli.listing import trouble
from kworkbench.cli.outcomes import report
from kworkbench.cli.plain import visible
from kworkbench.cli.ports import Books
from kworkbench.cli.render import document
from kworkbench.cli.state import Run
from kworkbench.cli.waiting import bring_up, outcome, settle
from kworkbench.cli.words import opening_options
from kworkbench.domain.changes import Change, Draft
from kworkbench.domain.quickline import Caution
from kworkbench.domain.quickline.plans import LinePlan
from kworkbench.domain.quickline.preview import CAUTION_MARK, Preview
from kworkbench.lean import dataclass, replace

ENTER = "Enter"


P = TypeVar("P", bound=LinePlan)
Args = ParamSpec("Args")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class LineKind(Generic[P]):
    """What a command's lines record.

    Attributes:
        noun: `payment`; example: what a line looks like, after a verb of the past.
        needed: the collections that a line is read against; the first cannot be missing, and `missing` says so.
        cautions: the names that `--accept` takes.
        plan: of a line's text; drafts: what is saved of a plan under a key; preview: a plan in words, with its marker.
        same: what two plans have in common where the second is the first again; `twice` is the caution then.
    """

    noun: str
    example: str
    needed: Callable[[Books], Sequence[str]]
    missing: str
    cautions: Collection[str]
    plan: Callable[[Books, str, frozenset[str]], P]
    drafts: Callable[[Books, P, str | None], tuple[Draft, ...]]
    preview: Callable[[Books, P, frozenset[str], str | None], Preview]
    same: Callable[[P], set[Hashable]]
    twice: Caution


@dataclass(frozen=True, slots=True)
class Asked:
    """How a command was given: its words and its options."""

    words: tuple[str, ...]
    dry_run: bool
    yes: bool
    accepted: tuple[str, ...]
    key: str | None


@dataclass(frozen=True, slots=True)
class Line(Generic[P]):
    """One line of the input: its text, its key, and the change an earlier run made of it or the plan for it.

    `open_cautions` are those not accepted; `drafts` what is saved when all is agreed to, `preview` the plan in words.
    """

    text: str
    key: str | None
    earlier: Change | None = None
    plan: P | None = None
    open_cautions: tuple[Caution, ...] = ()
    drafts: tuple[Draft, ...] = ()
    preview: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """It cannot be recorded, whatever is accepted."""
        return self.plan is not None and not self.plan.recordable


def line_options(noun: str) -> Callable[[Callable[Args, R]], Callable[Args, R]]:
    """LINE and the options of a command that records lines."""

    def add(command: Callable[Args, R]) -> Callable[Args, R]:
        for option in (
            opening_options,
            click.option("--key", metavar="K", help=f"The same key on the same connection is the same {noun}."),
            click.option(
                "--accept", "accepted", multiple=True, metavar="NAME", help="Accept a caution. May be repeated."
            ),
            click.option("--yes", is_flag=True, help="Record without asking."),
            click.option("--dry-run", is_flag=True, help="Print what would be sent; queue nothing."),
            click.argument("words", metavar="LINE", nargs=-1, type=click.UNPROCESSED),
        ):
            command = option(command)
        return command

    return add


def record_lines(run: Run, kind: LineKind[P], asked: Asked) -> Exit:
    """Plan the lines, agree on them, record them."""
    for name in asked.accepted:
        if name not in kind.cautions:
            raise unknown("caution", name, kind.cautions)
    asks = not asked.yes and run.console.terminal and asked.words != ("-",)
    if not asked.dry_run:
        check_writing(run)
        if asked.yes:
            check_yes(run)
    lines = _lines(run, kind, asked)
    with run.books() as books:
        planned = _planned(run, books, kind, lines, frozenset(asked.accepted))
        if asked.dry_run or not (asked.yes or asks):
            return _print_only(run, books, planned, dry_run=asked.dry_run)
        _check(run, planned, asks=asks)
        if asks and any(line.drafts for line in planned):
            _agree(run, planned)
        return _record(run, books, planned)


def _lines(run: Run, kind: LineKind[P], asked: Asked) -> list[Line[P]]:
    key = asked.key
    if asked.words == ("-",):
        texts = list(run.console.lines())
        if not texts:
            raise CommandError(f"There is no line on stdin. Give one {kind.noun} per line.", Exit.USAGE)
        return [Line(text, f"{key}:{number}" if key else None) for number, text in enumerate(texts, start=1)]
    text = " ".join(asked.words).strip()
    if not text:
        raise CommandError(f"Say what was {kind.example}.", Exit.USAGE)
    return [Line(text, key)]


def _planned(
    run: Run, books: Books, kind: LineKind[P], lines: Sequence[Line[P]], accepted: frozenset[str]
) -> list[Line[P]]:
    """Each line with its earlier change or its plan; a line that cannot be recorded is read again on fresh data."""
    needed = kind.needed(books)
    if any(books.ages(each).checked_at is None for each in needed):
        _fill(run, books, kind)
    planned = _plans(books, kind, lines, accepted)
    if not run.start.offline and any(line.refused for line in planned):
        status = bring_up(books, needed, run.console, run.ports.timing, full=False)
        if status is not Exit.DONE:
            run.console.say(trouble(run, books, status))
        planned = _plans(books, kind, lines, accepted)
    return planned


def _fill(run: Run, books: Books, kind: LineKind[P]) -> None:
    """Load what a line is read against, the first time.

    Raises:
        CommandError: nothing of it is here and none can be had.
    """
    status, needed = Exit.OFFLINE, kind.needed(books)
    if not run.start.offline:
        status = bring_up(books, needed, run.console, run.ports.timing, full=False)
    if status is not Exit.DONE and not books.ages(needed[0]).loaded:
        raise CommandError(f"{trouble(run, books, status)} {kind.missing}", status)


def _plans(books: Books, kind: LineKind[P], lines: Sequence[Line[P]], accepted: frozenset[str]) -> list[Line[P]]:
    """The lines with their plans, and with a caution where one records what an earlier one records already."""
    met: set[Hashable] = set()
    planned = []
    for line in lines:
        earlier = books.earlier(line.key) if line.key else None
        plan = None if earlier else kind.plan(books, line.text, accepted)
        same = set() if plan is None else kind.same(plan)
        given = replace(line, earlier=earlier, plan=plan)
        planned.append(_planned_line(books, kind, given, accepted, twice=bool(same & met)))
        met |= same
    return planned


def _planned_line(books: Books, kind: LineKind[P], line: Line[P], accepted: frozenset[str], *, twice: bool) -> Line[P]:
    plan = line.plan
    if plan is None:
        return line
    known = {caution.name for caution in plan.cautions}
    more = (kind.twice,) if twice and kind.twice.name not in known | accepted else ()
    drafts = () if line.refused else kind.drafts(books, plan, line.key)
    shown = kind.preview(books, plan, accepted, drafts[0].marker if drafts else None)
    rows = [(row.mark, row.text) for row in shown.rows if not row.text.startswith(ENTER)]
    rows += [(CAUTION_MARK, f"{each.title}: {each.sentence}") for each in more]
    title = "".join(segment.text for segment in shown.title)
    words = (visible(title), *(f"{mark or ' '} {visible(text)}" for mark, text in rows))
    return replace(line, open_cautions=(*plan.open_cautions, *more), drafts=drafts, preview=words)


def _print_only(run: Run, books: Books, lines: Sequence[Line[P]], *, dry_run: bool) -> Exit:
    run.console.show(badge(books.connection))
    for line in lines:
        if line.earlier is not None:
            run.console.show(f"{line.text}: done before, as change {line.earlier.seq} ({line.earlier.shown.word}).")
        for text in line.preview:
            run.console.show(text)
        for wire in books.requests(line.drafts) if dry_run and line.drafts else ():
            body = "" if wire.body is None else f"\n{document(wire.body, indent=2)}"
            run.console.show(f"{wire.method} {wire.path}{body}")
    _name_cautions(run, lines)
    if dry_run:
        return Exit.REFUSED if any(line.refused or line.open_cautions for line in lines) else Exit.DONE
    refused = sum(line.refused for line in lines)
    if refused:
        raise CommandError(_stopped(refused, len(lines)))
    run.console.say("Nothing was queued. Add --yes to record it, or run it on a terminal to be asked.")
    return Exit.USAGE


def _name_cautions(run: Run, lines: Sequence[Line[P]]) -> None:
    names = dict.fromkeys(caution.name.value for line in lines for caution in line.open_cautions)
    if names:
        run.console.say(f"To record it all the same, add {' '.join(f'--accept {name}' for name in names)}.")


def _check(run: Run, lines: Sequence[Line[P]], *, asks: bool) -> None:
    """Stop when a line cannot be recorded, or, where nobody is asked, when a caution was not accepted.

    Raises:
        CommandError: nothing is queued.
    """
    stopped = [line for line in lines if line.refused or (not asks and line.open_cautions)]
    if not stopped:
        return
    for line in stopped:
        for text in (f"{line.text}:", *line.preview):
            run.console.say(text)
    _name_cautions(run, lines)
    raise CommandError(_stopped(len(stopped), len(lines)))


def _stopped(count: int, total: int) -> str:
    which = "The line" if total == 1 else f"{count} of {total} lines"
    return f"{which} cannot be recorded like this. Nothing was queued."


def _agree(run: Run, lines: Sequence[Line[P]]) -> None:
    """Show the plan and ask; a caution wants the whole word.

    Raises:
        CommandError: the answer was not yes.
    """
    run.console.say(badge(run.connection()))
    for line in lines:
        for text in line.preview:
            run.console.say(text)
    careful = any(line.open_cautions for line in lines)
    answer = run.console.ask("Record it all the same? Type yes:" if careful else "Record it? [y/N]").lower()
    if answer not in (("yes",) if careful else ("y", "yes")):
        raise CommandError("Nothing was queued.")


def _record(run: Run, books: Books, lines: Sequence[Line[P]]) -> Exit:
    drafts = tuple(draft for line in lines for draft in line.drafts)
    timing = run.ports.timing
    made = outcome(books.changes.submit(drafts), books, run.console, timing) if drafts else ()
    earlier = tuple(line.earlier for line in lines if line.earlier is not None)
    for change in earlier:
        run.console.say(f"Change {change.seq} was made before under the same key. It was not made again.")
    return report(run, books, settle(books, (*earlier, *made), timing, wait=not run.start.offline))

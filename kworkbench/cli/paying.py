"""`kworkbench pay`: payments from quick lines, planned together, agreed to, saved as one gesture and waited for.

When one of several lines cannot be recorded nothing is queued, so that the corrected input can be given again whole.
Source: product.md sections 7 and 11.
"""

from __future__ import annotations

from collections.abc import Sequence

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
from kworkbench.cli.words import WordsCommand, opening_options
from kworkbench.domain.changes import Change, Draft
from kworkbench.domain.quickline import Caution, CautionName, PaymentPlan, preview
from kworkbench.domain.quickline.preview import CAUTION_MARK
from kworkbench.lean import dataclass, replace

CAUTIONS = tuple(name.value for name in CautionName if name is not CautionName.SEVERAL_CLIENTS)
KINDS = ("invoices", "payments")
ENTER = "Enter"
TWICE = Caution(CautionName.SAME_AMOUNT, "Same amount", "An earlier line pays the same amount on the same invoice.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the input: its text, its key, and the change an earlier run made of it or the plan for it.

    `open_cautions` are those not accepted; `drafts` what is saved when all is agreed to, `preview` the plan in words.
    """

    text: str
    key: str | None
    earlier: Change | None = None
    plan: PaymentPlan | None = None
    open_cautions: tuple[Caution, ...] = ()
    drafts: tuple[Draft, ...] = ()
    preview: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """It cannot be recorded, whatever is accepted."""
        return self.plan is not None and (bool(self.plan.refusals) or not self.plan.payments)


@click.command("pay", cls=WordsCommand)
@click.argument("line", nargs=-1, type=click.UNPROCESSED)
@click.option("--dry-run", is_flag=True, help="Print what would be sent; queue nothing.")
@click.option("--yes", is_flag=True, help="Record without asking.")
@click.option("--accept", "accepted", multiple=True, metavar="NAME", help="Accept a caution. May be repeated.")
@click.option("--key", metavar="K", help="The same key on the same connection is the same payment.")
@opening_options
@click.pass_obj
def pay_command(
    run: Run, line: tuple[str, ...], dry_run: bool, yes: bool, accepted: tuple[str, ...], key: str | None
) -> Exit:
    """Record a payment from a line like: INV-104 500 yesterday wire ref 77812.

    All words make one line. A single - reads one line per line of stdin; a key is then followed by the line's number.
    """
    for name in accepted:
        if name not in CAUTIONS:
            raise unknown("caution", name, CAUTIONS)
    asks = not yes and run.console.terminal and line != ("-",)
    if not dry_run:
        check_writing(run)
        if yes:
            check_yes(run)
    lines = _lines(run, line, key)
    with run.books() as books:
        planned = _planned(run, books, lines, frozenset(accepted))
        if dry_run or not (yes or asks):
            return _print_only(run, books, planned, dry_run=dry_run)
        _check(run, planned, asks=asks)
        if asks and any(line.drafts for line in planned):
            _agree(run, planned)
        return _record(run, books, planned)


def _lines(run: Run, words: tuple[str, ...], key: str | None) -> list[Line]:
    if words == ("-",):
        texts = list(run.console.lines())
        if not texts:
            raise CommandError("There is no line on stdin. Give one payment per line.", Exit.USAGE)
        return [Line(text, f"{key}:{number}" if key else None) for number, text in enumerate(texts, start=1)]
    text = " ".join(words).strip()
    if not text:
        raise CommandError("Say what was paid, like: kworkbench pay INV-104 500 yesterday.", Exit.USAGE)
    return [Line(text, key)]


def _planned(run: Run, books: Books, lines: Sequence[Line], accepted: frozenset[str]) -> list[Line]:
    """Each line with its earlier change or its plan; a line that cannot be recorded is read again on fresh data."""
    if any(books.ages(kind).checked_at is None for kind in KINDS):
        _fill(run, books)
    planned = _plans(books, lines, accepted)
    if not run.start.offline and any(line.refused for line in planned):
        status = bring_up(books, KINDS, run.console, run.ports.timing, full=False)
        if status is not Exit.DONE:
            run.console.say(trouble(run, books, status))
        planned = _plans(books, lines, accepted)
    return planned


def _fill(run: Run, books: Books) -> None:
    """Load what a line is read against, the first time.

    Raises:
        CommandError: no invoice is here and none can be had.
    """
    status = Exit.OFFLINE
    if not run.start.offline:
        status = bring_up(books, KINDS, run.console, run.ports.timing, full=False)
    if status is not Exit.DONE and not books.ages("invoices").loaded:
        raise CommandError(f"{trouble(run, books, status)} No invoice is here yet, so nothing was queued.", status)


def _plans(books: Books, lines: Sequence[Line], accepted: frozenset[str]) -> list[Line]:
    """The lines with their plans, and with a caution where one pays what an earlier one pays already."""
    met: set[tuple[object, object]] = set()
    planned = []
    for line in lines:
        earlier = books.earlier(line.key) if line.key else None
        plan = None if earlier else books.payments.plan(line.text, None, accepted)
        twice = _payments(plan) & met if plan else set()
        planned.append(_planned_line(books, replace(line, earlier=earlier, plan=plan), accepted, twice=bool(twice)))
        met |= _payments(plan) if plan else set()
    return planned


def _payments(plan: PaymentPlan) -> set[tuple[object, object]]:
    return {(plan.invoice.id, payment.amount) for payment in plan.payments} if plan.invoice else set()


def _planned_line(books: Books, line: Line, accepted: frozenset[str], *, twice: bool) -> Line:
    plan = line.plan
    if plan is None:
        return line
    known = {caution.name for caution in plan.cautions}
    more = (TWICE,) if twice and TWICE.name not in known | accepted else ()
    drafts = () if line.refused else books.payments.drafts(plan, key=line.key)
    marker = drafts[0].marker if drafts else None
    shown = preview(plan, books.payments.context((), accepted), marker=marker)
    rows = [(row.mark, row.text) for row in shown.rows if not row.text.startswith(ENTER)]
    rows += [(CAUTION_MARK, f"{each.title}: {each.sentence}") for each in more]
    title = "".join(segment.text for segment in shown.title)
    words = (visible(title), *(f"{mark or ' '} {visible(text)}" for mark, text in rows))
    return replace(line, open_cautions=(*plan.open_cautions, *more), drafts=drafts, preview=words)


def _print_only(run: Run, books: Books, lines: Sequence[Line], *, dry_run: bool) -> Exit:
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


def _name_cautions(run: Run, lines: Sequence[Line]) -> None:
    names = dict.fromkeys(caution.name.value for line in lines for caution in line.open_cautions)
    if names:
        run.console.say(f"To record it all the same, add {' '.join(f'--accept {name}' for name in names)}.")


def _check(run: Run, lines: Sequence[Line], *, asks: bool) -> None:
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


def _agree(run: Run, lines: Sequence[Line]) -> None:
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


def _record(run: Run, books: Books, lines: Sequence[Line]) -> Exit:
    drafts = tuple(draft for line in lines for draft in line.drafts)
    timing = run.ports.timing
    made = outcome(books.changes.submit(drafts), books, run.console, timing) if drafts else ()
    earlier = tuple(line.earlier for line in lines if line.earlier is not None)
    for change in earlier:
        run.console.say(f"Change {change.seq} was made before under the same key. It was not made again.")
    return report(run, books, settle(books, (*earlier, *made), timing, wait=not run.start.offline))

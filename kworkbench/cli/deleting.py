"""`kworkbench delete`: records by query or by id, shown first, agreed to, saved as one gesture and waited for.

What the server is expected to refuse is left out, as in the screens' review. Source: product.md sections 9 and 11.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from kworkbench.cli.answers import get_answers
from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.gate import badge, check_writing, check_yes
from kworkbench.cli.listing import asked_query, resource_named, trouble
from kworkbench.cli.outcomes import report
from kworkbench.cli.plain import visible
from kworkbench.cli.ports import Books
from kworkbench.cli.render import document
from kworkbench.cli.state import Run
from kworkbench.cli.values import plain
from kworkbench.cli.waiting import bring_up, outcome, settle
from kworkbench.cli.words import WordsCommand, opening_options
from kworkbench.domain.catalog import Resource, ValueType
from kworkbench.domain.money import decimal_text
from kworkbench.domain.query import Comparison, Operand, Query, Term

if TYPE_CHECKING:
    from kworkbench.services.review import Review, ReviewRow

NOTHING = "Nothing was deleted."


@click.command("delete", cls=WordsCommand)
@click.argument("resource")
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--ids", metavar="1,2,3", help="The records with these ids, in place of a query.")
@click.option("--expect", type=int, metavar="N", help="How many the query has to find; else nothing is deleted.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent; queue nothing.")
@click.option("--yes", is_flag=True, help="Delete without asking. With a query it needs --expect.")
@opening_options
@click.pass_obj
def delete_command(
    run: Run, resource: str, query: tuple[str, ...], ids: str | None, expect: int | None, dry_run: bool, yes: bool
) -> Exit:
    """Delete invoices, payments or expenses that match QUERY, or have these ids.

    What the server is expected to refuse (invoiced, approved, no draft) and what lies in a closed period is left out.
    """
    known = resource_named(resource)
    text = " ".join(query).strip()
    _check_usage(text, ids, expect, yes=yes)
    asks = not yes and run.console.terminal
    if not dry_run:
        check_writing(run)
        if yes:
            check_yes(run)
    with run.books() as books:
        kind = books.catalog.resources[known.name].resource
        _freshen(run, books, kind, must=yes and not ids)
        found = _found(run, books, kind, text, ids)
        if expect is not None and expect != found.asked:
            raise CommandError(f"{found.asked} match, not {expect}. {NOTHING} `kworkbench list` shows them.")
        return _delete(run, books, found, dry_run=dry_run, yes=yes, asks=asks)


def _check_usage(text: str, ids: str | None, expect: int | None, *, yes: bool) -> None:
    if bool(text) == bool(ids and ids.strip(" ,")):
        raise CommandError("Say which records: a query, or --ids 1,2,3.", Exit.USAGE)
    if yes and text and expect is None:
        raise CommandError("With --yes say how many the query has to find: --expect N.", Exit.USAGE)


def _freshen(run: Run, books: Books, kind: Resource, *, must: bool) -> None:
    """Bring the list up to date; without asking anybody nothing is deleted on old rows.

    Raises:
        CommandError: that failed, and it has to be.
    """
    status = Exit.OFFLINE
    if not run.start.offline:
        status = bring_up(books, (kind.name,), run.console, run.ports.timing, full=False)
    if status is Exit.DONE:
        return
    why = "The list was not brought up to date." if run.start.offline else trouble(run, books, status)
    if must:
        raise CommandError(f"{why} {NOTHING}", status)
    run.console.say(why)


def _found(run: Run, books: Books, kind: Resource, text: str, ids: str | None) -> Review:
    """The review of what is meant; what only the server knows it must say now.

    Raises:
        CommandError: the query cannot be read, finds nothing, or an id is not there.
    """
    wanted = [one.strip() for one in (ids or "").split(",") if one.strip()]
    if ids is None:
        asked = asked_query(books, kind, text, None)
        get_answers(run, books, kind, asked)
    else:
        asked = Query((Term("id", tuple(Operand(Comparison.IS, one) for one in wanted)),))
    review = books.review_deletes(kind, asked)
    if ids is not None:
        known = {one.row.id for one in review.rows} if review else set()
        unknown = [one for one in dict.fromkeys(wanted) if one not in known]
        if unknown:
            raise CommandError(f"There is no {kind.singular} {', '.join(unknown)}. {NOTHING}")
    if review is None:
        raise CommandError(f"No {kind.singular} matches. {NOTHING}")
    return review


def _delete(run: Run, books: Books, review: Review, *, dry_run: bool, yes: bool, asks: bool) -> Exit:
    show = run.console.say if asks and not dry_run else run.console.show
    if dry_run or not yes:
        for line in _plan(books, review):
            show(line)
    if not review.going:
        raise CommandError(f"All of them are expected to be refused. {NOTHING}")
    drafts = books.delete_drafts(review)
    if dry_run:
        for wire in books.requests(drafts):
            body = "" if wire.body is None else f"\n{document(wire.body, indent=2)}"
            run.console.show(f"{wire.method} {wire.path}{body}")
        return Exit.DONE
    if not yes and not asks:
        run.console.say("Nothing was queued. Add --yes to delete, or run it on a terminal to be asked.")
        return Exit.USAGE
    if asks:
        count = len(review.going)
        question = f"Delete {'it' if count == 1 else f'these {count}'}? [y/N]"
        if run.console.ask(question).lower() not in ("y", "yes"):
            raise CommandError("Nothing was queued.")
    timing = run.ports.timing
    made = outcome(books.changes.submit(drafts), books, run.console, timing)
    return report(run, books, settle(books, made, timing, wait=not run.start.offline))


def _plan(books: Books, review: Review) -> Iterator[str]:
    """What would go and what stays, a line each, and what that adds up to."""
    yield badge(books.connection)
    resource = review.catalog.resource
    sums = "  ".join(f"{decimal_text(each.minor, each.currency)} {each.currency}" for each in review.going_sums)
    count = len(review.going)
    yield f"Delete {count} {resource.singular if count == 1 else resource.name}: {sums or 'nothing'}"
    yield from (_line(resource, row, "-") for row in review.going)
    left = [row for row in review.rows if not row.going]
    if left:
        yield f"Left out: {len(left)}"
        yield from (f"{_line(resource, row, ' ')}  {row.reason}" for row in left)
    yield review.requests


def _line(resource: Resource, row: ReviewRow, mark: str) -> str:
    values = row.row.values
    shown = [str(row.row.id or "")]
    for name in resource.narrow:
        value = plain(values.get(name), resource.field(name).type, values.get("currency"))
        if value is not None and resource.field(name).type is not ValueType.DAYS:
            shown.append(visible(str(value)))
    return f"{mark} {'  '.join(shown)}"

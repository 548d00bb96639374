"""`kworkbench list`: rows of a resource that match a query. Source: product.md section 11."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import click

from kworkbench.cli.answers import get_answers
from kworkbench.cli.errors import CommandError, unknown
from kworkbench.cli.exits import Exit
from kworkbench.cli.plain import visible
from kworkbench.cli.ports import Books, Row, Window
from kworkbench.cli.render import Format, Line, fitting, table_width, write
from kworkbench.cli.signing import sign_in_trouble
from kworkbench.cli.state import Run
from kworkbench.cli.values import Column, columns_of
from kworkbench.cli.waiting import bring_up
from kworkbench.cli.words import WordsCommand, format_option, opening_options
from kworkbench.domain.catalog import Resource
from kworkbench.domain.dates import moment
from kworkbench.domain.query import Query, QueryError, effective, parse_query, parse_sort
from kworkbench.domain.resources import RESOURCES
from kworkbench.lean import replace

BATCH = 500
NEVER_CAME = frozenset({"refused", "conflict"})


def resource_named(name: str) -> Resource:
    """The resource of that name.

    Raises:
        CommandError: there is none.
    """
    if name not in RESOURCES:
        raise unknown("resource", name, RESOURCES)
    return RESOURCES[name]


@click.command("list", cls=WordsCommand)
@click.argument("resource")
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--sort", metavar="-due,number", help="Fields to order by; a dash turns one round.")
@click.option("--columns", metavar="A,B", help="Fields to print, in this order.")
@format_option(Format, Format.TABLE)
@opening_options
@click.pass_obj
def list_command(
    run: Run, resource: str, query: tuple[str, ...], sort: str | None, columns: str | None, way: Format
) -> Exit:
    """Print invoices, payments or expenses.

    QUERY is the text of the query line: status:overdue client:acme amount:>500. The list is brought up to date first;
    --offline prints what is here.
    """
    known = resource_named(resource)
    connection = run.connection()
    chosen = columns_of(known, columns, connection.name)
    with run.books() as books:
        kind = books.catalog.resources[known.name].resource
        asked = asked_query(books, kind, " ".join(query), sort)
        status = _freshen(run, books, kind)
        get_answers(run, books, kind, asked, _local)
        window = books.rows(kind, asked)
        if way is Format.TABLE and columns is None:
            rows = tuple(_rows(window))
            _print(run, _fitting(run, kind, chosen, rows), rows, way)
        else:
            _print(run, chosen, _rows(window), way)
    return Exit.SIGN_IN if status is Exit.SIGN_IN else Exit.DONE


def asked_query(books: Books, kind: Resource, text: str, sort: str | None) -> Query:
    """The query of the command line, with what the provider usually hides; `--sort` wins over a `sort:` word.

    Raises:
        CommandError: the query or the order cannot be read.
    """
    try:
        query = parse_query(text, kind, today=books.today())
    except QueryError as problem:
        raise CommandError(f"{problem.message}\n  {text}\n  {_under(problem)}", Exit.USAGE) from None
    try:
        order = query.sort if sort is None else parse_sort(sort, kind)
    except QueryError as problem:
        raise CommandError(problem.message, Exit.USAGE) from None
    return effective(replace(query, sort=order or kind.first_sort), books.catalog.resources[kind.name].hides)


def _under(problem: QueryError) -> str:
    return " " * problem.start + "^" * max(1, problem.end - problem.start)


def _freshen(run: Run, books: Books, kind: Resource) -> Exit:
    """Bring the list up to date; when that fails, say how old the rows are that follow.

    Raises:
        CommandError: there is nothing to print, not even old rows.
    """
    status = Exit.DONE
    if not run.start.offline:
        status = bring_up(books, (kind.name,), run.console, run.ports.timing, full=False)
    ages = books.ages(kind.name)
    filled = ages.checked_at is not None or bool(ages.loaded)
    why = "" if status is Exit.DONE else f"{trouble(run, books, status)} "
    if not filled and (why or run.start.offline):
        advice = "" if why else " Run it once without --offline."
        raise CommandError(f"{why}Nothing of {kind.name} is here yet.{advice}", status or Exit.OFFLINE)
    if why:
        age = f"was last complete {_local(ages.checked_at)}" if ages.checked_at else "is not complete"
        run.console.say(f"{why}What follows {age}.")
    return status


def _local(at: str) -> str:
    """A stored time as the screens write it: the clock of today, else the day; local."""
    now = datetime.now().astimezone()
    then = datetime.fromisoformat(at).astimezone()
    return f"{'at' if then.date() == now.date() else 'on'} {moment(then, now)}"


def trouble(run: Run, books: Books, status: Exit) -> str:
    """Why a refresh failed, and what to do."""
    name = run.connection().name
    if status is Exit.SIGN_IN:
        return sign_in_trouble(run)
    reason = visible(books.refresh.status().reason).rstrip(".")
    return f"{name} could not be brought up to date{f' ({reason})' if reason else ''}."


def _rows(window: Window) -> Iterator[Row]:
    """The rows of the view. A refused record that never came to be is a change, not a row: `changes list` shows it."""
    first = 0
    while batch := window.fetch(first, BATCH):
        yield from (row for row in batch if row.id or row.state not in NEVER_CAME)
        first += len(batch)


def _print(run: Run, columns: Sequence[Column], rows: Iterable[Row], way: Format) -> None:
    lines: Iterator[Line] = ([column.read(row) for column in columns] for row in rows)
    count = write(run.console, [each.name for each in columns], [each.number for each in columns], lines, way)
    if way is Format.TABLE:
        run.console.say(f"{count:,} {'row' if count == 1 else 'rows'}.")


def _fitting(run: Run, kind: Resource, columns: Sequence[Column], rows: Sequence[Row]) -> tuple[Column, ...]:
    """The columns of the screen's list that fit the terminal: the narrow ones first, an amount never clipped."""
    known = {column.name: column for column in columns}
    change = ("change",) if any(row.state for row in rows) else ()
    widths = ((name, table_width(known[name], rows)) for name in (*kind.narrow, *change, *kind.added))
    kept = fitting(widths, run.console.width)
    return tuple(known[name] for name in (*kind.order, "change") if name in kept)

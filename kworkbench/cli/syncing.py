"""`kworkbench sync`: bring everything up to date and send what waits. Source: product.md section 11."""

from __future__ import annotations

import click

from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit, worst
from kworkbench.cli.listing import trouble
from kworkbench.cli.outcomes import report
from kworkbench.cli.ports import Books
from kworkbench.cli.state import Run
from kworkbench.cli.waiting import UNSETTLED, bring_up, settle
from kworkbench.cli.words import opening_options
from kworkbench.domain.resources import RESOURCES


@click.command("sync")
@click.option("--full", is_flag=True, help="Read every record again, not only what may have changed.")
@opening_options
@click.pass_obj
def sync_command(run: Run, full: bool) -> Exit:
    """Bring everything up to date, and send what waits to be sent."""
    if run.start.offline:
        raise CommandError("sync needs the server. Leave out --offline.", Exit.USAGE)
    with run.books() as books:
        waiting = tuple(change for change in run.own_changes(books) if change.state in UNSETTLED)
        status = bring_up(books, None, run.console, run.ports.timing, full=full)
        if status is not Exit.DONE:
            run.console.say(trouble(run, books, status))
        _counts(run, books)
        if not waiting:
            return status
        return worst((status, report(run, books, settle(books, waiting, run.ports.timing, wait=status is Exit.DONE))))


def _counts(run: Run, books: Books) -> None:
    for kind in RESOURCES:
        ages = books.ages(kind)
        loaded, total = ages.loaded or 0, ages.total
        partial = f" of {total:,} (partial)" if total is not None and total > loaded else ""
        run.console.show(f"{kind} {loaded:,}{partial}")

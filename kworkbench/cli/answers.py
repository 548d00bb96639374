"""Filters that only the server can evaluate, on the command line: asked before the list is read.

Source: product.md sections 6 and 11.
"""

from __future__ import annotations

from collections.abc import Callable

from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.plain import visible
from kworkbench.cli.ports import Books
from kworkbench.cli.state import Run
from kworkbench.cli.waiting import outcome
from kworkbench.domain.catalog import Resource
from kworkbench.domain.query import Query
from kworkbench.domain.query.asked import Asked, asked_of


def get_answers(
    run: Run, books: Books, kind: Resource, query: Query, local: Callable[[str], str] | None = None
) -> None:
    """Have every answer that a query needs in the cache; an older one will do where the server gives none now.

    `local` puts a stored time in words; without it an older one will not do.

    Raises:
        CommandError: an answer is missing, and the server gives none.
    """
    title = books.catalog.title
    for asked in asked_of(query, kind):
        problem = "" if run.start.offline else _ask(run, books, kind, asked)
        known = books.answers(kind).get(asked.key)
        if known is None or (problem and local is None):
            never = "It was never asked. Leave out --offline." if run.start.offline else "No answer has come."
            status = Exit.SIGN_IN if books.refresh.status().sign_in else Exit.OFFLINE
            raise CommandError(f"Only {title} knows {asked.text}. {problem or never}", status)
        if problem and local is not None:
            run.console.say(f"{problem} {asked.text} is as {title} answered {local(known.fetched_at)}.")


def _ask(run: Run, books: Books, kind: Resource, asked: Asked) -> str:
    """Why there is no new answer; empty where there is one. Another process that sends is waited for."""
    before = books.answers(kind).get(asked.key)
    problem = visible(outcome(books.ask(asked), books, run.console, run.ports.timing))
    timing = run.ports.timing
    end = timing.monotonic() + timing.patience
    while not problem and books.answers(kind).get(asked.key) == before and timing.monotonic() < end:
        timing.pause(timing.step)
    return problem

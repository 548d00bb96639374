"""`kworkbench sandbox serve` and `reset`. Source: product.md sections 11 and 12."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.ports import Resetting, Serving
from kworkbench.cli.state import Run, fail
from kworkbench.cli.words import Commands
from kworkbench.credentials import CredentialError, check_token
from kworkbench.domain.dates import DateError, parse_iso
from kworkbench.paths import HomeError

LOOPBACK = re.compile(r"127(\.\d{1,3}){3}|::1|localhost")
LARGEST = 5_000_000
SERVE_HELP = """\
Serve the sample books on loopback until interrupted.

The first line on stdout is JSON with the URLs and the token.

\b
Faults are, each as often as you like:
  delay=SECONDS (or 500ms)   answer late
  drop-before, drop-after    end the connection before or after the request is carried out
  truncate, garbage          cut the answer, or make it unreadable
  status=503                 answer with this status instead, 429 with its headers
and may end in ,route=POST:/api/v2/payments* ,p=0.25 (by chance) ,times=2 (then no more).

\b
While it runs, with the token as bearer or X-Auth-Token:
  GET /sandbox/faults        tell the faults
  PUT /sandbox/faults        replace them: {"faults": ["delay=3", "status=503,times=1"]}
  DELETE /sandbox/faults     end all of them

With --shape modern Productive sends relationships only when they are asked for with include, the organization's id
as a text, and no meta on single documents. With --rate-limit Productive takes 100 requests in 10 seconds and 4000
in 30 minutes and says by X-RateLimit-Reset and Retry-After when to come again; Kantata takes 60 a minute and, as
the vendor does, says nothing.

Productive's /activities tell what was done since the books were made. A webhook whose target_url is http on loopback is
told of it once, signed with its signature_token in Productive-Signature; no other address is told.
"""

F = TypeVar("F", bound=Callable[..., object])


@click.group("sandbox", cls=Commands)
def sandbox_group() -> None:
    """Sample books behind a real server that answers as both vendors do."""


def _books_options(command: F) -> F:
    for option in (
        click.option(
            "--size", metavar="small|INT", callback=lambda _, __, text: _size(text), help="How many expenses."
        ),
        click.option("--today", metavar="DATE", callback=lambda _, __, text: _today(text), help="The books' last day."),
        click.option("--seed", metavar="N", type=int, help="The same seed gives the same books."),
    ):
        command = option(command)
    return command


@sandbox_group.command("serve", help=SERVE_HELP, short_help="Serve the sample books on loopback.")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option(
    "--data", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Other books than the own."
)
@_books_options
@click.option("--token", metavar="T", help="The token it asks for. [default: a new one, in the ready line]")
@click.option("--rate-limit", is_flag=True, help="Limit requests as the vendors do, each with its own headers.")
@click.option("--fault", "faults", multiple=True, metavar="SPEC", help="KIND[=VALUE][,route=METHOD:GLOB][,p=][,times=]")
@click.option(
    "--shape",
    type=click.Choice(["seed", "modern"]),
    default="seed",
    show_default=True,
    help="Productive's documents as of 2021 or of 2024.",
)
@click.pass_obj
def serve_command(
    run: Run,
    *,
    host: str,
    port: int,
    data: Path | None,
    seed: int | None,
    today: date | None,
    size: int | None,
    token: str | None,
    rate_limit: bool,
    faults: tuple[str, ...],
    shape: str,
) -> Exit:
    """Serves until interrupted."""
    if not LOOPBACK.fullmatch(host):
        raise CommandError(f"The sandbox is served to this machine only, and {host} is not loopback.", Exit.USAGE)
    try:
        secret = None if token is None else check_token(token, "--token")
    except CredentialError as problem:
        raise CommandError(str(problem), Exit.USAGE) from None
    serving = Serving(host, port, data, seed, today, size, secret, rate_limit, faults, shape == "modern")
    return _doing(run, lambda: run.ports.serve(serving))


@sandbox_group.command("reset")
@_books_options
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def reset_command(run: Run, seed: int | None, today: date | None, size: int | None, yes: bool) -> Exit:
    """Make the sample books anew. What was entered into them is lost."""
    if not yes:
        if not run.console.terminal:
            raise CommandError("Nothing was reset. Add --yes to make the sample books anew.", Exit.USAGE)
        if run.console.ask("What was entered into the sample books is lost. Make them anew? [y/N]").lower() not in _YES:
            raise CommandError("Nothing was reset.")
    done = _doing(run, lambda: run.ports.reset(Resetting(seed, today, size)))
    run.console.say("The sample books are new.")
    return done


_YES = ("y", "yes")


def _doing(run: Run, act: Callable[[], None]) -> Exit:
    try:
        run.paths.create()
        act()
    except HomeError as problem:
        fail(problem)
    except ValueError as problem:
        raise CommandError(str(problem), Exit.USAGE) from problem
    except OSError as problem:
        raise CommandError(
            f"The sandbox cannot start ({problem.strerror or problem}). Try another --port or --data.", Exit.OFFLINE
        ) from problem
    return Exit.DONE


def _size(text: str | None) -> int | None:
    if text is None or text == "small":
        return None
    if not text.isdecimal() or not 0 < int(text) <= LARGEST:
        raise click.BadParameter(f"{text!r} is no size. Write small, or a number of expenses up to {LARGEST:,}.")
    return int(text)


def _today(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return parse_iso(text)
    except DateError as problem:
        raise click.BadParameter(str(problem)) from None

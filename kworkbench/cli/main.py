"""The command line: the group of all commands, and how its errors become sentences and exit statuses.

Imported only when arguments are given; the bare workbench never pays for click.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence

import click

from kworkbench import __version__
from kworkbench.cli.changes import changes_group
from kworkbench.cli.connect import connect_command
from kworkbench.cli.connections import connections_group
from kworkbench.cli.console import Console
from kworkbench.cli.deleting import delete_command
from kworkbench.cli.doctor import doctor_command
from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.listing import list_command
from kworkbench.cli.paying import pay_command
from kworkbench.cli.sandbox import sandbox_group
from kworkbench.cli.spending import expense_command
from kworkbench.cli.state import Run
from kworkbench.cli.syncing import sync_command
from kworkbench.cli.words import Commands, opening_options


@click.group("kworkbench", cls=Commands, invoke_without_command=True)
@opening_options
@click.option("--version", is_flag=True, help="Print the version.")
@click.pass_context
def commands(ctx: click.Context, version: bool) -> int:
    """A keyboard workbench over the books kept in Kantata OX and Productive.

    Without a command it opens the workbench, without an account on sample books.

    Exit status: 0 done, 1 refused, 2 wrong usage, 3 offline and nothing queued, 4 sign-in needed, 5 outcome unclear,
    6 queued and not sent yet (do not repeat).
    """
    run = ctx.ensure_object(Run)
    if version:
        run.console.data(f"kworkbench {__version__} (Python {platform.python_version()})\n")
        ctx.exit(Exit.DONE)
    if ctx.invoked_subcommand is None:
        run.connection()
        return run.ports.workbench(run.start)
    return Exit.DONE


for command in (
    list_command,
    pay_command,
    expense_command,
    delete_command,
    sync_command,
    changes_group,
    connect_command,
    connections_group,
    sandbox_group,
    doctor_command,
):
    commands.add_command(command)


def run_command(arguments: Sequence[str], run: Run) -> int:
    """Run one command line and return its exit status; every expected error has become a sentence on stderr."""
    try:
        with commands.make_context("kworkbench", list(arguments), obj=run) as ctx:
            result: object = commands.invoke(ctx)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except CommandError as problem:
        run.console.say(str(problem))
        return int(problem.exit)
    except click.UsageError as problem:
        run.console.say(_usage(problem))
        return int(Exit.USAGE)
    except click.ClickException as problem:
        run.console.say(problem.format_message())
        return int(Exit.USAGE)
    return result if isinstance(result, int) else int(Exit.DONE)


def _usage(problem: click.UsageError) -> str:
    path = problem.ctx.command_path if problem.ctx else "kworkbench"
    message = problem.format_message().rstrip()
    return f"{message}{'' if message.endswith(('.', '?')) else '.'} `{path} --help` shows what is possible."


def process_console() -> Console:
    """The console of this process; text that its encoding lacks is written as escapes, never as an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace", newline="")
    return Console.of_process()

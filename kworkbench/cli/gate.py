"""Who may write from the command line, and how a plan is agreed to. Source: product.md sections 2 and 11."""

from __future__ import annotations

from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.state import Run
from kworkbench.domain.connections import Connection


def check_writing(run: Run) -> None:
    """Stop a command that would write where writing is off.

    Raises:
        CommandError: the run or the connection is read-only, or the connection has never been signed in.
    """
    connection = run.connection()
    if run.start.read_only:
        raise CommandError("Nothing is written: --read-only was given. Leave it out to write.")
    if not connection.writable:
        raise CommandError(
            f"{connection.name} is read-only, and nothing was queued. "
            f"To switch writing on, run `kworkbench connect {connection.provider} --name {connection.name} --writable`."
        )
    if connection.live and not connection.user_id:
        raise CommandError(
            f"Nobody has signed in to {connection.name} yet, and nothing was queued. "
            f"Run `kworkbench connections test {connection.name}` first.",
            Exit.SIGN_IN,
        )


def check_yes(run: Run) -> None:
    """Stop `--yes` on live books that were not named.

    Raises:
        CommandError: the connection is live and was left to the default.
    """
    connection = run.connection()
    if connection.live and run.start.connection is None:
        raise CommandError(
            f"{connection.name} is live. With --yes, say which books are meant: --connection {connection.name}.",
            Exit.USAGE,
        )


def badge(connection: Connection) -> str:
    """Which books these are, as the first row of the screens says it."""
    if connection.sandbox:
        return f"SANDBOX {connection.name}"
    organization = f" · {connection.organization}" if connection.organization else ""
    return f"LIVE {connection.name}{organization}"

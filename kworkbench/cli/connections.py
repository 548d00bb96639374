"""`kworkbench connections`: list, test, use, remove and rename them. Source: product.md section 11."""

from __future__ import annotations

from collections.abc import Callable

import click

from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.plain import visible
from kworkbench.cli.ports import Opening
from kworkbench.cli.render import Format, Line, objects, write
from kworkbench.cli.signing import described, no_token, who
from kworkbench.cli.state import Run, fail
from kworkbench.cli.words import Commands, format_option
from kworkbench.config import ConfigError, UnknownConnectionError
from kworkbench.config_edit import add_connection, remove, rename, use
from kworkbench.credentials import CredentialError
from kworkbench.domain.changes import OPEN
from kworkbench.domain.connections import Connection, check_name
from kworkbench.lean import replace

FIELDS = (
    "name", "provider", "base_url", "organization", "organization_id", "user_id", "writable", "closed_until", "default",
)  # fmt: skip


@click.group("connections", cls=Commands, invoke_without_command=True)
@click.pass_context
def connections_group(ctx: click.Context) -> Exit:
    """List the connections; test, choose, remove or rename one."""
    return _list(ctx.ensure_object(Run), Format.TABLE) if ctx.invoked_subcommand is None else Exit.DONE


@connections_group.command("list")
@format_option(Format, Format.TABLE)
@click.pass_obj
def list_connections(run: Run, way: Format) -> Exit:
    """Print the connections."""
    return _list(run, way)


@connections_group.command("test")
@click.argument("name", required=False)
@click.pass_obj
def test_connection(run: Run, name: str | None) -> Exit:
    """Ask the server who is signed in; without a NAME, that of the default connection."""
    connection = run.connection(name)
    chosen = name is None or connection.name == (run.start.connection or run.config.default)
    try:
        found = run.credentials.token(connection, chosen=chosen)
    except CredentialError as problem:
        fail(problem)
    if found is None and connection.live:
        raise CommandError(no_token(connection), Exit.SIGN_IN)
    identity = who(run, connection, found.secret if found else None)
    run.console.show(f"{connection.name}: signed in as {described(identity)}.")
    if connection.live and not connection.user_id:
        signed = replace(connection, user_id=visible(identity.user_id), organization=visible(identity.organization))
        _edit(lambda: add_connection(run.paths.config_file, signed, make_default=False))
    elif connection.live and connection.user_id != identity.user_id:
        run.console.say("That is someone else than the connection was made for. Connect again to change it.")
        return Exit.SIGN_IN
    return Exit.DONE


@connections_group.command("use")
@click.argument("name")
@click.pass_obj
def use_connection(run: Run, name: str) -> Exit:
    """Make a connection the default one."""
    run.connection(name)
    _edit(lambda: use(run.paths.config_file, name))
    run.console.say(f"{name} is the default connection now.")
    return Exit.DONE


@connections_group.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove_connection(run: Run, name: str, yes: bool) -> Exit:
    """Remove a connection, its token and its cached records. Its changes stay in the outbox."""
    connection = _removable(run, name)
    unsent = _unsent(run, connection)
    if not yes:
        _confirm_removal(run, name, unsent)
    _edit(lambda: remove(run.paths.config_file, name))
    run.ports.forget(connection)
    run.console.say(f"{name} is removed." + (f" {_changes(unsent)} kept and not sent." if unsent else ""))
    try:
        run.credentials.forget(connection)
    except CredentialError as problem:
        run.console.say(f"Its token could not be removed. {problem}")
        return Exit.REFUSED
    return Exit.DONE


@connections_group.command("rename")
@click.argument("name")
@click.argument("new")
@click.pass_obj
def rename_connection(run: Run, name: str, new: str) -> Exit:
    """Give a connection another name."""
    connection = _removable(run, name)
    try:
        check_name(new)
    except ValueError as problem:
        raise CommandError(str(problem), Exit.USAGE) from None
    _edit(lambda: rename(run.paths.config_file, name, new))
    run.console.say(f"{name} is called {new} now.")
    try:
        run.credentials.move(connection, replace(connection, name=new))
    except CredentialError as problem:
        run.console.say(f"Its token could not be moved, so connect again. {problem}")
        return Exit.SIGN_IN
    return Exit.DONE


def _list(run: Run, way: Format) -> Exit:
    lines = [_line(each, run.config.default) for each in run.config.connections]
    if way in (Format.JSON, Format.NDJSON):
        objects(run.console, (dict(zip(FIELDS, line, strict=True)) for line in lines), way)
    else:
        write(run.console, FIELDS, [False] * len(FIELDS), lines, way)
    return Exit.DONE


def _line(connection: Connection, default: str) -> Line:
    return (
        connection.name,
        connection.provider,
        connection.base_url,
        connection.organization or None,
        connection.organization_id,
        connection.user_id or None,
        connection.writable,
        None if connection.closed_until is None else connection.closed_until.isoformat(),
        connection.name == default,
    )


def _edit(edit: Callable[[], object]) -> None:
    try:
        edit()
    except (ConfigError, UnknownConnectionError) as problem:
        fail(problem)


def _removable(run: Run, name: str) -> Connection:
    connection = run.connection(name)
    if connection.sandbox:
        raise CommandError(f"{name} is built in. It can be neither removed nor renamed.", Exit.USAGE)
    return connection


def _unsent(run: Run, connection: Connection) -> int:
    if not run.paths.outbox.exists():
        return 0
    with run.ports.open(Opening(connection, chosen=False, read_only=True, offline=True, engine=False)) as books:
        return sum(change.state in OPEN for change in run.own_changes(books))


def _confirm_removal(run: Run, name: str, unsent: int) -> None:
    if not run.console.terminal:
        raise CommandError(f"Nothing was removed. Add --yes to remove {name} without being asked.", Exit.USAGE)
    if unsent:
        run.console.say(f"▲ {_changes(unsent)} not over.")
    if run.console.ask(f"Its token and cached records go with it. Type {name} to remove it:") != name:
        raise CommandError("Nothing was removed.")


def _changes(count: int) -> str:
    return "1 change is" if count == 1 else f"{count} changes are"

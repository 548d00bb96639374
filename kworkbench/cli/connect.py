"""`kworkbench connect`: sign in to an account and store the connection. Source: product.md sections 2 and 11."""

from __future__ import annotations

import click

from kworkbench.cli.errors import CommandError, unknown
from kworkbench.cli.exits import Exit
from kworkbench.cli.plain import visible
from kworkbench.cli.ports import Identity
from kworkbench.cli.signing import TITLES, described, keep_token, sign_in, usual_place
from kworkbench.cli.state import Run, fail
from kworkbench.cli.words import one_of
from kworkbench.config import ConfigError, check_organization_id
from kworkbench.config_edit import add_connection
from kworkbench.credentials import Found, Store
from kworkbench.domain.connections import (
    AUTHORIZATION,
    HOSTED,
    PORTS,
    Connection,
    check_base_url,
    check_client_id,
    check_name,
)
from kworkbench.lean import replace
from kworkbench.paths import HomeError


@click.command("connect")
@click.argument("provider", metavar="kantata|productive")
@click.option("--name", metavar="N", help="What the connection is called here. [default: the provider's name]")
@click.option("--base-url", metavar="U", help="Another server than the provider's own.")
@click.option("--organization-id", metavar="N", help="Productive: the number of your organization.")
@click.option("--writable/--no-writable", default=None, help="Switch writing on, or off again.")
@click.option(
    "--store",
    callback=one_of(Store),
    metavar="keyring|file|none",
    help="Where the token is kept. [default: where it is, else keyring]",
)
@click.option("--client-id", metavar="ID", help="Kantata: sign in through the browser, as this application.")
@click.option(
    "--callback-port",
    type=click.IntRange(*PORTS),
    metavar="N",
    help="Await the browser's answer on this port. [default: any free one]",
)
@click.pass_obj
def connect_command(
    run: Run,
    provider: str,
    name: str | None,
    base_url: str | None,
    organization_id: str | None,
    writable: bool | None,
    store: Store | None,
    client_id: str | None,
    callback_port: int | None,
) -> Exit:
    """Sign in to Kantata OX or Productive and store the connection.

    The token is taken from KWORKBENCH_TOKEN, KWORKBENCH_TOKEN_COMMAND, a line of stdin, or asked for. A new connection
    is read-only until --writable is confirmed by typing its name. The same name again changes what is stored.

    With --client-id no token is asked for: the browser opens, you let the application in, and its answer comes back to
    http://127.0.0.1:N/callback within 2 minutes. Kantata takes only the addresses that the application is registered
    with, so give the N of that one as --callback-port. An application that has a secret is given it in
    KWORKBENCH_CLIENT_SECRET; it is not stored. Id and port are, so that connecting again signs in the same way.
    """
    if provider not in HOSTED:
        raise unknown("provider", provider, HOSTED)
    before = _existing(run, provider, name or provider)
    try:
        connection = _wanted(run, before, base_url, organization_id)
        connection = _with_application(connection, client_id, callback_port)
    except ValueError as problem:
        raise CommandError(str(problem), Exit.USAGE) from None
    connection = replace(connection, writable=connection.writable if writable is None else writable)
    _confirm_writing(run, connection, before)
    _confirm_file(run, store)
    place = store or usual_place(run, connection)
    found, identity = sign_in(run, connection, place, by_browser=client_id is not None)
    signed_in = connection if identity is None else _signed_in(run, connection, identity)
    return _stored(run, signed_in, found, place)


def _existing(run: Run, provider: str, name: str) -> Connection:
    """The stored connection of that name, or a new one at the provider's own server."""
    try:
        check_name(name)
    except ValueError as problem:
        raise CommandError(str(problem), Exit.USAGE) from None
    before = next((each for each in run.config.connections if each.name == name), None)
    if before is None:
        return Connection(name, provider, HOSTED[provider])
    if before.sandbox:
        raise CommandError(f"{name} is built in. Choose another --name.", Exit.USAGE)
    if before.provider != provider:
        raise CommandError(f"{name} is a connection to {before.provider}. Choose another --name.", Exit.USAGE)
    return before


def _wanted(run: Run, before: Connection, base_url: str | None, organization_id: str | None) -> Connection:
    connection = before if base_url is None else replace(before, base_url=check_base_url(base_url))
    if organization_id is not None:
        connection = replace(connection, organization_id=check_organization_id(organization_id))
    if connection.provider == "productive" and connection.organization_id is None:
        if not run.console.terminal:
            raise CommandError(
                "Productive needs --organization-id N. It is the number in the address of its web pages.", Exit.USAGE
            )
        connection = replace(connection, organization_id=check_organization_id(run.console.ask("Organization id:")))
    if (connection.origin, connection.organization_id) != (before.origin, before.organization_id):
        connection = replace(connection, user_id="", organization="", writable=False)
    if connection.origin != before.origin:
        connection = replace(connection, client_id="", callback_port=0)
    return connection


def _with_application(connection: Connection, client_id: str | None, callback_port: int | None) -> Connection:
    """As whom its user signs in through the browser, and where the answer is awaited, as far as that is said.

    Raises:
        ValueError: there is no such sign-in, or what is said of it cannot be.
    """
    if connection.provider not in AUTHORIZATION and (client_id, callback_port) != (None, None):
        raise ValueError(
            f"{TITLES[connection.provider]} has no sign-in through the browser. Leave out --client-id and "
            "--callback-port, and give a token."
        )
    if client_id is not None:
        connection = replace(connection, client_id=check_client_id(client_id), callback_port=0)
    if callback_port is None:
        return connection
    if not connection.client_id:
        raise ValueError("--callback-port is for signing in through the browser. Give --client-id too.")
    return replace(connection, callback_port=callback_port)


def _confirm_writing(run: Run, connection: Connection, before: Connection) -> None:
    """Have the name typed before live books can be written to; the option is enough where nobody can be asked."""
    same = before.writable and before.account == connection.account
    if not connection.writable or same or not run.console.terminal:
        return
    answer = run.console.ask(f"{connection.name} will be written to. Type its name to switch writing on:")
    if answer != connection.name:
        raise CommandError("That is not its name. Nothing was stored; leave out --writable to connect read-only.")


def _confirm_file(run: Run, store: Store | None) -> None:
    if store is not Store.FILE:
        return
    if not run.console.terminal:
        raise CommandError(
            "--store file needs a typed yes, and this is no terminal. Use KWORKBENCH_TOKEN or a keyring.", Exit.USAGE
        )
    answer = run.console.ask(
        f"The token will stand readable in {run.paths.tokens}, for you and every program you run. Type yes:"
    )
    if answer != "yes":
        raise CommandError("Nothing was stored.")


def _signed_in(run: Run, connection: Connection, identity: Identity) -> Connection:
    run.console.say(f"Signed in as {described(identity)}.")
    if connection.user_id and connection.user_id != identity.user_id:
        run.console.say(
            "That is someone else than before. Unsent changes of the earlier sign-in are kept and not sent by this one."
        )
    return replace(
        connection,
        user_id=visible(identity.user_id),
        organization=visible(identity.organization) or connection.organization,
    )


def _stored(run: Run, connection: Connection, found: Found, store: Store) -> Exit:
    new = connection.name not in run.config.names
    try:
        run.paths.create()
        add_connection(run.paths.config_file, connection, make_default=new)
    except (ConfigError, HomeError) as problem:
        fail(problem)
    mode = "can be written to" if connection.writable else "is read-only"
    default = ", and is the default now" if new else ""
    untested = "" if connection.user_id else f" Nobody signed in: `kworkbench connections test {connection.name}` does."
    run.console.say(f"{connection.name} is stored, {mode}{default}.{untested}")
    keep_token(run, connection, found, store)
    return Exit.DONE

"""Getting a token for `connect`, and asking a server whom it signs in. Source: product.md section 11."""

from __future__ import annotations

from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.plain import visible
from kworkbench.cli.ports import Identity, SignInError, UnreachableError
from kworkbench.cli.state import Run, fail
from kworkbench.credentials import CredentialError, Found, NoKeyringError, Source, Store, check_token
from kworkbench.domain.connections import Connection, sign_in_command
from kworkbench.domain.secret import Secret

TITLES = {"kantata": "Kantata OX", "productive": "Productive"}


def given_token(run: Run, connection: Connection) -> Found:
    """The token for a connection: environment, a line of stdin, else what is stored of it, else what is typed.

    Raises:
        CommandError: there is none.
    """
    try:
        found = run.credentials.from_environment()
        if found is None and not run.console.terminal:
            text = next(run.console.lines(), "")
            found = Found(check_token(text, "stdin"), Source.TYPED) if text else None
        if found is None:
            found = run.credentials.stored(connection)
        if found is None and run.console.terminal:
            typed = run.console.ask_secret(f"Token for {TITLES[connection.provider]} (not shown):")
            found = Found(check_token(typed, "what was typed"), Source.TYPED)
    except CredentialError as problem:
        fail(problem)
    if found is None:
        raise CommandError("There is no token. Set KWORKBENCH_TOKEN, or give it as a line of stdin.", Exit.SIGN_IN)
    return found


def who(run: Run, connection: Connection, secret: Secret | None) -> Identity:
    """Whom the server signs in.

    Raises:
        CommandError: it refuses the token, or cannot be reached.
    """
    try:
        return run.ports.who(connection, secret)
    except SignInError as problem:
        raise CommandError(str(problem), Exit.SIGN_IN) from problem
    except UnreachableError as problem:
        raise CommandError(f"{connection.name}: {problem}", Exit.OFFLINE) from problem


def no_token(connection: Connection) -> str:
    """The sentence for a connection without any token."""
    return f"There is no token for {connection.name}. Run `{sign_in_command(connection)}`, or set KWORKBENCH_TOKEN."


def sign_in_trouble(run: Run) -> str:
    """Why the chosen connection is not signed in, and what to do."""
    connection = run.connection()
    try:
        found = run.credentials.token(connection, chosen=True)
    except CredentialError as problem:
        return str(problem)
    if found is None and connection.live:
        return no_token(connection)
    return (
        f"{connection.name} does not accept the sign-in. "
        f"Run `{sign_in_command(connection)}` with a fresh token, or set KWORKBENCH_TOKEN."
    )


def described(identity: Identity) -> str:
    """`Ada Example (id 12) at Harbour Agency`, harmless."""
    name = visible(identity.user) or "someone"
    at = f" at {visible(identity.organization)}" if identity.organization else ""
    return f"{name} (id {visible(identity.user_id)}){at}"


def keep_token(run: Run, connection: Connection, found: Found, store: Store) -> None:
    """Store the token where it was asked for, and say where it is, or why it is nowhere.

    Raises:
        CommandError: the keyring or the file refuses.
    """
    if found.source.environment:
        run.console.say(f"The token comes from {found.source} and is not stored. Set it again for the next run.")
        return
    if store is Store.NONE:
        run.console.say("The token is not stored. Set KWORKBENCH_TOKEN for each run.")
        return
    try:
        run.credentials.keep(connection, found.secret, store)
    except NoKeyringError as problem:
        offer = ", or connect again with --store file" if run.console.terminal else ""
        run.console.say(f"{problem} The token is not stored. Set KWORKBENCH_TOKEN for each run{offer}.")
        return
    except CredentialError as problem:
        fail(problem)
    where = "the keyring" if store is Store.KEYRING else f"{run.paths.tokens}, readable by you only"
    run.console.say(f"The token is kept in {where}.")

"""Getting a token for `connect`, and asking a server whom it signs in. Source: product.md section 11."""

from __future__ import annotations

from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.plain import visible
from kworkbench.cli.ports import Identity, SignInError, TokenRefusedError, UnreachableError
from kworkbench.cli.state import Run, fail
from kworkbench.credentials import CredentialError, Found, NoKeyringError, Source, Store, check_token
from kworkbench.domain.connections import Connection, sign_in_command
from kworkbench.domain.secret import Secret

TITLES = {"kantata": "Kantata OX", "productive": "Productive"}


def sign_in(run: Run, connection: Connection, store: Store, *, by_browser: bool) -> tuple[Found, Identity | None]:
    """A token for a connection and whom it signs in, None offline; a stored one that is refused is asked for anew.

    `store` is where it will be kept.

    Raises:
        CommandError: there is no token, the server refuses it, or it cannot be reached.
    """
    found = browser_token(run, connection, store) if by_browser else given_token(run, connection, store)
    if run.start.offline:
        return found, None
    try:
        return found, run.ports.who(connection, found.secret)
    except TokenRefusedError as problem:
        if not (found.source.kept and run.console.terminal):
            raise CommandError(str(problem), Exit.SIGN_IN) from problem
    except (SignInError, UnreachableError) as problem:
        raise _ended(connection, problem) from problem
    run.console.say(f"{connection.name} does not accept the stored token any more.")
    fresh = _fresh_token(run, connection, store)
    return fresh, who(run, connection, fresh.secret)


def given_token(run: Run, connection: Connection, store: Store) -> Found:
    """The token for a connection: environment, a line of stdin, else what is stored of it, else a fresh one.

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
    except CredentialError as problem:
        fail(problem)
    if found is None and run.console.terminal:
        found = _fresh_token(run, connection, store)
    if found is None:
        raise CommandError("There is no token. Set KWORKBENCH_TOKEN, or give it as a line of stdin.", Exit.SIGN_IN)
    return found


def _fresh_token(run: Run, connection: Connection, store: Store) -> Found:
    """What somebody types, or has the connection's application given in the browser."""
    if connection.client_id:
        return browser_token(run, connection, store)
    try:
        typed = run.console.ask_secret(f"Token for {TITLES[connection.provider]} (not shown):")
        return Found(check_token(typed, "what was typed"), Source.TYPED)
    except CredentialError as problem:
        fail(problem)


def browser_token(run: Run, connection: Connection, store: Store) -> Found:
    """What the server gives the connection's application once a person has let it in, in the browser.

    Raises:
        CommandError: nobody can be asked, it could not be kept, it was refused, or the server cannot be reached.
    """
    if run.start.offline:
        raise CommandError("Signing in through the browser needs the server. Leave out --offline.", Exit.USAGE)
    if not run.console.terminal:
        raise CommandError(
            "Signing in through the browser needs somebody at a terminal, and this is none. Leave out --client-id, and "
            "set KWORKBENCH_TOKEN or give a token as a line of stdin.",
            Exit.USAGE,
        )
    if variable := run.credentials.environment:
        raise CommandError(f"{variable} is set and would be used instead. Unset it, or drop --client-id.", Exit.USAGE)
    _check_keeping(run, store)
    try:
        secret = run.ports.browse(connection, run.credentials.client_secret(), run.console.say)
    except CredentialError as problem:
        fail(problem)
    except (SignInError, UnreachableError) as problem:
        raise _ended(connection, problem) from problem
    return Found(secret, Source.BROWSER)


def _check_keeping(run: Run, store: Store) -> None:
    """Nobody ever sees a token that the browser brings, so it must be kept."""
    if store is Store.NONE:
        raise CommandError("With --store none the token from the browser would be lost. Leave it out.", Exit.USAGE)
    if store is Store.KEYRING:
        try:
            run.credentials.keyring_name()
        except NoKeyringError as problem:
            raise CommandError(
                f"{problem} Add --store file to keep the token from the browser.", Exit.SIGN_IN
            ) from problem


def who(run: Run, connection: Connection, secret: Secret | None) -> Identity:
    """Whom the server signs in.

    Raises:
        CommandError: it refuses the token, or cannot be reached.
    """
    try:
        return run.ports.who(connection, secret)
    except (SignInError, UnreachableError) as problem:
        raise _ended(connection, problem) from problem


def _ended(connection: Connection, problem: SignInError | UnreachableError) -> CommandError:
    if isinstance(problem, SignInError):
        return CommandError(str(problem), Exit.SIGN_IN)
    return CommandError(f"{connection.name}: {problem}", Exit.OFFLINE)


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
    by = "" if connection.client_id else " with a fresh token"
    return (
        f"{connection.name} does not accept the sign-in. "
        f"Run `{sign_in_command(connection)}`{by}, or set KWORKBENCH_TOKEN."
    )


def described(identity: Identity) -> str:
    """`Ada Example (id 12) at Harbour Agency`, harmless."""
    name = visible(identity.user) or "someone"
    at = f" at {visible(identity.organization)}" if identity.organization else ""
    return f"{name} (id {visible(identity.user_id)}){at}"


def usual_place(run: Run, connection: Connection) -> Store:
    """Where the token of a connection is kept if nothing is said of it.

    Raises:
        CommandError: the token file cannot be read.
    """
    try:
        return run.credentials.usual_store(connection)
    except CredentialError as problem:
        fail(problem)


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

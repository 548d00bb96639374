"""Gives the command line its entry points. Heavy parts are imported by the command that needs them."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kworkbench.cli.ports import (
    Books,
    Identity,
    Opening,
    Ports,
    Resetting,
    Serving,
    SignInError,
    Timing,
    TokenRefusedError,
    UnreachableError,
    Wire,
)
from kworkbench.cli.start import Start
from kworkbench.composition.access import Access
from kworkbench.composition.browsing import browse
from kworkbench.composition.links import Links
from kworkbench.composition.opening import Opened, open_home
from kworkbench.config import load
from kworkbench.credentials import Credentials
from kworkbench.domain.catalog import Resource
from kworkbench.domain.changes import Draft
from kworkbench.domain.connections import SANDBOXES, Connection, sign_in_command
from kworkbench.domain.query import Query
from kworkbench.domain.records import remote_id_of
from kworkbench.domain.secret import Secret
from kworkbench.lean import replace
from kworkbench.paths import Paths
from kworkbench.services.changes import NotPossible
from kworkbench.services.session import Manner, Session
from kworkbench.sync.clock import SystemClock, local_day

if TYPE_CHECKING:
    from kworkbench.services.review import Review

COMMAND_LINE = Manner(style=None, hold_seconds=0.0)


def ports(paths: Paths, environ: Mapping[str, str], workbench: Callable[[Start], int]) -> Ports:
    """The entry points of one run."""
    making = _Making(paths, environ)
    return Ports(
        workbench=workbench,
        open=making.open,
        who=making.who,
        browse=browse,
        forget=making.forget,
        serve=making.serve,
        reset=making.reset,
        timing=Timing(time.monotonic, time.sleep),
    )


class _Making:
    def __init__(self, paths: Paths, environ: Mapping[str, str]) -> None:
        self._paths = paths
        self._environ = environ

    @contextmanager
    def open(self, opening: Opening) -> Iterator[Books]:
        config = load(self._paths.config_file)
        manner = replace(COMMAND_LINE, read_only=opening.read_only, offline=opening.offline or not opening.engine)
        sends = opening.engine and not opening.offline
        opened = open_home(self._paths, self._environ, config, opening.connection, manner, sends=sends)
        try:
            if opened.home.notes:
                print(*opened.home.notes, sep="\n", file=sys.stderr)  # noqa: T201
            session = opened.workbench.open(opening.connection.name)
            _wait_until_ready(opened)
            opened.workbench.start()
            yield _books(opened, session)
        finally:
            opened.close()

    def who(self, connection: Connection, token: Secret | None) -> Identity:
        """Ask the server who is signed in."""
        access = Access(Credentials(self._environ, self._paths.tokens), connection.name)
        links = Links(self._paths, (connection,), access, "", lambda: local_day(SystemClock().now()))
        try:
            return asyncio.run(_identity(links, connection, token))
        finally:
            links.close()

    def forget(self, connection: Connection) -> None:
        """Drop what is cached of an account."""
        config = load(self._paths.config_file)
        opened = open_home(self._paths, self._environ, config, connection, COMMAND_LINE, sends=False)
        try:
            opened.home.forget(connection.account).result()
        finally:
            opened.close()

    def serve(self, options: Serving) -> None:
        from kworkbench.sandbox.serve import ServeError, ServeOptions, serve  # noqa: PLC0415 - imports starlette

        asked = ServeOptions(
            data=options.data or self._paths.sandbox,
            host=options.host,
            port=options.port,
            seed=1 if options.seed is None else options.seed,
            today=options.today,
            size="small" if options.size is None else options.size,
            token=None if options.token is None else options.token.reveal(),
            rate_limit=options.rate_limit,
            faults=options.faults,
            modern_shape=options.modern,
        )
        try:
            serve(asked, out=sys.stdout)
        except ServeError as problem:
            raise ValueError(str(problem)) from problem

    def reset(self, options: Resetting) -> None:
        from kworkbench.sandbox.books.store import DEFAULT_SIZE, BooksError  # noqa: PLC0415
        from kworkbench.sandbox.opening import reset  # noqa: PLC0415

        try:
            reset(
                self._paths.sandbox,
                seed=1 if options.seed is None else options.seed,
                today=options.today,
                size=DEFAULT_SIZE if options.size is None else options.size,
            )
        except BooksError as problem:
            raise ValueError(str(problem)) from problem
        for connection in SANDBOXES:
            self._start_over(connection)

    def _start_over(self, connection: Connection) -> None:
        """After new books: what waited for the old ones is discarded, what was cached of them dropped."""
        config = load(self._paths.config_file)
        opened = open_home(self._paths, self._environ, config, connection, COMMAND_LINE, sends=False)
        try:
            _wait_until_ready(opened)
            changes = opened.workbench.changes
            for change in changes.open():
                if change.account == connection.account:
                    changes.discard(change.seq).result()
            opened.home.forget(connection.account).result()
        finally:
            opened.close()


async def _identity(links: Links, connection: Connection, token: Secret | None) -> Identity:
    from kworkbench.providers import load as load_provider  # noqa: PLC0415 - imports requests and readers
    from kworkbench.providers.base import UnreadableAnswerError  # noqa: PLC0415
    from kworkbench.sync.transport import TransportError  # noqa: PLC0415

    provider = load_provider(connection.provider)
    transport = links.transport(connection, provider, token)
    try:
        answer = await transport.send(provider.who())
        if answer.status == 403 and connection.organization_id is not None:
            raise SignInError(
                f"{connection.name}: the server refuses organization {connection.organization_id} to this sign-in. "
                "Check --organization-id: it is the number in the address of its web pages."
            )
        if answer.status in (401, 403):
            raise TokenRefusedError(f"{connection.name} does not accept the token. {_another_token(connection)}")
        if answer.status != 200:
            said = provider.read_refusal("", answer).errors[0].message
            advice = "" if connection.sandbox else " Check the base URL."
            raise UnreachableError(f"The server answered {answer.status}: {said}{advice}")
        return provider.read_identity(answer)
    except (TransportError, UnreadableAnswerError) as problem:
        raise UnreachableError(str(problem)) from problem
    finally:
        await transport.close()


def _another_token(connection: Connection) -> str:
    if connection.client_id:
        return f"Sign in again: `{sign_in_command(connection)}`."
    return "Copy a fresh one from your account."


def _wait_until_ready(opened: Opened) -> None:
    """Until the changes of earlier runs are known and folded into the view."""
    if opened.home.ready is not None:
        opened.home.ready.result()


def _books(opened: Opened, session: Session) -> Books:
    return Books(
        connection=session.connection,
        catalog=session.catalog,
        today=session.today,
        rows=session.reader.rows,
        ages=session.reader.ages,
        answers=session.reader.answers,
        ask=session.answers.ask,
        refresh=session.refresh,
        changes=session.changes,
        payments=session.payments,
        expenses=session.expenses,
        requests=lambda drafts: _requests(session, drafts),
        earlier=lambda key: opened.home.desk.by_key(session.connection.account, key).result(),
        review_deletes=lambda resource, query: _review_deletes(session, resource, query),
        delete_drafts=session.deletes.drafts,
        remote_id=lambda lid: opened.home.remote_id(session.connection.account, lid),
    )


MOST_DELETED = 5000
"""Records that one command deletes at most, as one review of the screens."""


def _review_deletes(session: Session, resource: Resource, query: Query) -> Review | None:
    rows = session.reader.rows(resource, query).fetch(0, MOST_DELETED + 1)
    if len(rows) > MOST_DELETED:
        raise NotPossible(f"More than {MOST_DELETED} match. Narrow the query, and delete them in parts.")
    return session.deletes.review_of(resource.name, rows, lambda _row: True) if rows else None


def _requests(session: Session, drafts: Sequence[Draft]) -> tuple[Wire, ...]:
    from kworkbench.providers import load as load_provider  # noqa: PLC0415 - imports requests and readers
    from kworkbench.providers.base import Write  # noqa: PLC0415

    provider = load_provider(session.connection.provider)
    writes = (
        Write(
            op=draft.op,
            kind=draft.kind,
            id=remote_id_of(draft.lid),
            targets=tuple(remote for lid in draft.targets if (remote := remote_id_of(lid))),
            args=draft.args,
            pre=draft.pre,
            marker=draft.marker,
        )
        for draft in drafts
    )
    requests = (provider.write(write, session.reader.lookup) for write in writes)
    return tuple(Wire(request.method, request.path, request.body) for request in requests)

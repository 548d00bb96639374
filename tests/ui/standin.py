"""A workbench over a small real cache: real reader, real services, changes kept in memory by the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import cast

from kworkbench.domain.connections import SANDBOXES, Connection
from kworkbench.domain.numbers import ENGLISH
from kworkbench.providers import CATALOGS
from kworkbench.services.answers import AnswerService
from kworkbench.services.changes import ChangeService
from kworkbench.services.ground import Ground
from kworkbench.services.notices import Notice
from kworkbench.services.refresh import RefreshService, SyncStatus
from kworkbench.services.session import Session, Workbench, WorkbenchError
from kworkbench.services.views import ViewPlaces, Views
from kworkbench.services.writing import Writing
from kworkbench.store.cache import Cache
from kworkbench.store.reader import Reader
from kworkbench.sync.late import LateHome
from kworkbench.ui.app import WorkbenchApp
from tests.ui.books import TODAY, fill_cache
from tests.ui.desk import NOW, Desk, Home, done

LOCAL_NOW = datetime(2026, 3, 4, 9, 45)  # noqa: DTZ001  # local time without a zone, as the status line has it


class Line:
    """What a session knows of the server; tests set it."""

    def __init__(self) -> None:
        self.state = SyncStatus(online=True, reason="", sign_in=False, active=())
        self.asked: list[bool] = []
        self.stopped = 0

    def status(self) -> SyncStatus:
        return self.state

    def refresh(self, kinds: Sequence[str] | None = None, full: bool = False) -> Future[None]:  # noqa: ARG002
        self.asked.append(full)
        return done(None)

    def cancel(self) -> Future[str]:
        self.stopped += 1
        self.state = SyncStatus(online=True, reason="", sign_in=False, active=())
        return done("")


class Bench:
    """Two sandbox connections over one cache."""

    def __init__(
        self, folder: Path, connections: Sequence[Connection] | None = None, *, filled: bool = True
    ) -> None:  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "cache.db"
        self.desk = Desk()
        self.line = Line()
        named = [replace(each, organization="Harbour & Finch Studio") for each in SANDBOXES]
        self.connections = tuple(connections or named)
        self.listeners: list[Callable[[Notice], None]] = []
        self.begun = 0
        self.views = Views(lambda: TODAY, ViewPlaces(folder / "views.toml", folder / "lists.json"))
        if filled:
            fill_cache(self.path, *(connection.account for connection in self.connections))
        else:
            Cache.open(self.path).close()
        self.current = self._session(self.connections[0])

    def open(self, name: str) -> Session:
        found = next((each for each in self.connections if each.name == name), None)
        if found is None:
            raise WorkbenchError(f"There is no connection {name}.")
        self.current = self._session(found)
        return self.current

    def reread(self) -> str:
        """Nobody writes its connections but the tests."""
        return ""

    def subscribe(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self, notice: Notice) -> None:
        for listener in tuple(self.listeners):
            listener(notice)

    is_open = True

    def begin(self) -> None:
        self.begun += 1

    def close(self) -> None:
        self.current.reader.close()

    def with_answers(self, answers: AnswerService) -> Session:
        """The session of now, with another way to ask what only a server knows."""
        return replace(self.current, answers=answers)

    def _session(self, connection: Connection) -> Session:
        reader = Reader.open(self.path, connection.account, lambda: TODAY, connection.name)
        catalog = CATALOGS[connection.provider]
        changes = ChangeService(Home(self.desk), lambda: NOW)
        ground = Ground(
            connection=connection,
            catalog=catalog,
            reader=reader,
            changes=changes,
            today=lambda: TODAY,
            style=ENGLISH,
            date_order=None,
            hold_seconds=5.0,
            below=lambda _most: 7,
        )
        return Session(
            connection=connection,
            catalog=catalog,
            reader=reader,
            open_reader=lambda: Reader.open(self.path, connection.account, lambda: TODAY, connection.name),
            changes=changes,
            writing=cache(lambda: Writing.over(ground)),
            answers=AnswerService(cast("LateHome", None), "books", offline=True),
            refresh=cast("RefreshService", self.line),
            today=lambda: TODAY,
            style=ENGLISH,
            views=self.views,
        )


def app_over(bench: Bench, *, light: bool = False) -> WorkbenchApp:
    """The real app over the stand-in."""
    app = WorkbenchApp(cast("Workbench", bench), light=light, now=lambda: LOCAL_NOW)
    app.animation_level = "none"
    return app

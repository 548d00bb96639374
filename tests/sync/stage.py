"""A real home over files of its own, real providers, and the real sandbox in this process."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kworkbench.composition.embedded import BASE_URLS
from kworkbench.domain.changes import Change, Draft, State
from kworkbench.domain.connections import SANDBOXES, Connection
from kworkbench.domain.numbers import ENGLISH
from kworkbench.domain.query import Query
from kworkbench.domain.records import Values
from kworkbench.domain.resources import EXPENSES, PAYMENTS, RESOURCES
from kworkbench.providers import load
from kworkbench.sandbox.books.store import _fold as fold_words
from kworkbench.sandbox.embedded import EmbeddedServer
from kworkbench.sandbox.faults import parse_fault
from kworkbench.services.acting import ActionService
from kworkbench.services.again import AgainService
from kworkbench.services.asking import AskingForms
from kworkbench.services.changes import ChangeService
from kworkbench.services.deletes import DeleteService
from kworkbench.services.expenses import ExpenseService
from kworkbench.services.forms import FormService
from kworkbench.services.ground import Ground
from kworkbench.services.payments import PaymentService
from kworkbench.services.undo import UndoService
from kworkbench.store.reader import Reader, Row
from kworkbench.sync.desk import Desk
from kworkbench.sync.engine import News
from kworkbench.sync.events import Admission
from kworkbench.sync.follower import Follower
from kworkbench.sync.home import Files, Home
from kworkbench.sync.http import HttpTransport, InProcessCarrier
from kworkbench.sync.link import Link
from kworkbench.sync.notices import ConnectionState, Notice
from kworkbench.sync.unopened import UnopenedDesk
from tests.sync.virtual import MORNING, VirtualTime
from tests.sync.wire import Wire

TOKEN = "sandbox-token"
TODAY = MORNING.date()
SIZE = 60
TIMEOUT = 20.0
CONNECTIONS = {connection.provider: connection for connection in SANDBOXES}


class RefusedHereError(AssertionError):
    """The line or the form does not take what was asked for."""


@dataclass
class Stage:
    """One home at one dialect. `files` outlive the home: `restart` opens another over them.

    `token` signs requests, `kept_token` is what the keyring holds: it is looked up where the server takes `token` no
    longer, and `token_looks` counts that.
    """

    folder: Path
    provider: str
    time: VirtualTime = field(default_factory=VirtualTime)

    def __post_init__(self) -> None:
        self.connection: Connection = CONNECTIONS[self.provider]
        self.account = self.connection.account
        self.files = Files(self.folder / "outbox.db", self.folder / "cache.db", self.folder / "sender.lock")
        self.server = EmbeddedServer(
            self.folder / "sandbox.db", token=TOKEN, today=TODAY, size=SIZE, clock=lambda: MORNING
        )
        self.server.start()
        self._moved = threading.Condition()
        self.time.on_pause = self._tell
        self.wire = Wire(self.server, self._moved)
        self.token = self.kept_token = TOKEN
        self.token_looks = 0
        self.notices: list[Notice] = []
        self._readers: list[Reader] = []
        self.home = self.open_home()
        self.reader = self._reader()
        self.changes = ChangeService(self, self.time.now)
        self.hold_for(0.0)

    @property
    def desk(self) -> Desk | Follower | UnopenedDesk:
        """The desk of the home that is open now."""
        return self.home.desk

    def hold_for(self, seconds: float, **connection: Any) -> None:
        """Make the services anew: payments and deletes can be taken back so long."""
        ground = Ground(
            connection=replace(self.connection, **connection),
            catalog=load(self.provider).catalog,
            reader=self.reader,
            changes=self.changes,
            today=lambda: TODAY,
            style=ENGLISH,
            date_order=None,
            hold_seconds=seconds,
        )
        self.payments, self.forms, self.deletes = PaymentService(ground), FormService(ground), DeleteService(ground)
        self.expenses = ExpenseService(ground)
        self.undos, self.acting = UndoService(ground), ActionService(ground)
        self.again = AgainService(ground, self.forms, self.deletes)
        self.asking = AskingForms(ground, self.forms, self.acting)

    def open_home(self, *, sends: bool = True, admission: Admission | None = None, news: News = lambda: None) -> Home:
        """A home over the same files, as another process would open it."""
        home = Home(
            self.files,
            self.make_link,
            self.time,
            sends=sends,
            pause=self.time.pause,
            jitter=lambda: 0.5,
            watch_seconds=0.01,
            admission=admission,
            news=news,
        )
        home.hub.subscribe(self._note)
        if home.ready is not None:
            home.ready.result(TIMEOUT)
        return home

    def make_link(self, account: str, notice: Callable[[ConnectionState], None]) -> Link | None:
        if account != self.account:
            return None
        provider = load(self.provider)
        carrier = InProcessCarrier(self.wire.handle)
        transport = HttpTransport(BASE_URLS[self.provider], lambda: provider.auth(self.token, None), carrier=carrier)
        return Link(account, provider, transport, self._reader().said, notice, renew=self._renew)

    def _renew(self) -> bool:
        self.token_looks += 1
        before, self.token = self.token, self.kept_token
        return self.token != before

    def restart(self) -> None:
        """End the home as a person does and open the next one; it is started too."""
        self.home.close()
        self.home = self.open_home()
        self.home.start()

    def close(self) -> None:
        self.wire.release()
        self.home.close()
        for reader in self._readers:
            reader.close()
        self.server.stop()

    def faults(self, *specs: str) -> None:
        """From now on the sandbox plays these faults."""
        self.server.set_faults([parse_fault(spec) for spec in specs])

    def sync(self, *kinds: str, full: bool = True) -> str:
        """Read whole collections, or what changed in them; why it stopped, or an empty text."""
        catalog = load(self.provider).catalog
        wanted = kinds or (*(kind.name for kind in catalog.related), *catalog.resources)
        return self.home.refresh(self.account, wanted, full=full).result(TIMEOUT)

    def until(self, holds: Callable[[], bool], what: str = "") -> None:
        """Wait until something holds; looked at whenever the engine tells of anything, sends or begins a pause."""
        with self._moved:
            if not self._moved.wait_for(holds, TIMEOUT):
                raise AssertionError(
                    f"{what or 'it'} never came to be; open: {self.states()}; sent: {self.wire.writes}"
                )

    def save(self, *drafts: Draft) -> tuple[Change, ...]:
        """Make drafts durable as one gesture."""
        return self.home.desk.enqueue(drafts).result(TIMEOUT)

    def pay(self, invoice: Row, line: str = "") -> Change:
        """Pay an invoice as the quick line does; an empty line pays it in full."""
        plan = self.payments.plan(line, invoice.lid, frozenset({"overpaid", "same-amount"}))
        if not plan.ready:
            raise RefusedHereError(plan)
        return self.payments.record(plan).result(TIMEOUT)[0]

    def edit(self, row: Row, **texts: str) -> Change:
        """Edit an expense as the form does."""
        state = self.forms.edit("expenses", row.lid)
        return self.forms.save(state, {**state.texts, **texts}).result(TIMEOUT)

    def delete(self, resource: str, *rows: Row) -> tuple[Change, ...]:
        """Delete records through the review, those expected to be refused put in too."""
        review = self.deletes.review(resource, [row.lid for row in rows], lambda _lid: True)
        for row in review.rows:
            if not row.going:
                review = review.toggle(row.row.lid)
        return self.deletes.confirm(review).result(TIMEOUT)

    def await_state(self, seq: int, *states: State) -> Change:
        """Wait until a change is in one of these states."""
        self.until(lambda: self.change(seq).state in states, f"change {seq} in {[state.value for state in states]}")
        return self.change(seq)

    def await_settled(self) -> None:
        """Wait until nothing is open any more."""
        self.until(lambda: not self.home.desk.open(), "an empty outbox")

    def settle(self) -> None:
        """Let one pause after another end, until nothing is open any more."""

        def over() -> bool:
            self.time.advance(0.5)
            return not self.home.desk.open()

        self.until(over, "an empty outbox")

    def change(self, seq: int) -> Change:
        return next(one for one in (*self.home.desk.open(), *self.home.desk.journal()) if one.seq == seq)

    def states(self) -> dict[int, str]:
        return {change.seq: change.state.value for change in self.home.desk.open()}

    def rows(self, resource: str) -> list[Row]:
        window = self.reader.rows(RESOURCES[resource], Query())
        return list(window.fetch(0, window.count()))

    def rows_by_lid(self, resource: str) -> dict[str, Row]:
        return {row.lid: row for row in self.rows(resource)}

    def row(self, lid: str) -> Row | None:
        resources = [RESOURCES[lid.partition(":")[0]]] if ":" in lid and lid[:4] != "new:" else [PAYMENTS, EXPENSES]
        return next((found for one in resources if (found := self.reader.row(one, lid)) is not None), None)

    def view(self) -> dict[str, tuple[Values, str, bool]]:
        """All rows of the view: local id -> values, mark, whether it is summed."""
        return {row.lid: (row.values, row.mark, row.counted) for name in RESOURCES for row in self.rows(name)}

    def base(self) -> frozenset[tuple[object, ...]]:
        """What the cache holds of the server, without anything that is open: kind, id, digest, whether it is gone.

        Read when the writer has done all that it was given.
        """
        self.home._writer.submit(lambda: None).result(TIMEOUT)
        with closing(sqlite3.connect(f"file:{self.files.cache}?mode=ro", uri=True)) as cache:
            return frozenset(cache.execute("SELECT kind, id, digest, gone FROM base"))

    def server_rows(self, sql: str, *values: str | int) -> list[tuple[object, ...]]:
        """What the sandbox's books hold, read past everything else."""
        with closing(sqlite3.connect(f"file:{self.folder / 'sandbox.db'}?mode=ro", uri=True)) as books:
            return list(books.execute(sql, values))

    def server_writes(self, sql: str, *values: str | int) -> None:
        """Another user's doing, behind the sandbox's back."""
        with closing(sqlite3.connect(self.folder / "sandbox.db", isolation_level=None)) as books:
            books.create_function("fold", 1, fold_words, deterministic=True)  # the books' indexes are made with it
            books.execute(sql, values)

    def payments_at_server(self, invoice_lid: str) -> int:
        invoice_id = int(invoice_lid.partition(":")[2])
        return len(self.server_rows("SELECT id FROM payments WHERE invoice_id = ?", invoice_id))

    def unpaid_invoices(self) -> list[Row]:
        """Open invoices of one project with everything outstanding and no payment yet."""
        paid = {row.values["invoice_id"] for row in self.rows("payments")}
        return [
            row
            for row in self.rows("invoices")
            if row.values["state"] == "open"
            and row.values["settlement"] == "unpaid"
            and row.values["kind"] == "invoice"
            and row.values["project_id"]
            and row.id not in paid
        ]

    def plain_expenses(self) -> list[Row]:
        """Expenses that nothing locks."""
        rows = [row for row in self.rows("expenses") if not row.values["invoiced"] and not row.values["archived"]]
        return rows if self.provider == "productive" else [row for row in rows if row.values["approval"] == "none"]

    def _reader(self) -> Reader:
        reader = Reader.open(self.files.cache, self.account, lambda: TODAY)
        self._readers.append(reader)
        return reader

    def _note(self, notice: Notice) -> None:
        self.notices.append(notice)
        self._tell()

    def _tell(self) -> None:
        with self._moved:
            self._moved.notify_all()


def copy_of(template: Path, folder: Path) -> Path:
    """A folder with the databases of a template: synced, nothing open."""
    return Path(shutil.copytree(template, folder, ignore=shutil.ignore_patterns("*.lock", "*-shm")))

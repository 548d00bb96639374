"""The toolkit's own table with so many rows: `python -m tests.benchmarks.apps.stock 10000`."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from tests.benchmarks.books import expenses


class Stock(App[None]):
    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        names = ("date", "category", "text", "amount", "currency", "approval")
        table.add_columns(*names)
        table.add_rows(tuple(str(record.values[name]) for name in names) for record in expenses(int(sys.argv[1])))
        table.focus()


if __name__ == "__main__":
    Stock().run()

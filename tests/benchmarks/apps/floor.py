"""The least time from a key to its paint: a counter."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Floor(App[None]):
    count = 0

    def compose(self) -> ComposeResult:
        yield Static("Hello 0")

    def on_key(self) -> None:
        self.count += 1
        self.query_one(Static).update(f"Hello {self.count}")


if __name__ == "__main__":
    Floor().run()

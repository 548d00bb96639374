"""The real app over the stand-in, on this terminal: `python -m tests.ui.play FOLDER [light] [crash] [hostile]`."""

from __future__ import annotations

import sys
from pathlib import Path

from kworkbench.ui.screens.list import ListScreen
from tests.ui.hostile import poison
from tests.ui.standin import Bench, app_over


def main() -> int:
    folder, *words = sys.argv[1:]
    if "crash" in words:
        setattr(ListScreen, "do_totals", crash)  # noqa: B010  # a bug on purpose
    bench = Bench(Path(folder))
    if "hostile" in words:
        poison(bench.path)
    app = app_over(bench, light="light" in words)
    said = app.run()
    sys.stdout.write(f"fault={type(app.fault).__name__ if app.fault else 'none'} said={said or ''}\n")
    return 0


def crash(_screen: ListScreen) -> None:
    secret = "tok-" + "5ecret"
    raise RuntimeError(f"a bug beside {len(secret)} characters")


if __name__ == "__main__":
    sys.exit(main())

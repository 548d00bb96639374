from __future__ import annotations

import subprocess
import sys

HEAVY = ("httpx", "pydantic", "starlette", "uvicorn", "keyring", "babel", "click", "rapidfuzz", "anyio")
LATER = {
    "kworkbench.services.session",
    *(f"kworkbench.ui.screens.{name}" for name in ("changes", "connections", "form", "review", "totals", "verb_list")),
    "kworkbench.ui.widgets.quick_line",
}


def test_the_screens_import_nothing_heavy_and_nothing_that_is_opened_later() -> None:
    code = "import sys, kworkbench.ui.app; print('\\n'.join(sys.modules))"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(asked.stdout.split())
    assert "kworkbench.ui.screens.list" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert loaded.isdisjoint(LATER)

"""Makes every picture of this folder anew: `.venv/bin/python -m screenshots.make [NAME...]`.

Each scene starts the installed program on a pseudo terminal over a fresh home with the sample books, presses keys and
draws the screen.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from screenshots.draw import NoFontError, save
from screenshots.terminal import Terminal

FOLDER = Path(__file__).parent
PROGRAM = Path(sys.executable).with_name("kworkbench")
SYNCED = r"checked \d\d:\d\d"


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: the window, the keys to it, and what has to be on the screen before the first key and at the end."""

    name: str
    columns: int
    rows: int
    keys: tuple[str, ...] = ()
    shows: str = "INV-"
    environ: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()


SCENES = (
    Scene("invoices-80", 80, 24),
    Scene("invoices-140", 140, 40),
    Scene("invoices-200", 200, 60),
    Scene("invoices-no-colour", 140, 40, environ={"NO_COLOR": "1"}),
    Scene("payments-140", 140, 40, keys=("2",), shows="2 Payments"),
    Scene("expenses-140", 140, 40, keys=("3",), shows="3 Expenses"),
    Scene("quick-payment-80", 80, 24, keys=("p", "50% yesterday wire ref 77812"), shows="Outstanding"),
    Scene("expense-line-80", 80, 24, keys=("3", "n", "12.50+3 lunch @webs %mea -1d billable"), shows="Text: lunch"),
    Scene("form-80", 80, 24, keys=("2", "n"), shows="New payment"),
    Scene("review-140", 140, 40, keys=("3", "space", "space", "space", "space", "d"), shows="Delete"),
    Scene("changes-140", 140, 40, keys=("p", "enter", "5"), shows="Waiting"),
    Scene("help-140", 140, 40, keys=("?",), shows="more below"),
)


def main(names: Sequence[str]) -> int:
    """Make the named pictures, or all of them."""
    unknown = set(names) - {scene.name for scene in SCENES}
    if unknown:
        sys.stderr.write(f"No picture is called {', '.join(sorted(unknown))}.\n")
        return 2
    try:
        for scene in SCENES:
            if not names or scene.name in names:
                make(scene)
    except NoFontError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def make(scene: Scene) -> None:
    """Run one scene and save its picture."""
    with tempfile.TemporaryDirectory() as home:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("KWORKBENCH_")}
        environ |= {"KWORKBENCH_HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_GB.UTF-8"}
        environ |= scene.environ
        command = [str(PROGRAM), *scene.arguments]
        with Terminal(command, scene.columns, scene.rows, environ) as terminal:
            terminal.wait_for(SYNCED if scene.columns > 100 else "INV-")
            terminal.rest()
            terminal.press(*scene.keys)
            terminal.wait_for(scene.shows)
            terminal.rest()
            save(terminal.screen, FOLDER / f"{scene.name}.png")
    sys.stdout.write(f"{scene.name}.png\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

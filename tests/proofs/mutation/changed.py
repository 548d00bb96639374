"""Which lines differ from an earlier commit, and the mutants that stand on them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tests.proofs.mutation.mutants import MODULES, ROOT, Mutant, mutants_of

PACKAGE = "kworkbench/"
_FILE = re.compile(r"\+\+\+ b/(.+?)\t?$")
_HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")

Git = Callable[[Sequence[str]], str | None]
"""Runs git with arguments; its output, None where it fails."""


def git(arguments: Sequence[str]) -> str | None:
    """Git in the folder of the project; None too where there is no git."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def mutants_since(commit: str, run: Git = git) -> list[Mutant] | None:
    """The mutants on lines that differ from a commit; None where the clone does not have it, as a shallow one.

    What is not committed counts: the mutants are those of the files as they are.
    """
    if run(["rev-parse", "--quiet", "--verify", "--end-of-options", f"{commit}^{{commit}}"]) is None:
        return None
    paths = [PACKAGE + module for module in MODULES]
    told = ["--unified=0", "--no-color", "--no-ext-diff", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/"]
    diff = run(["diff", *told, commit, "--", *paths])
    if diff is None:
        return None
    lines = changed_lines(diff)
    return list(standing_on(lines, (each for module in MODULES if module in lines for each in mutants_of(module))))


def changed_lines(diff: str) -> dict[str, set[int]]:
    """By module the lines that a diff without context adds or changes, numbered as they are after it."""
    lines: dict[str, set[int]] = {}
    left, own = 0, set[int]()
    for line in diff.splitlines():
        if left:
            left -= not line.startswith(("-", "\\"))
        elif found := _FILE.match(line):
            own = lines.setdefault(found[1].removeprefix(PACKAGE), set())
        elif found := _HUNK.match(line):
            first, left = int(found[1]), int(found[2] or 1)
            own.update(range(first, first + left))
    return {module: changed for module, changed in lines.items() if changed}


def standing_on(lines: Mapping[str, set[int]], mutants: Iterable[Mutant]) -> Iterator[Mutant]:
    """Those of the mutants whose line is one of a module's lines."""
    return (each for each in mutants if each.line in lines.get(each.module, ()))

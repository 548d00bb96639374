"""Which mutants are tried for lines that differ from an earlier commit, and when they are too few to judge by."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.proofs.mutation import run
from tests.proofs.mutation.changed import changed_lines, mutants_since, standing_on
from tests.proofs.mutation.mutants import MODULES, Mutant, Place, mutants_of

DIFF = """diff --git a/kworkbench/sync/equal.py b/kworkbench/sync/equal.py
index 1111111..2222222 100644
--- a/kworkbench/sync/equal.py
+++ b/kworkbench/sync/equal.py
@@ -3 +3,2 @@ from __future__ import annotations
-old
+new
+++ b/kworkbench/sync/lanes.py
@@ -10,2 +11,0 @@ def what_went()
-gone
-gone
@@ -20 +19 @@
--- a/nothing of a file
+changed
\\ No newline at end of file
diff --git a/kworkbench/sync/needs.py b/kworkbench/sync/needs.py
--- a/kworkbench/sync/needs.py
+++ b/kworkbench/sync/needs.py
@@ -5,3 +4,0 @@ def what_went()
-gone
-gone
-gone
"""


def test_lines_are_those_added_or_changed_numbered_as_they_are_now() -> None:
    assert changed_lines(DIFF) == {"sync/equal.py": {3, 4, 19}}
    assert changed_lines("") == {}


def test_of_the_mutants_those_stand_on_them_whose_line_and_module_are_named() -> None:
    mutants = [Mutant(module, 0, Place(), line, "") for module in ("sync/equal.py", "sync/needs.py") for line in (3, 5)]
    assert list(standing_on({"sync/equal.py": {3, 4}}, mutants)) == mutants[:1]


def test_the_mutants_since_a_commit_are_those_of_the_lines_that_git_names() -> None:
    every = list(mutants_of("sync/equal.py"))
    line = every[-1].line
    asked: list[Sequence[str]] = []

    def git(arguments: Sequence[str]) -> str | None:
        asked.append(arguments)
        return f"+++ b/kworkbench/sync/equal.py\n@@ -1 +{line} @@\n-a\n+b\n" if arguments[0] == "diff" else "abc\n"

    assert mutants_since("abc", git) == [each for each in every if each.line == line]
    assert "abc^{commit}" in asked[0]
    assert asked[1][-len(MODULES) :] == [f"kworkbench/{module}" for module in MODULES]


@pytest.mark.parametrize("failing", ["rev-parse", "diff"])
def test_a_commit_that_the_clone_does_not_have_is_said_in_one_line_and_fails_nothing(failing: str) -> None:
    assert mutants_since("abc", lambda arguments: None if arguments[0] == failing else "") is None
    (line,) = run.mutate_since("abc", lambda: False, lambda _commit: None)
    assert line == ("abc is not in this clone: nothing was tried", True)


def test_where_nothing_changed_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "Worker", None)
    (line,) = run.mutate_since("abc", lambda: False, lambda _commit: [])
    assert line == ("no mutants on lines changed since abc", True)


class Fast:
    """Instead of a process: suites that notice the even ones of the first, or none."""

    noticed = 0

    def __init__(self, _kind: str) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True

    def begin(self) -> str:
        return "suites"

    def kills(self, mutant: Mutant) -> bool:
        return mutant.number < self.noticed


@pytest.mark.parametrize(
    ("tried", "noticed", "well"), [(19, 0, True), (20, 16, False), (20, 17, True), (100, 84, False), (100, 85, True)]
)
def test_from_twenty_mutants_on_85_in_a_hundred_must_be_noticed(
    monkeypatch: pytest.MonkeyPatch, tried: int, noticed: int, well: bool
) -> None:
    monkeypatch.setattr(run, "Worker", Fast)
    monkeypatch.setattr(Fast, "noticed", noticed)
    mutants = [Mutant("sync/equal.py", number, Place("same"), number, "w") for number in range(tried)]
    *_, of_module, last = run.mutate_since("abc", lambda: False, lambda _commit: mutants)
    assert last[1] is well
    assert of_module[0].startswith(f"sync/equal.py: {noticed} of {tried} killed; line {noticed}: w; ")


def test_a_whole_run_that_tried_nothing_has_shown_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "Worker", Fast)
    *_, last = run.mutate(lambda: True)
    assert last[1] is False

from __future__ import annotations

import subprocess
import sys

import pytest

from kworkbench.sparing import Empty, LeftOut, give_back, share_pools


def ran(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_a_module_left_out_is_there_again_afterwards() -> None:
    before = sys.modules.pop("this", None)
    with LeftOut("this"), pytest.raises(ImportError):
        import this  # noqa: F401
    assert "this" not in sys.modules
    if before is not None:
        sys.modules["this"] = before


def test_a_module_that_is_there_already_stays() -> None:
    with LeftOut("sys", Empty("sys")):
        assert sys.modules["sys"] is sys


def test_an_empty_module_has_classes_of_any_name() -> None:
    module = Empty("empty")
    made = module.Anything
    assert made is module.Anything
    assert not isinstance(3, made)
    with pytest.raises(AttributeError):
        module.__path__  # noqa: B018


def test_the_toolkit_comes_without_its_palette_which_can_be_had_later() -> None:
    program = (
        "import sys; from kworkbench.ui.first_paint.toolkit import import_toolkit; import_toolkit(); "
        "early = [name for name in ('textual.command', 'textual.widgets._input') if name in sys.modules]; "
        "import textual.app, textual.command; print(early, textual.command.CommandPalette.__module__)"
    )
    assert ran(program) == "[] textual.command"


def test_http_comes_without_its_command_line() -> None:
    program = "import sys, kworkbench.sync.http; print({'click', 'pygments', 'httpx._main'} & set(sys.modules))"
    assert ran(program) == "set()"


def test_memory_can_be_given_back_at_any_time() -> None:
    share_pools()
    held = [bytes(4096) for _ in range(1000)]
    give_back()
    assert sum(map(len, held)) == 4096 * 1000

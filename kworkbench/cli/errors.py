"""How a command ends early: with a sentence and an exit status."""

from __future__ import annotations

from collections.abc import Iterable

from kworkbench.cli.exits import Exit
from kworkbench.domain.nearest import did_you_mean


class CommandError(Exception):
    """A command cannot go on. The message says what to do; `exit` is the status to end with."""

    def __init__(self, sentence: str, exit: Exit = Exit.REFUSED) -> None:  # noqa: A002 - the word of product.md
        super().__init__(sentence)
        self.exit = exit


def unknown(what: str, word: str, names: Iterable[str]) -> CommandError:
    """The error for a name that is not known, with the nearest that is: `There is no field 'du'. Did you mean due?`."""
    return CommandError(f"There is no {what} {word!r}. {did_you_mean(word, names)}", Exit.USAGE)

"""The nearest of the valid names to one that was mistyped, for messages that say what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name most like `word`, or None when none is at all like it."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    known = list(names)
    folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.5)
    return folded[found[0]] if found else None


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """A sentence that names the nearest name, or else all of them."""
    known = list(names)
    best = nearest(word, known)
    return f"Did you mean {best}?" if best else f"There are: {', '.join(known)}."

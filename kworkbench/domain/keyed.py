"""Values of fields that have no name here, as a record and a change carry them: one text, a line `id=value` for each.

In an order of their own, so that what a server sends back in another one is the same.
"""

from __future__ import annotations

from collections.abc import Iterable


def written(pairs: Iterable[tuple[str, str]]) -> str | None:
    """The lines of ids and values; blanks and line ends inside a value are one blank, empty values are left out."""
    kept = [(key.strip(), " ".join(value.split())) for key, value in pairs]
    ordered = sorted(((key, value) for key, value in kept if value), key=lambda pair: (len(pair[0]), pair[0]))
    return "\n".join(f"{key}={value}" for key, value in ordered) or None


def pairs_in(lines: str) -> tuple[tuple[str, str], ...]:
    """The ids and values of such a text, in its order; an id that stands there twice holds several."""
    found = (line.partition("=") for line in lines.splitlines())
    return tuple((key, value) for key, mark, value in found if mark)

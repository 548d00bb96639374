"""What was known of a record before an answer came, looked up only where the answer leaves something open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kworkbench.domain.records import Value, Values


class Known(Mapping[str, Value]):
    """Values that `find` gives, asked for when they are first looked at; empty where it knows none."""

    __slots__ = ("_find", "_values")

    def __init__(self, find: Callable[[], Values | None]) -> None:
        self._find = find
        self._values: Values | None = None

    def __getitem__(self, name: str) -> Value:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> Values:
        if self._values is None:
            self._values = self._find() or {}
        return self._values

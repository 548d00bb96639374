"""A set of rows by their numbers in the cache: selections of any size, joined and compared as one operation.

Numbers are never given twice while a cache file lives, so a set is one of identities, not of places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Self

from kworkbench.lean import dataclass

_IN, _OUT = 1, 0


@dataclass(frozen=True, slots=True)
class RowSet:
    """An immutable set of row numbers.

    Attributes:
        flags: one byte per number from 0 on: 1 for a member.
    """

    flags: bytes = b""

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Self:
        """The set of these numbers."""
        flags = bytearray()
        for number in numbers:
            if number >= len(flags):
                flags.extend(bytes(max(number + 1, 2 * len(flags)) - len(flags)))
            flags[number] = _IN
        return cls(bytes(flags.rstrip(b"\0")))

    def __contains__(self, number: int) -> bool:
        return 0 <= number < len(self.flags) and self.flags[number] == _IN

    def __len__(self) -> int:
        return self.flags.count(_IN)

    def __bool__(self) -> bool:
        return _IN in self.flags

    def __iter__(self) -> Iterator[int]:
        at = self.flags.find(_IN)
        while at >= 0:
            yield at
            at = self.flags.find(_IN, at + 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSet) and self.flags.rstrip(b"\0") == other.flags.rstrip(b"\0")

    def __hash__(self) -> int:
        return hash(self.flags.rstrip(b"\0"))

    def __or__(self, other: RowSet) -> RowSet:
        return _from(self._number() | other._number())

    def __and__(self, other: RowSet) -> RowSet:
        return _from(self._number() & other._number())

    def __sub__(self, other: RowSet) -> RowSet:
        mine = self._number()
        return _from(mine ^ (mine & other._number()))

    def toggled(self, number: int) -> RowSet:
        """The set with that one number put in, or taken out where it was."""
        flags = bytearray(self.flags)
        flags.extend(bytes(max(0, number + 1 - len(flags))))
        flags[number] ^= _IN
        return RowSet(bytes(flags))

    def _number(self) -> int:
        return int.from_bytes(self.flags, "little")


def _from(number: int) -> RowSet:
    return RowSet(number.to_bytes((number.bit_length() + 7) // 8, "little"))

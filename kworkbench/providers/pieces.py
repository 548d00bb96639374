"""A JSON document read piece by piece: each record in a call of its own, its text kept as it was sent.

Read in one call, a page of 200 records holds the interpreter for as long as two keys take to paint (performance.md
P11), and its records would have to be written as text once more for the cache.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

_SPACE = re.compile(r"[ \t\n\r]*")


class Sent(dict[str, object]):
    """A record as it was sent: an object two levels inside a document, and its own text."""

    __slots__ = ("text",)

    def __init__(self, members: dict[str, object], text: str) -> None:
        """`text` is what `members` were read from, or says the same."""
        super().__init__(members)
        self.text = text


Mend = Callable[[object, str], tuple[object, str]]
"""Takes a piece and its text, gives both back fit to be kept; raises where it is not."""


class Pieces:
    """Reads one document.

    Args:
        text: the whole document.
        decoder: reads one value.
        mend: applied to each piece as soon as it is read.
    """

    def __init__(self, text: str, decoder: json.JSONDecoder, mend: Mend) -> None:
        self._text = text
        self._decoder = decoder
        self._mend = mend
        self._at = 0

    def read(self) -> object:
        """The document; objects in the lists and objects of its members are `Sent`.

        Raises:
            ValueError: it is no JSON.
            Whatever `mend` raises.
        """
        self._skip()
        document = dict(self._members(self._member)) if self._next("{") else self._piece()
        self._skip()
        if self._at != len(self._text):
            raise ValueError("more than one document")
        return document

    def _member(self) -> object:
        """The value of a member of the document: a collection is read record by record."""
        if self._next("{"):
            return dict(self._members(self._piece))
        return list(self._items()) if self._next("[") else self._piece()

    def _members(self, value: Callable[[], object]) -> Iterator[tuple[str, object]]:
        """Members up to the closing brace, whose opening one is behind us."""
        while not self._ends("}"):
            name = self._piece()
            self._skip()
            if not isinstance(name, str) or not self._next(":"):
                raise ValueError("a member has no name")
            self._skip()
            yield name, value()
            self._skip()
            if not self._more("}"):
                return

    def _items(self) -> Iterator[object]:
        while not self._ends("]"):
            yield self._piece()
            self._skip()
            if not self._more("]"):
                return

    def _piece(self) -> object:
        begin = self._at
        value, self._at = self._decoder.raw_decode(self._text, begin)
        value, text = self._mend(value, self._text[begin : self._at])
        return Sent(value, text) if type(value) is dict else value

    def _ends(self, close: str) -> bool:
        """True for a collection that holds nothing."""
        self._skip()
        return self._next(close)

    def _more(self, close: str) -> bool:
        """True behind a comma, False behind the closing mark."""
        if self._next(close):
            return False
        if not self._next(","):
            raise ValueError("a comma is missing")
        self._skip()
        if self._text.startswith(close, self._at):
            raise ValueError("nothing stands behind a comma")
        return True

    def _next(self, mark: str) -> bool:
        found = self._text.startswith(mark, self._at)
        self._at += found
        return found

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = self._at if found is None else found.end()

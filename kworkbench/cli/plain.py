"""Text of a server made harmless for a terminal: nothing that moves the cursor, hides or reorders text goes through.

The screens have `ui.safe` for the same; here the output is plain text. Source: sync-engine.md section 8 ("Text").
"""

from __future__ import annotations

import re
import unicodedata

LINE_END = "¶"
TAB = "→"
HIDDEN = "□"

_LINE_ENDS = "\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_UNPRINTED = re.compile(r"[^\x20-\x7e]")


def visible(text: str) -> str:
    """`text` in one line: line ends as `¶`, tabs as `→`, controls, format characters and lone surrogates as `□`."""
    if text.isascii() and text.isprintable():
        return text
    return _UNPRINTED.sub(_mark, text.replace("\r\n", "\n"))


def visible_lines(text: str) -> str:
    """The same with the line ends kept, for text of our own that holds a server's words."""
    return "\n".join(visible(line) for line in text.split("\n"))


def escaped(json_text: str) -> str:
    r"""A JSON document with the same characters as `\uXXXX`: the same data, harmless in a terminal."""
    return json_text if json_text.isascii() else _UNPRINTED.sub(_escape, json_text)


def encodable(text: str) -> str:
    """`text` with lone surrogates, which no file can hold, replaced."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _mark(found: re.Match[str]) -> str:
    character = found[0]
    if character == "\t":
        return TAB
    if character in _LINE_ENDS:
        return LINE_END
    return HIDDEN if unicodedata.category(character) in _HARMFUL else character


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in "\n\r\t" or unicodedata.category(character) not in _HARMFUL:
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))

"""The only way from data to the screen: text of a server made harmless, in one line, measured and cut by cells.

Terminals obey control characters and the toolkit reads markup in a `str`, so everything here returns `Content`, never
`str`. Needs no toolkit: the first paint draws with it too. Source: sync-engine.md section 8.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kworkbench.lean import dataclass

LINE_END = "¶"
TAB = "→"
HIDDEN = "□"
CUT = "…"

_LINE_ENDS = "\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"
_HIDDEN_RANGES = (
    (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD),
    (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xD800, 0xDFFF), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xFFFE, 0xFFFF), (0x110BD, 0x110BD), (0x110CD, 0x110CD),
    (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF), (0x10FFFE, 0x10FFFF),
)  # fmt: skip
"""Controls, format characters (bidi, zero width, tags), blank fillers, variation selectors, surrogates, nothings."""

_CLASS = "".join(f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in _HIDDEN_RANGES)
_HIDDEN = re.compile(f"[{_CLASS}]")
_COMBINING = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACK = re.compile(f"({_COMBINING}{{4}}){_COMBINING}+")


@dataclass(frozen=True, slots=True)
class Content:
    """A text that can be drawn as it is: harmless, one line."""

    plain: str

    def __str__(self) -> str:
        return self.plain

    def __len__(self) -> int:
        return len(self.plain)

    def wrap(self, cells: int) -> list[Content]:
        """The text in lines of at most `cells` cells, broken at blanks where there are any."""
        lines: list[Content] = []
        rest = self.plain
        while cell_len(rest) > cells:
            at = max(1, _fitting(rest, cells))
            blank = rest.rfind(" ", 1, at + 1)
            at = blank if blank > 0 else at
            lines.append(Content(rest[:at].rstrip()))
            rest = rest[at:].lstrip()
        return [*lines, Content(rest)] if rest or not lines else lines


def cell_len(plain: str) -> int:
    """How many cells a plain text takes; the toolkit's own tables are loaded by the first one that needs them."""
    if plain.isascii():
        return len(plain)
    from rich.cells import cell_len as measured  # noqa: PLC0415  # only where a text is not plain ASCII

    return measured(plain)


def width(text: str | Content) -> int:
    """How many cells a text takes on the screen; wide characters count 2, combining ones 0."""
    return cell_len(text if isinstance(text, str) else text.plain)


def safe_text(s: str, limit: int | None = None) -> Content:
    """`s` as one harmless line of at most `limit` cells, cut with `…`.

    Line ends become `¶`, tabs `→`, everything invisible or reordering `□`.
    """
    return Content(_safe(s, limit))


def safe_lines(s: str, limit: int | None = None) -> tuple[Content, ...]:
    """`s` line by line, each harmless and at most `limit` cells wide, for places that show all of a text."""
    return tuple(safe_text(line, limit) for line in s.splitlines()) or (Content(""),)


def wrapped(s: str, cells: int) -> tuple[Content, ...]:
    """All of a text, harmless, in lines of at most `cells` cells, broken at blanks where there are any."""
    return tuple(part for line in safe_lines(s) for part in line.wrap(cells))


def _fitting(plain: str, limit: int) -> int:
    """How many characters fit into `limit` cells."""
    used = 0
    for index, character in enumerate(plain):
        used += cell_len(character)
        if used > limit:
            return index
    return len(plain)


def visible(s: str) -> Content:
    """`s` with one mark in place of each hidden character, as long as `s`, for text fields whose cursor counts."""
    return Content(s if s.isascii() and s.isprintable() else _HIDDEN.sub(_mark, s))


def cut(text: Content, limit: int) -> Content:
    """A text that is already safe, cut to `limit` cells with `…`."""
    return Content(_cut(text.plain, limit))


def fill(text: Content, cells: int, *, right: bool = False) -> Content:
    """A safe text cut and padded with blanks to exactly `cells`; `right` puts it at the right edge."""
    plain = _cut(text.plain, cells)
    blanks = " " * (cells - cell_len(plain))
    return Content(blanks + plain if right else plain + blanks)


@lru_cache(maxsize=8192)
def _safe(s: str, limit: int | None) -> str:
    plain = s if s.isascii() and s.isprintable() else _HIDDEN.sub(_mark, s.replace("\r\n", "\n"))
    if not plain.isascii():
        plain = _STACK.sub(r"\1", plain)
        plain = plain if cell_len(plain[0]) else HIDDEN + plain
    return plain if limit is None else _cut(plain, limit)


def _mark(found: re.Match[str]) -> str:
    character = found[0]
    if character == "\t":
        return TAB
    return LINE_END if character in _LINE_ENDS else HIDDEN


def _cut(plain: str, limit: int) -> str:
    if len(plain) * 2 <= limit or cell_len(plain) <= limit:
        return plain
    if limit < 1:
        return ""
    return plain[: _fitting(plain, limit - 1)].rstrip() + CUT

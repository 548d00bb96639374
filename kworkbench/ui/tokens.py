"""The tokens of the look: colours in both themes, and attributes where there is no colour. Needs no toolkit.

Source: screens.md section 3. Widgets name tokens (`"muted"`, `"strong bold"`, `"text on cursor"`), never colours.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kworkbench.lean import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its colour in both themes, and the attributes that stand for it without colour."""

    dark: str
    light: str
    bare: str = ""


TOKENS: Mapping[str, Token] = {
    "bg": Token("#12151a", "#fbfaf7"),
    "raised": Token("#1a1e25", "#f1efe9", "underline"),
    "cursor": Token("#2a313c", "#e2e6ee", "reverse"),
    "marked": Token("#1b2c42", "#e3ecf9"),
    "marked-cursor": Token("#27405f", "#cfdff5", "reverse"),
    "rule": Token("#4a5462", "#b4aea2", "dim"),
    "text": Token("#d9dee6", "#22272e"),
    "strong": Token("#f4f6f9", "#0d1117"),
    "muted": Token("#a3adba", "#535c68", "dim"),
    "accent": Token("#8db8ff", "#1d55a8", "bold"),
    "overdue": Token("#ff9e64", "#a94000", "bold"),
    "unsent": Token("#5fc9dc", "#07617c"),
    "refused": Token("#ff878c", "#b8122c", "bold"),
    "unclear": Token("#f5e08a", "#443b00", "bold"),
    "conflict": Token("#eeb6ff", "#8a2f9e", "bold"),
    "done": Token("#93ecc9", "#006652"),
    "bar": Token("#6d93cf", "#4f7fc0"),
    "live": Token("#1b1206", "#ffffff", "reverse"),
    "live-ground": Token("#f0a04b", "#b3470a"),
    "read-only": Token("#f0a04b", "#a94000", "reverse"),
    "sandbox": Token("#ffffff", "#ffffff", "reverse"),
    "sandbox-ground": Token("#2f6f86", "#1f6379"),
}

GROUNDS = ("bg", "raised", "cursor", "marked", "marked-cursor")
INKS = ("text", "strong", "muted", "accent", "overdue", "unsent", "refused", "unclear", "conflict", "done")
STATUS = ("overdue", "unsent", "refused", "unclear", "conflict", "done")
MARKS: Mapping[str, str] = {
    "~": "unsent", "*": "unsent", "!": "refused", "-": "refused", "?": "unclear", "▲": "unclear", "#": "conflict",
}  # fmt: skip
"""The token of each mark."""

ATTRIBUTES = ("bold", "dim", "underline", "reverse", "strike")


@dataclass(frozen=True, slots=True)
class Look:
    """What token words come to: colours as `#rrggbb`, None for the terminal's own, and names of attributes."""

    ink: str | None
    ground: str | None
    attributes: frozenset[str]


@lru_cache(maxsize=512)
def look_of(words: str, *, dark: bool, coloured: bool) -> Look:
    """The look of `"ink attribute… on ground"`.

    Raises:
        KeyError: no such token.
    """
    ink, _, ground = f" {words}".partition(" on ")
    attributes: set[str] = set()
    colours: dict[bool, str | None] = {False: None, True: None}
    for is_ground, name in (*((False, each) for each in ink.split()), *((True, each) for each in [ground] if each)):
        if name in ATTRIBUTES:
            attributes.add(name)
        elif coloured:
            colours[is_ground] = TOKENS[name].dark if dark else TOKENS[name].light
        else:
            attributes.update(TOKENS[name].bare.split())
    if "reverse" in attributes:
        attributes.discard("dim")
    return Look(colours[False], colours[True], frozenset(attributes))

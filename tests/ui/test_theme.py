from __future__ import annotations

import math
from itertools import combinations

import pytest

from kworkbench.ui.theme import THEMES, Palette
from kworkbench.ui.tokens import GROUNDS, INKS, STATUS, TOKENS

SIDES = ("dark", "light")
LOWEST = {"dark": 4.58, "light": 4.53}
_BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
"""Full dichromacy after Machado, Oliveira and Fernandes (2009), on linear light."""


def linear(colour: str) -> tuple[float, float, float]:
    def one(part: str) -> float:
        share = int(part, 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return one(colour[1:3]), one(colour[3:5]), one(colour[5:7])


def contrast(ink: str, ground: str) -> float:
    def luminance(colour: str) -> float:
        red, green, blue = linear(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(light: tuple[float, float, float]) -> tuple[float, float, float]:
    red, green, blue = light
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883

    def root(value: float) -> float:
        return float(value ** (1 / 3)) if value > 0.008856 else 7.787 * value + 16 / 116

    return 116 * root(y) - 16, 500 * (root(x) - root(y)), 200 * (root(y) - root(z))


def seen(colour: str, blindness: str) -> tuple[float, float, float]:
    light = linear(colour)
    mixed = [sum(factor * part for factor, part in zip(row, light, strict=True)) for row in _BLINDNESS[blindness]]
    red, green, blue = (min(1.0, max(0.0, value)) for value in mixed)
    return lab((red, green, blue))


def colour(token: str, side: str) -> str:
    return TOKENS[token].dark if side == "dark" else TOKENS[token].light


@pytest.mark.parametrize("side", SIDES)
def test_every_text_can_be_read_on_every_ground(side: str) -> None:
    lowest = min(contrast(colour(ink, side), colour(ground, side)) for ink in INKS for ground in GROUNDS)
    assert lowest >= LOWEST[side]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("live", "live-ground", 4.5),
        ("sandbox", "sandbox-ground", 4.5),
        ("read-only", "cursor", 4.5),
        ("bar", "bg", 3.0),
    ],
)
def test_badges_and_bars_can_be_read(side: str, ink: str, ground: str, least: float) -> None:
    assert contrast(colour(ink, side), colour(ground, side)) >= least


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("blindness", sorted(_BLINDNESS))
def test_states_differ_for_colour_blind_eyes(side: str, blindness: str) -> None:
    shown = {token: seen(colour(token, side), blindness) for token in STATUS}
    nearest = min(math.dist(shown[one], shown[other]) for one, other in combinations(STATUS, 2))
    assert nearest >= 9.0


def test_every_token_is_a_variable_of_both_themes() -> None:
    for theme, side in zip(THEMES, SIDES, strict=True):
        assert {name: theme.variables[name] for name in TOKENS} == {name: colour(name, side) for name in TOKENS}
        assert (theme.primary, theme.error) == (colour("accent", side), colour("refused", side))
        assert (theme.warning, theme.success) == (colour("unclear", side), colour("done", side))


def test_without_colour_tokens_are_attributes() -> None:
    bare = Palette(coloured=False)
    assert str(bare.style("muted")) == "dim"
    assert str(bare.style("overdue")) == "bold"
    assert str(bare.style("text on cursor")) == "reverse"
    assert str(bare.style("muted on cursor")) == "reverse"
    assert str(bare.style("text on raised")) == "underline"
    for words in (*TOKENS, *(f"{ink} on {ground}" for ink in INKS for ground in GROUNDS)):
        style = bare.style(words)
        assert style.color is None
        assert style.bgcolor is None


def test_an_unknown_token_is_an_error() -> None:
    with pytest.raises(KeyError):
        Palette().style("pink")

"""Drawn lines and the compositor: the same cells with less to send."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from textual.app import App, ComposeResult
from textual.strip import Strip

from kworkbench.ui.front_first import FrontFirst
from kworkbench.ui.inked import Inked, strip
from kworkbench.ui.paint import Piece
from kworkbench.ui.prompt_writer import PromptWriter
from kworkbench.ui.safe import width
from kworkbench.ui.theme import Palette

CONSOLE = Console(force_terminal=True, color_system="truecolor")
TOKENS = (
    "",
    "text",
    "strong bold",
    "muted",
    "accent bold",
    "refused strike",
    "text on raised",
    "read-only bold on cursor",
)
PIECES = st.lists(st.tuples(st.sampled_from([" ", "   ", "ab", "東京", "e\u0301x", "4.50"]), st.sampled_from(TOKENS)))
GROUNDS = st.sampled_from(["", "cursor", "marked-cursor"])
PALETTES = st.sampled_from([Palette(dark=True), Palette(dark=False), Palette(coloured=False)])


def cells(sent: str, total: int) -> list[tuple[object, ...]]:
    """What a terminal shows in one line; of blanks only what can be seen of them."""
    screen = pyte.Screen(total, 1)
    pyte.Stream(screen).feed(sent)
    line = [screen.buffer[0][x] for x in range(total)]
    return [
        (cell.data, cell.bg, cell.reverse, cell.underscore, cell.strikethrough)
        + ((cell.fg, cell.bold) if cell.data.strip() or cell.reverse else ())
        for cell in line
    ]


@given(PIECES, GROUNDS, PALETTES)
def test_a_line_looks_as_its_pieces_one_by_one(pieces: list[Piece], ground: str, palette: Palette) -> None:
    total = max(1, sum(width(text) for text, _ in pieces) + 3)
    drawn = strip(pieces, palette, total, ground)
    base = palette.style(f"on {ground or 'bg'}")
    alone = [(str(text), base + palette.style(token)) for text, token in pieces] + [("   ", base)]
    sent = "".join(Strip.render_style(style, text, CONSOLE._color_system or 3) for text, style in alone)  # type: ignore[arg-type]
    assert drawn.cell_length == total
    assert cells(drawn.render(CONSOLE), total) == cells(sent, total)


def test_only_what_changes_is_sent() -> None:
    pieces: list[Piece] = [
        ("a", "text"),
        ("  ", ""),
        ("b", "text"),
        (" ", "muted"),
        ("c", "strong bold"),
        ("d", "text"),
    ]
    sent = strip(pieces, Palette(), 9).render(CONSOLE)
    assert sent == (
        "\x1b[38;2;217;222;230;48;2;18;21;26ma  b \x1b[1;38;2;244;246;249mc\x1b[22;38;2;217;222;230md  \x1b[0m"
    )


def test_a_line_that_is_cut_stays_one_of_its_kind() -> None:
    line = strip([("東京", "text"), ("abc", "muted")], Palette(), 8)
    assert line.divide([8]) == (line,)
    parts = line.divide([2, 8])
    assert [type(part) for part in parts] == [Inked, Inked]
    assert [part.text for part in parts] == ["東", "京abc "]
    assert line.crop(2, 5).text == "京a"
    assert strip([("abcdef", "text")], Palette(), 4).text == "abcd"


class Panes(App[None]):
    """Two panes side by side with a third one over both."""

    CSS = """
    Screen { layers: base over; layout: horizontal; }
    #left { width: 10; } #right { width: 1fr; } #over { layer: over; width: 12; height: 2; offset: 4 1; }
    """

    def compose(self) -> ComposeResult:
        from textual.widgets import Static

        for name, letter in (("left", "l"), ("right", "r"), ("over", "o")):
            yield Static("\n".join(letter * 30 for _ in range(6)), id=name)


@pytest.mark.parametrize("changed", [["left"], ["right"], ["over"], ["left", "over"], ["left", "right", "over"]])
async def test_a_partial_paint_has_every_changed_cell(changed: Sequence[str]) -> None:
    app = Panes()
    async with app.run_test(size=(40, 8)) as pilot:
        await pilot.pause()
        usual = app.screen._compositor
        whole = [Strip.join(line.values()) for line in usual._render_chops(usual.size.region, lambda _y: True)]
        front = FrontFirst()
        front.reflow(app.screen, usual.size)
        shown = {name: app.query_one(f"#{name}").region for name in changed}
        front._dirty_regions.update(region.intersection(usual.size.region) for region in shown.values())
        update = front.render_partial_update()
        assert update is not None
        for y, start, end in update.spans:
            assert text_between(update.chops[y], front.cuts[y], start, end) == whole[y].text[start:end]


def text_between(chops: Mapping[int, Strip | None], cuts: Sequence[int], start: int, end: int) -> str:
    """What the chops of a line that touch these cells say there."""
    text = ""
    for first, last in pairwise(cuts):
        part = chops[first]
        if last > start and first < end:
            assert part is not None
            text += part.text[max(0, start - first) : end - first]
    return text


def test_output_keeps_its_order_when_the_terminal_is_slow() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="utf-8") as file:
        writer = PromptWriter(file)
        writer.write("first é|")
        assert os.read(reading, 100) == "first é|".encode()
        texts = [f"{number}:{'東' * 20_000}|" for number in range(8)]
        got: list[bytes] = []
        wanted = len("".join(texts).encode())
        writer.start()
        for text in texts:
            writer.write(text)
        reader = threading.Thread(target=lambda: read_all(reading, wanted, got))
        reader.start()
        writer.stop()
        reader.join()
    os.close(reading)
    assert b"".join(got).decode() == "".join(texts)


def read_all(fd: int, wanted: int, into: list[bytes]) -> None:
    while sum(map(len, into)) < wanted:
        into.append(os.read(fd, 1 << 16))

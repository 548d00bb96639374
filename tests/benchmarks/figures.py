"""Medians, percentiles and ratios of measured times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """A measured quantity: seconds, bytes or MiB."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float | None]) -> Figures:
        """What was measured; presses without an answer are left out."""
        return cls(tuple(sorted(value for value in values if value is not None)))

    def at(self, share: float) -> float:
        """The value that so large a share stays below; NaN where nothing was measured."""
        if not self.values:
            return float("nan")
        return self.values[min(len(self.values) - 1, int(share * len(self.values)))]

    @property
    def p50(self) -> float:
        """The median."""
        return self.at(0.5)

    @property
    def p99(self) -> float:
        """The 99th percentile."""
        return self.at(0.99)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the results.

    Attributes:
        goal: as performance.md names it, `P4`.
        against: what it is divided by; None: a figure of its own.
        unit: `ms`, `MiB`, `%` or `bytes`; times are in seconds inside.
    """

    goal: str
    what: str
    figures: Figures
    against: Figures | None = None
    unit: str = "ms"
    limit: str = ""

    def row(self) -> str:
        """The line as a row of a Markdown table."""
        scale = 1000 if self.unit == "ms" else 1
        p50, p99 = self.figures.p50 * scale, self.figures.p99 * scale
        ratios = "", ""
        if self.against is not None:
            ratios = f"{self.figures.p50 / self.against.p50:.2f}x", f"{self.figures.p99 / self.against.p99:.2f}x"
        cells = (self.goal, self.what, f"{p50:.1f} {self.unit}", ratios[0], f"{p99:.1f}", ratios[1], self.limit)
        return f"| {' | '.join(cells)} |"

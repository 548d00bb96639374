"""What the plan of every kind of line says, whatever it records: for the panel and the commands that they share."""

from __future__ import annotations

from typing import Protocol

from kworkbench.domain.quickline.cautions import Caution
from kworkbench.domain.quickline.tokens import Typed


class LinePlan(Protocol):
    """What a line would do."""

    @property
    def line(self) -> Typed:
        """The line as it was read."""

    @property
    def refusals(self) -> tuple[str, ...]:
        """Sentences; not empty means it cannot be recorded."""

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """All that apply."""

    @property
    def open_cautions(self) -> tuple[Caution, ...]:
        """Those that are not accepted."""

    @property
    def recordable(self) -> bool:
        """It can be recorded once its cautions are accepted."""

    @property
    def ready(self) -> bool:
        """Nothing is refused and no caution waits for a second `Enter`."""

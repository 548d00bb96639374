"""A quick line that records: what it shows is what `Enter` saves, cautions take a second one, earlier lines come back.

Source: product.md section 7, screens.md section 5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

from textual.message import Message

from kworkbench.domain.changes import Change
from kworkbench.domain.quickline.plans import LinePlan
from kworkbench.store.failing import SaveError
from kworkbench.ui.paint import Pieces
from kworkbench.ui.safe import safe_text
from kworkbench.ui.timed import hold_keys, let_keys_go
from kworkbench.ui.widgets.line_input import LineInput
from kworkbench.ui.widgets.pay_line import PayLine

if TYPE_CHECKING:
    from kworkbench.domain.quickline.preview import Preview
    from kworkbench.domain.quickline.tokens import Typed
    from kworkbench.services.line_desks import LineDesk

P = TypeVar("P", bound=LinePlan)


class TypedLine(PayLine, Generic[P]):
    """The panel of one line over its desk."""

    def __init__(self, desk: LineDesk[P], *, id: str, as_of: str = "") -> None:  # noqa: A002  # as Widget
        super().__init__(desk.ghost(), id=id)
        self._desk = desk
        self._as_of = as_of
        self._asked: frozenset[str] = frozenset()
        self._recording = False
        self._failed = ""
        self._earlier = -1
        self._offered: list[str] = []
        self._replan()

    def saved(self, plan: P, changes: tuple[Change, ...]) -> Message:
        """What is told once the plan is durable and in the view."""
        raise NotImplementedError

    # What it shows.

    @property
    def plan(self) -> P:
        """What the line would do as it stands."""
        return self._plan

    @property
    def armed(self) -> bool:
        """Whether the cautions were shown and the next `Enter` records."""
        return bool(self._asked)

    @property
    def titles(self) -> dict[str, str]:
        """Footer words that differ now, by verb id: what `Enter` does, and where `Esc` goes."""
        enter = self._shown.enter
        return ({"record": enter} if enter else {}) | ({"leave-line": "back"} if self.armed else {})

    @property
    def off(self) -> dict[str, str]:
        """Verbs that are off now with the reason, by verb id: nothing is recorded while something is refused."""
        plan = self._plan
        refusal = plan.refusals[0] if plan.refusals else "" if plan.recordable else self._desk.too_little
        return {"record": refusal} if refusal else {}

    def shown(self) -> Preview:
        """What will be recorded, and what speaks against it."""
        return self._shown

    def read(self) -> Typed:
        """The line as it was read."""
        return self._plan.line

    def aside(self) -> Pieces:
        """How old the data are, where the server is out of reach."""
        return [(f"as of {self._as_of}", "muted")] if self._as_of else []

    def trouble(self) -> Sequence[Pieces]:
        """Why nothing was recorded or taken."""
        return [[(" ", ""), ("! ", "refused bold"), (safe_text(self._failed), "text")]] if self._failed else []

    def rows_changed(self) -> None:
        """What is shown is what is recorded: where a balance moved, the preview moves with it."""
        if not self._recording:
            self.replan()

    def replan(self) -> None:
        """Reads the line again over what the view shows now: rows have changed, or a day has passed."""
        self._replan()
        self._input.ghost = self._desk.ghost()
        self.draw()

    def _replan(self) -> None:
        self._day = self._desk.today
        self._plan = self._desk.plan(self._input.value)
        if self._asked != self._names():
            self._asked = frozenset()
        self._word()

    def _word(self) -> None:
        self._shown = self._desk.preview(self._plan, armed=self.armed)

    def _arm(self, names: frozenset[str]) -> None:
        """The cautions that were shown and are confirmed by the next `Enter`; none: back to typing."""
        self._asked = names
        self._word()
        self.draw()

    def _names(self) -> frozenset[str]:
        return frozenset(caution.name.value for caution in self._plan.open_cautions)

    # Typing.

    def typed(self) -> None:
        """Every key makes the plan anew and takes back what was confirmed."""
        self._asked, self._failed = frozenset(), ""
        self._replan()

    def on_line_input_pasted_lines(self, message: LineInput.PastedLines) -> None:
        """Several lines at once are not one line."""
        message.stop()
        self._failed = f"Several lines were pasted; this line takes one {self._desk.noun}. Nothing was taken."
        self.draw()

    # Verbs.

    def do_record(self) -> Coroutine[object, object, None] | None:
        """Records; where a caution applies, the first `Enter` asks and the second records.

        What is to be saved is on its way when this returns; the rest is told when it is saved.
        """
        if self._recording:
            return None
        ready = self._ready()
        if not ready.ready:
            self._hesitate()
            return None
        self._recording = True
        hold_keys(self)
        saving = self._desk.record(ready)
        return self._recorded(ready, saving)

    def _ready(self) -> P:
        """The plan that is shown, with the cautions that were confirmed; made anew where a day has passed since."""
        if not self._asked and self._day == self._desk.today:
            return self._plan
        return self._desk.plan(self._input.value, self._asked)

    async def _recorded(self, ready: P, saving: Future[tuple[Change, ...]]) -> None:
        try:
            changes = await asyncio.wrap_future(saving)
        except SaveError as problem:
            self._failed = str(problem)
            self.draw()
            let_keys_go(self)
            return
        finally:
            self._recording = False
        self.post_message(self.saved(ready, changes))

    def _hesitate(self) -> None:
        """Draws why nothing is recorded yet; where only cautions speak against it, the next `Enter` confirms them."""
        self.replan()
        names = self._names()
        if names and self._plan.recordable:
            self._arm(names)

    def do_leave(self) -> None:
        """Goes back to typing where a caution asked, else leaves the line."""
        if self.armed:
            self._arm(frozenset())
            return
        self.close()

    def do_earlier(self) -> None:
        """Brings the line recorded before."""
        self._recall(self._earlier + 1)

    def do_later(self) -> None:
        """Brings the line recorded after, at last the empty one."""
        self._recall(self._earlier - 1)

    def do_complete(self) -> None:
        """Completes the last word; again: with the next match; nothing typed: writes out what stands there."""
        text = self._input.value
        if not text:
            self._input.set_text(self._input.ghost)
            return
        if text not in self._offered:
            self._offered = self._desk.endings(self._plan)
        if self._offered:
            turn = self._offered.index(text) + 1 if text in self._offered else 0
            self._input.set_text(self._offered[turn % len(self._offered)])

    def _recall(self, place: int) -> None:
        history = self._desk.history
        if place < -1 or place >= len(history):
            return
        self._earlier = place
        self._input.set_text("" if place < 0 else history[place])

"""The quick expense line, from which the form is one key away with all that was typed.

Source: product.md section 7, "Expense line"; screens.md section 5.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from kworkbench.domain.changes import Change
from kworkbench.domain.quickline.expense import ExpensePlan
from kworkbench.domain.records import Values
from kworkbench.lean import dataclass
from kworkbench.ui.timed import hold_keys
from kworkbench.ui.verbs import Place
from kworkbench.ui.widgets.typed_line import TypedLine

if TYPE_CHECKING:
    from kworkbench.services.session import Session


class ExpenseLine(TypedLine[ExpensePlan]):
    """The panel for one expense."""

    PLACE: ClassVar[Place] = Place.EXPENSE

    @dataclass
    class Recorded(Message):
        """The expense is durable and in the view."""

        plan: ExpensePlan
        changes: tuple[Change, ...]

    @dataclass
    class Formed(Message):
        """The form is wanted, with what the line says so far."""

        said: Values

    def __init__(self, session: Session, *, as_of: str = "") -> None:
        self._expenses = session.expenses
        super().__init__(session.expenses, id="quick-line", as_of=as_of)

    @property
    def off(self) -> dict[str, str]:
        """Verbs that are off now: nothing is recorded while something is refused; an empty line opens the form."""
        return super().off if self._input.value.strip() else {}

    def saved(self, plan: ExpensePlan, changes: tuple[Change, ...]) -> Message:
        """The expense is durable."""
        return self.Recorded(plan, changes)

    def do_record(self) -> Coroutine[object, object, None] | None:
        """Records what was typed; with nothing typed the form opens."""
        if self._input.value.strip():
            return super().do_record()
        self.do_form()
        return None

    def do_form(self) -> None:
        """Goes on in the form."""
        hold_keys(self)
        self.post_message(self.Formed(self._expenses.known(self._plan) if self._input.value.strip() else {}))

    def do_complete(self) -> None:
        """Completes the last word; the example that stands in an empty line is never taken."""
        if self._input.value:
            super().do_complete()

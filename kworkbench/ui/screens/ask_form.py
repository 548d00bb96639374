"""A form that asks before a review: what an action takes, or what several rows are to say. It saves nothing itself.

Source: product.md sections 8 and 9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from kworkbench.domain.changes import Args
from kworkbench.lean import dataclass, field, replace
from kworkbench.services.acting import EDIT
from kworkbench.services.changes import NotPossible
from kworkbench.store.failing import SaveError
from kworkbench.ui.screens.form import FormClosed, FormScreen
from kworkbench.ui.verbs import Facts

if TYPE_CHECKING:
    from kworkbench.services.form_state import FormState
    from kworkbench.services.session import Session
    from kworkbench.ui.widgets.form_field import FormRow


@dataclass(frozen=True, slots=True)
class Answers(FormClosed):
    """What is to be reviewed: arguments, the same as label and text, and the texts as they were typed."""

    args: Args = field(default_factory=dict)
    told: tuple[tuple[str, str], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


class AskForm(FormScreen):
    """Dismissed with `Answers` where there is something to review."""

    def __init__(
        self,
        session: Session,
        state: FormState,
        now: Callable[[], datetime] = datetime.now,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        """`typed`: what was typed before the review was left, in place of what the form opens with."""
        super().__init__(session, state, now)
        self._typed = dict(typed or {})

    def opening_texts(self) -> Mapping[str, str]:
        """What was typed before goes over what the form opens with."""
        return {**super().opening_texts(), **self._typed}

    def facts(self) -> Facts:
        """`Enter` goes on to the review."""
        facts = super().facts()
        return replace(facts, titles={**facts.titles, "save": "review as typed" if self.armed else "review"})

    def check(self, row: FormRow) -> bool:
        """An edit of several records asks only for what was typed: nothing is wrong with what stays as it is."""
        if self.state.action is EDIT and row.text == self.opening_texts().get(row.field.key, ""):
            return True
        return super().check(row)

    async def saved(self) -> FormClosed:
        """What was asked for; nothing is saved yet."""
        try:
            args, told = self.session.asking.args(self.state, self.texts)
        except NotPossible as why:
            raise SaveError(str(why)) from None
        return Answers(self.state, args=args, told=told, texts=self.texts)

"""A refused action, or a refused edit of several records, again: what was typed in its form, then its review.

Lists and Changes open it with the same key as any refused form. Source: product.md section 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from kworkbench.domain.changes import Args, Change, Op
from kworkbench.lean import replace

if TYPE_CHECKING:
    from kworkbench.services.form_state import FormState
    from kworkbench.services.review import Review
    from kworkbench.services.session import Session
    from kworkbench.ui.screens.base import WorkScreen
    from kworkbench.ui.screens.form import FormClosed

    _Base = WorkScreen[None]
else:
    _Base = object

Told = tuple[tuple[str, str], ...]


def has_review(change: Change) -> bool:
    """Whether it is made through a review, and so corrected through one."""
    return change.op is Op.ACTION or (change.op is Op.UPDATE and change.is_bulk)


class Correcting(_Base):
    """The correcting part of a screen with changes."""

    session: Session

    def corrected(self, review: Review, changes: tuple[Change, ...] | None) -> None:
        """The review was left, with the changes it made or with none."""
        raise NotImplementedError

    def correct_action(self, change: Change, typed: Mapping[str, str] | None = None) -> None:
        """Open its form, or its review where it asks for nothing; `typed` is what a review that was left came from.

        Raises:
            NotPossible: it is over, or on its way to the server.
        """
        from kworkbench.ui.screens.ask_form import AskForm  # noqa: PLC0415  # only when first opened

        state = self.session.asking.reopen(change)
        if state.fields:
            form = AskForm(self.session, state, self.now, typed)
            self.app.push_screen(form, partial(self._answered_again, state))
        else:
            self._review_again(state, {}, ())

    def _answered_again(self, state: FormState, answers: FormClosed | None) -> None:
        from kworkbench.ui.screens.ask_form import Answers  # noqa: PLC0415  # only when first opened

        if isinstance(answers, Answers):
            self._review_again(state, answers.args, answers.told, answers.texts)

    def _review_again(self, state: FormState, args: Args, told: Told, typed: Mapping[str, str] | None = None) -> None:
        from kworkbench.ui.screens.review import ReviewScreen  # noqa: PLC0415  # only when first opened

        if state.action is None or state.change is None:
            return
        resource = state.resource.resource.name
        review = self.session.acting.review_of(resource, state.action, args, state.rows, lambda _row: True)
        review = replace(review, told=told, replaces=state.change.seq)
        self.app.push_screen(
            ReviewScreen(self.session, review, self.now), partial(self._reviewed_again, state.change, review, typed)
        )

    def _reviewed_again(
        self, change: Change, review: Review, typed: Mapping[str, str] | None, changes: tuple[Change, ...] | None
    ) -> None:
        if not changes and typed is not None:
            self.correct_action(change, typed)
        else:
            self.corrected(review, changes)

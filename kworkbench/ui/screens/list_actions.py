"""What else is done with rows: the provider's actions behind `i`, and one edit of several marked rows.

The menu, what an action asks for and the review are all made from the catalog. Source: product.md sections 5 and 9.
"""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from kworkbench.domain.changes import Args, Change, State
from kworkbench.lean import replace
from kworkbench.services.changes import NotPossible
from kworkbench.store.reader import Choice
from kworkbench.ui.screens.correcting import Correcting
from kworkbench.ui.screens.list_deletes import Asked, ListDeletes
from kworkbench.ui.timed import hold_keys, let_keys_go
from kworkbench.ui.words import counted, server_sentence

if TYPE_CHECKING:
    from kworkbench.domain.actions import Action
    from kworkbench.services.form_state import FormState
    from kworkbench.services.review import Review
    from kworkbench.store.rows import Row
    from kworkbench.ui.screens.form import FormClosed
    from kworkbench.ui.widgets.ask_panel import Question

_MENU_LINES = 10
_LATER = 100
"""Actions that are expected to be refused for the row under the cursor stand so far behind the others."""


class ListActions(Correcting, ListDeletes):
    """The acting part of a list's verbs."""

    _back: Callable[[], None] | None = None

    async def ask(self, question: Question, then: Callable[[str, Choice | None], None]) -> None:
        """Ask in the panel under the list."""
        raise NotImplementedError

    async def do_act(self, name: str = "") -> None:
        """The menu of actions, or the one that was chosen elsewhere."""
        if name:
            await self.start_action(name)
            return
        from kworkbench.ui.widgets.ask_panel import Question  # noqa: PLC0415  # only when first asked

        count = len(self.table.marks)
        what = counted(count, self.resource.singular, self.session.style) if count else f"this {self.resource.singular}"
        question = Question(f"Do with {what}", answer="choose", choices=self._menu, lines=_MENU_LINES)
        await self.ask(question, self._chosen)

    def _menu(self, text: str) -> tuple[Choice, ...]:
        """The actions whose name or sentence holds the text; what the row's state speaks against comes last."""
        wanted = text.casefold()
        here = None if self.table.marks else self.row
        row = None if here is None else self.session.reader.row(self.resource, here.lid)
        found: list[tuple[int, Choice]] = []
        for place, action in enumerate(self.session.acting.actions(self.resource.name)):
            if wanted not in f"{action.title} {action.about}".casefold():
                continue
            lock = next((one for one in action.locks if row and row.values.get(one.field) == one.value), None)
            begins = action.title.startswith(wanted)
            rank = place + (_LATER if lock else 0) + (0 if begins else _LATER * 2)
            found.append((rank, Choice(action.name, action.title, lock.reason if lock else action.about, {})))
        return tuple(choice for _, choice in sorted(found, key=lambda each: each[0]))

    def _chosen(self, _text: str, choice: Choice | None) -> None:
        if choice is not None:
            self._go(self.start_action(choice.id))

    async def start_action(self, name: str) -> None:
        """Ask for what the action takes, or show its review at once."""
        action = self.session.acting.action(self.resource.name, name)
        asked, rows = await self._meant()
        if action.alone and len(rows) > 1:
            let_keys_go(self)
            raise NotPossible(f"This is done with one {self.resource.singular} at a time. Esc clears the marks.")
        if asked is None:
            return
        if action.fields(len(rows)):
            self._ask_first(self.session.asking.ask(self.resource.name, action, rows), asked)
        else:
            await self._review_action(action, {}, (), asked)

    async def edit_marked(self) -> None:
        """One form for what the marked rows share."""
        asked, rows = await self._meant()
        if asked is not None:
            self._ask_first(self.session.asking.edit(self.resource.name, rows), asked)

    async def _meant(self) -> tuple[Asked | None, Sequence[Row]]:
        """The marked rows or this one, read off the screen's thread; None where they are too many."""
        marked = self.meant_rows()
        if marked is None:
            let_keys_go(self)
            return None, ()
        asked = self.asked(marked)
        rows, _ = await to_thread(self._rows, asked)
        return asked, rows

    def corrected(self, review: Review, changes: tuple[Change, ...] | None) -> None:
        """Say what is done again."""
        self._acted(review, changes)

    def _ask_first(self, state: FormState, asked: Asked, typed: Mapping[str, str] | None = None) -> None:
        from kworkbench.ui.screens.ask_form import AskForm  # noqa: PLC0415  # only when first opened

        form = AskForm(self.session, state, self.now, typed)
        self.app.push_screen(form, partial(self._answered, state, asked))

    def _answered(self, state: FormState, asked: Asked, answers: FormClosed | None) -> None:
        from kworkbench.ui.screens.ask_form import Answers  # noqa: PLC0415  # only when first opened

        if isinstance(answers, Answers) and state.action is not None:
            review = self._review_action(state.action, answers.args, answers.told, asked)
            self._go(review, back=partial(self._ask_first, state, asked, answers.texts))

    def _go(self, work: Coroutine[object, object, None], back: Callable[[], None] | None = None) -> None:
        """Do the rest beside the keys; `back` reopens what was typed where the review is left."""
        self._back = back
        self.run_worker(self._told(work), group="verbs", exit_on_error=True)

    async def _review_action(
        self,
        action: Action,
        args: Args,
        told: tuple[tuple[str, str], ...],
        asked: Asked,
    ) -> None:
        """The review; rows, what belongs to them and sums are read off the screen's thread."""
        hold_keys(self)
        try:
            review = await to_thread(self._action_review, action, args, asked)
        except NotPossible:
            let_keys_go(self)
            raise
        if not self.is_current or self.retired:
            let_keys_go(self)
            return
        review = replace(review, told=told)
        self.app.push_screen(self.review_screen()(self.session, review, self.now), partial(self._acted, review))

    def _rows(self, asked: Asked) -> tuple[Sequence[Row], Callable[[Row], bool]]:
        with closing(self.session.open_reader()) as reader:
            return self.read_asked(asked, reader)

    def _action_review(self, action: Action, args: Args, asked: Asked) -> Review:
        self.review_screen()
        with closing(self.session.open_reader()) as reader:
            rows, in_view = self.read_asked(asked, reader)
            return self.session.acting.review_of(
                self.resource.name, action, args, rows, in_view, asked.hidden_by, reader
            )

    def _acted(self, review: Review, changes: tuple[Change, ...] | None) -> None:
        back, self._back = self._back, None
        if not changes:
            if back is not None:
                back()
            return
        lids = self.unmark(changes)
        said = review.asks(counted(len(lids), self.resource.singular, self.session.style))
        said = f"{said[:1].upper()}{said[1:]}."
        if any(change.state is State.HELD for change in changes):
            self.count_down(said)
        else:
            self.say(*server_sentence(f"Saved here: {said[:1].lower()}{said[1:]}"))

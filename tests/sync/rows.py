"""Marked expenses, one by one and several in one request, as drafts."""

from __future__ import annotations

from kworkbench.domain.changes import Draft, Op
from kworkbench.services.marking import marking_of
from tests.sync.stage import Stage


def marked(stage: Stage) -> Stage:
    """The stage with a connection whose new expenses bear markers."""
    stage.hold_for(0.0, expense_marker=True)
    return stage


def draft_of(stage: Stage, text: str, like: str | None = None) -> Draft:
    """An expense as the form drafts it, a copy of another but for its text."""
    state = stage.forms.new("expenses", copy_of=like or stage.plain_expenses()[0].lid)
    return stage.forms.draft(state, {**state.texts, "text": text})


def several(stage: Stage, *texts: str, like: str | None = None) -> Draft:
    """Expenses in one request."""
    rows = {one.lid: one.args for one in (draft_of(stage, text, like) for text in texts)}
    ground = stage.forms._ground
    known = marking_of(ground, "expenses", {"text": texts[0]})
    return Draft(
        ground.account,
        Op.CREATE,
        "expenses",
        ground.new_lid(),
        targets=tuple(rows),
        each=rows,
        idem=known.idem,
        marker=known.marker,
    )

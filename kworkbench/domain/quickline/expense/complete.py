"""What could follow on an expense line: text that `Tab` would type, never a value. Source: product.md section 7."""

from __future__ import annotations

import re

from kworkbench.domain.quickline.candidates import BY_ID, fold, match_named
from kworkbench.domain.quickline.expense.context import ExpenseContext
from kworkbench.domain.quickline.expense.lex import KEYWORDS, cut
from kworkbench.domain.quickline.ghost import quoted, word_endings
from kworkbench.domain.quickline.tokens import Part

_BEGUN = re.compile(r'(?:^|(?<=\s))([@%])(?:"([^"]*)|([^\s"]*))$')
MOST = 20
"""Names that are offered for one word."""


def ghost_expense(context: ExpenseContext) -> str:
    """What an empty line shows: an example, of which nothing is taken."""
    return "12.50 lunch @project %service" if context.rules.on_service else "12.50 lunch @project %category"


def endings(text: str, context: ExpenseContext) -> list[str]:
    """The whole lines that the last word could become: names of projects, services and categories, and words."""
    begun = _BEGUN.search(text)
    if begun is None:
        return word_endings(text, KEYWORDS)
    before, sign, word = text[: begun.start()], begun[1], begun[2] or begun[3] or ""
    found = _projects(word, context) if sign == "@" else _categories(before, word, context)
    offered = (f"{before}{sign}{quoted(name, record_id)}" for name, record_id in _telling(found))
    return [line for line in offered if line != text][:MOST]


def _projects(begun: str, context: ExpenseContext) -> list[tuple[str, str]]:
    return [(project.name, project.id) for project in context.find_projects(begun) if not project.archived]


def _categories(before: str, begun: str, context: ExpenseContext) -> list[tuple[str, str]]:
    """Names and ids: of categories, or of the services of the project that is named before."""
    if not context.rules.on_service:
        known = context.categories()
        found = match_named(begun, known, lambda one: (one.name,), lambda one: one.id) if begun else known
        return [(category.name, category.id) for category in found]
    projects = [piece.body for piece in cut(before, context) if piece.part is Part.PROJECT]
    ids = [project.id for named in projects for project in context.find_projects(named)]
    wanted = fold(begun)
    services = context.services_of(ids) or ()
    fitting = [one for one in services if wanted in fold(one.full_name) or wanted in fold(one.category)]
    names = [one.name for one in fitting]
    return [(one.name if names.count(one.name) == 1 else one.full_name, one.id) for one in fitting]


def _telling(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What tells each of them from the others, with its id: its name, or the id where several bear that name."""
    names = [name for name, _ in found]
    return [(name if names.count(name) == 1 else f"{BY_ID}{record_id}", record_id) for name, record_id in found]

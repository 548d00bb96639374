"""Where an expense goes: a project and a category, or the one service of a project that has both."""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.domain.quickline.candidates import match_named
from kworkbench.domain.quickline.expense.context import ExpenseContext
from kworkbench.domain.quickline.expense.facts import CategoryFacts, ServiceFacts
from kworkbench.domain.quickline.facts import ProjectFacts
from kworkbench.domain.quickline.reading import listed, unclosed
from kworkbench.domain.quickline.target import which_project
from kworkbench.domain.quickline.tokens import Part, Piece
from kworkbench.lean import dataclass

CHOICES = 12
"""Services and categories named in a sentence: whoever is asked for one has to see them."""

NO_PROJECT = "No project is named. Write @ and a part of its name."


@dataclass(frozen=True, slots=True)
class Place:
    """Project, service and category that are meant, or the sentences why they are not.

    Attributes:
        currency: what the project, or the service, is kept in; empty where none is known.
        project_error, category_error: what is wrong with `@` and with `%`, empty where nothing is.
    """

    project: ProjectFacts | None = None
    service: ServiceFacts | None = None
    category: CategoryFacts | None = None
    currency: str = ""
    project_error: str = ""
    category_error: str = ""

    @property
    def category_name(self) -> str:
        """The category, or the service that has it, as it is shown."""
        if self.service is not None:
            return self.service.label
        return self.category.name if self.category is not None else ""


def find_place(pieces: Sequence[Piece], context: ExpenseContext) -> Place:
    """What `@` and `%` mean together."""
    open_names = {piece.part: error for piece in pieces if (error := unclosed(piece))}
    if open_names:
        return Place(project_error=open_names.get(Part.PROJECT, ""), category_error=open_names.get(Part.CATEGORY, ""))
    at = _only(pieces, Part.PROJECT, "projects")
    of = _only(pieces, Part.CATEGORY, "categories")
    projects, project_error = _projects(at, context)
    if context.rules.on_service:
        place = _on_service(at, of, projects, context)
    else:
        place = Place(project=projects[0] if len(projects) == 1 else None)
        place = _with_category(place, of, context)
    found = place.project
    return Place(
        project=found,
        service=place.service,
        category=place.category,
        currency=place.service.currency if place.service else found.currency if found else "",
        project_error=project_error or place.project_error or (_several(at, projects) if found is None else ""),
        category_error=place.category_error,
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """What stands behind a sign: the text, None where there is no such token; or why it cannot be one."""

    body: str | None
    error: str = ""


def _only(pieces: Sequence[Piece], part: Part, words: str) -> _Named:
    found = [piece for piece in pieces if piece.part is part]
    if len(found) > 1:
        both = " and ".join(piece.sign + piece.body for piece in found)
        return _Named(None, f"{both} are {len(found)} {words}. Keep one, or put the text in quotes.")
    return _Named(found[0].body if found else None)


def _projects(at: _Named, context: ExpenseContext) -> tuple[Sequence[ProjectFacts], str]:
    if at.body is None:
        return (), at.error or NO_PROJECT
    if not at.body:
        return (), "Write the name of a project after @."
    found = tuple(context.find_projects(at.body))
    if len(found) == 1 and found[0].archived:
        return (), f"{found[0].name} is archived and takes no expenses."
    return found, "" if found else f"No project matches {at.body!r}."


def _several(at: _Named, projects: Sequence[ProjectFacts]) -> str:
    return which_project(at.body or "", projects) if len(projects) > 1 else ""


# A project and a category.


def _with_category(place: Place, of: _Named, context: ExpenseContext) -> Place:
    known = context.categories()
    if not of.body:
        names = listed([category.name for category in known], CHOICES)
        choices = f": {names}." if known else "."
        missing = of.error or f"No category is named. Write % and a part of its name{choices}"
        return Place(project=place.project, category_error=missing)
    found = match_named(of.body, known, lambda category: (category.name,), lambda category: category.id)
    if len(found) == 1:
        return Place(project=place.project, category=found[0])
    if not found:
        there = _there([category.name for category in known])
        return Place(project=place.project, category_error=f"No category matches {of.body!r}.{there}")
    return Place(
        project=place.project, category_error=_fits(of.body, "categories", [(one.name, one.id) for one in found])
    )


def _there(names: Sequence[str]) -> str:
    """What could have been named, as a sentence that follows another; empty where there is nothing."""
    if not names:
        return ""
    return f" There {'is only' if len(names) == 1 else 'are'} {listed(names, CHOICES)}."


def _fits(body: str, words: str, found: Sequence[tuple[str, str]]) -> str:
    """The choices where a `%` word fits several, by names and ids."""
    names, advice = _choices(found, "Write more of the name.")
    return f"{body!r} fits {len(found)} {words}: {names}. {advice}"


def _choices(found: Sequence[tuple[str, str]], advice: str) -> tuple[str, str]:
    """Names in a sentence and what to do; with their ids where a name alone does not tell them apart."""
    if len({name for name, _ in found}) == len(found):
        return listed([name for name, _ in found], CHOICES), advice
    names = listed([f"{name} (id:{record_id})" for name, record_id in found], CHOICES)
    return names, f"Choose one with %id:{found[0][1]}."


# A service of a project.


def _on_service(at: _Named, of: _Named, projects: Sequence[ProjectFacts], context: ExpenseContext) -> Place:
    """The one service that both words leave over, of all that track expenses."""
    alone = projects[0] if len(projects) == 1 else None
    if not projects or of.error:
        return Place(project=alone, category_error=of.error)
    services = context.services_of([project.id for project in projects])
    if services is None:
        too_many = f"{alone.name} has too many services for a line. The form finds them." if alone else ""
        return Place(project=alone, project_error=too_many or which_project(at.body or "", projects))
    if not services:
        whose = alone.name if alone else f"the {len(projects)} projects that {at.body!r} fits"
        return Place(project=alone, project_error=f"No service of {whose} tracks expenses.")
    fitting = services
    if of.body:
        fitting = match_named(
            of.body, services, lambda one: (one.name, one.category, one.full_name), lambda one: one.id
        )
    homes = [project for project in projects if any(one.project_id == project.id for one in fitting or services)]
    if len(homes) > 1:
        return Place(project_error=which_project(at.body or "", homes))
    if len(fitting) == 1:
        return Place(project=homes[0], service=fitting[0])
    return Place(project=homes[0], category_error=_which_service(of.body or "", homes[0], fitting, services))


def _which_service(
    body: str, project: ProjectFacts, fitting: Sequence[ServiceFacts], services: Sequence[ServiceFacts]
) -> str:
    if not fitting:
        there = _there([one.label for one in services if one.project_id == project.id])
        return f"No service of {project.name} that tracks expenses matches {body!r}.{there}"
    labels = {one.label for one in fitting}
    choices = [(one.label if len(labels) == len(fitting) else one.full_name, one.id) for one in fitting]
    if body:
        return _fits(body, f"services of {project.name}", choices)
    names, advice = _choices(choices, "Write % and a part of one.")
    return f"{project.name} has {len(choices)} services that track expenses: {names}. {advice}"

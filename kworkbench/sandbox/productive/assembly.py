"""Documents out of rows: the resources, what is included with them, the meta data (api/productive.md section 2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from kworkbench.sandbox.books.model import Row
from kworkbench.sandbox.context import SandboxContext
from kworkbench.sandbox.productive.errors import unsupported
from kworkbench.sandbox.productive.features import FEATURES
from kworkbench.sandbox.productive.loaded import Loaded
from kworkbench.sandbox.productive.resources import TYPES, Relation, ResourceType
from kworkbench.sandbox.productive.wire import Document, Json

Tree: TypeAlias = "dict[str, Tree]"
DEEPEST = 8
"""Most steps of one include path (ours)."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the query asks of the document: include paths, and by type the only fields wanted."""

    include: tuple[str, ...] = ()
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)


def include_tree(kind: ResourceType, paths: Iterable[str]) -> Tree:
    """The include paths as a tree.

    Raises:
        ApiError: 400, a path that names no relationship.
    """
    tree: Tree = {}
    for path in paths:
        here: Tree = tree
        at: ResourceType | None = kind
        steps = path.split(".")
        for step in steps:
            relation = at.by_name.get(step) if at else None
            if relation is None or len(steps) > DEEPEST:
                raise unsupported("Include", f"Include '{path}' is not supported on this endpoint")
            here = here.setdefault(step, {})
            at = TYPES.get(relation.target) if relation.target else None
    return tree


class Assembly:
    """Makes one answer's document. `wishes` are checked at once."""

    def __init__(self, context: SandboxContext, kind: ResourceType, wishes: Wishes) -> None:
        self.context = context
        self.kind = kind
        self.wishes = wishes
        self.loaded = Loaded(context.books)
        asked = include_tree(kind, wishes.include)
        self.tree = asked if context.modern_shape else include_tree(kind, (*kind.closure, *wishes.include))
        self.linked: set[tuple[str, str]] = set()
        self._shown: dict[tuple[str, bool], list[Relation]] = {}
        number = self.loaded.organization.id
        self._organization: Json = {
            "data": {"type": "organizations", "id": str(number) if context.modern_shape else number}
        }

    def single(self, row: Row) -> Document:
        """The document of one resource."""
        included = self._gather([row])
        document: Document = {"data": self._resource(self.kind, row, primary=True)}
        self._add_included(document, included)
        document["meta"] = self._meta()
        return document

    def collection(
        self,
        rows: Sequence[Row],
        links: Document | None = None,
        paging: Document | None = None,
        figures: Document | None = None,
    ) -> Document:
        """The document of a list, with its page links and counts if it is paged; `figures` end its meta data."""
        included = self._gather(rows)
        document: Document = {"data": [self._resource(self.kind, row, primary=True) for row in rows]}
        self._add_included(document, included)
        if links is not None:
            document["links"] = links
        document["meta"] = {**(paging or {}), **self._meta(), **(figures or {})}
        return document

    def _add_included(self, document: Document, included: list[tuple[ResourceType, Row]]) -> None:
        if included or not self.context.modern_shape or self.wishes.include:
            document["included"] = [self._resource(kind, row, primary=False) for kind, row in included]

    def _gather(self, rows: Sequence[Row]) -> list[tuple[ResourceType, Row]]:
        """Breadth first, each resource once; reads on the way whatever the resources need to be printed."""
        self.loaded.add(rows)
        self._ready(self.kind, rows)
        seen = {(self.kind.name, row.id) for row in rows}
        included: list[tuple[ResourceType, Row]] = []
        level = [(self.kind, rows, self.tree)]
        while level:
            deeper: list[tuple[ResourceType, Sequence[Row], Tree]] = []
            for kind, parents, tree in level:
                for name, below in tree.items():
                    relation = kind.by_name[name]
                    self.linked.add((kind.name, name))
                    target = TYPES.get(relation.target or "")
                    if target is None:
                        continue
                    found = self._follow(relation, target, parents)
                    fresh = [row for row in found if (target.name, row.id) not in seen]
                    seen |= {(target.name, row.id) for row in fresh}
                    self._ready(target, fresh)
                    included += [(target, row) for row in fresh]
                    deeper.append((target, found, below))
            level = deeper
        return included

    def _ready(self, kind: ResourceType, rows: Sequence[Row]) -> None:
        for name in kind.needs:
            relation = kind.by_name[name]
            if relation.target and relation.column:
                column = relation.column
                self.loaded.load(TYPES[relation.target].row, (getattr(row, column) for row in rows))
        for relation in kind.relations:
            if relation.children and relation.target:
                self.loaded.load_children(TYPES[relation.target].row, relation.children, (row.id for row in rows))

    def _follow(self, relation: Relation, target: ResourceType, parents: Sequence[Row]) -> list[Row]:
        ids: list[int | None] = []
        for parent in parents:
            ids += self._target_ids(relation, target, parent)
        self.loaded.load(target.row, ids)
        found = (self.loaded.get(target.row, row_id) for row_id in dict.fromkeys(ids))
        return [row for row in found if row is not None]

    def _target_ids(self, relation: Relation, target: ResourceType, parent: Row) -> Sequence[int | None]:
        if relation.children:
            return self.loaded.children(target.row, relation.children, parent.id)
        if relation.many and relation.column:
            return [int(one) for one in json.loads(getattr(parent, relation.column))]
        return [getattr(parent, relation.column)] if relation.column else []

    def _resource(self, kind: ResourceType, row: Row, *, primary: bool) -> Document:
        attributes = kind.attributes(row, self.loaded)
        if primary and kind.extras is not None:
            attributes |= kind.extras(row, self.loaded)
        if self.context.modern_shape and kind.later is not None:
            attributes |= kind.later(row, self.loaded)
        relationships: Document = {"organization": self._organization}
        for relation in self._relations(kind, primary=primary):
            relationships[relation.name] = self._linkage(kind, relation, row)
        wanted = self.wishes.fields.get(kind.name)
        if wanted is not None:
            attributes = {name: value for name, value in attributes.items() if name in wanted}
            relationships = {name: value for name, value in relationships.items() if name in wanted}
        return {"id": str(row.id), "type": kind.name, "attributes": attributes, "relationships": relationships}

    def _relations(self, kind: ResourceType, *, primary: bool) -> Sequence[Relation]:
        """The relations that are shown; worked out once for each type, when it is known what is included."""
        found = self._shown.get((kind.name, primary))
        if found is None:
            all_of_them = primary or self.context.modern_shape
            found = self._shown[kind.name, primary] = [
                one for one in kind.relations if all_of_them or not one.later or (kind.name, one.name) in self.linked
            ]
        return found

    def _linkage(self, kind: ResourceType, relation: Relation, row: Row) -> Json:
        if self.context.modern_shape and (kind.name, relation.name) not in self.linked:
            return {"meta": {"included": False}}
        if relation.target is None:
            return {"data": [] if relation.many else None}
        if relation.column and not relation.many:
            row_id = getattr(row, relation.column)
            return {"data": None} if row_id is None else {"data": {"type": relation.target, "id": str(row_id)}}
        ids = self._target_ids(relation, TYPES[relation.target], row)
        linkage: list[Json] = [{"type": relation.target, "id": str(one)} for one in ids if one is not None]
        if relation.many:
            return {"data": linkage}
        return {"data": linkage[0] if linkage else None}

    def _meta(self) -> Document:
        return {} if self.context.modern_shape else {"organization_features": FEATURES, "settings": {}}

"""The filters by external reference that expenses and invoices share. Source: api/kantata.md sections 4.2 and 5.2."""

from __future__ import annotations

from kworkbench.sandbox.books.store import R
from kworkbench.sandbox.kantata.collection import Include, linked_by
from kworkbench.sandbox.kantata.filters import Filter, either, text, texts
from kworkbench.sandbox.kantata.helpers import REFERENCES

_MEMBERS = ("service_name", "service_model", "service_model_ref", "status", "external_status", "external_message")


def reference_filters(subject: str, alias: str) -> dict[str, Filter]:
    """The filters of the rows of `subject` (expenses, invoices) whose table is called `alias`."""
    own = f"x.subject_type = '{subject}' AND x.subject_id = {alias}.id"
    start = f"EXISTS (SELECT 1 FROM external_references x WHERE {own}"  # noqa: S608 - names of ours
    return {f"external_reference_{name}": text(f"{start} AND x.{name} = ?)") for name in _MEMBERS} | {
        "external_reference_service_model_refs": texts(f"{start} AND x.service_model_ref IN {{}})", 200),
        "has_external_references": either(f"{start})", f"NOT {start})"),
        "without_external_reference_service_name": text(f"NOT {start} AND x.service_name = ?)"),
    }


def reference_include(subject: str) -> Include[R]:
    """The association of the rows of `subject` with their references."""
    own = f"subject_type = '{subject}' AND subject_id IN {{}}"
    sql = f"SELECT subject_id, id FROM external_references WHERE {own} ORDER BY 1, 2"  # noqa: S608 - names of ours
    return Include(REFERENCES.side(), linked_by(sql), "external_reference_ids")

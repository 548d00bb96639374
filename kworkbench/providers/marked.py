"""The marker in a record's text: taken off where a record is read, put on where one is written.

Source: sync-engine.md section 6. Whoever turned markers on: a text is read without the one at its end.
"""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.domain.catalog import FormField
from kworkbench.domain.changes import Args, Op
from kworkbench.domain.marker import CARRIERS, split_marker, with_marker
from kworkbench.domain.records import Lookup, Value
from kworkbench.providers.base import Write
from kworkbench.providers.wire import blank, typed


def without_marker(kind: str, stored: str | None) -> dict[str, Value]:
    """The field at whose end a marker stands, None where it says nothing else; and the marker where there is one."""
    text, marker = split_marker(stored or "")
    return {CARRIERS[kind]: text or None, **({"marker": marker} if marker else {})}


def marked_args(wanted: Write, form: Sequence[FormField], lookup: Lookup, limit: int | None = None) -> Args:
    """The arguments with the marker in their text: of a create its own, of a text that changes the one it had.

    A required text that is empty stays so: the server says that it is missing.
    """
    key = CARRIERS.get(wanted.kind, "")
    field = next((field for field in form if field.key == key), None)
    if field is None or (wanted.op is Op.UPDATE and key not in wanted.args):
        return wanted.args
    marker = wanted.marker or _kept(wanted, lookup)
    if marker is None or (field.required and blank(wanted.args.get(key))):
        return wanted.args
    return {**wanted.args, key: with_marker(str(typed(wanted.args.get(key)) or ""), marker, limit)}


def _kept(wanted: Write, lookup: Lookup) -> str | None:
    if wanted.op is not Op.UPDATE:
        return None
    known = (wanted.id and lookup(wanted.kind, wanted.id)) or {}
    marker = wanted.pre.get("marker") or known.get("marker")
    return marker if isinstance(marker, str) else None

"""By what a new record is known again at the server after a lost answer: its class, and its marker where it bears one.

The one place that decides it, for forms, quick lines and whatever makes a record anew. Source: sync-engine.md
section 6: payments bear a marker unless the connection turns it off, expenses only where it turns it on.
"""

from __future__ import annotations

from kworkbench.domain.changes import Args, Idem, Raw
from kworkbench.domain.marker import CARRIERS, new_marker
from kworkbench.lean import dataclass
from kworkbench.services.ground import Ground

MARKER_SHOWN = "kw:…"
"""A marker in a preview: it is made with the change, and its letters mean nothing to a person."""


@dataclass(frozen=True, slots=True)
class Marking:
    """Class and marker of a create, as its draft takes them."""

    idem: Idem
    marker: str | None


def marking_of(ground: Ground, kind: str, args: Args) -> Marking:
    """Class and marker of a create with these values, or of a bulk create whose rows all say at least these.

    A required text that is empty stays empty, so that the server refuses it: such a record bears no marker.
    """
    if not ground.connection.marks(kind) or _lacks_text(ground, kind, args):
        return Marking(Idem.UNMARKED, None)
    return Marking(Idem.MARKED, new_marker(ground.below))


def marker_shown(ground: Ground, kind: str) -> str | None:
    """What a preview says of the marker that a new record will bear, None where it bears none."""
    return MARKER_SHOWN if ground.connection.marks(kind) else None


def _lacks_text(ground: Ground, kind: str, args: Args) -> bool:
    form = ground.catalog.resources[kind].form
    carrier = next((field for field in form if field.key == CARRIERS[kind]), None)
    if carrier is None or not carrier.required:
        return False
    said = args.get(carrier.key)
    return not str((said.text if isinstance(said, Raw) else said) or "").strip()

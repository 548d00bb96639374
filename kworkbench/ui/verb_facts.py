"""Where a key is pressed, what stands there, and the conditions of verbs: each empty or a sentence why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from kworkbench.domain.catalog import ResourceCatalog
from kworkbench.lean import dataclass, field


class Place(StrEnum):
    """Where a key is pressed: the pane or panel that has the focus."""

    TABLE = "table"
    SIDEBAR = "filters"
    DETAIL = "detail"
    QUERY = "query line"
    CHANGES = "changes"
    FORM = "form"
    PICKER = "picker"
    QUICK = "quick line"
    EXPENSE = "expense line"
    BATCH = "payment line"
    REVIEW = "review"
    TOTALS = "totals"
    HELP = "help"
    PALETTE = "palette"
    COLUMNS = "columns"
    ASK = "question"
    CONNECTIONS = "connections"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the conditions of verbs look at: a screen at one moment.

    Attributes:
        rows: rows in view; has_row: the cursor stands on one; mark: that row's change mark.
        gone: that row waits for its own deletion.
        marked: how many rows are marked; bring_back: marks were cleared and can be brought back.
        filters: query words that a person has set.
        held: a gesture can still be taken back without a trace.
        undoable, redoable: something that was asked for can be undone at the server; something undone, done again.
        reading: something is being read from the server.
        column: the field of the chosen column, empty for none.
        views: saved views of the list; grouped: its rows stand in groups; head: the cursor is on the head of one.
        duplicates: they are possible duplicates; aside: the cursor's ones were said to be none.
        titles: footer words that differ now, by verb id ("delete 9").
        off: verbs a screen has switched off for a moment, with the reason, by verb id.
    """

    place: Place
    catalog: ResourceCatalog | None = None
    rows: int = 0
    has_row: bool = False
    mark: str = ""
    gone: bool = False
    marked: int = 0
    bring_back: bool = False
    filters: int = 0
    writable: bool = True
    held: bool = False
    undoable: bool = False
    redoable: bool = False
    reading: bool = False
    views: int = 0
    column: str = ""
    grouped: bool = False
    head: bool = False
    duplicates: bool = False
    aside: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    off: Mapping[str, str] = field(default_factory=dict)


Condition = Callable[[Facts], str]
"""Empty where a verb works now, else the sentence why it does not."""


_NEEDS_YOU = "This row has a change that needs you."


def always(_facts: Facts) -> str:
    """Works whenever its place has the focus."""
    return ""


def on_row(facts: Facts) -> str:
    """Needs a row under the cursor."""
    if facts.has_row:
        return ""
    return "This is a group. `z` opens and closes it." if facts.head else "There is no row under the cursor."


def on_rows(facts: Facts) -> str:
    """Needs rows in view."""
    return "" if facts.rows else "There are no rows in view."


def reads(facts: Facts) -> str:
    """Needs a sync that goes on."""
    return "" if facts.reading else "Nothing is being read now."


def writable(facts: Facts) -> str:
    """Needs a connection that may write."""
    return "" if facts.writable else "This connection is read-only. `connect --writable` switches writing on."


def payable(facts: Facts) -> str:
    """Needs an invoice that can be paid here."""
    name = facts.catalog.resource.name if facts.catalog else ""
    if name != "invoices":
        return f"Payments are recorded on invoices. `1` opens them, `n` records one for any {_parent(name)}."
    return writable(facts) or on_row(facts)


def _parent(name: str) -> str:
    return "invoice" if name == "payments" else "invoice from Payments"


def creatable(facts: Facts) -> str:
    """The provider takes new records of this list."""
    return (facts.catalog.creates if facts.catalog else "") or writable(facts)


def copyable(facts: Facts) -> str:
    """Needs a row to copy from, and that records can be made."""
    return creatable(facts) or on_row(facts)


def editable(facts: Facts) -> str:
    """Needs marked rows that can be edited, or one that has no change that needs someone."""
    if not facts.marked and facts.mark and facts.mark in "!?#":
        return _NEEDS_YOU
    none = "" if facts.marked else on_row(facts)
    again = facts.catalog is not None and facts.catalog.again and facts.marked < 2
    return (facts.catalog.updates if facts.catalog and not again else "") or writable(facts) or none


def actable(facts: Facts) -> str:
    """Needs rows of a list that the provider does something with."""
    if facts.catalog is None or not facts.catalog.actions():
        return "There is nothing else to be done with these rows here."
    return writable(facts) or ("" if facts.marked else on_row(facts))


def correctable(facts: Facts) -> str:
    """Needs a row whose change was refused or conflicts; with rows marked `e` is for those."""
    if facts.marked:
        return "With rows marked, `e` edits those. `Esc` clears the marks."
    needs_you = bool(facts.mark) and facts.mark in "!#"
    return (writable(facts) if needs_you else "") or ("" if needs_you else "No change of this row was refused.")


def needy(facts: Facts) -> str:
    """Needs a row whose change waits for a person, and nothing marked."""
    return "" if facts.mark and facts.mark in "!?#" and not facts.marked else "No change of this row needs you."


def viewable(facts: Facts) -> str:
    """Needs a row that needs nobody: else its change is opened."""
    return on_row(facts) or ("" if needy(facts) else _NEEDS_YOU)


def retryable(facts: Facts) -> str:
    """Needs a change that stopped, and a connection that may write. Changes knows more of its rows than their mark."""
    if facts.mark == "?":
        return "It may have arrived, so it is not sent again blindly. `5` shows it, `Enter` there decides."
    if facts.mark and (facts.mark in "!#" or facts.place is Place.CHANGES):
        return writable(facts)
    return on_row(facts) or "No change of this row has stopped."


def deletable(facts: Facts) -> str:
    """Needs rows that the provider deletes."""
    if facts.place is Place.TABLE and not needy(facts):
        return _NEEDS_YOU
    if facts.catalog and facts.catalog.deletes:
        return facts.catalog.deletes
    return writable(facts) or ("" if facts.marked else on_row(facts))


def takes_back(facts: Facts) -> str:
    """Needs a gesture that is still held, or one that was sent and can be undone."""
    if facts.held:
        return ""
    return writable(facts) if facts.undoable else "There is nothing to undo."


def does_again(facts: Facts) -> str:
    """Needs something that was undone, with nothing new asked for since."""
    return writable(facts) if facts.redoable else "There is nothing to redo."


def clearable(facts: Facts) -> str:
    """Needs marks, or a filter that leaves no row."""
    return "" if facts.marked or facts.column or (facts.filters and not facts.rows) else "There is nothing to clear."


def drops_filter(facts: Facts) -> str:
    """Needs a filter that leaves no row."""
    free = facts.filters and not facts.rows and not facts.marked and not facts.column
    return "" if free else "There is no filter to drop."


def leaves_change(facts: Facts) -> str:
    """Gives way to the filter of an empty list."""
    return "The last filter goes first: `Esc` drops it." if not drops_filter(facts) else ""


def brings_back(facts: Facts) -> str:
    """Needs marks that were cleared."""
    return "" if facts.bring_back else "No marks were cleared."


def has_views(facts: Facts) -> str:
    """Needs saved views."""
    return "" if facts.views else "This list has no saved views. `V` saves one."


def on_head(facts: Facts) -> str:
    """Needs the head of a group under the cursor."""
    return "" if facts.head else "This is no group."


def grouped(facts: Facts) -> str:
    """Needs rows in groups."""
    return "" if facts.grouped else "The rows stand in no groups. `b` groups them."


def separable(facts: Facts) -> str:
    """Needs possible duplicates, or a row of some that were said to be none."""
    if facts.aside or (facts.duplicates and (facts.has_row or facts.head)):
        return ""
    return "This is no possible duplicate. The view possible duplicates of the expenses finds them."

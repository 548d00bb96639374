"""THE verb table: every key of the program, once. Bindings, footer, help and palette are made from it.

Source: product.md section 5. The table reads better whole than cut to a file's usual size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kworkbench.domain.catalog import ResourceCatalog
from kworkbench.lean import dataclass
from kworkbench.ui.verb_facts import (
    Condition,
    Facts,
    Place,
    actable,
    always,
    brings_back,
    clearable,
    copyable,
    correctable,
    creatable,
    deletable,
    does_again,
    drops_filter,
    editable,
    grouped,
    has_views,
    leaves_change,
    needy,
    on_head,
    on_row,
    on_rows,
    payable,
    reads,
    retryable,
    separable,
    takes_back,
    viewable,
)

__all__ = [
    "BY_ID",
    "VERBS",
    "Facts",
    "Place",
    "Verb",
    "action_verbs",
    "footer",
    "help_at",
    "key_name",
    "keys_at",
    "meant",
    "reason",
    "verb_named",
    "verbs_at",
]


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb.

    Attributes:
        title: one to four words, as the footer says it.
        keys: Textual's key names; the first is shown. Empty: only in the palette.
        places: where its keys are bound.
        action: its handler is the method `do_<action>` of the focused widget, a parent, the screen or the app.
        args: given to the handler.
        rank: who is left in a narrow footer, 1 first; 0 is never there. It stands in table order.
        about: what it does, for help and palette; empty leaves it out of both.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    places: tuple[Place, ...]
    action: str
    args: tuple[str, ...] = ()
    rank: int = 0
    about: str = ""
    why_not: Condition = always


T, S, D, Q, C = Place.TABLE, Place.SIDEBAR, Place.DETAIL, Place.QUERY, Place.CHANGES
FORM, PICKER, QUICK, REVIEW = Place.FORM, Place.PICKER, Place.QUICK, Place.REVIEW
_PANES = (T, S, D)
_SCREENS = (*_PANES, C)
_FOUND_IN = (Place.HELP, Place.PALETTE)
"""Lists with a line to type into: only keys that are no text move there."""
_PICKED_IN = (Place.CONNECTIONS, Place.TOTALS, Place.COLUMNS)
_LISTS = (*_FOUND_IN, *_PICKED_IN)
_ALL = tuple(Place)
_LINES = (QUICK, Place.EXPENSE)
_TYPED = (Place.QUERY, FORM, PICKER, *_LINES, Place.BATCH, Place.ASK)
"""Where text is typed: a printable key is text there, never a verb."""
_HELPED = (*_SCREENS, REVIEW, Place.TOTALS, Place.CONNECTIONS, Place.COLUMNS)
_MOVED_IN = (T, S, D, C, REVIEW, *_PICKED_IN)


def _move(name: str, about: str, *keys: str, places: tuple[Place, ...] = _MOVED_IN) -> Verb:
    return Verb(f"move-{name}", "move", keys, places, "move", (name,), about=about)


VERBS: tuple[Verb, ...] = (
    # The table of a list.
    Verb("fold-head", "open or close", ("enter", "space"), (T,), "fold", rank=1, why_not=on_head),
    Verb("clear-filter", "drop the last filter", ("escape",), (T, C), "escape", rank=1,
         about="drop the last filter when no row is in view", why_not=drops_filter),
    Verb("correct", "edit and send again", ("e",), (T, D, C), "correct", rank=2,
         about="open the refused form with what was typed", why_not=correctable),
    Verb("pay", "pay", ("p",), (T, D), "pay", rank=3,
         about="quick payment line for the invoice under the cursor, or for the marked ones", why_not=payable),
    Verb("resolve", "open and resolve", ("enter",), (T,), "resolve", rank=4,
         about="of a row with ! ? or #: open its change and decide", why_not=needy),
    Verb("discard-row", "discard", ("d",), (T,), "discard_change", rank=5,
         about="of a row with ! ? or #: discard its change", why_not=needy),
    Verb("new", "new", ("n",), _PANES, "new", rank=10,
         about="new record of this list; an expense is one typed line, Enter in it, or F2, opens the form",
         why_not=creatable),
    Verb("edit", "edit", ("e",), (T, D), "edit", rank=4,
         about="edit this record, or what the marked ones share", why_not=editable),
    Verb("delete", "delete", ("d",), (T, D), "delete", rank=5,
         about="delete the marked rows or this one, through the review", why_not=deletable),
    Verb("act", "actions", ("i",), (T, D), "act", rank=10,
         about="what the provider does with the marked rows or this one, through the review", why_not=actable),
    Verb("not-duplicate", "no duplicates", ("D",), (T,), "put_aside", rank=5,
         about="this group of possible duplicates is none, and stays so; again: it may be one", why_not=separable),
    Verb("mark", "mark", ("space",), (T,), "mark", rank=6, about="mark this row and go down", why_not=on_row),
    Verb("query", "search", ("slash",), _SCREENS, "query", rank=7, about="query line: search and filter by typing"),
    Verb("filters", "filters", ("f",), _SCREENS, "filters", rank=8, about="filter sidebar; on Changes the states"),
    Verb("find-filter", "find a filter", ("F",), _PANES, "find_filter", about="set a filter that is found by its name"),
    Verb("take-back", "undo", ("u",), _SCREENS, "take_back", rank=9,
         about="take the newest gesture back before it is sent; once sent, undo it through a review",
         why_not=takes_back),
    Verb("redo", "redo", ("U",), _SCREENS, "redo", rank=18, about="do again what was undone last",
         why_not=does_again),
    Verb("open", "detail", ("enter",), (T,), "open", rank=11, about="detail of this record", why_not=viewable),
    Verb("sort", "sort", ("s",), (T,), "sort", rank=12, about="sort by this column; again: reverse", why_not=on_rows),
    Verb("sort-more", "sort more", ("S",), (T,), "sort_more",
         about="add this column as a further sort key", why_not=on_rows),
    Verb("mark-all", "all", ("a",), (T,), "mark_all", rank=13, about="mark all rows in view", why_not=on_rows),
    Verb("bring-back", "marks back", ("A",), (T,), "bring_back",
         about="bring the last marks back", why_not=brings_back),
    Verb("mark-range", "range", ("v",), (T,), "mark_range", about="mark a range: then move", why_not=on_row),
    Verb("clear", "clear", ("escape",), (T,), "escape", about="close one thing, then clear the marks",
         why_not=clearable),
    Verb("copy-new", "new from this", ("N",), (T, D), "copy_new",
         about="new record, copied from this row", why_not=copyable),
    Verb("mark-same", "same value", ("asterisk",), (T,), "mark_same",
         about="mark the rows in view with the same value in this column", why_not=on_row),
    Verb("copy", "copy", ("y",), (T,), "copy", about="copy the chosen cell, or the row where none is chosen",
         why_not=on_row),
    Verb("copy-row", "copy row", ("Y",), (T,), "copy_row", about="copy the whole row", why_not=on_row),
    Verb("next-view", "next view", ("greater_than_sign",), _PANES, "next_view", about="the next saved view",
         why_not=has_views),
    Verb("previous-view", "last view", ("less_than_sign",), _PANES, "previous_view", about="the saved view before",
         why_not=has_views),
    Verb("save-view", "save view", ("V",), _PANES, "save_view",
         about="save query, order, columns and groups under a name"),
    Verb("columns", "columns", ("C",), (T,), "columns", about="choose the columns and their order"),
    Verb("group", "group by", ("b",), (T,), "group", about="group the rows by a column or the month, with sums"),
    Verb("fold", "fold", ("z",), (T,), "fold", about="close this group, or open it", why_not=grouped),
    Verb("fold-all", "fold all", ("Z",), (T,), "fold_all", about="close every group, or open them all",
         why_not=grouped),
    Verb("totals", "totals", ("equals_sign",), _PANES, "totals", rank=14, about="all totals", why_not=on_rows),
    # Moving.
    _move("down", "one row down", "down", "j"),
    _move("up", "one row up", "up", "k"),
    _move("page-down", "one page down", "pagedown", "ctrl+d"),
    _move("page-up", "one page up", "pageup", "ctrl+u"),
    _move("first", "first row", "home", "g"),
    _move("last", "last row", "end", "G"),
    _move("left", "one column left", "left", "h", places=(T, C)),
    _move("right", "one column right", "right", "l", places=(T, C)),
    # The sidebar.
    Verb("choose", "choose", ("enter", "space"), (S,), "choose", rank=1, about="filter by this value; again: any"),
    Verb("exclude", "exclude", ("minus",), (S,), "exclude", rank=2, about="leave this value out"),
    Verb("drop-filters", "drop all", ("backspace", "delete"), (S,), "drop_filters", rank=3,
         about="drop every filter that is set"),
    Verb("leave-sidebar", "back to the list", ("escape",), (S,), "leave", rank=4),
    # The detail.
    Verb("related", "open", ("enter",), (D,), "related", rank=1, about="open the related record"),
    Verb("leave-detail", "back to the list", ("escape",), (D,), "leave", rank=12),
    # The query line.
    Verb("query-done", "keep", ("enter", "down"), (Q,), "query_done", rank=1),
    Verb("query-complete", "complete", ("tab",), (Q,), "query_complete", rank=3),
    Verb("query-leave", "back to the last query", ("escape",), (Q,), "query_leave", rank=2),
    # The changes screen.
    Verb("show-change", "open", ("enter",), (C,), "show_change", rank=3, about="open this change", why_not=on_row),
    Verb("pick-value", "pick value", ("space",), (C,), "pick", rank=2, about="of a conflict: pick this value",
         why_not=on_row),
    Verb("discard", "discard", ("d",), (C,), "discard", rank=4, about="discard this change", why_not=on_row),
    Verb("retry", "try again", ("t",), (C, T), "retry", rank=5, about="send this change again", why_not=retryable),
    Verb("export", "export", ("x",), (C,), "export", rank=14, about="write the whole journal into a file"),
    Verb("leave-change", "back to the list", ("escape",), (C,), "leave", rank=6, why_not=leaves_change),
    # The form, its pickers, the quick line and the review.
    Verb("pick", "pick", ("enter",), (PICKER,), "pick", rank=1),
    Verb("save", "save", ("enter",), (FORM,), "save", rank=1),
    Verb("next-field", "next field", ("tab", "down"), (FORM, PICKER), "next_field", rank=2),
    Verb("previous-field", "previous field", ("shift+tab", "up"), (FORM, PICKER), "previous_field"),
    Verb("leave-form", "leave", ("escape",), (FORM,), "leave", rank=3),
    Verb("leave-picker", "back", ("escape",), (PICKER,), "leave", rank=2),
    Verb("record", "pay", ("enter",), _LINES, "record", rank=1),
    Verb("leave-line", "leave", ("escape",), _LINES, "leave", rank=2),
    Verb("earlier-line", "earlier", ("up",), _LINES, "earlier", rank=3),
    Verb("later-line", "later", ("down",), _LINES, "later"),
    Verb("complete", "complete", ("tab",), _LINES, "complete", rank=4),
    Verb("line-form", "form", ("f2",), (Place.EXPENSE,), "form", rank=5),
    Verb("review-payments", "review", ("enter",), (Place.BATCH,), "review_payments", rank=1),
    Verb("leave-batch", "leave", ("escape",), (Place.BATCH,), "leave", rank=2),
    Verb("confirm", "delete", ("y",), (REVIEW,), "confirm", rank=1, about="do what the title asks"),
    Verb("leave-review", "leave", ("n", "enter", "escape"), (REVIEW,), "leave", rank=2),
    Verb("toggle", "take out or put in", ("space",), (REVIEW,), "toggle", rank=3),
    Verb("toggle-group", "whole group", ("a",), (REVIEW,), "toggle_group", rank=4),
    Verb("set-amount", "set amount", ("e",), (REVIEW,), "set_amount", rank=5, about="set the amount of this row"),
    # A question, and the columns.
    Verb("answer", "set", ("enter",), (Place.ASK,), "answer", rank=1),
    Verb("leave-question", "leave", ("escape",), (Place.ASK,), "leave", rank=2),
    Verb("next-choice", "next", ("down",), (Place.ASK,), "next_choice", rank=3),
    Verb("previous-choice", "previous", ("up",), (Place.ASK,), "previous_choice"),
    Verb("keep-columns", "keep", ("enter",), (Place.COLUMNS,), "keep", rank=1),
    Verb("show-column", "show or hide", ("space",), (Place.COLUMNS,), "toggle", rank=2),
    Verb("column-earlier", "earlier", ("K", "shift+up"), (Place.COLUMNS,), "shift", ("-1",), rank=3),
    Verb("column-later", "later", ("J", "shift+down"), (Place.COLUMNS,), "shift", ("1",), rank=4),
    Verb("usual-columns", "the usual ones", ("backspace",), (Place.COLUMNS,), "usual", rank=5),
    # The overlays.
    Verb("choose-entry", "choose", ("enter",), (Place.PALETTE, Place.CONNECTIONS), "choose", rank=1),
    Verb("entry-down", "down", ("down",), _FOUND_IN, "move", ("down",)),
    Verb("entry-up", "up", ("up",), _FOUND_IN, "move", ("up",)),
    Verb("entry-page-down", "page down", ("pagedown",), _FOUND_IN, "move", ("page-down",)),
    Verb("entry-page-up", "page up", ("pageup",), _FOUND_IN, "move", ("page-up",)),
    Verb("leave-overlay", "back", ("escape",), _LISTS, "leave", rank=2),
    # Everywhere.
    Verb("invoices", "invoices", ("1",), _SCREENS, "show_screen", ("invoices",), about="the list of invoices"),
    Verb("payments", "payments", ("2",), _SCREENS, "show_screen", ("payments",), about="the list of payments"),
    Verb("expenses", "expenses", ("3",), _SCREENS, "show_screen", ("expenses",), about="the list of expenses"),
    Verb("changes", "changes", ("5",), _SCREENS, "show_screen", ("changes",), about="outbox and journal"),
    Verb("next-pane", "next pane", ("tab",), _SCREENS, "next_pane", about="next pane"),
    Verb("previous-pane", "previous pane", ("shift+tab",), _SCREENS, "previous_pane"),
    Verb("refresh", "refresh", ("r", "ctrl+r"), _SCREENS, "refresh", rank=15, about="read what has changed"),
    Verb("resync", "read all again", ("R",), _SCREENS, "resync", about="read everything again"),
    Verb("stop-reading", "stop reading", (), _SCREENS, "stop_reading",
         about="stop what is being read from the server; what was read stays", why_not=reads),
    Verb("connections", "connection", ("ctrl+o",), _SCREENS, "connections", rank=17,
         about="switch to another connection"),
    Verb("theme", "dark or light", (), _SCREENS, "theme", about="switch between the dark and the light theme"),
    Verb("palette", "palette", ("ctrl+p",), _SCREENS, "palette", about="every verb, its key, and why one is off"),
    Verb("back", "quit", ("q",), _SCREENS, "back", rank=16, about="back, or quit"),
    Verb("quit", "quit", ("ctrl+q",), _ALL, "quit", about="quit from anywhere"),
    Verb("help", "help", ("question_mark", "f1"), _HELPED, "help", about="this help"),
    Verb("help-typing", "help", ("f1",), _TYPED, "help"),
)  # fmt: skip

BY_ID: Mapping[str, Verb] = {verb.id: verb for verb in VERBS}

ACT = "act:"
"""What the ids of actions begin with."""

_SHOWN = {
    "enter": "Enter", "escape": "Esc", "slash": "/", "equals_sign": "=", "question_mark": "?", "minus": "-",
    "tab": "Tab", "shift+tab": "shift+Tab", "up": "Up", "down": "Down", "left": "Left", "right": "Right",
    "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "backspace": "Backspace", "delete": "Del",
    "f1": "F1", "f2": "F2", "asterisk": "*", "greater_than_sign": ">", "less_than_sign": "<", "shift+up": "shift+Up",
    "shift+down": "shift+Down",
}  # fmt: skip


def key_name(key: str) -> str:
    """A key as a person reads it: `slash` is `/`, `escape` is `Esc`."""
    return _SHOWN.get(key, key)


def verbs_at(place: Place) -> tuple[Verb, ...]:
    """The verbs of a place, in table order."""
    return tuple(verb for verb in VERBS if place in verb.places)


def keys_at(place: Place) -> Mapping[str, tuple[Verb, ...]]:
    """Each key bound at a place, with the verbs it may mean there, in table order."""
    keys: dict[str, tuple[Verb, ...]] = {}
    for verb in verbs_at(place):
        for key in verb.keys:
            keys[key] = (*keys.get(key, ()), verb)
    return keys


def action_verbs(catalog: ResourceCatalog | None) -> tuple[Verb, ...]:
    """The provider's actions on a list as verbs, for palette and help; all of them are behind `i`."""
    return tuple(
        Verb(f"{ACT}{one.name}", one.title, ("i",), (T, D), "act", (one.name,), about=one.about, why_not=actable)
        for one in (catalog.actions() if catalog else ())
    )


def verb_named(verb_id: str, facts: Facts) -> Verb:
    """The verb of that id, an action of the list among them.

    Raises:
        KeyError: there is none.
    """
    if not verb_id.startswith(ACT):
        return BY_ID[verb_id]
    return next(verb for verb in action_verbs(facts.catalog) if verb.id == verb_id)


def help_at(place: Place) -> Verb | None:
    """The verb that opens help at a place, under the key it has there; None in help itself and its like."""
    return next((verb for verb in verbs_at(place) if verb.action == "help"), None)


def reason(verb: Verb, facts: Facts) -> str:
    """Why a verb does not work now; empty where it does."""
    return facts.off.get(verb.id) or verb.why_not(facts)


def meant(key: str, facts: Facts) -> tuple[Verb, str] | None:
    """The verb a key means here and now, and why it does not work (empty where it does); None for an unbound key."""
    candidates = keys_at(facts.place).get(key, ())
    if not candidates:
        return None
    for verb in candidates:
        if not reason(verb, facts):
            return verb, ""
    return candidates[-1], reason(candidates[-1], facts)


def footer(facts: Facts) -> tuple[tuple[Verb, str], ...]:
    """Verbs that work here and now with their footer words, the ones to keep in a narrow footer first."""
    ranked: Iterable[Verb] = sorted((verb for verb in verbs_at(facts.place) if verb.rank), key=lambda verb: verb.rank)
    return tuple((verb, facts.titles.get(verb.id, verb.title)) for verb in ranked if not reason(verb, facts))

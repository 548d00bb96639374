"""The types of the tables that describe resources, fields, forms, filters, sorts and what a provider allows.

A provider is instances of these; list, sidebar, query line, form, detail, command line and help are derived from them.
Source: architecture.md "One screen, three resources, two providers".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from kworkbench.lean import dataclass

if TYPE_CHECKING:
    from kworkbench.domain.actions import Action


class ValueType(StrEnum):
    """What a field holds and so how it is parsed, shown, aligned and compared.

    SEVERAL is any number of ids or texts, each looked up whole; a record holds them as one text, a line each. KEYED is
    the same for values of fields that have no name here, each written `id=value`.
    """

    TEXT = "text"
    ID = "id"
    DATE = "date"
    AMOUNT = "amount"
    CURRENCY = "currency"
    YES_NO = "yes-no"
    CHOICE = "choice"
    DAYS = "days"
    QUANTITY = "quantity"
    NUMBER = "number"
    LINES = "lines"
    REFERENCE = "reference"
    SEVERAL = "several"
    KEYED = "keyed"


LISTED_WHOLE = frozenset({ValueType.SEVERAL, ValueType.KEYED})
"""Types whose values are lists: one text with a line for each, every line looked up whole."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a resource, named as in product.md section 3.

    Attributes:
        stored: False where the value is computed from others and from today (`status`, `late`).
        listed: in the JSON of `list`; fields that only filter or link are not.
        searched: part of what a bare word searches.
        rare: one of a resource's further fields.
        picks: for ids, the related kind whose records they are picked from by name.
        column: the stored field it compares, where that has another name: a word of a provider's filter.
        means: words of a choice, each with the queries of which a row must fit one: a word of a provider's filter.
        asked: only the server can say which rows fit: a word of a provider's filter.
        inverse: finds the rows that its column's own comparison does not: a word of a provider's filter.
    """

    name: str
    label: str
    type: ValueType
    choices: tuple[str, ...] = ()
    stored: bool = True
    listed: bool = True
    searched: bool = False
    rare: bool = False
    picks: str = ""
    column: str = ""
    means: tuple[tuple[str, tuple[str, ...]], ...] = ()
    asked: bool = False
    inverse: bool = False

    @property
    def compared(self) -> str:
        """The name of the stored field whose values are compared."""
        return self.column or self.name


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order: a field name and its direction."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """One of the three lists, the same for every provider.

    Attributes:
        narrow: columns at 80 cells, in screen order; `added` come in that order as width allows (screens.md section 2).
        order: the screen order of all columns.
        sum_field: the amount whose sums stand on the bottom rule.
        day_field: the date that period views and `closed_until` look at.
        facets: fields the sidebar counts by value, in its order.
        rare: further stored fields, of some provider: they filter, sort and stand in the detail, but are no columns
            of a list, have no index, and are not read with its rows.
        words: what a provider's filters are called in the query line, where that is no field's name.
        offered: the rare fields that a provider has; None for all.
    """

    name: str
    singular: str
    title: str
    key: str
    fields: tuple[Field, ...]
    narrow: tuple[str, ...]
    added: tuple[str, ...]
    order: tuple[str, ...]
    sum_field: str
    day_field: str
    first_sort: tuple[SortKey, ...]
    facets: tuple[str, ...]
    rare: tuple[Field, ...] = ()
    words: tuple[Field, ...] = ()
    offered: frozenset[str] | None = None

    def field(self, name: str) -> Field:
        """The stored or computed field of that name.

        Raises:
            KeyError: the resource has no such field.
        """
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        for candidate in self.rare:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    @property
    def known(self) -> tuple[Field, ...]:
        """The fields that records of the provider have."""
        offered = self.offered
        return (*self.fields, *(field for field in self.rare if offered is None or field.name in offered))

    @property
    def listed(self) -> tuple[str, ...]:
        """Names of the fields in the JSON and CSV of this resource, in order."""
        return tuple(field.name for field in self.fields if field.listed)


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a create or edit form.

    Attributes:
        name: the word a person sees, also the key of its errors.
        key: where its value stands in a record's values and in a change's arguments (`project_id` for a picker).
        type: AMOUNT is in minor units of the form's currency; REFERENCE holds an id of the kind `picker`; LINES are
            lines of an invoice as `domain.invoice_lines` writes them.
        wire: names it has at the provider: the first is written, all may stand in an error document.
        copied: a record that is copied from another one takes its value over.
        keys: of KEYED the names that its values go by; none: the numbers of fields.
        foretold: where it is left empty the server fills it, and can be asked beforehand with what (`next_number`).
        begins: where an action asks for it, the field of the record whose value it begins with.
    """

    name: str
    key: str
    type: ValueType
    required: bool = False
    on_create: bool = True
    on_update: bool = True
    picker: str | None = None
    choices: tuple[str, ...] = ()
    hint: str = ""
    default: str = ""
    wire: tuple[str, ...] = ()
    copied: bool = True
    keys: tuple[str, ...] = ()
    foretold: bool = False
    begins: str = ""


class Control(StrEnum):
    """How the sidebar sets a filter."""

    YES_NO = "any/yes/no"
    DATES = "date range"
    PICKER = "picker"
    CHOICE = "choice"
    TEXT = "text"
    IDS = "ids"
    AMOUNTS = "amount range"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter that is chosen from a list.

    Attributes:
        word: what is typed.
        wire: the value it has at the provider; empty where the provider cannot be asked for it.
        means: queries of the cache, of which a row must fit one; empty where a field or the server answers.
    """

    word: str
    wire: str = ""
    means: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """One list filter that the provider documents, and how it is evaluated on the cache.

    A field answers it (`on_cache`), or queries do (`means` of its options), or only the server can.

    Attributes:
        name: its word in the query line.
        wire: its parameter at the provider; two with a comma between are the ends of a range, or yes and no.
        on_cache: the field that answers it on the cache.
        hides: the value the provider assumes when nothing is said, where that hides rows.
        options: its values, where they are known; of a yes/no filter those that the provider can be asked for.
        type: how it is compared where that is not as the field's own type.
        picks: the related kind whose ids it takes, where no field says so.
        inverse: it finds the rows that its field's own comparison does not.
    """

    name: str
    wire: str
    control: Control
    group: str
    on_cache: str | None = None
    hides: str | None = None
    options: tuple[Option, ...] = ()
    type: ValueType | None = None
    picks: str = ""
    inverse: bool = False

    @property
    def only_server(self) -> bool:
        """True where nothing in the cache answers it."""
        return self.on_cache is None and not any(option.means for option in self.options)


@dataclass(frozen=True, slots=True)
class Lock:
    """A value of a record for which the server is expected to refuse a delete or an edit.

    `field` equals `value` -> refused with `reason` (what we expect, never what we enforce).
    """

    field: str
    value: str | bool | None
    reason: str


def no_actions() -> tuple[Action, ...]:
    """For resources without actions."""
    return ()


@dataclass(frozen=True, slots=True)
class Include:
    """Records that the provider sends beside those of a list.

    Attributes:
        name: its word at the provider.
        asked: the paths under which it is asked for here; none: it would bring nothing that is shown.
    """

    name: str
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceCatalog:
    """What one provider makes of one resource.

    Attributes:
        creates, updates, deletes: empty where the verb exists, else the sentence why it does not.
        bulk_delete: most ids of one bulk request; 0 where rows are deleted one by one.
        bulk_is_atomic: the server documents all-or-nothing.
        bulk_update, bulk_create: the same for edits of several records, and for making them.
        locks: where deletes are expected to be refused; edit_locks: where edits are.
        actions: what else is done with its records; made when it is first asked for.
        hides: query words that are implicit on the cache (`archived:no`), product.md section 6.
        again: an edit of one record is a delete and a new record, in two steps (product.md section 8).
        anew_loses: what does not come back when a deleted record is made anew, as an undo does.
        restores: what is expected of a deleted record that is brought back under its own id; empty where none can be.
    """

    resource: Resource
    form: tuple[FormField, ...] = ()
    filters: tuple[Filter, ...] = ()
    includes: tuple[Include, ...] = ()
    sorts: Mapping[str, str] | None = None
    creates: str = ""
    updates: str = ""
    deletes: str = ""
    bulk_delete: int = 0
    bulk_is_atomic: bool = False
    bulk_update: int = 0
    bulk_create: int = 0
    locks: tuple[Lock, ...] = ()
    edit_locks: tuple[Lock, ...] = ()
    hides: tuple[str, ...] = ()
    actions: Callable[[], tuple[Action, ...]] = no_actions
    again: bool = False
    anew_loses: str = ""
    restores: str = ""


@dataclass(frozen=True, slots=True)
class RelatedKind:
    """A helper collection behind pickers and names: `clients projects people categories services`.

    `optional`: not every server has the list; one that refuses it leaves its picker empty and stops nothing.
    """

    name: str
    singular: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class PaymentRules:
    """What a payment can say at this provider (product.md section 7).

    Attributes:
        part: another amount than the whole outstanding one can be paid on an invoice.
        dated: a payment keeps its own date.
        without_invoice: a payment can be recorded on a project alone.
        refunds, write_offs: negative payments; amounts given up.
        note_limit: most characters of the note, None for no known limit.
        settle_seconds: T_settle of sync-engine.md section 6.
        guarded: the server is said to refuse the payment of an invoice that is paid; it is believed where it was seen.
    """

    part: bool
    dated: bool
    without_invoice: bool
    refunds: bool
    write_offs: bool
    note_limit: int | None
    settle_seconds: int
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class ExpenseRules:
    """What an expense says at this provider (product.md section 7, "Expense line").

    Attributes:
        on_service: it stands on a service of a project, which has its category and currency; else on the project.
        text_required: it has to say what it was.
        converts: another currency than the project's is converted by the provider, at a rate that only it knows.
        billed_amount: that it is billable is an amount of its own; else a yes or no.
    """

    on_service: bool
    text_required: bool
    converts: bool
    billed_amount: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a server may be asked: so many requests in so many seconds."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Catalog:
    """A whole provider as tables.

    Attributes:
        rates: how often the vendor's own server is asked at most; all of them are kept at once.
    """

    provider: str
    title: str
    resources: Mapping[str, ResourceCatalog]
    related: tuple[RelatedKind, ...]
    payments: PaymentRules
    expenses: ExpenseRules
    page_size: int = 200
    rates: tuple[Rate, ...] = ()

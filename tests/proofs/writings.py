"""The writes of each dialect that the proofs make, and how often each stands at the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kworkbench.domain.changes import Change
from kworkbench.domain.records import remote_id_of
from kworkbench.store.reader import Row
from tests.proofs.books import payable
from tests.sync.rows import draft_of, marked, several
from tests.sync.stage import Stage

CHAIN = 3
WITH_CENTS = ("EUR", "USD", "GBP", "CHF")


@dataclass(frozen=True)
class Targets:
    """The rows that the writes are about, chosen before the first of them.

    `expenses` holds three for each place, none of them locked.
    """

    invoices: tuple[Row, ...]
    payments: tuple[Row, ...]
    expenses: tuple[Row, ...]
    projects: tuple[str, ...]

    def of_place(self, place: int) -> tuple[Row, ...]:
        """The expenses of a place in the chain."""
        return self.expenses[3 * place : 3 * place + 3]


def targets_of(stage: Stage) -> Targets:
    """The same rows for the same books."""
    invoices = payable(stage)[:CHAIN]
    taken = {row.id for row in invoices}
    payments = [row for row in stage.rows("payments") if row.values["kind"] == "payment" and row.values["invoice_id"]]
    free = [row for row in payments if row.values["invoice_id"] not in taken]
    projects = tuple(str(choice.id) for choice in stage.reader.related("projects")[:CHAIN])
    plain = [row for row in stage.plain_expenses() if row.values["currency"] in WITH_CENTS]
    expenses = sorted(plain, key=lambda row: row.lid)[: 3 * CHAIN]
    return Targets(tuple(invoices), tuple(free[:CHAIN]), tuple(expenses), projects)


@dataclass(frozen=True)
class Writing:
    """One kind of write; both functions take the place in the chain.

    Attributes:
        kinds: the resources whose rows it moves.
        do: makes the changes.
        count: how often it stands at the server: 0 or 1, where all is well; -1 for a part of it.
        steps: how many saves it takes; a crash between them leaves a part of it.
    """

    name: str
    kinds: tuple[str, ...]
    do: Callable[[Stage, Targets, int], Sequence[Change]]
    count: Callable[[Stage, Targets, int], int]
    steps: int = 1


_STANDS = "expenses WHERE id = ? AND deleted_at IS NULL"


def text_of(place: int) -> str:
    """A text that no sample holds, for a place in the chain."""
    return f"Written at place {place}"


def cents_of(place: int) -> int:
    """An amount that no sample has, for a place in the chain."""
    return 101 + place


def _counted(stage: Stage, sql: str, *values: str | int) -> int:
    return int(str(stage.server_rows(f"SELECT count(*) FROM {sql}", *values)[0][0]))  # noqa: S608 - our own words


def _id(row: Row) -> int:
    return int(remote_id_of(row.lid) or 0)


def _pay_in_full(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    return (stage.pay(targets.invoices[place]),)


def _paid_in_full(stage: Stage, targets: Targets, place: int) -> int:
    others = "note LIKE 'Written at place %' OR amount BETWEEN ? AND ?"
    sql = f"payments WHERE invoice_id = ? AND written_off_on IS NULL AND ({others}) IS NOT TRUE"
    return _counted(stage, sql, _id(targets.invoices[place]), cents_of(0), cents_of(CHAIN))


def _pay_a_part(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    return (stage.pay(targets.invoices[0], f"{cents_of(place) / 100:.2f}"),)


def _paid_a_part(stage: Stage, targets: Targets, place: int) -> int:
    sql = "payments WHERE invoice_id = ? AND amount = ? AND written_off_on IS NULL"
    return _counted(stage, sql, _id(targets.invoices[0]), cents_of(place))


def _by_form(stage: Stage, resource: str, texts: dict[str, str], copy_of: str | None = None) -> Change:
    state = stage.forms.new(resource, copy_of=copy_of)
    return stage.forms.save(state, {**state.texts, **texts}).result(60)


def _pay_by_form(kind: str) -> Callable[[Stage, Targets, int], Sequence[Change]]:
    def do(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
        texts = {"invoice_id": targets.invoices[0].id or "", "amount": f"{cents_of(place) / 100:.2f}"}
        return (_by_form(stage, "payments", {**texts, "kind": kind, "note": text_of(place)}),)

    return do


def _noted(stage: Stage, _targets: Targets, place: int) -> int:
    return _counted(stage, "payments WHERE note LIKE ?", f"{text_of(place)}%")


def _message_by_form(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    texts = {"invoice_id": targets.invoices[place].id or "", "note": text_of(place)}
    texts["project_id"] = str(targets.invoices[place].values["project_id"])
    return (_by_form(stage, "payments", texts),)


def _pay_on_project(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    texts = {"project_id": targets.projects[place], "amount": f"{cents_of(place) / 100:.2f}", "note": text_of(place)}
    return (_by_form(stage, "payments", texts),)


def _edit_payment(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    state = stage.forms.edit("payments", targets.payments[place].lid)
    return (stage.forms.save(state, {**state.texts, "note": text_of(place)}).result(60),)


def _delete_payment(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    return stage.delete("payments", targets.payments[place])


def _payment_deleted(stage: Stage, targets: Targets, place: int) -> int:
    return 1 - _counted(stage, "payments WHERE id = ?", _id(targets.payments[place]))


def _new_expense(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    return (_by_form(stage, "expenses", {"text": text_of(place)}, targets.expenses[0].lid),)


def _expense_made(stage: Stage, _targets: Targets, place: int) -> int:
    """One behind a marked one bears a marker too."""
    sql = "expenses WHERE (name = ? OR name LIKE ?) AND deleted_at IS NULL"
    return _counted(stage, sql, text_of(place), f"{text_of(place)} kw:%")


def _new_marked_expense(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    return stage.save(draft_of(marked(stage), text_of(place), targets.expenses[0].lid))


def _marked_expenses_made(rows: int) -> Callable[[Stage, Targets, int], int]:
    def count(stage: Stage, _targets: Targets, place: int) -> int:
        sql = "expenses WHERE name LIKE ? AND deleted_at IS NULL"
        return {0: 0, rows: 1}.get(_counted(stage, sql, f"{text_of(place)}%kw:%"), -1)

    return count


def _three_in_one_request(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    texts = (f"{text_of(place)}, row {row}" for row in range(3))
    return stage.save(several(marked(stage), *texts, like=targets.expenses[0].lid))


def _new_and_edited(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    made = _by_form(stage, "expenses", {"text": f"{text_of(place)}, first"}, targets.expenses[0].lid)
    state = stage.forms.edit("expenses", made.lid)
    return made, stage.forms.save(state, {**state.texts, "text": text_of(place)}).result(60)


def _edit(**texts: str) -> Callable[[Stage, Targets, int], Sequence[Change]]:
    def do(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
        given = {key: text.format(text=text_of(place), cents=place) for key, text in texts.items()}
        return (stage.edit(targets.of_place(place)[0], **given),)

    return do


def _edited(column: str, value: Callable[[int], str | int]) -> Callable[[Stage, Targets, int], int]:
    def count(stage: Stage, targets: Targets, place: int) -> int:
        return _counted(stage, f"expenses WHERE id = ? AND {column} = ?", _id(targets.of_place(place)[0]), value(place))

    return count


def _delete_expense(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    return stage.delete("expenses", targets.of_place(place)[0])


def _expense_deleted(stage: Stage, targets: Targets, place: int) -> int:
    return 1 - _counted(stage, _STANDS, _id(targets.of_place(place)[0]))


def _delete_three(stage: Stage, targets: Targets, place: int) -> Sequence[Change]:
    return stage.delete("expenses", *targets.of_place(place))


def _three_deleted(stage: Stage, targets: Targets, place: int) -> int:
    left = sum(_counted(stage, _STANDS, _id(row)) for row in targets.of_place(place))
    return {0: 1, 3: 0}.get(left, -1)


def found_by_text(stage: Stage, change: Change) -> str:
    """The id of an expense with the text that was asked for; what bears a marker is found without us."""
    text = change.args.get("text")
    if not isinstance(text, str) or text not in {text_of(place) for place in range(CHAIN)} | {
        f"{text_of(place)}, first" for place in range(CHAIN)
    }:
        return ""
    rows = stage.server_rows("SELECT id FROM expenses WHERE name = ? AND deleted_at IS NULL", text)
    return str(rows[0][0]) if rows else ""


OF_INVOICE = ("invoices", "payments")
OF_EXPENSES = ("expenses",)

_SHARED = (
    Writing("pay in full", OF_INVOICE, _pay_in_full, _paid_in_full),
    Writing("delete a payment", OF_INVOICE, _delete_payment, _payment_deleted),
    Writing("new expense", OF_EXPENSES, _new_expense, _expense_made),
    Writing("new marked expense", OF_EXPENSES, _new_marked_expense, _marked_expenses_made(1)),
    Writing("new expense, edited at once", OF_EXPENSES, _new_and_edited, _expense_made, steps=2),
    Writing("edit a text", OF_EXPENSES, _edit(text="{text}"), _edited("name", text_of)),
    Writing("delete an expense", OF_EXPENSES, _delete_expense, _expense_deleted),
    Writing("delete three", OF_EXPENSES, _delete_three, _three_deleted),
)
WRITINGS: dict[str, tuple[Writing, ...]] = {
    "kantata": (
        *_SHARED,
        Writing("three marked in one request", OF_EXPENSES, _three_in_one_request, _marked_expenses_made(3)),
        Writing("payment with a message", OF_INVOICE, _message_by_form, _noted),
        Writing("payment on a project", OF_INVOICE, _pay_on_project, _noted),
        Writing(
            "edit an amount", OF_EXPENSES, _edit(amount="77.1{cents}"), _edited("amount", lambda place: 7710 + place)
        ),
        Writing(
            "edit a date",
            OF_EXPENSES,
            _edit(date="2026-01-1{cents}"),
            _edited("date", lambda place: f"2026-01-1{place}"),
        ),
        Writing(
            "edit two fields",
            OF_EXPENSES,
            _edit(text="{text}", amount="78.1{cents}"),
            _edited("amount", lambda place: 7810 + place),
        ),
    ),
    "productive": (
        *_SHARED,
        Writing("pay a part", OF_INVOICE, _pay_a_part, _paid_a_part),
        Writing("payment with a note", OF_INVOICE, _pay_by_form("payment"), _noted),
        Writing("write-off", OF_INVOICE, _pay_by_form("write_off"), _noted),
        Writing("edit a payment", OF_INVOICE, _edit_payment, _noted),
        Writing(
            "edit an amount",
            OF_EXPENSES,
            _edit(unit_amount="77.1{cents}"),
            _edited("amount", lambda place: 7710 + place),
        ),
    ),
}

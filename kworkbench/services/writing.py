"""The services that make changes, of one open connection: imported when the first of them is needed."""

from __future__ import annotations

from typing import Self

from kworkbench.lean import dataclass
from kworkbench.services.acting import ActionService
from kworkbench.services.again import AgainService
from kworkbench.services.asking import AskingForms
from kworkbench.services.conflicts import ConflictService
from kworkbench.services.deletes import DeleteService
from kworkbench.services.expenses import ExpenseService
from kworkbench.services.forms import FormService
from kworkbench.services.ground import Ground
from kworkbench.services.pay_review import PayReviews
from kworkbench.services.payments import PaymentService
from kworkbench.services.undo import UndoService


@dataclass(frozen=True, slots=True)
class Writing:
    """What a person does with one connection's records."""

    payments: PaymentService
    pay_reviews: PayReviews
    expenses: ExpenseService
    forms: FormService
    deletes: DeleteService
    undos: UndoService
    conflicts: ConflictService
    again: AgainService
    acting: ActionService
    asking: AskingForms

    @classmethod
    def over(cls, ground: Ground) -> Self:
        """All of them over the same ground."""
        payments, forms, acting = PaymentService(ground), FormService(ground), ActionService(ground)
        deletes = DeleteService(ground)
        return cls(
            payments=payments,
            pay_reviews=PayReviews(payments, ground.reader, ground.catalog.resources["invoices"]),
            expenses=ExpenseService(ground),
            forms=forms,
            deletes=deletes,
            undos=UndoService(ground),
            conflicts=ConflictService(ground),
            again=AgainService(ground, forms, deletes),
            acting=acting,
            asking=AskingForms(ground, forms, acting),
        )

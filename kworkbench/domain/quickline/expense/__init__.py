"""The expense line: one typed line becomes an expense, with a preview of everything it will do. Pure.

`parse_expense` reads the text, `plan_expense` says what it would record and what speaks against it, `preview_expense`
puts that into words, `endings` completes. Tokens, amounts and days are those of the payment line.
Source: product.md section 7, "Expense line".
"""

from kworkbench.domain.quickline.expense.cautions import CAUTIONS
from kworkbench.domain.quickline.expense.complete import endings, ghost_expense
from kworkbench.domain.quickline.expense.context import ExpenseContext
from kworkbench.domain.quickline.expense.facts import CategoryFacts, PastExpense, ServiceFacts
from kworkbench.domain.quickline.expense.parse import ExpenseLine, parse_expense
from kworkbench.domain.quickline.expense.place import Place
from kworkbench.domain.quickline.expense.plan import ExpensePlan, PlannedExpense, known_args, plan_expense
from kworkbench.domain.quickline.expense.preview import preview_expense, preview_nothing

__all__ = [
    "CAUTIONS",
    "CategoryFacts",
    "ExpenseContext",
    "ExpenseLine",
    "ExpensePlan",
    "PastExpense",
    "Place",
    "PlannedExpense",
    "ServiceFacts",
    "endings",
    "ghost_expense",
    "known_args",
    "parse_expense",
    "plan_expense",
    "preview_expense",
    "preview_nothing",
]

"""The quick line: one typed line becomes a payment, with a preview of everything it will do. Pure.

`parse_line` reads the text, `plan_payment` and `plan_payments` say what it would record and what speaks against it,
`preview` puts that into words, `under` names each token, `ghost` suggests. Source: product.md section 7.
"""

from kworkbench.domain.quickline.batch import Allotment, BatchPlan, allot, plan_payments
from kworkbench.domain.quickline.cautions import Caution, CautionName
from kworkbench.domain.quickline.context import LineContext
from kworkbench.domain.quickline.days import DateOrder
from kworkbench.domain.quickline.facts import InvoiceFacts, PastPayment, ProjectFacts
from kworkbench.domain.quickline.ghost import ghost
from kworkbench.domain.quickline.parse import parse_line
from kworkbench.domain.quickline.plan import Kind, PaymentPlan, PlannedPayment, plan_payment
from kworkbench.domain.quickline.preview import Preview, Row, Segment, plain, preview, preview_batch
from kworkbench.domain.quickline.tokens import Line, Part, Token
from kworkbench.domain.quickline.under import under

__all__ = [
    "Allotment",
    "BatchPlan",
    "Caution",
    "CautionName",
    "DateOrder",
    "InvoiceFacts",
    "Kind",
    "Line",
    "LineContext",
    "Part",
    "PastPayment",
    "PaymentPlan",
    "PlannedPayment",
    "Preview",
    "ProjectFacts",
    "Row",
    "Segment",
    "Token",
    "allot",
    "ghost",
    "parse_line",
    "plain",
    "plan_payment",
    "plan_payments",
    "preview",
    "preview_batch",
    "under",
]

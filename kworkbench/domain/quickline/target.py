"""What a line is about: one invoice, several marked ones, or a project."""

from __future__ import annotations

from collections.abc import Sequence

from kworkbench.domain.numbers import format_money
from kworkbench.domain.quickline.context import LineContext
from kworkbench.domain.quickline.facts import InvoiceFacts, ProjectFacts
from kworkbench.domain.quickline.reading import listed, unclosed
from kworkbench.domain.quickline.tokens import Part, Piece
from kworkbench.lean import dataclass

OWN_PROJECT = frozenset({"", "project"})
"""What after `@` means the project of the invoice that is meant."""


@dataclass(frozen=True, slots=True)
class Target:
    """The invoice or project meant, or the sentence why none is.

    Attributes:
        currency: of what is meant; empty where nothing is.
        name: how its token is shown.
        candidates: where a word fits several invoices.
    """

    invoice: InvoiceFacts | None = None
    project: ProjectFacts | None = None
    currency: str = ""
    name: str = ""
    error: str = ""
    candidates: tuple[InvoiceFacts, ...] = ()


def find_target(pieces: Sequence[Piece], context: LineContext) -> Target:
    """What the pieces name; without a name, what was under the cursor or marked."""
    invoices = [piece for piece in pieces if piece.part is Part.INVOICE]
    projects = [piece for piece in pieces if piece.part is Part.PROJECT]
    if (invoices or projects) and len(context.chosen) > 1:
        return Target(error="Several invoices are marked. Clear the marks to name one with #.")
    if error := next(filter(None, map(unclosed, (*invoices, *projects))), ""):
        return Target(error=error, candidates=_invoice(invoices[0], context).candidates if invoices else ())
    if len(invoices) == len(projects) == 1 and not names_project(projects[0]):
        return _own_project(_invoice(invoices[0], context))
    if len(invoices) + len(projects) > 1:
        both = " and ".join(piece.sign + piece.body for piece in (*invoices, *projects))
        return Target(error=f"{both} are two targets. Keep one, or put the note in quotes.")
    if projects:
        return _project(projects[0].body, context)
    return _invoice(invoices[0], context) if invoices else _under_cursor(pieces, context)


def names_project(piece: Piece) -> bool:
    """Whether a piece means a project by its name, and not the one of the invoice that is meant."""
    return piece.part is Part.PROJECT and piece.body.lower() not in OWN_PROJECT


def named(invoice: InvoiceFacts) -> str:
    """An invoice with its client: `INV-104  Acme`."""
    return f"{invoice.number}  {invoice.client}".rstrip()


def _under_cursor(pieces: Sequence[Piece], context: LineContext) -> Target:
    if context.fixed is not None:
        return _known(context.fixed)
    if context.chosen:
        return Target(currency=context.chosen[0].currency)
    return Target(error=_missing(pieces, context))


def _known(invoice: InvoiceFacts) -> Target:
    return Target(invoice=invoice, currency=invoice.currency, name=named(invoice))


def _invoice(piece: Piece, context: LineContext) -> Target:
    body = piece.body
    if not body:
        return Target(error="Write the number of an invoice or a part of it after #.")
    fixed = context.fixed
    if fixed is not None and not piece.sign:
        return _known(fixed)
    found = tuple(context.find_invoices(body))
    if not found and piece.sign:
        found = tuple(context.match_invoices(body))
    if len(found) == 1:
        return _known(found[0])
    if not found:
        return Target(error=f"No invoice matches {body!r}.")
    return Target(error=_which(body, found, context), candidates=found)


def _which(body: str, found: Sequence[InvoiceFacts], context: LineContext) -> str:
    twins = len({invoice.number for invoice in found}) < len(found)
    shown = [
        f"{invoice.number}{f' (id:{invoice.id})' if twins else ''} {invoice.client} "
        f"{format_money(invoice.outstanding, invoice.currency, context.shown)}"
        for invoice in found
    ]
    advice = f"Choose one with #id:{found[0].id}." if twins else "Write more of the number."
    return f"{body!r} fits {len(found)} invoices: {listed(shown)}. {advice}"


def _project(body: str, context: LineContext) -> Target:
    if not context.rules.without_invoice:
        return Target(error=f"{context.provider} records payments on invoices only. Put a note with @ in quotes.")
    if context.fixed is not None and body.lower() in OWN_PROJECT:
        return _own_project(_known(context.fixed))
    found = tuple(context.find_projects(body)) if body else ()
    if len(found) == 1:
        return Target(project=found[0], currency=found[0].currency, name=found[0].name)
    if not found:
        return Target(error=f"No project matches {body!r}." if body else "Write the name of a project after @.")
    return Target(error=which_project(body, found))


def which_project(body: str, found: Sequence[ProjectFacts]) -> str:
    """The choices where a word fits several projects."""
    twins = len({project.name for project in found}) < len(found)
    names = listed([f"{project.name} (id:{project.id})" if twins else project.name for project in found])
    advice = f"Choose one with @id:{found[0].id}." if twins else "Write more of the name."
    return f"{body!r} fits {len(found)} projects: {names}. {advice}"


def _own_project(of: Target) -> Target:
    """The project of the invoice meant: `@` or `@project` beside it."""
    invoice = of.invoice
    if invoice is None:
        return of
    if not invoice.project_id:
        return Target(error=f"{invoice.number} has no project of its own. Write its name after @.")
    project = ProjectFacts(invoice.project_id, invoice.project, invoice.client, invoice.currency)
    return Target(project=project, currency=project.currency, name=f"{invoice.number}  {project.name}".rstrip())


def _missing(pieces: Sequence[Piece], context: LineContext) -> str:
    """Why no invoice is meant, naming the word that looks like one."""
    for piece in pieces:
        if piece.part is Part.AMOUNT and piece.body.isdecimal() and context.find_invoices(piece.body):
            return f"No invoice is named. Write #{piece.body} for the invoice of that number."
        word = piece.body.partition(" ")[0]
        if piece.part is Part.NOTE and not piece.sign and any(char.isdecimal() for char in word):
            return f"No invoice {word} is known. Write # and a part of its number or client."
    return "No invoice is named. Write # and its number, a part of it, or of the client."

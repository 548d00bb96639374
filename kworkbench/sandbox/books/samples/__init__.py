"""The sample books: believable, and the same for the same seed, day and size. `fill_samples` writes them."""

from __future__ import annotations

from kworkbench.sandbox.books.samples.billing import write_billing
from kworkbench.sandbox.books.samples.ledger import write_references
from kworkbench.sandbox.books.samples.paperwork import write_paperwork
from kworkbench.sandbox.books.samples.scenery import write_scenery
from kworkbench.sandbox.books.samples.spending import write_spending
from kworkbench.sandbox.books.samples.tasks import write_tasks
from kworkbench.sandbox.books.store import Books


def fill_samples(books: Books, size: int) -> None:
    """Fills new books with `size` expenses over the three years up to `books.today`, and all that belongs to them.

    Clients, projects, invoices and payments grow with `size`; rows are made one at a time, so memory stays small.
    """
    scenery = write_scenery(books, size)
    invoices = write_billing(books, scenery, size)
    write_spending(books, scenery, invoices, size)
    write_references(books)
    write_tasks(books)
    write_paperwork(books)

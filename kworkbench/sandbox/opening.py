"""Opening the books and making the context that both ways of serving share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from kworkbench.sandbox.books.store import DEFAULT_SIZE, Books
from kworkbench.sandbox.context import SandboxContext


def system_clock() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def open_context(
    path: Path | None,
    *,
    token: str,
    seed: int = 1,
    today: date | None = None,
    size: int = DEFAULT_SIZE,
    clock: Callable[[], datetime] = system_clock,
    kantata_field: bool = True,
    modern_shape: bool = False,
) -> SandboxContext:
    """The context over the books in `path` (None: in memory), which are created when there are none.

    Call it in the thread that will serve. `today` None is the day of creation.

    Raises:
        BooksError: the file is no usable set of books.
        OSError: its folder cannot be made.
    """
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    books = Books.open(path, seed=seed, today=today or clock().date(), size=size, clock=clock)
    return SandboxContext(
        books=books,
        token=token,
        organization_id=str(books.organization().id),
        clock=clock,
        modern_shape=modern_shape,
        kantata_field=kantata_field,
    )


def reset(
    path: Path, *, seed: int, today: date | None, size: int, clock: Callable[[], datetime] = system_clock
) -> None:
    """Replaces the books in `path` by new ones, which are whole before the old ones go.

    Raises:
        BooksError: the new books cannot be made.
        OSError: the folder or the file cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    _remove(fresh)
    Books.open(fresh, seed=seed, today=today or clock().date(), size=size, clock=clock).close()
    _remove(path)
    fresh.replace(path)


def _remove(path: Path) -> None:
    """Removes a file of books and the journal of a killed process, which would be played into the next one."""
    for name in (path.name, f"{path.name}-journal"):
        path.with_name(name).unlink(missing_ok=True)

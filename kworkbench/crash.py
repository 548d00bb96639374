"""The outermost edge: no traceback reaches a person, no secret reaches a file, no core is dumped.

What went wrong is told in a sentence; where it happened (without the values of variables) goes to a log that only its
owner can read. Source: sync-engine.md section 8 ("Secrets", "Files"), product.md section 11.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # the real one would cost an import before the first paint
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path


class OutputError(Exception):
    """What a command prints cannot be written; the message names the reason."""


FAILED_OUTPUT = 1
CRASHED = 70
"""The status for a fault of our own (sysexits' "internal software error"); none of the documented ones means that."""
INTERRUPTED = 130
LARGEST_LOG = 1_000_000


def harden() -> None:
    """Before the first file is opened: files readable by their owner only, and no memory image on disk."""
    os.umask(0o077)
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def open_streams() -> None:
    """Give the process the streams it was started without, so that no file of ours takes their place.

    Raises:
        OutputError: there is no stdout, so nothing that is asked for could be seen.
    """
    for name, mode in (("stdin", "r"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDWR), "w", encoding="utf-8")
        raise OutputError("stdout is closed")


def guarded(work: Callable[[], int], log: Path, secrets: Iterable[str] = ()) -> int:
    """Run the program and return its exit status, whatever happens inside.

    Args:
        work: the program; returns its exit status.
        log: where a fault of our own is written down.
        secrets: texts that are masked in the log.
    """
    try:
        return work()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        _swallow_output()
        return 0
    except OutputError as problem:
        _swallow_output()
        print(f"The output could not be written ({problem}). Free some space, or write elsewhere.", file=sys.stderr)  # noqa: T201
        return FAILED_OUTPUT
    except Exception as problem:  # noqa: BLE001 - this is the outermost edge
        _report(problem, log, secrets)
        return CRASHED


def secrets_in(environ: Mapping[str, str]) -> tuple[str, ...]:
    """What is masked in the log."""
    return tuple(environ.get(name, "") for name in ("KWORKBENCH_TOKEN", "KWORKBENCH_CLIENT_SECRET"))


def watch(log: Path, secrets: Iterable[str] = ()) -> None:
    """Send what goes wrong outside of `guarded` to the log; imports logging."""
    watch_threads(log, secrets)
    watch_logging(log, secrets)


def watch_threads(log: Path, secrets: Iterable[str] = ()) -> None:
    """Send faults of background threads to the log, where the interpreter would print a traceback over the screen."""
    import threading  # noqa: PLC0415
    from contextlib import suppress  # noqa: PLC0415

    masked = tuple(secrets)

    def note(fault: threading.ExceptHookArgs) -> None:
        if fault.exc_value is not None and not isinstance(fault.exc_value, SystemExit):
            with suppress(OSError):
                write_log(fault.exc_value, log, masked)

    threading.excepthook = note


def watch_logging(log: Path, secrets: Iterable[str] = ()) -> None:
    """Send what libraries and the embedded server log as a warning or worse to the log, never to the terminal."""
    import logging  # noqa: PLC0415 - not before it is needed
    from contextlib import suppress  # noqa: PLC0415

    masked = tuple(secrets)

    class ToLog(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            with suppress(OSError):
                append(self.format(record), log, masked)

    logging.getLogger().addHandler(ToLog(logging.WARNING))


def _report(problem: Exception, log: Path, secrets: Iterable[str]) -> None:
    try:
        write_log(problem, log, secrets)
        kept = f"What happened inside is in {log}."
    except OSError:
        kept = f"It could not be written to {log}."
    print(  # noqa: T201
        f"kworkbench stopped because of a fault of its own ({type(problem).__name__}). "
        f"Changes that were saved are safe in the outbox. {kept}",
        file=sys.stderr,
    )


def write_log(problem: BaseException, log: Path, secrets: Iterable[str] = ()) -> None:
    """Append where a fault happened, without the values of variables.

    Raises:
        OSError: the log cannot be written.
    """
    from traceback import format_exception  # noqa: PLC0415 - only a fault needs it

    append("".join(format_exception(problem)), log, secrets)


def append(text: str, log: Path, secrets: Iterable[str] = ()) -> None:
    """Append a text with the time to the log, which begins anew when it has grown large.

    Raises:
        OSError: the log cannot be written.
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - only a fault needs it

    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    way = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if _is_large(log) else os.O_APPEND)
    with os.fdopen(os.open(log, way, 0o600), "w", encoding="utf-8", errors="backslashreplace") as out:
        out.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{text}\n")


def _is_large(log: Path) -> bool:
    return log.exists() and log.stat().st_size > LARGEST_LOG


def _swallow_output() -> None:
    """The reader of our output went away: nothing more can be said there, and the interpreter must not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)

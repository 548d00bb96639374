"""`kworkbench changes`: the outbox and the journal, and what can be done with a change. Source: product.md 11."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import click

from kworkbench.cli.errors import CommandError
from kworkbench.cli.exits import Exit
from kworkbench.cli.outcomes import line_of, report
from kworkbench.cli.plain import visible
from kworkbench.cli.ports import Books
from kworkbench.cli.render import Format, document, objects, write
from kworkbench.cli.state import Run
from kworkbench.cli.values import Plain, plain
from kworkbench.cli.waiting import outcome, settle
from kworkbench.cli.ways_out import ways_out
from kworkbench.cli.words import Commands, format_option, opening_options
from kworkbench.domain.catalog import ValueType
from kworkbench.domain.changes import Arg, Attempt, Change, Raw, Resolution
from kworkbench.domain.records import remote_id_of

if TYPE_CHECKING:
    from concurrent.futures import Future

COLUMNS = ("id", "state", "op", "resource", "record", "asked", "errors", "created", "attempts")


class OneFormat(StrEnum):
    """How one change is written."""

    TABLE = "table"
    JSON = "json"


@click.group("changes", cls=Commands, invoke_without_command=True)
@format_option(Format, Format.TABLE)
@opening_options
@click.pass_context
def changes_group(ctx: click.Context, way: Format) -> Exit:
    """Show unsent, refused and unclear changes and the journal; send again, discard or resolve one."""
    return _list(ctx.ensure_object(Run), way) if ctx.invoked_subcommand is None else Exit.DONE


@changes_group.command("list")
@format_option(Format, Format.TABLE)
@opening_options
@click.pass_obj
def list_changes(run: Run, way: Format) -> Exit:
    """Print the changes of the connection, the newest first."""
    return _list(run, way)


@changes_group.command("show")
@click.argument("seq", metavar="ID", type=int)
@format_option(OneFormat, OneFormat.TABLE)
@opening_options
@click.pass_obj
def show_change(run: Run, seq: int, way: OneFormat) -> Exit:
    """Print everything known of one change."""
    with run.books(engine=False) as books:
        change = _change(run, books, seq)
        told = as_object(books, change)
        if way is OneFormat.JSON:
            run.console.data(f"{document(told, indent=2)}\n")
            return Exit.DONE
        run.console.show(line_of(books, change))
        for name, value in told.items():
            run.console.show(f"{name:<9} {value if isinstance(value, str) else document(value)}")
        for each in books.changes.attempts(seq).result():
            for line in _tried(each):
                run.console.show(visible(line))
        waits = books.changes.attention().get(seq)
        if waits is not None:
            run.console.show(visible(waits.told))
        for line in _otherwise(change):
            run.console.show(visible(line))
        run.console.show(ways_out(change, waits=waits is not None))
    return Exit.DONE


def _otherwise(change: Change) -> Iterator[str]:
    """What the server made otherwise than was sent or shown, a line each; amounts in minor units."""
    for each in change.differences:
        yield f"otherwise {each.field}: shown {each.asked}, now {each.got}"


def _tried(each: Attempt) -> Iterator[str]:
    """One try: when, what came of it, and both bodies, each in a line of its own."""
    status = f" {each.status}" if each.status else ""
    request = f", request {each.request_id}" if each.request_id else ""
    yield f"try {each.n}     {each.at}  {each.phase}{status} {each.outcome}".rstrip() + request
    asked, _, body = each.sent.partition("\n")
    for label, text in (("  asked", asked), ("  sent", body), ("  answer", each.answer)):
        if text.strip():
            yield f"{label:<9} {' '.join(text.split())}"


@changes_group.command("retry")
@click.argument("seq", metavar="ID", type=int)
@opening_options
@click.pass_obj
def retry_change(run: Run, seq: int) -> Exit:
    """Send a change again."""
    return _act(run, seq, lambda books: books.changes.retry(seq), wait=True)


@changes_group.command("discard")
@click.argument("seq", metavar="ID", type=int)
@opening_options
@click.pass_obj
def discard_change(run: Run, seq: int) -> Exit:
    """Give up a change that is not over. It stays in the journal."""
    return _act(run, seq, lambda books: books.changes.discard(seq), wait=False)


@changes_group.command("resolve")
@click.argument("seq", metavar="ID", type=int)
@click.option("--found", metavar="PAYMENT", help="It is there: the id of the payment at the provider.")
@click.option("--send-again", is_flag=True, help="It is not there: send it once more.")
@click.option("--give-up", is_flag=True, help="Close it as it is.")
@click.option("--go-on", is_flag=True, help="It is right as the server made it: let the queue go on.")
@opening_options
@click.pass_obj
def resolve_change(run: Run, seq: int, found: str | None, send_again: bool, give_up: bool, go_on: bool) -> Exit:
    """Say what became of an unclear change, or let the queue go on after a first write that came out otherwise."""
    given = {
        Resolution.FOUND: bool(found),
        Resolution.SEND_AGAIN: send_again,
        Resolution.GIVE_UP: give_up,
        Resolution.GO_ON: go_on,
    }
    chosen = [way for way, said in given.items() if said]
    if len(chosen) != 1:
        raise CommandError("Say one of --found PAYMENT, --send-again, --give-up or --go-on.", Exit.USAGE)
    return _act(run, seq, lambda books: books.changes.resolve(seq, chosen[0], found or ""), wait=send_again)


def _act(run: Run, seq: int, act: Callable[[Books], Future[Change]], *, wait: bool) -> Exit:
    if run.start.read_only:
        raise CommandError("Nothing is written: --read-only was given. Leave it out to write.")
    with run.books() as books:
        _change(run, books, seq)
        change = outcome(act(books), books, run.console, run.ports.timing)
        return report(run, books, settle(books, (change,), run.ports.timing, wait=wait and not run.start.offline))


def _change(run: Run, books: Books, seq: int) -> Change:
    for change in run.own_changes(books):
        if change.seq == seq:
            return change
    name = run.connection().name
    raise CommandError(f"There is no change {seq} on {name}. `kworkbench changes list` shows those that are.")


def _list(run: Run, way: Format) -> Exit:
    with run.books(engine=False) as books:
        told = [as_object(books, change) for change in run.own_changes(books)]
    if way in (Format.JSON, Format.NDJSON):
        objects(run.console, told, way)
        return Exit.DONE
    lines = ([_flat(each[name]) for name in COLUMNS] for each in told)
    write(run.console, COLUMNS, [name == "attempts" for name in COLUMNS], lines, way)
    return Exit.DONE


def as_object(books: Books, change: Change) -> dict[str, object]:
    """A change in the documented JSON, fields as in product.md section 11.

    `asked` holds what was wanted under the form's keys (amounts as in `list`); for a bulk change the `ids`.
    """
    asked: dict[str, object] = {key: _asked(books, change, key, arg) for key, arg in change.args.items()}
    if change.targets:
        asked["ids"] = [remote_id_of(lid) or books.remote_id(lid) for lid in change.targets]
    return {
        "id": str(change.seq),
        "state": change.shown.word,
        "op": change.op.value,
        "resource": change.kind,
        "record": None if change.targets else remote_id_of(change.lid) or books.remote_id(change.lid),
        "asked": asked,
        "errors": [
            {"field": error.field, "message": f"{error.row}: {error.message}" if error.row else error.message}
            for error in (change.error.errors if change.error else ())
        ],
        "answer": _answer(change),
        "created": change.created_at,
        "attempts": change.attempts,
    }


def _asked(books: Books, change: Change, key: str, arg: Arg) -> Plain:
    if isinstance(arg, Raw):
        return arg.text
    fields = books.catalog.resources[change.kind].form if change.kind in books.catalog.resources else ()
    kind = next((field.type for field in fields if field.key == key), ValueType.TEXT)
    currency = change.args.get("currency", change.pre.get("currency"))
    return plain(arg, kind, currency if isinstance(currency, str) else None)


def _answer(change: Change) -> object:
    text = change.response or (change.error.body if change.error else "")
    if not text:
        return None
    try:
        answer: object = json.loads(text)
    except ValueError:
        return text
    return answer


def _flat(value: object) -> Plain:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return " ".join(f"{name}={'' if each is None else each}" for name, each in value.items())
    return _sentences(value)


def _sentences(errors: object) -> str:
    told = [each for each in errors if isinstance(each, Mapping)] if isinstance(errors, list) else []
    return "; ".join(f"{each['field']}: {each['message']}" if each["field"] else f"{each['message']}" for each in told)

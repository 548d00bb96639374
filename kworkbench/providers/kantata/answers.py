"""Kantata's answers as records. Imports pydantic.

`account` and `user` are those of the person signed in; workspaces of other accounts are external.
"""

from __future__ import annotations

from functools import partial

from kworkbench.domain.records import Lookup, Record
from kworkbench.providers.base import Identity, Page, Response, UnreadableAnswerError, Write
from kworkbench.providers.kantata.codec import Codec, Own
from kworkbench.providers.kantata.envelope import COLLECTIONS, Answer
from kworkbench.providers.wire import parse, text

_RELATED = ("projects", "people", "categories", "vendors")


def read_page(kind: str, answer: Response, lookup: Lookup, account: str, user: str) -> Page:
    """The page in an answer to a list."""
    found = Answer(answer, lookup)
    codec = Codec(found, Own(account, user))
    records = tuple(codec.record(kind, record_id, document) for record_id, document in found.asked(kind))
    count, meta = found.envelope.count, found.envelope.meta
    if meta.page_count is None:
        raise UnreadableAnswerError("The server's answer does not say how many pages there are.")
    return Page(records, partial(_beside, codec, *_RELATED), meta.page_number or 1, meta.page_count, count)


def read_record(kind: str, answer: Response, lookup: Lookup, account: str, user: str) -> tuple[Record, ...]:
    """The record asked for, then what came with it: beside a payment its invoice."""
    found = Answer(answer, lookup)
    codec = Codec(found, Own(account, user))
    records = tuple(codec.record(kind, record_id, document) for record_id, document in found.asked(kind))
    if not records:
        raise UnreadableAnswerError("The server's answer holds no record.")
    return records + _beside(codec, "invoices", *_RELATED)


def read_written(write: Write, answer: Response, lookup: Lookup, account: str, user: str) -> tuple[Record, ...]:
    """The records of an answer to any write; of a decision on a report its expenses, where it brings them all."""
    if not answer.body.strip():
        return ()
    found = Answer(answer, lookup)
    codec = Codec(found, Own(account, user))
    name = COLLECTIONS[write.kind]
    asked = found.asked(write.kind) if any(one.key == name for one in found.envelope.results) else ()
    records = tuple(codec.record(write.kind, record_id, document) for record_id, document in asked)
    records += _beside(codec, *dict.fromkeys((write.kind, "invoices", *_RELATED)))
    told = {record.id for record in records if record.kind == write.kind}
    return records if told.issuperset(write.targets) else ()


def read_next_number(answer: Response) -> str:
    """The number that the next invoice gets; this answer alone has no envelope."""
    document = parse(answer.body)
    number = text(document.get("next_invoice_number")) if isinstance(document, dict) else None
    if number is None:
        raise UnreadableAnswerError("The server does not say which number comes next.")
    return number


def read_identity(answer: Response) -> Identity:
    """The one user in an answer to `who`; Kantata tells the account's number there, and its name nowhere."""
    record = read_record("people", answer, lambda _kind, _id: None, "", "")[0]
    account = str(record.values.get("account_id") or "")
    return Identity(record.id, str(record.values["name"]), f"account {account}" if account else "", account)


def _beside(codec: Codec, *kinds: str) -> tuple[Record, ...]:
    """Records that came along. Lists leave out invoices: beside payments they lack their projects."""
    return tuple(
        codec.record(kind, record_id, document) for kind in kinds for record_id, document in codec.answer.beside(kind)
    )

"""Productive's answers as records. Imports pydantic."""

from __future__ import annotations

from functools import partial

from kworkbench.domain.records import Lookup, Record
from kworkbench.providers.base import DeletedItem, DeletedPage, Identity, Page, Response, UnreadableAnswerError, Write
from kworkbench.providers.productive.bodies import DELETED
from kworkbench.providers.productive.codec import decode
from kworkbench.providers.productive.documents import Membership, Meta, Named
from kworkbench.providers.productive.links import TYPES, Document, Links, key_of
from kworkbench.providers.scalars import read
from kworkbench.providers.wire import parse, text

_DELETED_KINDS = {called: kind for kind, called in DELETED.items()}


def read_page(kind: str, answer: Response, lookup: Lookup) -> Page:
    """The page in an answer to a list."""
    document = _document(answer)
    data = document.get("data")
    if not isinstance(data, list):
        raise UnreadableAnswerError("The server's answer is no list.")
    links = Links(_included(document), lookup)
    meta = read(Meta, document.get("meta"))
    records = tuple(_asked(kind, one, links) for one in data)
    beside = partial(_others, links, without=TYPES["invoices"])
    return Page(records, beside, meta.current_page, meta.total_pages, meta.total_count)


def read_record(kind: str, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
    """The record asked for, then what came with it: after a payment its recalculated invoice."""
    document = _document(answer)
    data = document.get("data")
    links = Links(_included(document), lookup)
    records = tuple(_asked(kind, one, links) for one in (data if isinstance(data, list) else [data]))
    if not records:
        raise UnreadableAnswerError("The server's answer holds no record.")
    return records + _others(links)


def read_written(write: Write, answer: Response, lookup: Lookup) -> tuple[Record, ...]:
    """The records of an answer to any write; none where it is about something else, or says nothing."""
    if not answer.body.strip():
        return ()
    document = _document(answer)
    data = document.get("data")
    links = Links(_included(document), lookup)
    asked = data if isinstance(data, list) else [data]
    found = tuple(record for one in asked if isinstance(one, dict) and (record := decode(one, links)) is not None)
    return tuple(record for record in found if record.kind == write.kind) + _others(links)


def read_deleted(answer: Response) -> DeletedPage:
    """The deleted records of our kinds in a page of deleted items, as the server orders them."""
    document = _document(answer)
    data = document.get("data")
    if not isinstance(data, list):
        raise UnreadableAnswerError("The server's answer is no list.")
    items = tuple(item for one in data if (item := _deleted(one)) is not None)
    return DeletedPage(items, read(Meta, document.get("meta")).total_pages)


def _deleted(resource: object) -> DeletedItem | None:
    _, item_id = key_of(resource)
    attributes = resource.get("attributes") if isinstance(resource, dict) else None
    if not isinstance(attributes, dict):
        return None
    kind, record_id = _DELETED_KINDS.get(str(attributes.get("item_type"))), text(attributes.get("item_id"))
    return None if kind is None or record_id is None else DeletedItem(item_id, kind, record_id)


def read_identity(answer: Response) -> Identity:
    """The person of the first membership; the organization's name, else that of the person's own company."""
    document = _document(answer)
    data = document.get("data")
    if not isinstance(data, list) or not data:
        raise UnreadableAnswerError("The server does not say who is signed in.")
    links = Links(_included(document), lambda _kind, _id: None)
    found = read(Membership, data[0]).relationships
    if found.person.data is None:
        raise UnreadableAnswerError("The server does not say who is signed in.")
    person = links.find(Named, found.person.data)
    company = links.find(Named, person.relationships.company.data) if person else None
    organization = links.find(Named, found.organization.data) or company
    return Identity(
        user_id=found.person.data.id,
        user=person.label if person else "",
        organization=organization.label if organization else "",
        account_id=found.organization.data.id if found.organization.data else "",
    )


def _document(answer: Response) -> Document:
    document = parse(answer.body)
    if not isinstance(document, dict):
        raise UnreadableAnswerError("The server's answer is no JSON:API document.")
    return document


def _included(document: Document) -> list[object]:
    included = document.get("included")
    return included if isinstance(included, list) else []


def _asked(kind: str, resource: object, links: Links) -> Record:
    record = decode(resource, links) if isinstance(resource, dict) else None
    if record is None or record.kind != kind:
        raise UnreadableAnswerError(f"The server's answer holds something else than {kind}.")
    return record


def _others(links: Links, without: str = "") -> tuple[Record, ...]:
    """Records of our kinds that came along, but for budgets. Lists leave out invoices too.

    Both come with less than their own list gives.
    """
    left_out = {without, TYPES["budgets"]}
    found = (decode(one, links) for one in links.included.values() if key_of(one)[0] not in left_out)
    return tuple(record for record in found if record is not None)

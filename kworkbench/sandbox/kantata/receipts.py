"""Receipts: uploading a file, or asking where to upload it; renaming and deleting it. Source: api/kantata.md 6.2.

Ours: a file's content is not kept, only its name, type and size; a direct upload goes to this server, carries the
signature that the first answer gave in place of a token, and is as large as a request may be; a file that an invoiced
expense shows can be deleted like any other.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

from kworkbench.sandbox.books.kantata_model import Upload
from kworkbench.sandbox.books.model import Attachment
from kworkbench.sandbox.books.store import Value
from kworkbench.sandbox.kantata.bodies import File
from kworkbench.sandbox.kantata.call import Call
from kworkbench.sandbox.kantata.collection import Record
from kworkbench.sandbox.kantata.envelope import envelope
from kworkbench.sandbox.kantata.errors import Problem, forbidden, invalid, not_found
from kworkbench.sandbox.kantata.helpers import ATTACHMENTS
from kworkbench.sandbox.kantata.values import Members, member

KINDS = ("receipt", "post_attachment")
MAX_FILE = 10 * 1024 * 1024
MAX_NAME = 255
UPLOAD = "/attachments/{id}/upload"

_DIRECT_NAME = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif"}


def create_attachment(call: Call) -> Record:
    """Takes a file, or with `direct=true` says where to send it: `id`, `action` and `fields`, without an envelope.

    Raises:
        Refusal: 422, one entry per problem.
    """
    members = Members(member(call.body, "attachment"))
    direct = Members(call.body).flag("direct", "Direct") or False
    kind = members.text("type", "Type") or ""
    if kind not in KINDS:
        members.refuse("type", f"Type must be one of {', '.join(KINDS)}")
    file = _named(members) if direct else _sent(members)
    if members.problems or file is None:
        raise invalid(members.problems)
    attachment_id = _keep(call, file, kind)
    if not direct:
        return _reply(call, attachment_id)
    call.books.insert(Upload, id=attachment_id)
    return {
        "id": attachment_id,
        "action": f"{call.origin}{UPLOAD.format(id=attachment_id)}",
        "fields": {
            "utf8": "✓",
            "key": f"attachments/{attachment_id}/{file.name}",
            "success_action_status": "204",
            "signature": _signature(call, attachment_id),
        },
    }


def take_upload(call: Call) -> None:
    """The file of a direct upload, sent with the fields that were given; asks for no token.

    Raises:
        Refusal: 404, 403 for another signature, 422 without a file.
    """
    upload = _waiting(call)
    members = Members(call.body)
    signature = members.text("signature", "Signature") or ""
    if not hmac.compare_digest(signature.encode(), _signature(call, upload.id).encode()):
        raise forbidden("The signature is not the one that was given.")
    file = call.body.get("file")
    if not isinstance(file, File):
        raise invalid([Problem("File is missing", "file")])
    call.books.update(Upload, upload.id, size=file.size, content_type=file.content_type)


def sync_attachment(call: Call) -> Record:
    """Ends a direct upload: the attachment now has the size of the file that came.

    Raises:
        Refusal: 404, or 422 while no file has come.
    """
    upload = _waiting(call)
    if upload.size is None:
        raise invalid([Problem("The file has not been uploaded yet", "base")])
    values: dict[str, Value] = {"size": upload.size, "updated_at": call.books.now()}
    if upload.content_type and upload.content_type != "application/octet-stream":
        values["content_type"] = upload.content_type
    call.books.update(Attachment, upload.id, **values)
    call.books.delete(Upload, upload.id)
    return _reply(call, upload.id)


def rename_attachment(call: Call) -> Record:
    """Gives a file another name.

    Raises:
        Refusal: 404, or 422.
    """
    row = _live(call)
    members = Members(member(call.body, "attachment"))
    name = members.text("filename", "Filename", MAX_NAME)
    if not members.given("filename"):
        members.refuse("filename", "Filename is missing")
    if members.problems or name is None:
        raise invalid(members.problems)
    call.books.update(Attachment, row.id, filename=name, updated_at=call.books.now())
    return _reply(call, row.id)


def delete_attachment(call: Call) -> None:
    """Deletes a file; expenses that show it show none any more (ours).

    Raises:
        Refusal: 404.
    """
    row = _live(call)
    now = call.books.now()
    call.books.update(Attachment, row.id, deleted_at=now, updated_at=now)
    sql = "UPDATE expenses SET attachment_id = NULL, updated_at = ? WHERE attachment_id = ?"
    call.books.connection.execute(sql, (now, row.id))


def _named(members: Members) -> File | None:
    name = members.text("filename", "Filename", MAX_NAME) or ""
    if not members.given("filename"):
        members.refuse("filename", "Filename is missing")
    elif not _DIRECT_NAME.fullmatch(name):
        members.refuse("filename", "Filename may hold letters, digits, dots, hyphens and underscores only")
    return File(name, _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream"), 0)


def _sent(members: Members) -> File | None:
    file = members.tree.get("data")
    if not isinstance(file, File) or not file.name:
        members.refuse("data", "Data must be a file")
        return None
    if file.size > MAX_FILE:
        members.refuse("data", "Data is larger than 10 MB")
    if len(file.name) > MAX_NAME:
        members.refuse("data", f"Filename is too long (maximum is {MAX_NAME} characters)")
    return file


def _keep(call: Call, file: File, kind: str) -> int:
    now = call.books.now()
    return call.books.insert(
        Attachment,
        kind=kind,
        filename=file.name,
        content_type=file.content_type,
        size=file.size,
        creator_id=call.look.caller,
        created_at=now,
        updated_at=now,
    )


def _live(call: Call) -> Attachment:
    row = call.books.one(Attachment, call.row_id)
    if row is None or row.deleted_at is not None:
        raise not_found()
    return row


def _waiting(call: Call) -> Upload:
    upload = call.books.one(Upload, _live(call).id)
    if upload is None:
        raise not_found()
    return upload


def _reply(call: Call, attachment_id: int) -> Record:
    return envelope(ATTACHMENTS, call, call.books.all(Attachment, "WHERE id = ?", (attachment_id,)))


def _signature(call: Call, attachment_id: int) -> str:
    return hmac.new(call.context.token.encode(), f"upload {attachment_id}".encode(), sha256).hexdigest()

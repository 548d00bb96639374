"""From a query and a body to one tree of members, whichever way they were written.

JSON, Rails-style forms (`expense[workspace_id]=1`, `expenses[][date]=..`), multipart, and the query of a write.
Everything unreadable is a `Refusal` with status 400. Source: api/kantata.md section 1.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from kworkbench.sandbox.kantata.errors import unreadable

Tree = dict[str, object]


@dataclass(frozen=True, slots=True)
class File:
    """A file of a multipart body; `size` in bytes. What is in it is not kept (ours)."""

    name: str
    content_type: str
    size: int


MAX_DEPTH = 32
MAX_MEMBERS = 20_000

_KEY = re.compile(r"\[([^\[\]]*)\]")


def read_query(raw: bytes) -> list[tuple[str, str]]:
    """The pairs of a query string, in order.

    Raises:
        Refusal: not UTF-8, or more pairs than a request has.
    """
    return _pairs(raw, "query")


async def read_body(body: bytes, content_type: str) -> Tree:
    """The members of a body; an empty body has none.

    Raises:
        Refusal: the body cannot be read as what its content type says.
    """
    if not body.strip():
        return {}
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return _json(body)
    if kind == "application/x-www-form-urlencoded":
        return nest(_pairs(body, "body"))
    if kind == "multipart/form-data":
        return nest(await _multipart(body, content_type))
    raise unreadable(f"The body's content type {kind or '(none)'} cannot be read. Send JSON or a form.")


def nest(pairs: Iterable[tuple[str, str | File]]) -> Tree:
    """The tree that bracketed names mean; in an array of objects a repeated key starts the next object.

    Raises:
        Refusal: one name used both as a value and as a group, or nested too deep.
    """
    tree: Tree = {}
    for name, value in pairs:
        head, bracket, rest = name.partition("[")
        path = _KEY.findall(bracket + rest)
        if bracket and "".join(f"[{part}]" for part in path) != bracket + rest:
            head, path = name, []
        if len(path) > MAX_DEPTH:
            raise unreadable(f"The member {name[:60]} is nested too deep.")
        _put(tree, head, path, value)
    return tree


def _put(group: Tree, key: str, path: list[str], value: str | File) -> None:
    if not path:
        group[key] = value
    elif path[0] == "":
        items = group.setdefault(key, [])
        if not isinstance(items, list):
            raise unreadable(f"The member {key[:60]} is both a list and something else.")
        _put_item(items, path[1:], value)
    else:
        inner = group.setdefault(key, {})
        if not isinstance(inner, dict):
            raise unreadable(f"The member {key[:60]} is both a value and a group.")
        _put(inner, path[0], path[1:], value)


def _put_item(items: list[object], path: list[str], value: str | File) -> None:
    if not path:
        items.append(value)
        return
    last = items[-1] if items else None
    if not isinstance(last, dict) or _has(last, path):
        last = {}
        items.append(last)
    _put(last, path[0], path[1:], value)


def _has(item: object, path: list[str]) -> bool:
    for part in path:
        if part == "":
            return False
        if not isinstance(item, dict) or part not in item:
            return False
        item = item[part]
    return True


def _pairs(raw: bytes, place: str) -> list[tuple[str, str]]:
    try:
        text = raw.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_MEMBERS)
    except ValueError:
        raise unreadable(f"The {place} cannot be read as a form in UTF-8.") from None
    for name, value in pairs:
        _check_text(name)
        _check_text(value)
    return pairs


async def _multipart(body: bytes, content_type: str) -> list[tuple[str, str | File]]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(Headers({"content-type": content_type}), stream(), max_files=20).parse()
    except (MultiPartException, ValueError, KeyError, LookupError):
        raise unreadable("The multipart body cannot be read.") from None
    pairs = [(name, value if isinstance(value, str) else _file(value)) for name, value in form.multi_items()]
    await form.close()
    for name, value in pairs:
        _check_text(name)
        _check_text(value if isinstance(value, str) else value.name)
    return pairs


def _file(upload: UploadFile) -> File:
    return File(upload.filename or "", upload.content_type or "application/octet-stream", upload.size or 0)


def _json(body: bytes) -> Tree:
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise unreadable("The body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise unreadable("The body must be a JSON object.")
    _check(found, 0)
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise unreadable("The body is nested too deep.")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise unreadable("The body holds a number out of range.")
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_text(name)
            _check(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check(member, depth + 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise unreadable("A text holds a NUL character.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise unreadable("A text holds half of a surrogate pair.") from None

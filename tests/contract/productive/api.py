"""A client of the contract for Productive, which checks the shape of every document."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.contract.kinds import is_integer
from tests.contract.wires import ORGANIZATION, TOKEN, Answer, Wire

Row = dict[str, Any]
Query = Sequence[tuple[str, str]]

BASE = "/api/v2"
JSON_API = "application/vnd.api+json"
BULK = "application/vnd.api+json; ext=bulk"
PAGING = ["current_page", "total_pages", "total_count", "page_size", "max_page_size"]


@dataclass(frozen=True, slots=True)
class Productive:
    """Asks over one wire; `modern` expects the shape of 2024 and later."""

    wire: Wire
    token: str = TOKEN
    modern: bool = False

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends one request; an empty content type sends none."""
        sent = {"x-auth-token": self.token, "x-organization-id": ORGANIZATION, "accept": JSON_API, **(headers or {})}
        if content_type != "":
            sent["content-type"] = content_type or JSON_API
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        answer = self.wire.send(method, f"{BASE}{path}", sent, raw)
        check_answer(answer, self)
        return answer

    def main(self, document: Any) -> Any:
        """The record of a single document, or the first of a list."""
        found = document.get("data")
        return (found[0] if found else None) if isinstance(found, list) else found

    def page(self, path: str, query: Query = ()) -> Any:
        """One document of a list.

        Raises:
            AssertionError: it was refused.
        """
        separator = "&" if "?" in path else "?"
        answer = self.ask("GET", f"/{path}{separator}{urlencode(list(query))}")
        assert answer.status == 200, answer
        return answer.json()

    def pages(self, path: str, query: Query = ()) -> list[Any]:
        """All documents of a list, as its own links lead."""
        found = [self.page(path, [*query, ("page[size]", "200")])]
        while "next" in found[-1]["links"]:
            target = urlsplit(found[-1]["links"]["next"])
            answer = self.ask("GET", f"{target.path.removeprefix(BASE)}?{target.query}")
            assert answer.status == 200, answer
            found.append(answer.json())
        return found

    def rows(self, path: str, query: Query = ()) -> list[Row]:
        """All rows of a list, in order."""
        return [row for page in self.pages(path, query) for row in page["data"]]

    def ids(self, path: str, query: Query = ()) -> list[str]:
        """The ids of all rows of a list, in order."""
        return [row["id"] for row in self.rows(path, query)]


def check_answer(answer: Answer, api: Productive) -> None:
    """Checks that a document is well formed for its status.

    Raises:
        AssertionError: it is not.
    """
    if answer.status == 204:
        assert not answer.body, answer
        return
    assert answer.headers["content-type"] == f"{JSON_API}; charset=utf-8", (answer, answer.headers)
    document = answer.json()
    if answer.status >= 400:
        check_error_document(document, answer)
    elif isinstance(document.get("data"), list):
        check_list(document, answer, api)
    elif "data" in document:
        assert document.keys() <= {"data", "included", "meta"}, answer
        check_resources([document["data"]], document, answer, api)


def check_error_document(document: Any, answer: Answer) -> None:
    """The errors document: known members in order, statuses as texts, pointers without a leading slash."""
    assert list(document) == ["errors"], answer
    assert document["errors"], answer
    for error in document["errors"]:
        assert list(error)[:3] == ["status", "code", "title"], answer
        assert error["status"] == str(answer.status), answer
        assert error.keys() <= {"status", "code", "title", "detail", "source", "meta", "limit", "period"}, answer
        if answer.status == 422:
            assert error["source"]["pointer"].startswith("data/"), answer


def check_list(document: Any, answer: Answer, api: Productive) -> None:
    """The paging of a list."""
    assert document.keys() <= {"data", "included", "links", "meta"}, answer
    check_resources(document["data"], document, answer, api)
    if re.match(r"(?!GET)|GET /api/v2/\w+/\d+/", answer.request):  # what a bulk request or an action gives back
        return
    meta, links = document["meta"], document["links"]
    if "page%5Bafter%5D" in answer.request or "page[after]" in answer.request:  # the optional cursor mode
        return
    assert list(meta)[:5] == PAGING, answer
    assert all(is_integer(meta[name]) for name in PAGING), answer
    assert meta["total_pages"] == -(-meta["total_count"] // meta["page_size"]), answer
    assert len(document["data"]) <= meta["page_size"] <= meta["max_page_size"] == 200, answer
    assert {"first", "last"} <= links.keys() <= {"first", "last", "next", "prev"}, answer
    assert ("next" in links) == (meta["current_page"] < meta["total_pages"]), answer
    if meta["current_page"] <= meta["total_pages"] + 1:  # further past the end the page before is a matter of taste
        assert ("prev" in links) == (meta["current_page"] > 1 and meta["total_pages"] > 0), answer
    for link in links.values():
        assert link.startswith(f"{api.wire.origin}{BASE}/"), answer
        assert {"page[number]", "page[size]"} <= parse_qs(urlsplit(link).query).keys(), answer
        assert "[" not in link, answer


def check_resources(rows: list[Row], document: Any, answer: Answer, api: Productive) -> None:
    """Resources, their linkages and the included ones, each of which must be linked from somewhere."""
    included = document.get("included", [])
    everything = [*rows, *included]
    linked = {pair for row in everything for pair in check_resource(row, answer, api)}
    names = [(row["type"], row["id"]) for row in included]
    assert len(names) == len(set(names)), f"included twice in {answer}"
    assert not {(row["type"], row["id"]) for row in rows} & {*names}, f"main and included in {answer}"
    is_sparse = "fields" in answer.request  # which may leave the relationship out
    assert is_sparse or {*names} <= linked, f"{ {*names} - linked } not linked in {answer}"


def check_resource(row: Row, answer: Answer, api: Productive) -> list[tuple[str, str]]:
    """One resource object; gives what it links to."""
    assert list(row) in (["id", "type", "attributes", "relationships"], ["id", "type", "attributes"]), answer
    assert isinstance(row["id"], str), answer
    linked = []
    for name, relationship in row.get("relationships", {}).items():
        if api.modern and relationship == {"meta": {"included": False}}:
            continue
        assert list(relationship) == ["data"], (name, answer)
        data = relationship["data"]
        for link in data if isinstance(data, list) else [data] if data else []:
            assert link.keys() == {"type", "id"}, (name, answer)
            whole = link["type"] == "organizations" and not api.modern
            assert is_integer(link["id"]) if whole else isinstance(link["id"], str), (name, answer)
            linked.append((link["type"], str(link["id"])))
    return linked


def attribute(row: Row, name: str) -> Any:
    """The value of an attribute; None where it is not sent."""
    return row["attributes"].get(name)


def link(row: Row, name: str) -> str | None:
    """The id that a to-one relationship names."""
    data = row.get("relationships", {}).get(name, {}).get("data")
    return str(data["id"]) if data else None


def links(row: Row, name: str) -> list[str]:
    """The ids that a to-many relationship names."""
    return [str(each["id"]) for each in row["relationships"][name]["data"]]

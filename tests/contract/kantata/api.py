"""A client of the contract for Kantata, which checks the envelope of every answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.contract.documented import data
from tests.contract.kinds import is_integer
from tests.contract.wires import TOKEN, Answer, Wire

Row = dict[str, Any]
Query = Sequence[tuple[str, str]]

BASE = "/api/v1"
META = {"count", "page_count", "page_number", "page_size"}


@dataclass(frozen=True, slots=True)
class Kantata:
    """Asks over one wire."""

    wire: Wire
    token: str = TOKEN

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends one request; a JSON body goes as JSON, bytes go as they are."""
        sent = {"authorization": f"Bearer {self.token}", "accept": "application/json", **(headers or {})}
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        if raw:
            sent["content-type"] = content_type or "application/json"
        answer = self.wire.send(method, f"{BASE}{path}", sent, raw)
        check_answer(answer)
        return answer

    def main(self, document: Any) -> Any:
        """The first record of an envelope; None for documents that are none."""
        results = document.get("results") if isinstance(document, dict) else None
        return document[results[0]["key"]][results[0]["id"]] if results else None

    def page(self, resource: str, query: Query = ()) -> Any:
        """The envelope of one page.

        Raises:
            AssertionError: it was refused.
        """
        answer = self.ask("GET", f"/{resource}?{urlencode(list(query))}")
        assert answer.status == 200, answer
        document = answer.json()
        assert resource in document, answer
        return document

    def pages(self, resource: str, query: Query = ()) -> list[Any]:
        """All pages of a list, 200 rows each."""
        first = self.page(resource, [*query, ("per_page", "200")])
        rest = range(2, first["meta"]["page_count"] + 1)
        return [first, *(self.page(resource, [*query, ("per_page", "200"), ("page", str(n))]) for n in rest)]

    def rows(self, resource: str, query: Query = ()) -> list[Row]:
        """All rows of a list, in order."""
        return [row for page in self.pages(resource, query) for row in records(page)]

    def ids(self, resource: str, query: Query = ()) -> list[str]:
        """The ids of all rows of a list, in order."""
        return [row["id"] for row in self.rows(resource, query)]


def records(document: Any) -> list[Row]:
    """The records of a page in the order of `results`."""
    return [document[result["key"]][result["id"]] for result in document["results"]]


def check_answer(answer: Answer) -> None:
    """Checks that a document is well formed for its status.

    Raises:
        AssertionError: it is not.
    """
    if answer.status in (204, 302):
        assert answer.status == 302 or not answer.body, answer
        return
    assert answer.headers["content-type"] == "application/json; charset=utf-8", (answer, answer.headers)
    document = answer.json()
    if answer.status >= 400:
        check_error_document(document, answer)
    elif isinstance(document, dict) and "results" in document:
        check_envelope(document, answer)


def check_error_document(document: Any, answer: Answer) -> None:
    """The errors envelope: at least one error of a known type with a message."""
    assert list(document) == ["errors"], answer
    assert document["errors"], answer
    for error in document["errors"]:
        assert error["type"] in ("oauth", "system", "validation"), answer
        assert isinstance(error["message"], str), answer
        assert error["message"], answer
        assert error.keys() <= {"type", "message", "field", "index"}, answer
        assert (error["type"] == "validation") or "field" not in error, answer


def check_envelope(document: Any, answer: Answer) -> None:
    """Counts, the page and the maps of an envelope."""
    meta = document["meta"]
    assert meta.keys() == META, answer
    assert all(is_integer(meta[name]) for name in META), answer
    assert document["count"] == meta["count"], answer
    is_whole = len(document["results"]) == meta["count"]  # `only` is not paged
    assert meta["page_count"] == -(-meta["count"] // meta["page_size"]) or (is_whole and meta["page_count"] == 1), (
        answer
    )
    assert meta["page_number"] == 0 if meta["count"] == 0 else meta["page_number"] >= 1, answer
    for result in document["results"]:
        assert result.keys() == {"key", "id"}, answer
        assert result["id"] in document[result["key"]], answer
    known = {*data("kantata")["resources"], *data("kantata")["collections"]}
    for name, collection in document.items():
        if name in known:
            assert all(isinstance(key, str) and record["id"] == key for key, record in collection.items()), answer

"""Receipts: sent at once or uploaded directly, renamed, deleted, shown with an expense."""

from __future__ import annotations

import pytest

from kworkbench.sandbox.kantata.receipts import MAX_FILE
from tests.sandbox.kantata.conftest import Api, Json, Listing, messages

PDF = ("receipt 7.pdf", b"%PDF-1.7", "application/pdf")


async def send(api: Api, file: tuple[str, bytes, str] = PDF) -> Listing:
    data = {"attachment[type]": "receipt"}
    answer = await api.client.post("/attachments.json", data=data, files={"attachment[data]": file})
    assert answer.status_code == 200, answer.text
    return Listing(answer.json(), "attachments")


async def test_a_file_is_sent_and_shown_with_an_expense(api: Api) -> None:
    made = await send(api)
    row = made.row
    assert (row["filename"], row["filesize"], row["previewable"], row["deleted_at"]) == (
        "receipt 7.pdf",
        8,
        False,
        None,
    )
    expense = {"workspace_id": 325, "date": "2026-03-01", "category": "Meals", "amount_in_cents": 100}
    body: Json = {"expense": expense | {"receipt_id": int(made.ids[0])}}
    shown = await api.write("POST", "/expenses?include=receipt", body)
    assert shown.side("attachments") == made.side("attachments")
    answer = await api.client.delete(f"/attachments/{made.ids[0]}")
    assert (answer.status_code, answer.content) == (204, b"")
    bare = await api.page(f"/expenses/{shown.ids[0]}", include="receipt")
    assert (bare.row["receipt_id"], bare.side("attachments")) == (None, {})
    problems = await api.refused("PUT", f"/expenses/{shown.ids[0]}", body)
    assert messages(problems) == {"receipt_id": "Receipt does not exist"}


async def test_a_direct_upload_takes_three_steps(api: Api) -> None:
    data = {"direct": "true", "attachment[type]": "receipt", "attachment[filename]": "big-scan_1.png"}
    begun = (await api.client.post("/attachments", data=data)).json()
    assert set(begun) == {"id", "action", "fields"}
    assert begun["action"] == f"http://localhost/api/v1/attachments/{begun['id']}/upload"
    path = f"/attachments/{begun['id']}/sync"
    assert messages(await api.refused("PUT", path)) == {"base": "The file has not been uploaded yet"}
    file = {"file": ("big-scan_1.png", b"x" * (MAX_FILE + 1), "image/png")}
    bare = {"authorization": ""}
    wrong = await api.client.post(begun["action"], data={"signature": "no"}, files=file, headers=bare)
    assert wrong.status_code == 403
    missing = await api.client.post(begun["action"], data=begun["fields"], headers=bare)
    assert missing.status_code == 422
    done = await api.client.post(begun["action"], data=begun["fields"], files=file, headers=bare)
    assert (done.status_code, done.content) == (204, b"")
    synced = await api.write("PUT", path, {})
    assert (synced.row["filename"], synced.row["filesize"]) == ("big-scan_1.png", MAX_FILE + 1)
    assert synced.row["previewable"] is True
    await api.refused("PUT", path, status=404)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"type": "receipt"}, {"data": "Data must be a file"}),
        ({"type": "receipt", "data": "text"}, {"data": "Data must be a file"}),
        ({}, {"type": "Type must be one of receipt, post_attachment", "data": "Data must be a file"}),
    ],
)
async def test_uploads_that_are_refused(api: Api, members: Json, expected: dict[str, str]) -> None:
    assert messages(await api.refused("POST", "/attachments", {"attachment": members})) == expected


@pytest.mark.parametrize("name", ["", "two words.pdf", "ä.pdf"])
async def test_names_that_a_direct_upload_cannot_have(api: Api, name: str) -> None:
    body: Json = {"direct": True, "attachment": {"type": "receipt", "filename": name}}
    (problem,) = await api.refused("POST", "/attachments", body)
    assert problem["field"] == "filename"


async def test_a_file_that_is_too_large(api: Api) -> None:
    files = {"attachment[data]": ("a.pdf", b"x" * (MAX_FILE + 1))}
    answer = await api.client.post("/attachments", data={"attachment[type]": "receipt"}, files=files)
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (422, "Data is larger than 10 MB")


async def test_a_file_is_renamed(api: Api) -> None:
    made = await send(api)
    path = f"/attachments/{made.ids[0]}"
    assert (await api.write("PUT", path, {"attachment": {"filename": "x.pdf"}})).row["filename"] == "x.pdf"
    assert messages(await api.refused("PUT", path, {"attachment": {}})) == {"filename": "Filename is missing"}
    await api.refused("PUT", "/attachments/1", {"attachment": {"filename": "x"}}, status=404)

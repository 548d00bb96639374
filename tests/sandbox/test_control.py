from __future__ import annotations

import random

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from kworkbench.sandbox.control import PATH, Control
from kworkbench.sandbox.disturb import FaultMiddleware
from kworkbench.sandbox.faults import parse_fault
from tests.sandbox.both import TOKEN
from tests.sandbox.conftest import Start

SIGNED = {"Authorization": f"Bearer {TOKEN}"}


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("hello")(scope, receive, send)


def client(*faults: str) -> httpx.AsyncClient:
    disturbed = FaultMiddleware(
        hello,
        [parse_fault(text) for text in faults],
        document=PlainTextResponse,
        rng=random.Random(1),  # noqa: S311 - no secret
    )
    app = Control(disturbed, TOKEN, faults)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000", headers=SIGNED)


async def test_faults_are_told_replaced_and_ended_while_it_runs() -> None:
    async with client("status=503") as http:
        assert (await http.get("/a")).status_code == 503
        assert (await http.get(PATH)).json() == {"faults": ["status=503"]}
        texts = ["status=418,times=1", "status=429,route=POST:*"]
        assert (await http.put(PATH, json={"faults": texts})).json() == {"faults": texts}
        assert [(await http.get("/a")).status_code for _ in range(2)] == [418, 200]
        assert (await http.post("/a")).status_code == 429
        assert (await http.delete(PATH)).json() == {"faults": []}
        assert (await http.post("/a")).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"faults": 5}', b'{"faults": [1]}', b'{"faults": ["dely=3"]}', b"\xff", b"[" * 99999]
)
async def test_what_is_no_fault_changes_nothing(body: bytes) -> None:
    async with client("status=503,times=2") as http:
        answer = await http.put(PATH, content=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["message"].endswith((".", "status."))
        assert (await http.get("/a")).status_code == 503


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": "", "X-Auth-Token": TOKEN}, 200),
        ({"Host": "evil.example"}, 403),
    ],
)
async def test_only_who_has_the_token_may_disturb(headers: dict[str, str], status: int) -> None:
    async with client() as http:
        for method in ("GET", "PUT", "DELETE"):
            answer = await http.request(method, PATH, json={"faults": []}, headers=headers)
            assert answer.status_code == status


async def test_other_methods_and_paths_are_not_ours() -> None:
    async with client() as http:
        assert (await http.post(PATH)).status_code == 405
        assert (await http.get(f"{PATH}/")).text == "hello"


def test_the_served_sandbox_has_the_route(start: Start) -> None:
    origin = start("status=503").removesuffix("/api/v1")
    with httpx.Client(base_url=origin, headers=SIGNED) as http:
        assert http.get("/api/v1/users/me").status_code == 503
        assert http.put(PATH, json={"faults": ["delay=1ms"]}).status_code == 200
        assert http.get("/api/v1/users/me").status_code == 200

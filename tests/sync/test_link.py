"""The line to a server and who is signed in on it: another token is looked for once, and must be the same person's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from kworkbench.providers import load
from kworkbench.providers.base import Request, Response
from kworkbench.sync.link import NOT_ACCEPTED, SOMEBODY_ELSES, Link, SignInNeeded
from kworkbench.sync.notices import ConnectionState
from kworkbench.sync.transport import TransportError

ACCOUNT = "kantata|https://api.example.com||12"
POST = Request("POST", "/external_payments", body={})
LIST = Request("GET", "/invoices")


def who_is(user_id: str) -> bytes:
    user = {"id": user_id, "full_name": "Ada Example", "account_id": "7"}
    document = {"count": 1, "meta": {"count": 1, "page_count": 1, "page_number": 1, "page_size": 20}}
    return json.dumps(document | {"results": [{"key": "users", "id": user_id}], "users": {user_id: user}}).encode()


@dataclass
class Server:
    """Knows tokens, and whom each signs in; `kept` is what a look for another token finds."""

    people: dict[str, str]
    token: str = "old"
    kept: str = "old"
    looks: int = 0
    sent: list[tuple[str, str]] = field(default_factory=list)
    who_status: int = 200
    who_down: bool = False

    async def send(self, request: Request) -> Response:
        token = self.token
        self.sent.append((request.method, token))
        await asyncio.sleep(0)
        asks_who = "users/me" in request.path
        if asks_who and self.who_down:
            raise TransportError("No answer came: it took too long.", sent=True)
        user = self.people.get(token)
        if user is None:
            return Response(401, {}, b"{}")
        if asks_who and self.who_status != 200:
            return Response(self.who_status, {}, b"{}")
        return Response(200, {}, who_is(user))

    async def close(self) -> None:
        pass

    def renew(self) -> bool:
        self.looks += 1
        before, self.token = self.token, self.kept
        return self.token != before

    @property
    def writes(self) -> list[str]:
        """The tokens that writes were signed with."""
        return [token for method, token in self.sent if method == "POST"]


def on_link(server: Server, work: Callable[[Link], object]) -> ConnectionState:
    """Do something on a link to the server; what is known of the line afterwards."""

    async def run() -> ConnectionState:
        link = Link(ACCOUNT, load("kantata"), server, lambda _kind, _id: None, lambda _state: None, renew=server.renew)
        await work(link)  # type: ignore[misc]
        return link.state

    return asyncio.run(run())


def test_a_401_leads_to_one_look_and_one_more_try() -> None:
    server = Server({"new": "12"}, kept="new")
    state = on_link(server, lambda link: link.send(POST))
    assert (server.looks, server.writes) == (1, ["old", "new"])
    assert state == ConnectionState(ACCOUNT, online=True)


def test_the_same_token_again_is_not_tried_again() -> None:
    server = Server({})
    state = on_link(server, lambda link: link.send(POST))
    assert (server.looks, server.writes) == (1, ["old"])
    assert state == ConnectionState(ACCOUNT, online=True, reason=NOT_ACCEPTED, sign_in=True)


def test_a_token_that_is_no_better_is_tried_once() -> None:
    server = Server({}, kept="new")
    state = on_link(server, lambda link: link.send(LIST))
    assert server.looks == 1
    assert state.sign_in


def test_the_token_of_somebody_else_signs_nothing_but_the_question_whose_it_is() -> None:
    server = Server({"new": "13"}, kept="new")
    state = on_link(server, lambda link: link.send(POST))
    assert server.writes == ["old"]
    assert [token for method, token in server.sent if token == "new" and method == "GET"] == ["new"]
    assert (state.sign_in, state.reason) == (True, SOMEBODY_ELSES)


def test_several_requests_that_meet_a_401_share_one_look() -> None:
    server = Server({"new": "12"}, kept="new")

    async def several(link: Link) -> None:
        answers = await asyncio.gather(*(link.send(LIST) for _ in range(4)))
        assert [answer.status for answer in answers] == [200] * 4

    on_link(server, several)
    assert server.looks == 1
    missing = Server({})

    async def in_vain(link: Link) -> None:
        await asyncio.gather(*(link.send(LIST) for _ in range(4)))

    on_link(missing, in_vain)
    assert missing.looks == 1


@pytest.mark.parametrize("trouble", [{"who_down": True}, {"who_status": 503}])
def test_a_write_whose_new_token_could_not_be_asked_about_was_not_sent(trouble: dict[str, object]) -> None:
    server = Server({"new": "12"}, kept="new", **trouble)  # type: ignore[arg-type]
    with pytest.raises(TransportError) as problem:
        on_link(server, lambda link: link.send(POST))
    assert not problem.value.sent
    assert server.writes == ["old"]


def test_a_sign_in_that_is_somebody_elses_from_the_start_is_said() -> None:
    async def identified(link: Link) -> None:
        with pytest.raises(SignInNeeded, match="somebody else"):
            await link.identify()

    assert on_link(Server({"old": "13"}), identified).sign_in

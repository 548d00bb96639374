"""What only the server can say: which records fit a filter, and the number that the next invoice would get.

Source: product.md section 6. A screen asks and goes on; a notice (`Answered`) tells how it ended.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Future

from kworkbench.domain.query.asked import Asked
from kworkbench.services.futures import ended
from kworkbench.sync.late import LateHome


class AnswerService:
    """Asks for one account; used on one thread."""

    def __init__(self, home: LateHome, account: str, *, offline: bool = False) -> None:
        self._home = home
        self._account = account
        self._offline = offline
        self._asking: dict[str, Future[str]] = {}

    @property
    def offline(self) -> bool:
        """True where nothing is asked of the server."""
        return self._offline

    def is_asking(self, key: str) -> bool:
        """True while that question is at the server."""
        future = self._asking.get(key)
        return future is not None and not future.done()

    def problems(self) -> Mapping[str, str]:
        """Questions that brought no answer when they were asked last, by key, each with the reason."""
        ended = {key: each for key, each in self._asking.items() if each.done() and not each.cancelled()}
        return {key: problem for key, each in ended.items() if (problem := each.result())}

    def ask(self, asked: Asked) -> Future[str]:
        """Ask once; the future ends with an empty text, or with the sentence why there is no answer."""
        if not self.is_asking(asked.key):
            self._asking[asked.key] = self._home.answer(self._account, asked)
        return self._asking[asked.key]

    def next_number(self) -> Future[str]:
        """What the number of the next invoice would be there; empty where it cannot be asked now."""
        if self._offline:
            return ended("")
        return self._home.next_number(self._account)

    def want_only(self, kind: str, keys: Collection[str]) -> None:
        """Call off what is being asked about a list and not wanted any more."""
        for key in [key for key in self._asking if key.startswith(f"{kind} ") and key not in keys]:
            self._asking.pop(key).cancel()

"""Asks the server which records fit a filter that only it can evaluate, page after page, and keeps their ids.

Source: product.md section 6 ("A filter only the server can answer is asked there and its ids are cached").
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from kworkbench.domain.query import Comparison, Operand
from kworkbench.domain.query.asked import Asked
from kworkbench.domain.records import Values
from kworkbench.providers.base import NotOfferedError
from kworkbench.sync.clock import Clock, iso, local_day
from kworkbench.sync.filing import Filing
from kworkbench.sync.link import Link
from kworkbench.sync.notices import Answered, Notice
from kworkbench.sync.reading import READ_PROBLEMS, new_page
from kworkbench.sync.waiting import wait

logger = logging.getLogger(__name__)


class Answering:
    """Asks for one home. Cancelled meanwhile, it keeps nothing."""

    def __init__(self, filing: Filing, clock: Clock, notice: Callable[[Notice], None]) -> None:
        self._filing = filing
        self._clock = clock
        self._notice = notice

    async def ask(self, link: Link, asked: Asked) -> str:
        """Ask, and keep the answer; an empty text, or the sentence why there is none. Either is told as a notice."""
        problem = ""
        try:
            await self._ask(link, asked)
        except (*READ_PROBLEMS, NotOfferedError) as found:
            problem = str(found)
        self._notice(Answered(link.account, asked.kind, asked.key, problem))
        return problem

    async def next_number(self, link: Link) -> str:
        """What the next invoice's number would be; empty where nobody can say it now: it is a suggestion, no more."""
        request = link.provider.next_number()
        if request is None:
            return ""
        try:
            await link.identify()
            return link.provider.read_next_number(await link.read(request))
        except READ_PROBLEMS as problem:
            logger.info("no next number: %s", problem)
            return ""

    async def _ask(self, link: Link, asked: Asked) -> None:
        await link.identify()
        began = iso(self._clock.now())
        issue_seq = await wait(self._filing.issue_seq())
        today = local_day(self._clock.now())
        found: dict[str, None] = {}
        number, pages = 1, 1
        while number <= pages:
            provider = link.provider
            request = provider.list_asked(asked, today, number, provider.catalog.page_size)
            page = provider.read_page(asked.kind, await link.read(request), _nothing_known)
            ids = dict.fromkeys(record.id for record in page.records)
            new_page(asked.kind, number, ids, found)
            found |= ids
            number, pages = number + 1, page.pages
        await wait(self._filing.keep_answer(link.account, asked, tuple(found), (issue_seq, began)))


def _nothing_known(_kind: str, _id: str) -> Values | None:
    """Ids are all that is wanted of the records."""
    return None


def asked_text(asked: Asked) -> str:
    """A question as a request that one process leaves for another."""
    of = asked.operand
    return json.dumps([asked.kind, asked.word, of.comparison.value, of.low, of.high, of.currency])


def read_asked(text: str) -> Asked | None:
    """The question in such a request; None for what this version does not understand."""
    try:
        kind, word, comparison, *values = json.loads(text)
        low, high, currency = (str(value) for value in values)
        return Asked(str(kind), str(word), Operand(Comparison(comparison), low, high, currency))
    except (ValueError, TypeError):
        return None

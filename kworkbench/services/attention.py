"""What is over at the server and still waits for a word: a first write unlike its preview, rows that stand there twice.

Source: product.md 2.7 ("its first write of each verb goes alone"), sync-engine.md section 6 ("two rows with one
marker").
"""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.domain.resources import RESOURCES
from kworkbench.lean import dataclass
from kworkbench.sync.facts import doubles, standstills


@dataclass(frozen=True, slots=True)
class Attention:
    """One change that waits for a word.

    Attributes:
        seq: its number.
        account: the connection whose queue stands still because of it; empty where none does.
        twice: for each of its rows that stands there more than once the server's ids; all of them bear its marker.
        noun: what such a row is, in one word.
    """

    seq: int
    account: str = ""
    twice: tuple[tuple[str, ...], ...] = ()
    noun: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The server's ids of all rows that stand there with others; empty where none does."""
        return tuple(record_id for ids in self.twice for record_id in ids)

    @property
    def told(self) -> str:
        """What happened."""
        if len(self.twice) > 1:
            named = ", ".join(" and ".join(ids) for ids in self.twice)
            return f"{len(self.twice)} of its rows stand at the server more than once, as {named}."
        if self.twice:
            return f"It stands at the server {len(self.ids)} times, as {' and '.join(self.ids)}."
        return "The first of its kind came out otherwise than shown, so the queue waits."

    @property
    def alert(self) -> str:
        """What stands there more than once, a sentence for any screen."""
        if len(self.twice) > 1:
            return f"{len(self.twice)} {self.noun}s of one request stand at the server more than once."
        article = "An" if self.noun[:1] in "aeiou" else "A"
        return f"{article} {self.noun} stands at the server {len(self.ids)} times."

    @property
    def sentence(self) -> str:
        """What happened, and the key that goes on."""
        return f"{self.told} Enter decides"


def attention_of(facts: Mapping[str, str]) -> Mapping[int, Attention]:
    """Number of a change -> why it waits for a word, rows that stand twice first."""
    found: dict[int, Attention] = {}
    for one in doubles(facts):
        before = found.get(one.seq)
        noun = RESOURCES[one.kind].singular
        found[one.seq] = Attention(one.seq, twice=(*(before.twice if before else ()), one.ids), noun=noun)
    return found | {one.seq: Attention(one.seq, one.account) for one in standstills(facts) if one.seq not in found}

"""What is over at the server and still waits for a word: a first write unlike its preview, rows that stand there twice.

Source: product.md 2.7 ("its first write of each verb goes alone"), sync-engine.md section 6 ("two rows with one
marker").
"""

from __future__ import annotations

from collections.abc import Mapping

from kworkbench.lean import dataclass
from kworkbench.sync.facts import doubles, standstills


@dataclass(frozen=True, slots=True)
class Attention:
    """One change that waits for a word.

    Attributes:
        seq: its number.
        account: the connection whose queue stands still because of it; empty where none does.
        ids: the server's ids of the rows that all bear its marker; empty where there is one.
    """

    seq: int
    account: str = ""
    ids: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What happened."""
        if self.ids:
            return f"It stands at the server {len(self.ids)} times, as {' and '.join(self.ids)}."
        return "The first of its kind came out otherwise than shown, so the queue waits."

    @property
    def sentence(self) -> str:
        """What happened, and the key that goes on."""
        return f"{self.told} Enter decides"


def attention_of(facts: Mapping[str, str]) -> Mapping[int, Attention]:
    """Number of a change -> why it waits for a word, rows that stand twice first."""
    found = {seq: Attention(seq, ids=ids) for seq, ids in sorted(doubles(facts).items())}
    return found | {one.seq: Attention(one.seq, one.account) for one in standstills(facts) if one.seq not in found}

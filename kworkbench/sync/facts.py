"""What the engine learns and later processes must know: whether markers come back, and which first writes were good.

Kept in the outbox's `meta` beside the changes, in the step that learnt it. Source: sync-engine.md section 6, product.md
section 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from kworkbench.domain.changes import Change, Op
from kworkbench.domain.connections import EMBEDDED
from kworkbench.lean import dataclass
from kworkbench.sync.events import Fact

GOOD = "good"
KEPT, LOST = "kept", "lost"


@dataclass(frozen=True, slots=True)
class Standstill:
    """A connection whose queue is held, because the first write of a verb came out other than it was shown.

    Attributes:
        seq: the number of that write; its `differences` say what is other than shown.
    """

    account: str
    seq: int


def is_live(account: str) -> bool:
    """True for everything but the built-in sandbox."""
    return account.split("|")[1:2] != [EMBEDDED]


def is_far(account: str) -> bool:
    """True for a vendor's own server; what runs on this machine sets its limits itself."""
    host = urlsplit("|".join(account.split("|")[1:2])).hostname
    return host is not None and host not in ("localhost", "::1") and not host.startswith("127.")


def verb_of(change: Change) -> str:
    """What is proven by a first write: the same request about another record of that kind."""
    asked = change.action if change.op is Op.ACTION else change.op.value
    return f"{asked} {change.kind}{' in bulk' if change.is_bulk and change.op is not Op.BULK_DELETE else ''}"


def unproven(facts: Mapping[str, str], change: Change) -> bool:
    """True where this verb has never been seen to do on this connection what it was shown to do."""
    return is_live(change.account) and facts.get(_first(change)) != GOOD


def proven(change: Change) -> Fact:
    """The verb does what was shown."""
    return Fact(_first(change), GOOD)


def standstill(facts: Mapping[str, str], account: str) -> Standstill | None:
    """Why the queue of an account stands still, None where it does not."""
    seq = facts.get(f"differs:{account}")
    return Standstill(account, int(seq)) if seq else None


def standstills(facts: Mapping[str, str]) -> tuple[Standstill, ...]:
    """Every connection whose queue stands still, for screens."""
    accounts = [key.partition(":")[2] for key in sorted(facts) if key.startswith("differs:")]
    return tuple(found for account in accounts if (found := standstill(facts, account)) is not None)


def stood_still(change: Change) -> Fact:
    """The queue of the change's account is held."""
    return Fact(f"differs:{change.account}", str(change.seq))


def gone_on(facts: Mapping[str, str], seq: int) -> tuple[str, tuple[Fact, ...]]:
    """The account that stood still because of a change and the facts that let it go on; an empty text where none did.

    The verb whose first write it was counts as proven: the person has seen what it does. A row that stands twice is
    no longer told of after the same word.
    """
    account = next((one.account for one in standstills(facts) if one.seq == seq), "")
    verb = facts.get(f"differing:{account}", "")
    if not account:
        return "", (Fact(f"double:{seq}", ""),) if seq in doubles(facts) else ()
    return account, (Fact(f"differs:{account}", ""), Fact(f"differing:{account}", ""), Fact(verb, GOOD))


def differing(change: Change) -> Fact:
    """Remember which verb it was."""
    return Fact(f"differing:{change.account}", _first(change))


def keeps_markers(facts: Mapping[str, str], account: str) -> bool:
    """False once a backend was seen to change the marker: then only likeness can tell (A3 of section 6)."""
    return facts.get(_marker(account)) != LOST


def learnt_marker(facts: Mapping[str, str], account: str, *, kept: bool) -> tuple[Fact, ...]:
    """What the first confirmed create tells of markers; later ones tell nothing new."""
    key = _marker(account)
    return () if key in facts else (Fact(key, KEPT if kept else LOST),)


def doubled(change: Change, ids: tuple[str, ...]) -> Fact:
    """Two rows at the server bear the marker of one change."""
    return Fact(f"double:{change.seq}", ",".join(ids))


def doubles(facts: Mapping[str, str]) -> dict[int, tuple[str, ...]]:
    """Number of a change -> ids of the rows that all bear its marker, for the red banner."""
    found = {key.partition(":")[2]: value for key, value in facts.items() if key.startswith("double:")}
    return {int(seq): tuple(ids.split(",")) for seq, ids in found.items()}


def _first(change: Change) -> str:
    return f"first:{change.account}:{verb_of(change)}"


def _marker(account: str) -> str:
    """One key for a backend: provider, origin and organization, whoever is signed in."""
    return f"marker:{'|'.join(account.split('|')[:3])}"

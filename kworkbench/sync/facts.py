"""What is learnt of a server and later processes must know: its markers, second payments, first writes that were good.

Kept in the outbox's `meta` beside the changes, in the step that learnt it. Source: sync-engine.md section 6, product.md
section 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from kworkbench.domain.changes import Change, Idem, Op
from kworkbench.domain.connections import EMBEDDED
from kworkbench.domain.records import remote_id_of
from kworkbench.lean import dataclass, replace
from kworkbench.sync.events import Fact

GOOD = "good"
_OF = " of "
"""Between the ids of rows that stand twice and their account, which an earlier version left out."""
KEPT, LOST = "kept", "lost"
REFUSED, TAKEN = "refused", "taken"
"""What a server was seen to do with a second payment of an invoice."""


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


def goes_again(change: Change, facts: Mapping[str, str], *, wanted: bool) -> bool:
    """Whether a payment that is certainly absent is sent again without a word of the person.

    Guarded, a second one would be refused; marked, where the person wants it and the marker is known to come back.
    """
    if change.response is not None:
        return False
    if change.idem is Idem.GUARDED:
        return True
    return wanted and change.idem is Idem.MARKED and facts.get(_marker(change.account)) == KEPT


def learnt_marker(facts: Mapping[str, str], account: str, *, kept: bool) -> tuple[Fact, ...]:
    """What the first confirmed create tells of markers; later ones tell nothing new."""
    key = _marker(account)
    return () if key in facts else (Fact(key, KEPT if kept else LOST),)


def classed(change: Change, facts: Mapping[str, str]) -> Change:
    """A payment in the class that what is known of its server gives it (sync-engine.md section 6).

    Marked, it is guarded once the server was seen to refuse a second payment of an invoice, as long as its marker
    comes back; and marked again where the server was seen to take one.
    """
    if change.op is not Op.CREATE or change.invoice_lid is None or change.marker is None:
        return change
    known = facts.get(_guard(change.account))
    if change.idem is Idem.MARKED and known == REFUSED and keeps_markers(facts, change.account):
        return replace(change, idem=Idem.GUARDED)
    return replace(change, idem=Idem.MARKED) if change.idem is Idem.GUARDED and known == TAKEN else change


def learnt_guard(facts: Mapping[str, str], account: str, *, refused: bool) -> tuple[Fact, ...]:
    """What a second payment of an invoice has shown; one that was taken outweighs all that were refused."""
    key, seen = _guard(account), REFUSED if refused else TAKEN
    return () if facts.get(key) in (seen, TAKEN) else (Fact(key, seen),)


def doubled(change: Change, ids: tuple[str, ...]) -> Fact:
    """Two rows at the server bear the marker of one change."""
    return _double(change.seq, ids, change.account)


def undoubled(facts: Mapping[str, str], deleted: Change) -> tuple[Fact, ...]:
    """What is left of rows that stood twice once some of them were deleted here; one alone is nothing to tell of."""
    if not deleted.deletes or deleted.kind != "payments":
        return ()
    gone = {remote_id_of(lid) for lid in deleted.records}
    found: list[Fact] = []
    for seq, ids in doubles(facts).items():
        account = facts[f"double:{seq}"].partition(_OF)[2]
        left = tuple(record_id for record_id in ids if record_id not in gone)
        if left != ids and account in ("", deleted.account):
            found.append(_double(seq, left, account))
    return tuple(found)


def doubles(facts: Mapping[str, str]) -> dict[int, tuple[str, ...]]:
    """Number of a change -> ids of the rows that all bear its marker, for the red banner."""
    found = {key.partition(":")[2]: value for key, value in facts.items() if key.startswith("double:")}
    return {int(seq): tuple(value.partition(_OF)[0].split(",")) for seq, value in found.items()}


def _double(seq: int, ids: tuple[str, ...], account: str) -> Fact:
    return Fact(f"double:{seq}", f"{','.join(ids)}{_OF}{account}" if len(ids) > 1 else "")


def _first(change: Change) -> str:
    return f"first:{change.account}:{verb_of(change)}"


def _marker(account: str) -> str:
    return f"marker:{_backend(account)}"


def _guard(account: str) -> str:
    return f"guard:{_backend(account)}"


def _backend(account: str) -> str:
    """What is the same for everybody who signs in: provider, origin and organization."""
    return "|".join(account.split("|")[:3])

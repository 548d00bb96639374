"""What is learnt of a server and later processes must know: its markers, second payments, first writes that were good.

Kept in the outbox's `meta` beside the changes, in the step that learnt it. Source: sync-engine.md section 6, product.md
section 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from kworkbench.domain.changes import Change, Idem, Op
from kworkbench.domain.connections import EMBEDDED
from kworkbench.domain.records import lid_of
from kworkbench.lean import dataclass, replace
from kworkbench.sync.events import Fact

GOOD = "good"
_OF = " of "
"""Between the ids of rows that stand twice, their account, and their kind where they are no payments.

An earlier version left the account out.
"""
_PAYMENTS = "payments"
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
        return "", tuple(_double(replace(one, ids=())) for one in doubles(facts) if one.seq == seq)
    return account, (Fact(f"differs:{account}", ""), Fact(f"differing:{account}", ""), Fact(verb, GOOD))


def differing(change: Change) -> Fact:
    """Remember which verb it was."""
    return Fact(f"differing:{change.account}", _first(change))


def keeps_markers(facts: Mapping[str, str], account: str, kind: str) -> bool:
    """False once a backend was seen to change the marker: then only likeness can tell (A3 of section 6)."""
    return facts.get(_marker(account, kind)) != LOST


def goes_again(change: Change, facts: Mapping[str, str], *, wanted: bool) -> bool:
    """Whether a payment that is certainly absent is sent again without a word of the person.

    Guarded, a second one would be refused; marked, where the person wants it and the marker is known to come back.
    An expense never goes again by itself.
    """
    if change.response is not None or change.kind != "payments":
        return False
    if change.idem is Idem.GUARDED:
        return True
    return wanted and change.idem is Idem.MARKED and facts.get(_marker(change.account, change.kind)) == KEPT


def learnt_marker(facts: Mapping[str, str], account: str, kind: str, *, kept: bool) -> tuple[Fact, ...]:
    """What the first confirmed create of a kind tells of its markers; later ones tell nothing new."""
    key = _marker(account, kind)
    return () if key in facts else (Fact(key, KEPT if kept else LOST),)


def classed(change: Change, facts: Mapping[str, str]) -> Change:
    """A payment in the class that what is known of its server gives it (sync-engine.md section 6).

    Marked, it is guarded once the server was seen to refuse a second payment of an invoice, as long as its marker
    comes back; and marked again where the server was seen to take one.
    """
    if change.op is not Op.CREATE or change.invoice_lid is None or change.marker is None:
        return change
    known = facts.get(_guard(change.account))
    if change.idem is Idem.MARKED and known == REFUSED and keeps_markers(facts, change.account, change.kind):
        return replace(change, idem=Idem.GUARDED)
    return replace(change, idem=Idem.MARKED) if change.idem is Idem.GUARDED and known == TAKEN else change


def learnt_guard(facts: Mapping[str, str], account: str, *, refused: bool) -> tuple[Fact, ...]:
    """What a second payment of an invoice has shown; one that was taken outweighs all that were refused."""
    key, seen = _guard(account), REFUSED if refused else TAKEN
    return () if facts.get(key) in (seen, TAKEN) else (Fact(key, seen),)


@dataclass(frozen=True, slots=True)
class Double:
    """Rows at the server that bear one marker.

    Attributes:
        seq: the number of the change that asked for one of them.
        row: of a bulk create the number of that row.
        account: empty where an earlier version left it out.
    """

    seq: int
    row: int
    ids: tuple[str, ...]
    kind: str
    account: str

    @property
    def lids(self) -> tuple[str, ...]:
        """Their local ids."""
        return tuple(lid_of(self.kind, record_id) for record_id in self.ids)


def doubled(change: Change, ids: tuple[str, ...], row: int = 0) -> Fact:
    """Two rows at the server bear the marker of one change, or of one of its rows."""
    return _double(Double(change.seq, row, ids, change.kind, change.account))


def undoubled(facts: Mapping[str, str], deleted: Change) -> tuple[Fact, ...]:
    """What is left of rows that stood twice once some of them were deleted here."""
    return without(facts, deleted.account, deleted.records) if deleted.deletes else ()


def without(facts: Mapping[str, str], account: str, lids: Iterable[str]) -> tuple[Fact, ...]:
    """What is left of rows that stood twice once some are known to be gone; one alone is nothing to tell of."""
    gone = set(lids)
    met = (one for one in doubles(facts) if one.account in ("", account) and not gone.isdisjoint(one.lids))
    left = (replace(one, ids=tuple(each for each in one.ids if lid_of(one.kind, each) not in gone)) for one in met)
    return tuple(_double(one) for one in left)


def doubles(facts: Mapping[str, str]) -> tuple[Double, ...]:
    """Every marker that several rows bear, for the red banner; in the order of the changes."""
    found = (_read_double(key, value) for key, value in facts.items() if key.startswith("double:"))
    return tuple(sorted(found, key=lambda one: (one.seq, one.row)))


def _read_double(key: str, value: str) -> Double:
    seq, _, row = key.partition(":")[2].partition(".")
    ids, account, kind = (*value.split(_OF), "", "")[:3]
    return Double(int(seq), int(row or 0), tuple(ids.split(",")), kind or _PAYMENTS, account)


def _double(of: Double) -> Fact:
    key = f"double:{of.seq}" + (f".{of.row}" if of.row else "")
    said = (",".join(of.ids), of.account, *((of.kind,) if of.kind != _PAYMENTS else ()))
    return Fact(key, _OF.join(said) if len(of.ids) > 1 else "")


def _first(change: Change) -> str:
    return f"first:{change.account}:{verb_of(change)}"


def _marker(account: str, kind: str) -> str:
    """Each kind has a field of its own for the marker, and a server may treat one otherwise than the other."""
    return f"marker:{_backend(account)}" + ("" if kind == "payments" else f":{kind}")


def _guard(account: str) -> str:
    return f"guard:{_backend(account)}"


def _backend(account: str) -> str:
    """What is the same for everybody who signs in: provider, origin and organization."""
    return "|".join(account.split("|")[:3])

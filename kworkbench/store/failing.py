"""What is raised where a change cannot be saved; apart from the outbox, which screens do not need at once."""

from __future__ import annotations


class SaveError(Exception):
    """The change could not be made durable; nothing was saved. The message says what to do."""


class SealedError(SaveError):
    """Nothing can be saved in this place, now or later; lists can be read. The message is a sentence."""


class NewerOutboxError(SealedError):
    """A newer program wrote the outbox."""


class NetworkPlaceError(SealedError):
    """The outbox stands on a network file system, where neither locks nor commits can be trusted."""

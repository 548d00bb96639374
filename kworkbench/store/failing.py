"""What is raised where a change cannot be saved; apart from the outbox, which screens do not need at once."""

from __future__ import annotations


class SaveError(Exception):
    """The change could not be made durable; nothing was saved. The message says what to do."""


class NewerOutboxError(SaveError):
    """A newer program wrote the outbox; this one can read lists, but save nothing."""

"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")  # how long an example takes says more of the machine's other work than of the code

"""Moments as the books keep them: UTC texts of one width, `2026-03-01T09:30:00.000Z`, so that they sort as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def moment_text(moment: datetime) -> str:
    """The text of an aware moment, cut to milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_moment(text: str) -> datetime:
    """The aware moment of a text from the books."""
    return datetime.fromisoformat(text)


def local_text(text: str, offset_minutes: int) -> str:
    """A moment with the organization's numeric offset and milliseconds: `2026-03-01T10:30:00.000+01:00` (seed 002)."""
    hours, minutes = divmod(abs(offset_minutes), 60)
    there = datetime.fromisoformat(text[:19]) + timedelta(minutes=offset_minutes)
    return f"{there.isoformat()}{text[19:23]}{'-' if offset_minutes < 0 else '+'}{hours:02}:{minutes:02}"


def whole_seconds(text: str) -> str:
    """A moment cut to whole seconds in UTC: `2026-03-01T09:30:00Z` (seed 000)."""
    return text[:19] + "Z"


def local_day(text: str, offset_minutes: int) -> str:
    """The organization's calendar day of a moment, ISO."""
    return local_text(text, offset_minutes)[:10]

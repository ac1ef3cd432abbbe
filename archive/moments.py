"""Moments of time as the archive writes them, and the one place where the clock is read."""

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """`2026-11-23T04:29:47Z`, as in WARC-Date and in every column but published_at."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_moment(text: str) -> datetime:
    """The moment that `utc_text` (or any WARC-Date, fractions included) names."""
    return datetime.fromisoformat(text)

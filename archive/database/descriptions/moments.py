"""Words for columns with a moment of the archive's own clock."""

from archive.field_spec import Words

MOMENT = Words("UTC, `YYYY-MM-DDTHH:MM:SSZ`.", "Giờ UTC, dạng `YYYY-MM-DDTHH:MM:SSZ`.")


def in_utc(en: str, vi: str) -> Words:
    """A sentence on a moment, and the form in which the column has it."""
    return Words(f"{en} {MOMENT.en}", f"{vi} {MOMENT.vi}")

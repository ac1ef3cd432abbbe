"""What a failed download failed by, in words for a log and a run's reason."""

from twisted.python.failure import Failure


def failure_words(failure: Failure) -> str:
    """The error's own words, else its name; of one that wraps others, theirs, each once."""
    reasons: list[Failure] = getattr(failure.value, "reasons", None) or []
    if reasons:
        return "; ".join(dict.fromkeys(map(failure_words, reasons)))
    return failure.getErrorMessage() or type(failure.value).__name__

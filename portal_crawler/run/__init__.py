"""One crawl run from its lock to its outcome: counts, limits, judgement."""

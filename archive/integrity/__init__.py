"""Whether an archive is sound, and what can be kept where it is not."""

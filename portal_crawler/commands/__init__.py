"""The commands of `portal` that need the crawler."""

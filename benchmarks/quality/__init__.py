"""The result of cleaning for saved pages with known answers, compared with general extractors.

    python -m benchmarks.quality [--json | --markdown] [--worst N] [--only CORPUS] [--ours]

docs/QUALITY.md explains the measurement and the figures.
"""

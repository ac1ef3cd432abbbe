"""What cleaning makes of saved pages whose answers are known, beside general extractors.

    python -m benchmarks.quality [--json | --markdown] [--worst N] [--only CORPUS] [--ours]

docs/QUALITY.md says how it is measured and what the figures mean.
"""

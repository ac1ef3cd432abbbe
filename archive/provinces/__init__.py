"""The provinces of Vietnam, before and after the mergers of 2025. Pure but for one data file."""

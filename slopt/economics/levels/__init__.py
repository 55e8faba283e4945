"""Service levels that are chosen between tiers: curves, the best level at given prices."""

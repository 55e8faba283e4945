"""Segments with tiers, segments with levels, stock rooms and desks, put into one choice problem."""

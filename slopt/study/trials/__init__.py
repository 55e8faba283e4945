"""Trials of service: which would teach most, how large, what they cost and what they are worth."""

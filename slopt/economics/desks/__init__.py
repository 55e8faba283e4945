"""Desks that answer calls: queues, ways to staff a pool, rosters and what they lose."""

"""Rosters of desks: agents, shifts and designs of least cost at given terms, with a bound."""

"""Levels that rest on few observations."""

from __future__ import annotations

from slopt.engine.reporting import Dossier

THIN = 10
"""Observations below which a level is called thin."""


def thin_moves(dossier: Dossier) -> int:
    """Segments that move to a tier whose level there rests on few observations."""
    plan, provenance = dossier.plan, dossier.provenance
    samples = (provenance.sample(s, int(plan.choice[s])) for s in plan.moves)
    return sum(n is not None and n < THIN for n in samples)

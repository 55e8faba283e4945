"""How far a long search has come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Best plan so far (None: none yet), what is proven, nodes of the search, seconds."""

    objective: float | None
    bound: float
    nodes: int
    seconds: float

"""The bridge to the desks of agents, whose offers take a solver to make.

The one file of this layer that knows of the layer of solvers, and only when a case has call types:
offers are part of the problem, and rosters are offers.
"""

from __future__ import annotations

from slopt.case.case import PlanningCase
from slopt.economics.generated import OfferSource


def desk_source(case: PlanningCase) -> OfferSource:
    """The desks of a case with call types."""
    from slopt.solve.staffing.desk_source import DeskSource

    return DeskSource(case)

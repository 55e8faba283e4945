"""A frontier over many futures: what its plans come to in them, or the plans best over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.engine.solving import options_of
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.study.frontier import Frontier
    from slopt.study.frontier.bands import FrontierBands


def bands_of_frontier(case: PlanningCase, found: Frontier) -> FrontierBands:
    """What the plans of a frontier come to in the futures of the case.

    Raises UsageError where nothing in the case is uncertain.
    """
    from slopt.problem.scenarios.build import draw_futures
    from slopt.study.frontier.bands import frontier_bands

    problem, settings = draw_futures(case).problem, case.settings
    return frontier_bands(found, problem, settings.risk.tail, settings.solve.seed)


def frontier_for_risk(
    case: PlanningCase, found: Frontier, method: Method = Method.AUTO
) -> tuple[Frontier, FrontierBands]:
    """The plans that are best by the aim of the case at the values of its frontier.

    Raises UsageError where nothing in the case is uncertain, and what solve_for_risk raises.
    """
    from slopt.study.frontier.bands import frontier_bands
    from slopt.study.frontier.for_risk import for_risk
    from slopt.study.risk.solving import aim_of, futures_of

    problem, settings = futures_of(case).problem, case.settings
    aim = aim_of(case)
    its = for_risk(found, problem, aim, options_of(case), method)
    tail, seed = settings.risk.tail, settings.solve.seed
    return its.found, frontier_bands(its.found, problem, tail, seed, aim, its.reserves)

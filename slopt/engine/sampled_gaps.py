"""Does the plan of a case for uncertain numbers hold in futures that it was not chosen on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slopt.engine.solving import options_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from slopt.case.case import PlanningCase
    from slopt.engine.risk_plans import RiskPlans
    from slopt.problem.choice import Choice
    from slopt.problem.scenarios.aim import Aim
    from slopt.problem.scenarios.drawn import Futures
    from slopt.problem.scenarios.scenario_problem import ScenarioProblem
    from slopt.study.risk.sample import Sample
    from slopt.study.risk.sampled_gap import SampledGap

BATCHES = 10
"""Samples that are chosen on anew."""
TIMES = 5
"""A fresh sample is so many times as large as the one that the plan was chosen on."""
MOST_FRESH = 10_000


def sampled_gap_of(
    case: PlanningCase,
    futures: Futures,
    choice: Choice,
    reserve: NDArray[np.float64] | None = None,
    aim: Aim | None = None,
    batches: int = BATCHES,
) -> SampledGap | None:
    """The check of a plan that was chosen on these futures by an aim, that of the case if blank.

    None where nothing is drawn, so that futures are all there are. Raises UsageError for aims that
    are no mean of futures.
    """
    from slopt.problem.scenarios.build import draw_futures
    from slopt.study.risk.sampled_gap import sampled_gap
    from slopt.study.risk.solving import aim_of
    from slopt.study.risk.study import sample_of

    if not futures.inputs:
        return None

    def draw(count: int, kind: int, batch: int) -> tuple[ScenarioProblem, Sample]:
        seeds = np.random.SeedSequence([case.settings.solve.seed, kind, batch])
        seed = int(seeds.generate_state(1)[0]) >> 1
        drawn = draw_futures(case, count, seed, futures.inputs)
        return drawn.problem, sample_of(drawn)

    many = max(futures.count, min(TIMES * futures.count, MOST_FRESH))
    return sampled_gap(
        futures.problem,
        aim_of(case) if aim is None else aim,
        choice,
        reserve,
        lambda batch: draw(futures.count, 0, batch),
        lambda batch: draw(many, 1, batch),
        options_of(case),
        batches,
    )


def require_check(case: PlanningCase) -> None:
    """Refuse an aim that is no mean of futures before anything is solved. Raises UsageError."""
    from slopt.study.risk.sampled_gap import require_means
    from slopt.study.risk.solving import aim_of

    require_means(case.settings.risk.change_share > 0, aim_of(case))


def check_of(found: RiskPlans) -> SampledGap | None:
    """The check of the plan that `slopt risk` recommends, or that was brought."""
    plan = found.beside.plan(found.recommended)
    if plan is None:
        return None
    its = plan.found
    return sampled_gap_of(found.case, found.futures, its.choice, its.reserve)

"""How a plan over periods fares in many futures of its case.

plan = solve_over_time(case).plan
fares = risk_over_time(plan)
fares.totals["npv"].low, fares.by_period[0]["booked"].high, fares.chance_of("budget", 0)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slopt.errors import InvalidInput
from slopt.plan.horizon.plan import EvaluatedHorizon, HorizonPlan
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.problem import HorizonProblem
from slopt.sayings import say
from slopt.study.over_time.fares import HorizonFares, horizon_fares
from slopt.study.risk.estimates import Estimate, chance_of, mean_of
from slopt.study.risk.sample_size import TooSmall, too_small
from slopt.study.risk.study import sample_of

if TYPE_CHECKING:
    from slopt.problem.scenarios.drawn import Futures


@dataclass(frozen=True, eq=False)
class RiskOverTime:
    """A plan over periods, the futures that were drawn, how it fares in them."""

    plan: HorizonPlan | EvaluatedHorizon
    futures: Futures
    fares: HorizonFares
    seed: int

    @property
    def mean_npv(self) -> Estimate:
        """The mean net present value, with the interval that so many futures leave."""
        return mean_of(sample_of(self.futures), self.fares.npv)

    @property
    def any_broken(self) -> Estimate:
        """The chance that some limit of some planned period is broken, with its interval."""
        return chance_of(sample_of(self.futures), self.fares.breaks)

    @property
    def too_small(self) -> tuple[TooSmall, ...]:
        """What so many futures are too few for."""
        return too_small(sample_of(self.futures), self.fares.tail_share)


def risk_over_time(
    plan: HorizonPlan | EvaluatedHorizon,
    samples: int | None = None,
    done: Callable[[int, int], None] = lambda count, of: None,
) -> RiskOverTime:
    """How a plan fares over the futures of its case, as many as that says unless told.

    `done` is told how many of how many are priced. Raises UsageError where nothing in the case is
    uncertain, InvalidInput where the numbers of a future make no case.
    """
    from slopt.problem.scenarios.build import draw_futures

    case = plan.case
    futures = draw_futures(case, samples)
    fares = horizon_fares(
        plan,
        _problems(futures),
        futures.probability,
        case.settings.risk.tail,
        lambda count: done(count, futures.count),
    )
    return RiskOverTime(plan, futures, fares, case.settings.solve.seed)


def _problems(futures: Futures) -> Iterator[HorizonProblem]:
    for future in range(futures.count):
        try:
            yield build_horizon(futures.case_of(future))
        except InvalidInput as error:
            name = futures.names[future]
            raise InvalidInput(
                [
                    replace(
                        problem,
                        message=say("in future {name}: {text}", name=name, text=problem.message),
                    )
                    for problem in error.problems
                ]
            ) from None

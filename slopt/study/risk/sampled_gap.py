"""Does a plan hold in futures that it was not chosen on, and how far may it be from the best?

A plan is chosen because its futures suit it, so fresh ones are worse for it: that is its optimism.
How far it may be from the plan that is best over all futures there could be, is told by choosing
anew on several samples: in each the plan loses no less than the best one of that sample,

    gap of a sample = what the plan loses in it - the proven bound of the best,

whose mean over samples is, on average, no less than the true gap (Mak, Morton and Wood 1999,
Operations Research Letters 24, 47-56). Samples are drawn apart from each other, so Student's t
tells what the true gap is below. The mean of the worst tail is priced with the tail beginning where
it does in the plan's own sample: any place is on the safe side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.errors import UsageError
from slopt.plan.rows import tidy
from slopt.problem.choice import Choice
from slopt.problem.scenarios.aim import Aim
from slopt.problem.scenarios.many_choices import losses_of
from slopt.problem.scenarios.measures import quantile
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.sayings import Saying, say
from slopt.solve.core import is_available
from slopt.solve.highs import Options
from slopt.solve.risk.dispatch import prices_cannot, solve_for_risk
from slopt.solve.risk.outcome import RiskOutcome
from slopt.study.risk.estimates import SURE, Estimate, mean_of
from slopt.study.risk.sample import Sample
from slopt.vocabulary import Method, RiskMeasure

Numbers = NDArray[np.float64]

Draw = Callable[[int], tuple[ScenarioProblem, Sample]]
"""A number of a sample -> its futures: other numbers give futures drawn apart from these."""
Solver = Callable[[ScenarioProblem, Aim, Options], RiskOutcome]
"""What finds the best plan of a sample, and proves a bound."""
NEAR = 0.01
"""A true gap below this share of what the plan comes to is small beside what the numbers leave
open."""


@dataclass(frozen=True, eq=False)
class SampledGap:
    """A plan on futures that it was not chosen on. Amounts are losses by the aim: less is better.

    `chosen_on` is what it comes to in its own sample and `fresh` in a new one, of `fresh_count`
    futures; `gaps` are those of the samples that were chosen on anew, of `count` futures each.
    """

    chosen_on: float
    fresh: Estimate
    fresh_count: int
    gaps: Numbers
    count: int

    @property
    def optimism(self) -> float:
        """By how much the plan is worse in fresh futures than in those it was chosen on."""
        return self.fresh.value - self.chosen_on

    @property
    def gap(self) -> float:
        """The mean of the gaps: what the true gap is estimated at, rather too large."""
        return float(self.gaps.mean())

    @property
    def most(self) -> float:
        """The true gap is no more than this, at 95 %; infinite with a single sample."""
        if len(self.gaps) < 2:
            return math.inf
        from scipy.special import stdtrit

        error = float(self.gaps.std(ddof=1)) / math.sqrt(len(self.gaps))
        return self.gap + float(stdtrit(len(self.gaps) - 1, SURE)) * error

    @property
    def share(self) -> float:
        """`most` as a share of what the plan comes to in fresh futures."""
        size = abs(self.fresh.value)
        return self.most / size if size > 0 else (0.0 if self.most <= 0 else math.inf)

    @property
    def needed(self) -> int | None:
        """Futures of a sample with which the gap would be small; None where it is small now.

        Gaps of the best plans of samples fall as the root of their size, or faster.
        """
        if self.share <= NEAR or not math.isfinite(self.share):
            return None
        return math.ceil(self.count * (self.share / NEAR) ** 2 - 1e-9)

    def too_small(self) -> Saying | None:
        """That the sample is too small to choose by, with the size that would do."""
        if self.needed is None:
            return None
        return say(
            "Chosen on {have} futures, the plan may be {most} worse than the best one over all "
            "that may come: --set risk.samples={need} would bring that near {near}.",
            have=f"{self.count:,}",
            most=f"{100 * self.share:.2g} %",
            need=self.needed,
            near=f"{100 * NEAR:g} %",
        )


def solve_fast(problem: ScenarioProblem, aim: Aim, options: Options) -> RiskOutcome:
    """By prices to the gap asked for, and not to the very end, where prices can."""
    fits = prices_cannot(problem) is None and is_available()
    return solve_for_risk(problem, aim, options, Method.CORE if fits else Method.AUTO)


def require_means(changes_later: bool, aim: Aim) -> None:
    """Refuse what is no mean of futures. Raises UsageError."""
    is_mean = aim.measure in (RiskMeasure.MEAN, RiskMeasure.CVAR)
    if is_mean and aim.chance is None and not changes_later:
        return
    raise UsageError(
        say(
            "What a plan is worth in fresh futures is checked for --risk mean, cvar and blend, "
            "without risk.chance and risk.change_share."
        )
    )


def sampled_gap(
    problem: ScenarioProblem,
    aim: Aim,
    choice: Choice,
    reserve: Numbers | None,
    draw: Draw,
    draw_fresh: Draw,
    options: Options | None = None,
    batches: int = 10,
    solver: Solver = solve_fast,
) -> SampledGap:
    """Hold a choice (S,) with `reserve` (R,) against futures it was not chosen on.

    `problem` are the futures it was chosen on; `draw` gives samples of that size, asked for by
    0 .. batches - 1, and `draw_fresh` a larger one, asked for by 0. The time limit is that of each
    sample. Raises UsageError for aims that are no mean of futures, and where a sample has no bound.
    """
    require_means(problem.later is not None, aim)
    options = options or Options()
    own = losses_of(problem, choice[None], reserve)[:, 0]
    edge = quantile(own, problem.probability, 1.0 - aim.tail)
    chosen_on = float(problem.probability @ _terms(aim, own, edge))
    fresh, sample = draw_fresh(0)
    its = losses_of(fresh, choice[None], reserve)[:, 0]
    found = mean_of(sample, _terms(aim, its, quantile(its, fresh.probability, 1.0 - aim.tail)))
    gaps = np.empty(batches)
    for batch in range(batches):
        other, _ = draw(batch)
        outcome = solver(other, aim, options).outcome
        if outcome.bound is None:
            raise UsageError(
                say("The time ran out before a sample had a bound; raise solve.time_limit_s.")
            )
        losses = losses_of(other, choice[None], reserve)[:, 0]
        value = float(other.probability @ _terms(aim, losses, edge))
        gaps[batch] = max(0.0, value - outcome.bound)
    return SampledGap(chosen_on, found, fresh.count, gaps, problem.count)


def _terms(aim: Aim, losses: Numbers, edge: float) -> Numbers:
    """(W,) whose mean is what losses (W,) are worth by the aim, the tail beginning at `edge`.

    That is the least of all edges where `edge` is the quantile (Rockafellar and Uryasev 2000,
    Journal of Risk 2(3), 21-41).
    """
    if aim.measure is RiskMeasure.MEAN:
        return losses
    tail = edge + np.maximum(losses - edge, 0.0) / aim.tail
    return np.asarray((1.0 - aim.weight) * losses + aim.weight * tail)


def sampled_gap_document(found: SampledGap) -> dict[str, Any]:
    """The check in JSON; amounts are losses by the aim."""
    small = found.too_small()
    return {
        "chosen_on": tidy(found.chosen_on),
        "fresh": tidy(found.fresh.value),
        "fresh_low": tidy(found.fresh.low),
        "fresh_high": tidy(found.fresh.high),
        "fresh_futures": found.fresh_count,
        "optimism": tidy(found.optimism),
        "gap": tidy(found.gap),
        "gap_at_most": tidy(found.most) if math.isfinite(found.most) else None,
        "samples": len(found.gaps),
        "futures_each": found.count,
        "needed": found.needed,
        "message": None if small is None else str(small),
    }

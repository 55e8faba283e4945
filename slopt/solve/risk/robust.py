"""The plan that is best with so many segments at their worst: a search over one price.

The guaranteed loss of a choice is its loss at own numbers and its `at_worst` largest deviations,
and that is the least over p >= 0 of

    C(x) + sum_s max(0, d[s, x_s] - p) + at_worst p

(Bertsimas and Sim 2003, Mathematical Programming 98, 49-71, theorem 3; 2004, Operations Research
52(1), 35-53). For a fixed p that is an ordinary problem, and the best p is 0 or one of the
deviations. With core(p) the least of the first two terms, falling in p,

    core(p) + at_worst p  >=  bound of core(b) + at_worst a          for all p between a and b,

and prices y on the shared rows, from whatever p, bound core(b) for all b by a sum over segments.
The search halves the intervals that may hold a better p until none is left, or no more than the gap
allows. What was solved for one number of segments at worst serves the next.
"""

from __future__ import annotations

import heapq
import math
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.errors import UsageError
from slopt.problem.choice import Choice
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim, aim_value, deviations
from slopt.problem.scenarios.scenario_problem import ScenarioProblem
from slopt.problem.shared_rows import SharedRowProblem
from slopt.problem.sharing import Sharing, obstacle, share
from slopt.sayings import say
from slopt.solve.by_program import options_left, time_is_up
from slopt.solve.coupling import coupling_of
from slopt.solve.highs import Options
from slopt.solve.outcome import Outcome
from slopt.solve.risk.added_losses import with_added_losses
from slopt.solve.risk.outcome import RiskOutcome
from slopt.solve.solve import answer
from slopt.solve.start import Start
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]

PARTS = 8
"""Parts into which an interval that may hold a better price is cut."""
SHORT = 1e-12
"""Of the absolute terms of a bound by prices: what is kept back of it for rounding."""
ROUNDING = 1e-11
"""Of a bound: what two sums of the same floats may differ by."""


@dataclass(frozen=True, eq=False)
class RobustPlan:
    """A plan, the loss it guarantees when `at_worst` segments turn out at their worst, and a bound.

    `loss` and `bound` are in the goal's unit, less is better; `own_loss` is the loss at the case's
    own numbers, penalties of soft rules included in all three. `price` is the p that proves the
    guarantee. `choice` is None without a plan.
    """

    at_worst: int
    status: Status
    choice: Choice | None = None
    loss: float = math.inf
    bound: float = -math.inf
    own_loss: float = math.inf
    price: float = 0.0


@dataclass(frozen=True, eq=False)
class _Priced:
    """Prices on shared rows: what each pair costs at them, (S, K), and the rest of the bound."""

    cost: Numbers
    rest: float

    def bound(self, added: Numbers) -> float:
        """No plan costs less with so much (S, K) on top, rounding taken off."""
        least = (self.cost + added).min(axis=1)
        total = self.rest + float(least.sum())
        return total - SHORT * (abs(self.rest) + float(np.abs(least).sum()))


class RobustSearch:
    """All that is known of core(p) so far. `options` hold for each plan asked for."""

    def __init__(
        self, problem: ScenarioProblem, options: Options, method: Method = Method.AUTO
    ) -> None:
        self.base, self.method = problem.base, method
        self.options = replace(options, gap=0.0 if self.base.is_small else options.gap)
        self.sign = -1.0 if self.base.goal.maximises else 1.0
        self.deviation = np.where(self.base.admissible, deviations(problem), 0.0)
        self.points = np.unique(np.append(self.deviation, 0.0))
        self.solved: dict[int, Outcome] = {}
        self.plans: list[Choice] = []
        self.priced: list[_Priced] = []
        self.sharing, self.is_coupled = self._sharing()
        self.start: Start | None = None
        self.interrupted = False

    def _sharing(self) -> tuple[Sharing | None, bool]:
        """The shared rows without any deviation, and whether more than rows couples segments."""
        own = with_added_losses(self.base, np.zeros_like(self.deviation)).problem
        if obstacle(own) is not None:
            return None, True
        sharing = share(own)
        return sharing, not coupling_of(own, sharing).is_empty

    def best(self, at_worst: int) -> RobustPlan:
        """The plan of the least guaranteed loss, to the gap asked for within the time limit."""
        begin = time.perf_counter()
        last = len(self.points) - 1
        at_worst = min(at_worst, len(self.base.segments))
        # With none at worst the largest price is the best one, with all of them it is 0.
        low = last if at_worst == 0 else 0
        high = 0 if at_worst == len(self.base.segments) else last
        first = self._solve(max(low, high), begin)
        if first.status is Status.INFEASIBLE:
            return RobustPlan(at_worst, Status.INFEASIBLE)
        plan = self._best_known(at_worst)
        if plan.choice is not None and low < high:
            self._solve(int(np.searchsorted(self.points, plan.price)), begin)
        heap = [(-math.inf, min(low, high), max(low, high))]
        while True:
            plan = self._best_known(at_worst)
            bound, low, high = heapq.heappop(heap)
            if bound >= plan.loss - max(self.options.gap, ROUNDING) * abs(plan.loss):
                break
            better = self._bound(low, high, at_worst)
            if better > bound:
                heapq.heappush(heap, (better, low, high))
                continue
            if self.interrupted or time_is_up(self.options, begin):
                break
            if low == high and high in self.solved:
                break
            if high not in self.solved and (low == high or self.is_coupled):
                self._solve(high, begin)
                heapq.heappush(heap, (bound, low, high))
                continue
            edges = np.unique(np.linspace(low - 1, high, PARTS + 1).round().astype(int))
            for before, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
                heapq.heappush(heap, (bound, before + 1, end))
        return self._told(plan, bound)

    def _told(self, plan: RobustPlan, bound: float) -> RobustPlan:
        """The best plan with its bound: exactly the same where no more than rounding is between."""
        if plan.choice is None:
            status = Status.INTERRUPTED if self.interrupted else Status.NO_PLAN
            return replace(plan, status=status, bound=bound)
        open_ = plan.loss - bound
        bound = plan.loss if open_ <= ROUNDING * abs(plan.loss) else bound
        if open_ <= max(self.options.gap, ROUNDING) * abs(plan.loss):
            return replace(plan, status=Status.OPTIMAL, bound=bound)
        status = Status.INTERRUPTED if self.interrupted else Status.FEASIBLE
        return replace(plan, status=status, bound=bound)

    def _added(self, price: float) -> Numbers:
        return np.maximum(self.deviation - price, 0.0)

    def _solve(self, point: int, begin: float) -> Outcome:
        """Answer the ordinary problem of one price, and keep what it shows."""
        if point in self.solved:
            return self.solved[point]
        one = with_added_losses(self.base, self._added(float(self.points[point])))
        left = options_left(self.options, begin)
        found = answer(one.problem, left, self.method, start=self.start)
        self.solved[point] = found
        self.interrupted = self.interrupted or found.status is Status.INTERRUPTED
        if found.choice is not None and not evaluate(self.base, found.choice).violations:
            self.plans.append(found.choice)
        if self.sharing is not None and found.relaxation is not None:
            rows = self.sharing.rows
            named = found.relaxation.prices
            prices = np.array([max(named.get(name, 0.0), 0.0) for name in rows.names])
            self.start = Start(prices)
            self.priced.append(_priced(rows, prices))
        return found

    def _best_known(self, at_worst: int) -> RobustPlan:
        """Of the plans found so far the one that guarantees most."""
        best = RobustPlan(at_worst, Status.FEASIBLE)
        for choice in self.plans:
            plan = self.guarantee(choice, at_worst)
            best = plan if plan.loss < best.loss else best
        return best

    def guarantee(self, choice: Choice, at_worst: int) -> RobustPlan:
        """What a choice guarantees, with no bound on what others might."""
        chosen = np.sort(self.deviation[np.arange(len(choice)), choice])[::-1]
        own = self.sign * evaluate(self.base, choice).objective
        price = float(chosen[at_worst]) if at_worst < len(chosen) else 0.0
        loss = own + float(chosen[:at_worst].sum())
        return RobustPlan(at_worst, Status.FEASIBLE, choice, loss, own_loss=own, price=price)

    def _bound(self, low: int, high: int, at_worst: int) -> float:
        """No plan guarantees less with a price from one point to another."""
        core = -math.inf
        for point, found in self.solved.items():
            if point >= high and found.bound is not None:
                core = max(core, found.bound)
        if self.sharing is not None and self.priced:
            added = self._added(float(self.points[high]))
            if self.sharing.merged is not None:
                sums = np.zeros_like(self.priced[0].cost)
                np.add.at(sums, self.sharing.merged, added)
                added = sums
            for priced in self.priced:
                core = max(core, priced.bound(added))
        return core + at_worst * float(self.points[low])


def _priced(rows: SharedRowProblem, prices: Numbers) -> _Priced:
    reduced = rows.extra_cost + prices @ rows.extra_use
    rest = rows.offset - float(prices @ rows.limit)
    return _Priced(rows.priced(prices), rest + float(np.minimum(reduced, 0.0) @ rows.extra_most))


def solve_robust(
    problem: ScenarioProblem, aim: Aim, options: Options | None = None, method: Method = Method.AUTO
) -> RiskOutcome:
    """The plan that is best with `aim.at_worst` segments at their worst; losses are by the aim.

    Where chances are limited the bound holds all the same. Raises UsageError where the plan breaks
    a limit too often: which plan does not, only the program of small cases finds.
    """
    begin = time.perf_counter()
    options = options or Options()
    search = RobustSearch(problem, options, method)
    plan = search.best(aim.at_worst)
    if aim.chance is not None and plan.choice is not None:
        _require_chances(problem, aim, plan.choice)
    one = next(iter(search.solved.values()))
    outcome = one.replace(
        status=plan.status,
        choice=plan.choice,
        objective=None if plan.choice is None else plan.loss,
        bound=plan.bound if math.isfinite(plan.bound) else None,
        seconds=time.perf_counter() - begin,
    )
    return RiskOutcome(aim, outcome, np.zeros(problem.base.size[2]), problem.probability)


def _require_chances(problem: ScenarioProblem, aim: Aim, choice: Choice) -> None:
    broken = aim_value(problem, choice, aim).violations
    if broken:
        raise UsageError(
            say(
                "The robust plan breaks {limit} in more futures than risk.chance allows, and in a "
                "case of this size slopt does not look for another. Leave risk.chance out, or use "
                "--risk cvar.",
                limit=broken[0].rule,
            )
        )

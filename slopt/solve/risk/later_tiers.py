"""Given the tiers chosen first: the best tiers to change to in each future, once it is seen.

    min  sum_s t v[w,s,k'] + cost [k' is another tier] + tiers opened for it
       + sum_r premium[w,r] max(0, t use[w,r](k') + (1 - t) use[w,r](k) - capacity - reserved)

over the tiers k' that contracts allow, at most so many of them changed. Where no unit is late and
nothing is opened every segment decides alone; other futures are shared rows.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice
from slopt.problem.scenarios.later_fares import later_fares
from slopt.problem.scenarios.scenario_problem import LaterChange, ScenarioProblem, at
from slopt.problem.shared_rows import SharedRowProblem
from slopt.solve.by_prices import solve_rows
from slopt.solve.by_program import options_left, time_is_up
from slopt.solve.core import is_available, supports
from slopt.solve.coupling import Coupling
from slopt.solve.highs import Options
from slopt.solve.outcome import PricedAnswer
from slopt.solve.risk.losses import Losses, pair_losses
from slopt.solve.route import MANY
from slopt.solve.start import Start
from slopt.vocabulary import Method, Status

Numbers = NDArray[np.float64]
Choices = NDArray[np.int64]

NEARLY = 1e-12
"""Units of a limit, relative, that count as none."""


@dataclass(frozen=True, eq=False)
class LaterPlan:
    """The later tiers `then` (W, S), what is lost with them and a bound on it, (W,), as losses.

    Penalties of soft rules at own numbers are not part. `late` (W, R of `Losses`) and `moves` (W,)
    are what a late unit and a change more are worth. `interrupted` is true after Ctrl-C.
    """

    then: Choices
    losses: Numbers
    bounds: Numbers
    late: Numbers
    moves: Numbers
    interrupted: bool = False


class LaterTiers:
    """The later decision of a problem, for any first choice. Raises ValueError without the option,
    and where prices cannot take the problem.
    """

    def __init__(self, problem: ScenarioProblem) -> None:
        if problem.later is None:
            raise ValueError("the problem has no option to change tiers later")
        self.problem, self.option = problem, problem.later
        self.sums = Losses.of(problem)
        self.pair = pair_losses(problem)
        self.allowed = problem.base.admissible
        counted = problem.base.counts_service_cost
        self.cost = self.option.cost if counted else 0.0
        self.use = problem.use[:, self.sums.resources]
        self.sign = -1.0 if problem.base.goal.maximises else 1.0

    @property
    def option_is_free_of_limits(self) -> bool:
        """True where nothing but late units and open tiers couples the segments later."""
        most = self.option.most
        return most is None or most >= len(self.allowed)

    def best(
        self, choice: Choice, reserve: Numbers | None = None, options: Options | None = None
    ) -> LaterPlan:
        """The best later tiers after a choice (S,) with `reserve` (all resources,) units.

        Futures that the time does not reach keep their first tiers or what is best alone, whichever
        is better, with a bound that leaves late units and open tiers out.
        """
        options = options or Options()
        begin = time.perf_counter()
        problem, count = self.problem, self.problem.count
        secured = np.zeros(problem.base.size[2]) if reserve is None else reserve
        then, alone = self._alone(choice, secured)
        late = np.zeros((count, len(self.sums.resources)))
        moves = np.zeros(count)
        whole = self.losses_of(choice, then, secured)
        tied = whole - alone > NEARLY * np.maximum(1.0, np.abs(whole))
        bounds = np.where(tied, alone, whole)
        start: Start | None = None
        interrupted = False
        for future in np.flatnonzero(tied).tolist():
            if interrupted or time_is_up(options, begin):
                break
            left = options_left(options, begin)
            rows, coupling = self.rows(choice, secured, future)
            found = self._answer(rows, coupling, left, start)
            interrupted = found.status is Status.INTERRUPTED
            rest = self._rest(choice, secured, future)
            if found.bound is not None:
                bounds[future] = max(bounds[future], found.bound + rest)
            if found.choice is not None:
                then[future] = found.choice
            if found.prices is not None and len(found.prices) == len(rows.use):
                start = Start(found.prices)
                resources = len(self.sums.resources)
                late[future] = found.prices[:resources]
                moves[future] = found.prices[resources:].sum()
        losses = self.losses_of(choice, then, secured)
        stay = np.broadcast_to(choice, then.shape)
        staying = self.losses_of(choice, stay, secured)
        then = np.where((staying < losses)[:, None], stay, then)
        losses = np.minimum(staying, losses)
        return LaterPlan(then, losses, np.minimum(bounds, losses), late, moves, interrupted)

    def rows(
        self, choice: Choice, reserve: Numbers, future: int
    ) -> tuple[SharedRowProblem, Coupling]:
        """The later decision of one future: late units first, then the number of changes."""
        option, row = self.option, np.arange(len(choice))
        share, pair, use = option.share, at(self.pair, future), at(self.use, future)
        tiers = np.arange(pair.shape[1])
        moved = (tiers != choice[:, None]).astype(np.float64)
        capacity = at(self.sums.capacity, future) + reserve[self.sums.resources]
        limit = capacity - (1 - share) * use[:, row, choice].sum(axis=1)
        count = len(limit)
        most = np.maximum(share * use.max(axis=2).sum(axis=1) - limit, 0.0)
        uses = [np.ascontiguousarray(share * one) for one in use]
        names = [f"late {r}" for r in range(count)]
        relief = -np.eye(count)
        if not self.option_is_free_of_limits:
            uses.append(moved)
            names.append("later changes")
            limit = np.append(limit, float(option.most or 0))
            relief = np.vstack([relief, np.zeros((1, count))])
        rows = SharedRowProblem(
            cost=np.ascontiguousarray(share * pair + self.cost * moved),
            use=tuple(uses),
            allowed=np.ascontiguousarray(self.allowed | (moved == 0)),
            limit=limit,
            names=tuple(names),
            floor=np.zeros(len(uses), dtype=np.bool_),
            extra_cost=np.asarray(at(self.sums.premium, future)),
            extra_most=most,
            extra_use=relief,
        )
        opened = np.where(np.isin(tiers, choice), 0.0, self.sums.opened[future])
        menu = self.problem.base.menu_size
        none = np.zeros((len(uses), len(tiers)))
        return rows, Coupling(self.problem.base.rank, opened, none, None, (), menu)

    def _answer(
        self, rows: SharedRowProblem, coupling: Coupling, options: Options, start: Start | None
    ) -> PricedAnswer:
        fits_core = len(rows.cost) < MANY and is_available() and supports(rows)
        method = Method.CORE if fits_core else Method.PRICES
        return solve_rows(rows, coupling, options, method, start)

    def _rest(self, choice: Choice, reserve: Numbers, future: int) -> float:
        """What a future loses whatever is done later."""
        row = np.arange(len(choice))
        first = float(at(self.pair, future)[row, choice].sum())
        opened = float(self.sums.opened[future, np.unique(choice)].sum())
        return (1 - self.option.share) * first + opened + self._secured(reserve)

    def _secured(self, reserve: Numbers) -> float:
        if not self.problem.base.counts_service_cost:
            return 0.0
        return float(np.nansum(np.where(reserve > 0, self.problem.reserve_cost * reserve, 0.0)))

    def _alone(self, choice: Choice, reserve: Numbers) -> tuple[Choices, Numbers]:
        """What each segment would do alone, (W, S), and what is lost without late units and opened
        tiers, (W,).
        """
        count, row = self.problem.count, np.arange(len(choice))
        share, option = self.option.share, self.option
        then = np.empty((count, len(choice)), dtype=np.int64)
        total = np.empty(count)
        moved = np.arange(self.allowed.shape[1]) != choice[:, None]
        for future in range(count):
            value = share * at(self.pair, future) + self.cost * moved
            staying = value[row, choice]
            value = np.where(self.allowed | ~moved, value, math.inf)
            best = value.argmin(axis=1)
            gain = staying - value[row, best]
            best = np.where(gain > 0, best, choice)
            if not self.option_is_free_of_limits:
                order = np.argsort(-gain, kind="stable")[int(option.most or 0) :]
                best[order] = choice[order]
            then[future] = best
            total[future] = value[row, best].sum()
        rest = np.array([self._rest(choice, reserve, future) for future in range(count)])
        return then, total + rest

    def losses_of(self, choice: Choice, then: Choices, reserve: Numbers) -> Numbers:
        """(W,): what is lost with these later tiers, without penalties of soft rules."""
        return np.asarray(self.sign * later_fares(self.problem, choice, then, reserve).value)


def option_of(problem: ScenarioProblem) -> LaterChange | None:
    """The option to change later, None where it could never be used."""
    later = problem.later
    return None if later is None or later.share == 0 or later.most == 0 else later

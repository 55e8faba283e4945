"""How near the limits of a problem that has plans are to having none."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

from slopt.errors import SolverTrouble, UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import LimitUse, evaluate
from slopt.solve.outcome import Outcome
from slopt.study.frontier.axis import axis_of
from slopt.study.frontier.least import Way, least

SHARE = 0.2
"""Of the time that is left, what the least of one limit may take."""


@dataclass(frozen=True)
class Tightness:
    """A firm limit of a problem that has plans: how much of it the best plan uses, and its least.

    `least` is the value below which there is no plan (above which, for a floor), all else as it is;
    None where it was not found.
    """

    use: LimitUse
    least: float | None = None

    @property
    def room(self) -> float | None:
        """How far the limit may be tightened, as a share of it."""
        if self.least is None:
            return None
        return abs(self.use.limit - self.least) / max(abs(self.use.limit), 1e-9)


def tightest(problem: ChoiceProblem, outcome: Outcome, way: Way) -> tuple[Tightness, ...]:
    """Every firm limit, the one with the least room first."""
    if outcome.choice is None:
        return ()
    deadline = time.perf_counter() + way.options.time_limit_s
    found = []
    for use in evaluate(problem, outcome.choice).limits:
        if use.penalty is None:
            left = deadline - time.perf_counter()
            found.append(Tightness(use, _least(problem, use.name, way, SHARE * left)))
    return tuple(sorted(found, key=lambda t: (t.room is None, t.room or 0.0)))


def _least(problem: ChoiceProblem, name: str, way: Way, seconds: float) -> float | None:
    if seconds <= 0:
        return None
    try:
        axis = axis_of(problem, name)
    except UsageError:
        return None
    with suppress(SolverTrouble):
        return least(problem, axis, way.within(seconds)).value
    return None

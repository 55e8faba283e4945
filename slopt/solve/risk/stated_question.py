"""The program of a question about uncertain numbers, and what its columns decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.errors import SolverTrouble
from slopt.problem.choice import Choice
from slopt.problem.program import LinearProgram
from slopt.problem.scenarios.aim import AimValue, aim_value
from slopt.problem.scenarios.later_fares import Choices
from slopt.problem.scenarios.question import RiskQuestion
from slopt.sayings import say
from slopt.solve.model_file import built_by, find_model
from slopt.solve.risk.outcome import RiskOutcome
from slopt.vocabulary import RiskMeasure

Numbers = NDArray[np.float64]

DIGITS = 9
"""Digits after the point that reserved units keep; what a solver leaves below is rounding."""


@dataclass(frozen=True, eq=False)
class Decided:
    """Tiers chosen now (S,), units reserved (R,), and later tiers (W, S) where they may change."""

    choice: Choice
    reserve: Numbers
    then: Choices | None

    def judged(self, question: RiskQuestion) -> AimValue:
        """What is decided is worth, by the judge that has not seen the program."""
        return aim_value(
            question.problem, self.choice, question.aim, question.best, self.reserve, self.then
        )


def decided_in(found: RiskOutcome) -> Decided | None:
    """What an answer decides; None where it has no plan."""
    choice = found.outcome.choice
    return None if choice is None else Decided(choice, found.reserve, found.then)


@dataclass(frozen=True, eq=False)
class StatedQuestion:
    """A Pyomo model and its program, and which columns decide what, all by position.

    choose: (segment, tier) -> column; choose_later: (future, segment, tier) -> column; reserve:
    resource -> column.
    """

    question: RiskQuestion
    model: Any
    program: LinearProgram
    choose: Mapping[tuple[int, int], int]
    choose_later: Mapping[tuple[int, int, int], int]
    reserve: Mapping[int, int]

    def decided(self, values: Numbers) -> Decided:
        """The decisions in an answer; raises SolverTrouble where a segment has no tier."""
        problem = self.question.problem
        segments, _, resources = problem.base.size
        choice = np.full(segments, -1, dtype=np.int64)
        for (segment, tier), column in self.choose.items():
            if values[column] > 0.5:
                choice[segment] = tier
        then = None
        if self.question.later is not None:
            then = np.full((problem.count, segments), -1, dtype=np.int64)
            for (future, segment, tier), column in self.choose_later.items():
                if values[column] > 0.5:
                    then[future, segment] = tier
        if np.any(choice < 0) or (then is not None and np.any(then < 0)):
            raise SolverTrouble(say("The solver's answer leaves a segment without a tier."))
        units = np.zeros(resources)
        for resource, column in self.reserve.items():
            units[resource] = round(float(values[column]), DIGITS)
        return Decided(choice, np.maximum(units, 0.0) + 0.0, then)

    def beginning_with(self, decided: Decided) -> LinearProgram:
        """The program with what is decided as a solution to begin with."""
        known = dict.fromkeys(self.choose.values(), 0.0)
        for segment, tier in enumerate(decided.choice.tolist()):
            known[self.choose[segment, tier]] = 1.0
        if decided.then is not None:
            known |= dict.fromkeys(self.choose_later.values(), 0.0)
            for (future, segment), tier in np.ndenumerate(decided.then):
                known[self.choose_later[future, segment, int(tier)]] = 1.0
        return self.program.replace(known=known)

    def of_the_least_mean(self, reached: float) -> StatedQuestion:
        """The question of the least mean among all that is worth `reached` or less by the aim."""
        from slopt.formulation.risk.goal import ask_for_the_least_mean

        ask_for_the_least_mean(self.model, reached)
        return _compiled(self.question, self.model)


def state(question: RiskQuestion) -> StatedQuestion | None:
    """The program of a question; None where it is plain without a solver that nothing can be chosen
    as it asks.
    """
    from slopt.solve.pyomo_program import TriviallyInfeasibleError

    if not question.problem.base.admissible.any(axis=1).all():
        return None
    robust = question.aim.measure is RiskMeasure.ROBUST
    model = built_by(find_model("robust_plan" if robust else "risk_plan"), question)
    try:
        return _compiled(question, model)
    except TriviallyInfeasibleError:
        return None


def _compiled(question: RiskQuestion, model: Any) -> StatedQuestion:
    from slopt.solve.pyomo_program import compiled

    base, form = question.problem.base, compiled(model)
    segment = {name: s for s, name in enumerate(base.segments)}
    tier = {name: k for k, name in enumerate(base.tiers)}
    resource = {name: r for r, name in enumerate(base.resources)}

    def columns(name: str) -> Mapping[Any, int]:
        variable = model.component(name)
        return {} if variable is None else form.columns_of(variable)

    return StatedQuestion(
        question,
        model,
        form.program,
        {(segment[s], tier[k]): column for (s, k), column in columns("choose").items()},
        {(w, segment[s], tier[k]): column for (w, s, k), column in columns("choose_later").items()},
        {resource[name]: column for name, column in columns("reserve").items()},
    )

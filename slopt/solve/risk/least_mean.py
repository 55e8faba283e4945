"""Between plans that are as good by the aim: no units reserved for nothing, and the least mean.

An aim that looks at the worst futures alone says nothing of all others, which may turn out anyhow.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from slopt.errors import SolverTrouble
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.aim import Aim, AimValue
from slopt.problem.scenarios.question import RiskQuestion
from slopt.solve.by_program import options_for_ties
from slopt.solve.highs import Options, run
from slopt.solve.risk.stated_question import Decided, StatedQuestion
from slopt.vocabulary import RiskMeasure

ROOM = 1e-9
"""Relative room of the aim for plans that are as good."""
WORTH_IT = 1e-7
"""Of the mean is the least that another plan gains; less may come from that room alone."""


def least_reserve(question: RiskQuestion, decided: Decided) -> Decided:
    """No units reserved of a resource where that is worth as much."""
    best = decided.judged(question)
    for resource in np.flatnonzero(decided.reserve).tolist():
        units = decided.reserve.copy()
        units[resource] = 0.0
        without = replace(decided, reserve=units)
        its = without.judged(question)
        if its.loss <= best.loss and len(its.violations) <= len(best.violations):
            decided, best = without, its
    return decided


def looks_at_some_futures(aim: Aim) -> bool:
    """True for aims by which the other futures may turn out anyhow."""
    if aim.measure is RiskMeasure.CVAR:
        return aim.weight == 1 and aim.tail < 1
    return aim.measure is RiskMeasure.REGRET


def of_the_least_mean(
    stated: StatedQuestion, decided: Decided, judged: AimValue, options: Options, begin: float
) -> tuple[Decided, AimValue]:
    """Of the plans as good by the aim, the one of the least mean that a second look finds."""
    question = stated.question
    room = ROOM * max(1.0, abs(judged.loss))
    try:
        second = stated.of_the_least_mean(judged.loss + room)
        exact = replace(options_for_ties(options, begin), gap=0.0)
        answer = run(second.beginning_with(decided), exact)
        if answer.values is None:
            return decided, judged
        other = least_reserve(question, second.decided(answer.values))
    except SolverTrouble:
        return decided, judged
    its = other.judged(question)
    if its.violations or its.loss > judged.loss + 2 * room:
        return decided, judged
    mean = _mean(question, decided, judged)
    if _mean(question, other, its) >= mean - WORTH_IT * max(1.0, abs(mean)):
        return decided, judged
    return other, its


def _mean(question: RiskQuestion, decided: Decided, judged: AimValue) -> float:
    """The mean loss over the futures, with penalties."""
    base, probability = question.problem.base, question.problem.probability
    sign = -1.0 if base.goal.maximises else 1.0
    penalties = evaluate(base, decided.choice).penalties
    return sign * float(judged.fares.value @ probability) + penalties

"""What plans are worth along one uncertain input, in the mean over all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.problem.build import build_problem
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.build import draw_futures
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.inputs import UncertainInput
from slopt.problem.scenarios.scenario_problem import BY_PAIR, BY_ROW, ScenarioProblem
from slopt.solve.highs import Options
from slopt.solve.risk.best_of_futures import best_of_futures
from slopt.solve.solve import answer

Numbers = NDArray[np.float64]

FEW = np.array([0.05, 0.5, 0.95])
"""Places, as quantiles of the input, at which it is first seen whether a plan changes at all."""
MANY = np.array([0.002, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 0.998])
DRAWS = 32
"""Draws of the others over which plans are averaged, and a few of them at first."""
FEW_DRAWS = 8
FINE = 101
"""Equally likely values of the input for which worth is summed up."""
TIE = 1e-9
"""Plans closer than this, relative, are worth the same."""


@dataclass(frozen=True, eq=False)
class ValueCurve:
    """The plan of today, first, and K - 1 others, one the best of each place of the input.

    choices (K, S); places (G,) quantiles of the input in increasing order; losses (K, G): what each
    plan is worth there, less is better, whatever the goal. All keep the limits at own numbers.
    `means`: the problem at each place, its figures in the mean of the others.
    """

    input: UncertainInput
    choices: NDArray[np.int64]
    places: Numbers
    losses: Numbers
    means: tuple[ChoiceProblem, ...]

    @cached_property
    def fine(self) -> Numbers:
        """(FINE,): equally likely quantiles."""
        return (np.arange(FINE) + 0.5) / FINE

    @cached_property
    def cells(self) -> Numbers:
        """(FINE, C): what the cells of the input hold there."""
        return np.broadcast_to(self.input.at(self.fine), (FINE, len(self.input.now)))

    @cached_property
    def _between(self) -> Numbers:
        """(G, FINE): how much of each place is in a value; straight, as most losses go."""
        known = self.input.at(self.places).mean(axis=1)
        wanted = self.input.at(self.fine).mean(axis=1)
        if not (np.diff(known) > 0).all():
            known, wanted = self.places, self.fine
        return np.array([np.interp(wanted, known, row) for row in np.eye(len(self.places))])

    @cached_property
    def fine_losses(self) -> Numbers:
        """(K, FINE): what each plan is worth at each of the values."""
        return self.losses @ self._between

    @cached_property
    def expected(self) -> ChoiceProblem:
        """What pairs cost and lose in the mean of everything that is uncertain, the input too."""
        return _mean(ScenarioProblem.of(self.means[0], self.means, self._between.mean(axis=1)))

    @cached_property
    def worth_knowing(self) -> float:
        """What knowing the input for sure is worth a period, in the goal's unit (EVPPI)."""
        means = self.fine_losses.mean(axis=1)
        return max(float(means.min() - self.fine_losses.min(axis=0).mean()), 0.0)

    @cached_property
    def planned(self) -> int:
        """The plan that is best as long as nothing more is known; that of today among equals."""
        means = self.fine_losses.mean(axis=1)
        best = float(means.min())
        return 0 if means[0] <= best + TIE * max(1.0, abs(best)) else int(means.argmin())

    def undecided(self) -> NDArray[np.bool_]:
        """(S,): segments whose tier is another one in another of the plans."""
        return np.asarray((self.choices != self.choices[self.planned]).any(axis=0))


def with_input(case: PlanningCase, one: UncertainInput, place: float) -> PlanningCase:
    """The case with the input at a quantile of what it may be; it must not be a setting."""
    table = case.tables[one.table]
    values = table.numbers(one.column.name).copy()
    values[one.rows] = one.at(np.array([place]))[0]
    return case.replace(
        tables={**case.tables, one.table: table.with_columns({one.column.name: values})}
    )


@dataclass(frozen=True, eq=False)
class Others:
    """The case with all uncertain numbers drawn, W times, and how likely each of them is."""

    cases: tuple[PlanningCase, ...]
    probability: Numbers

    def first(self, count: int) -> Others:
        """So many of them, spread over all."""
        chosen = np.unique(np.linspace(0, len(self.cases) - 1, count).round().astype(int))
        share = self.probability[chosen]
        return Others(tuple(self.cases[w] for w in chosen.tolist()), share / share.sum())


def others_of(case: PlanningCase, inputs: Sequence[UncertainInput]) -> Others:
    """Draws of all inputs, stratified, from the seed of the case; the case itself where only one
    number is uncertain.
    """
    if len(inputs) < 2 and not len(case.table("scenarios")):
        return Others((case,), np.ones(1))
    futures = draw_futures(case, samples=DRAWS)
    return Others(tuple(futures.case_of(w) for w in range(futures.count)), futures.probability)


def value_curve(
    base: ChoiceProblem,
    plan: Choice,
    one: UncertainInput,
    others: Others,
    options: Options,
    places: Numbers = MANY,
) -> ValueCurve:
    """The curve of an input around the plan of today, which keeps the limits.

    At each place the input is set in every draw of the others, so that the same draws count at all
    places; what hangs together with the input is taken as if it did not.
    """
    futures = [_at(base, one, others, float(place)) for place in places]
    means = tuple(_mean(its) for its in futures)
    found = [choice for choice in _best(base, means, options) if (choice != plan).any()]
    choices = np.array([plan, *found])
    sign = -1.0 if base.goal.maximises else 1.0
    losses = np.array(
        [
            [sign * float(others.probability @ fares(its, choice).value) for its in futures]
            for choice in choices
        ]
    )
    penalties = np.array([evaluate(base, choice).penalties for choice in choices])
    return ValueCurve(one, choices, places, losses + penalties[:, None], means)


def _at(base: ChoiceProblem, one: UncertainInput, others: Others, place: float) -> ScenarioProblem:
    """The draws of the others with the input at a place."""
    problems = [build_problem(with_input(case, one, place)) for case in others.cases]
    return ScenarioProblem.of(base, problems, others.probability)


def _best(base: ChoiceProblem, means: Sequence[ChoiceProblem], options: Options) -> list[Choice]:
    """Plans that are best in the mean at some place, each once, of those that keep the limits."""
    futures = ScenarioProblem.of(base, means, np.full(len(means), 1 / len(means)))
    try:
        best = best_of_futures(futures, options)
        found = [] if best is None else list(best.choices)
    except TimeoutError:
        answers = (answer(futures.problem(place), options) for place in range(futures.count))
        found = [its.choice for its in answers if its.choice is not None]
    kept = [choice for choice in found if not evaluate(base, choice).violations]
    return [] if not kept else list(np.unique(np.array(kept), axis=0))


def _mean(futures: ScenarioProblem) -> ChoiceProblem:
    """The problem with the mean figures of all futures; limits are those of own numbers."""
    changes = {}
    for name in (*BY_PAIR, *BY_ROW, "use"):
        values = getattr(futures, name)
        changes[name] = (
            values[0] if len(values) == 1 else np.tensordot(futures.probability, values, axes=1)
        )
    return futures.base.replace(**changes)

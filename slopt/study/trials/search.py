"""Which trial, of all that could be made: the inputs that a trial teaches, the dearest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from slopt.case.case import PlanningCase
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.scenarios.inputs import UncertainInput
from slopt.solve.highs import Options
from slopt.study.trials.asked import Lots, Wanted
from slopt.study.trials.lessons import Lesson, lesson_of
from slopt.study.trials.propose import Proposal, lengths, propose
from slopt.study.trials.strata import Stratum, strata_of
from slopt.study.trials.value_curve import (
    FEW,
    FEW_DRAWS,
    Others,
    ValueCurve,
    others_of,
    value_curve,
)

MOST = 60
"""Inputs that are looked at; of more those that move most money."""
CLOSE = 6
"""Inputs that are looked at closely: those that are worth most to know."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Looked:
    """An input: what knowing it for sure would be worth a period, and the trial that teaches it.

    `lesson` is None where no trial teaches it, `curve` where it was not looked at. `too_few`: no
    segment has the customers, or the tiers, for a trial. `too_few_segments`: whole segments are to
    be drawn, and there are fewer than two of each arm. `too_short`: the length that is asked for
    leaves none, or is no whole number of periods where who leaves is counted. `by_the_plan`: the
    plan itself serves somebody at the tier whose level is uncertain, so that its first period
    tells; `by_the_best`: only the plan that is best in the mean of what the input may be does.
    """

    input: UncertainInput
    lesson: Lesson | None
    curve: ValueCurve | None = None
    proposal: Proposal | None = None
    too_few: bool = False
    too_few_segments: bool = False
    too_short: bool = False
    by_the_plan: bool = False
    by_the_best: bool = False

    @property
    def worth_knowing(self) -> float:
        """What knowing the input for sure is worth a period; 0 where it was not looked at."""
        return 0.0 if self.curve is None else self.curve.worth_knowing


@dataclass(frozen=True, eq=False)
class Search:
    """All inputs, the one whose trial is worth most net first; `plan` is that of today."""

    case: PlanningCase
    problem: ChoiceProblem
    plan: Choice
    wanted: Wanted
    looked: tuple[Looked, ...]

    @property
    def first(self) -> Looked | None:
        """The input with the trial to make; None where no trial pays."""
        best = self.looked[0] if self.looked else None
        return best if best and best.proposal is not None and best.proposal.pays else None


def search(
    case: PlanningCase,
    problem: ChoiceProblem,
    plan: Choice,
    inputs: Sequence[UncertainInput],
    everything: Sequence[UncertainInput],
    wanted: Wanted,
    options: Options,
    progress: Progress | None = None,
) -> Search:
    """Look at the inputs that a trial teaches; `everything` is all that is uncertain."""
    others = others_of(case, everything)
    taught = [one for one in inputs if lesson_of(one) is not None]
    untaught = [Looked(one, None) for one in inputs if lesson_of(one) is None]
    asked = sorted(taught, key=lambda one: -_stake(problem, one))
    kept, left = asked[:MOST], [Looked(one, lesson_of(one)) for one in asked[MOST:]]
    steps = _Steps(progress, len(kept) + min(CLOSE, len(kept)))
    first: list[Looked] = []
    for one in kept:
        first.append(_look(case, problem, plan, one, wanted, options, others, closely=False))
        steps.go()
    first.sort(key=lambda looked: -looked.worth_knowing)
    found: list[Looked] = []
    for place, looked in enumerate(first):
        if place < CLOSE and looked.curve is not None:
            looked = _look(case, problem, plan, looked.input, wanted, options, others, True)
            steps.go()
        found.append(looked)
    ordered = sorted([*found, *left, *untaught], key=_rank)
    return Search(case, problem, plan, wanted, tuple(ordered))


def _rank(looked: Looked) -> tuple[float, float]:
    net = -np.inf if looked.proposal is None else looked.proposal.proposed.net
    return (-net, -looked.worth_knowing)


def _look(
    case: PlanningCase, problem: ChoiceProblem, plan: Choice, one: UncertainInput, wanted: Wanted,
    options: Options, others: Others, closely: bool,
) -> Looked:  # fmt: skip
    lesson = lesson_of(one)
    assert lesson is not None
    if lesson is Lesson.LEVEL and _serves(case, one, plan):
        return Looked(one, lesson, by_the_plan=True)
    if not lengths(lesson, wanted):
        return Looked(one, lesson, too_short=True)
    strata, lots = _strata(case, problem, one, lesson, plan, wanted)
    if not strata:
        return Looked(one, lesson, too_few=True)
    if not closely:
        few = others.first(FEW_DRAWS)
        return Looked(one, lesson, value_curve(problem, plan, one, few, options, FEW))
    curve = value_curve(problem, plan, one, others, options)
    planned = curve.choices[curve.planned]
    if lesson is Lesson.LEVEL and _serves(case, one, planned):
        return Looked(one, lesson, curve, by_the_best=True)
    # What a trial costs is expected over everything that is uncertain, as what it is worth.
    strata, lots = _strata(case, curve.expected, one, lesson, planned, wanted)
    rate = case.settings.case.discount_rate
    proposal = propose(problem, curve, lesson, strata, wanted, lots, rate)
    if proposal is not None:
        return Looked(one, lesson, curve, proposal)
    groups = lots is Lots.SEGMENTS and lesson is not Lesson.LEVEL and len(strata) > 0
    return Looked(one, lesson, curve, too_few=not groups, too_few_segments=groups)


def _strata(
    case: PlanningCase, problem: ChoiceProblem, one: UncertainInput, lesson: Lesson, plan: Choice,
    wanted: Wanted,
) -> tuple[list[Stratum], Lots]:  # fmt: skip
    """The strata and what is drawn: customers where there are enough of them."""
    if wanted.lots is not Lots.SEGMENTS:
        found = strata_of(case, problem, one, lesson, plan, whole=False)
        if found or wanted.lots is Lots.CUSTOMERS:
            return found, Lots.CUSTOMERS
    return strata_of(case, problem, one, lesson, plan, whole=True), Lots.SEGMENTS


def _serves(case: PlanningCase, one: UncertainInput, plan: Choice) -> bool:
    """Whether the plan itself serves somebody at the tier whose level is uncertain."""
    if one.table == "tiers":
        return bool(np.isin(one.rows, plan).any())
    offers = case.table("offers")
    whose = offers.texts("segment").places_in(case.segments)[one.rows]
    which = offers.texts("tier").places_in(case.table("tiers").texts("tier"))[one.rows]
    return bool((plan[whose] == which).any())


def _stake(problem: ChoiceProblem, one: UncertainInput) -> float:
    """Roughly how much money an input may move: its range by what the pairs lose."""
    lost = problem.lost_sales
    share = float(np.mean((one.highs - one.lows) / np.maximum(np.abs(one.now), 1e-9)))
    if one.table == "tiers":
        return share * float(lost[:, one.rows].sum())
    return share * float(lost.mean()) * len(one.rows)


class _Steps:
    def __init__(self, progress: Progress | None, count: int) -> None:
        self._progress, self._count, self._done = progress, count, 0

    def go(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._count)

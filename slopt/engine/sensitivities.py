"""Which inputs move the best plan of a case: tornado, switch points, stability, Morris, Sobol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.engine.solving import Solved, options_of, solve_case
from slopt.errors import UsageError
from slopt.problem.build import build_problem
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.sources import require_listed
from slopt.sayings import say
from slopt.solve.model_file import is_shipped
from slopt.vocabulary import Screening

if TYPE_CHECKING:
    from slopt.study.sensitivity import Sensitivity
    from slopt.study.sensitivity.choose import Chosen, Wanted
    from slopt.study.sensitivity.futures import Best
    from slopt.study.sensitivity.move import Place
    from slopt.study.sweep.point import Answer
    from slopt.study.sweep.runner import Runner

Progress = Callable[[str, int, int], None]
"""(what is being solved, how many of them are, of how many), called as answers come."""


def sensitivity_of(
    case: PlanningCase,
    wanted: Wanted | None = None,
    screening: Screening = Screening.TORNADO,
    samples: int | None = None,
    runner: Runner | None = None,
    progress: Progress | None = None,
) -> Sensitivity | Solved:
    """The study of a case; the answer to the case itself where that has no plan.

    `runner` answers the points: in this process, where none is given. Raises UsageError for inputs
    that cannot be varied, a number of samples below 2, a model file of one's own, and where SALib
    is needed and missing; InvalidInput where an end of a range makes no case.
    """
    from slopt.study.risk.solving import require_own_numbers
    from slopt.study.sensitivity import sensitivity
    from slopt.study.sensitivity.choose import Wanted, choose_inputs
    from slopt.study.sensitivity.futures import Futures
    from slopt.study.sweep.runner import Runner

    require_listed(
        case,
        "slopt sensitivity",
        say("slopt sweep CASE --vary PATH=LOW,HIGH plans it anew at other inputs."),
    )
    require_own_numbers(case, "slopt sensitivity")
    _require(case, screening, samples)
    problem = build_problem(case)
    chosen = choose_inputs(case, problem, wanted or Wanted())
    asking = _Asking(runner or Runner(case), chosen, progress)
    today = best_of(asking.runner.base)
    if today.choice is None:
        return solve_case(case, asking.runner.method, next_steps=False)
    gap, seed = options_of(case).gap, case.settings.solve.seed
    futures = Futures(problem, chosen.inputs, today, asking.solve, asking.build, gap)
    return sensitivity(problem, chosen, futures, screening, samples, seed, asking.begin)


def _require(case: PlanningCase, screening: Screening, samples: int | None) -> None:
    model = case.settings.plan.model
    if not is_shipped(model):
        raise UsageError(
            say(
                "slopt sensitivity prices today's plan in other futures by the "
                "definitions of slopt, which it does not know of the model {model}. "
                "Use a shipped model, or slopt sweep.",
                model=model,
            )
        )
    if samples is not None and samples < 2:
        raise UsageError(
            say("--samples {samples}: write a whole number from 2 on.", samples=samples)
        )
    if screening is not Screening.TORNADO:
        from slopt.study.sensitivity.salib import require_salib

        require_salib()


class _Asking:
    """Asks the runner for places, and says how far it is."""

    def __init__(self, runner: Runner, chosen: Chosen, progress: Progress | None) -> None:
        from slopt.study.sweep.point import Changer

        self.runner, self._inputs, self._progress = runner, chosen.inputs, progress
        self._changer = Changer(runner.case)
        self._stage = ""

    def begin(self, stage: str) -> None:
        """Say what the next answers are for."""
        self._stage = stage

    def solve(self, places: Sequence[Place]) -> list[Best]:
        """The best plan at each place."""
        from slopt.study.sensitivity.move import point_at

        points = [point_at(self.runner.case, self._inputs, place) for place in places]
        found: dict[int, Answer] = {}
        for place, answer in self.runner.answers(points):
            found[place] = answer
            if self._progress is not None:
                self._progress(self._stage, len(found), len(points))
        return [best_of(found[place]) for place in range(len(points))]

    def build(self, place: Place) -> ChoiceProblem:
        """The problem at a place."""
        from slopt.study.sensitivity.move import point_at

        return build_problem(self._changer.at(point_at(self.runner.case, self._inputs, place)))


def best_of(answer: Answer) -> Best:
    """The answer to a point, as this study takes it."""
    from slopt.study.sensitivity.futures import Best

    figures = answer.figures
    return Best(answer.status, answer.choice, figures["objective"], figures["bound"], answer.reason)

"""Which trial of service would teach most of what a plan rests on, and whether it pays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.engine.solving import Solved, options_of, solve_case
from slopt.errors import UsageError
from slopt.problem.build import require_one_period
from slopt.problem.generated.sources import require_listed
from slopt.sayings import say
from slopt.solve.model_file import is_shipped
from slopt.vocabulary import Goal

if TYPE_CHECKING:
    from slopt.problem.scenarios.inputs import UncertainInput
    from slopt.study.trials.asked import Wanted
    from slopt.study.trials.search import Search

Progress = Callable[[int, int], None]


def design_of(
    case: PlanningCase, wanted: Wanted | None = None, progress: Progress | None = None
) -> Search | Solved:
    """The trials of a case, the best first; the answer to the case itself where it has no plan.

    The plan is that of the case's own numbers, whatever is set for risk. Raises UsageError for a
    case over periods, with offers that are made, with a goal that is no money or a model file of
    one's own, and for inputs that have no interval.
    """
    from slopt.case.case import Risk
    from slopt.problem.scenarios.inputs import uncertain_inputs
    from slopt.study.trials.asked import Wanted
    from slopt.study.trials.search import search

    wanted = wanted or Wanted()
    require_one_period(case)
    require_listed(
        case,
        "slopt design",
        say("slopt sweep CASE --vary PATH=LOW,HIGH plans it anew at other inputs."),
    )
    _require_money(case)
    everything = uncertain_inputs(case)
    inputs = chosen(everything, wanted.inputs)
    # How to weigh risk is another question; what is asked here is what knowing more is worth.
    neutral = case.replace(settings=replace(case.settings, risk=Risk()))
    solved = solve_case(neutral, next_steps=False)
    if solved.plan is None:
        return solved
    plan = solved.plan
    return search(
        case, plan.problem, plan.choice, inputs, everything, wanted, options_of(case), progress
    )


def _require_money(case: PlanningCase) -> None:
    if case.settings.plan.goal is Goal.MAX_SERVICE:
        raise UsageError(
            say(
                "What a trial is worth is counted in money, and the goal of this case is service. "
                "Add --set plan.goal=min_total_cost."
            )
        )
    if not is_shipped(case.settings.plan.model):
        raise UsageError(
            say(
                "slopt design prices plans by the definitions of slopt, which it does not know of "
                "the model {model}. Use a shipped model.",
                model=case.settings.plan.model,
            )
        )


def chosen(inputs: Sequence[UncertainInput], names: Sequence[str]) -> list[UncertainInput]:
    """The inputs of these names, all where none is named; raises UsageError for others."""
    if not inputs:
        raise UsageError(
            say(
                "No number of this case has an interval, so that there is nothing to learn. Add "
                "low and high in the table sources."
            )
        )
    known = {one.name: one for one in inputs}
    for name in names:
        if name not in known:
            from slopt.case.columns import suggest
            from slopt.sayings import in_a_row, later

            raise UsageError(
                in_a_row(
                    say('"{name}" is no input with an interval in sources.', name=name),
                    suggest(name, list(known), later("Inputs are: {known}.")),
                )
            )
    return [known[name] for name in names] if names else list(inputs)

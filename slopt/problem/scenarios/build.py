"""(case, samples, seed) -> futures, and the choice problem of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from slopt.case.amounts import Amount, applied
from slopt.case.case import PlanningCase
from slopt.case.changes import changed_case, errors_between_numbers, problem_key
from slopt.case.correlations import correlated, matrix_of, of_scores, parts
from slopt.case.memory import NUMBER, available, in_words
from slopt.errors import InvalidInput, Problem, UsageError
from slopt.problem.build import build_problem, require_one_period
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.sources import require_listed
from slopt.problem.scenarios.drawn import Futures
from slopt.problem.scenarios.draws import Seed, lhs, put_in_order, sobol
from slopt.problem.scenarios.inputs import UncertainInput, uncertain_inputs, within
from slopt.problem.scenarios.listed import ListedScenario, listed_scenarios, shared_out
from slopt.problem.scenarios.scenario_problem import LaterChange, ScenarioProblem
from slopt.sayings import listed, say
from slopt.vocabulary import Sampling

Numbers = NDArray[np.float64]

HELD = 8
"""Numbers held for a pair of segment and tier in a future while its figures are put together: four
that differ between futures, each in the problem of the future and in that of all."""


def draw_futures(
    case: PlanningCase,
    samples: int | None = None,
    seed: int | None = None,
    inputs: Sequence[UncertainInput] | None = None,
) -> Futures:
    """The futures of a case: so many, or as many as its `[risk]` says, by its own seed.

    `inputs` stand in place of those of its sources. Each listed scenario has futures in proportion
    to its probability, at least two; what the sources leave open is drawn within each. Raises
    UsageError where nothing of the case is uncertain, InvalidInput where a scenario makes no case.
    """
    risk = case.settings.risk
    listed = listed_scenarios(case)
    found = uncertain_inputs(case) if inputs is None else tuple(inputs)
    only_listed = risk.sampling is Sampling.LISTED
    _require_something(listed, found, only_listed)
    seed = case.settings.solve.seed if seed is None else seed
    if only_listed or not found:
        return _made(case, () if only_listed else found, listed, np.ones(len(listed), np.int64))
    count = risk.samples if samples is None else samples
    probability = np.array([one.probability for one in listed])
    shares = shared_out(count, probability) if listed else np.array([count])
    return _made(case, found, listed, shares, seed)


def _require_something(
    listed: Sequence[ListedScenario], inputs: Sequence[UncertainInput], only_listed: bool
) -> None:
    if only_listed and not listed:
        raise UsageError(
            say(
                "risk.sampling is listed, and the case lists no scenarios. Add the tables "
                "scenarios and scenario_values, or set risk.sampling to lhs."
            )
        )
    if not listed and not inputs:
        raise UsageError(
            say(
                "Nothing in this case is uncertain. Add low and high, or a span, to numbers in "
                "the table sources, or list scenarios with their probabilities in the tables "
                "scenarios and scenario_values."
            )
        )


def _made(
    case: PlanningCase,
    inputs: tuple[UncertainInput, ...],
    listed: tuple[ListedScenario, ...],
    shares: NDArray[np.int64],
    seed: int = 0,
) -> Futures:
    """`shares` futures of each listed scenario, or shares[0] where none is listed."""
    scenario = np.repeat(np.arange(len(shares)), shares)
    places = [
        _places(case, inputs, int(count), [seed, number] if listed else seed)
        for number, count in enumerate(shares)
    ]
    at = np.concatenate(places)
    drawn = tuple(one.at(at[:, place]) for place, one in enumerate(inputs))
    if not listed:
        probability = np.full(len(scenario), 1 / len(scenario))
        return Futures(case, inputs, probability, at, drawn, np.full(len(scenario), -1))
    share = np.array([one.probability for one in listed]) / shares
    own = tuple(_own(case, one) for one in listed)
    drawn = tuple(
        _as_listed(one, values, listed, scenario) for one, values in zip(inputs, drawn, strict=True)
    )
    return Futures(case, inputs, share[scenario], at, drawn, scenario, listed, own)


def _places(
    case: PlanningCase, inputs: Sequence[UncertainInput], count: int, seed: int | list[int]
) -> Numbers:
    """(count, D): quantiles spread evenly over all inputs, in an order that keeps correlations."""
    if not inputs:
        return np.zeros((count, 0))
    start: Seed = seed if isinstance(seed, int) else np.random.default_rng(seed)
    draw = sobol if case.settings.risk.sampling is Sampling.SOBOL else lhs
    found = draw(len(inputs), count, start)
    rows = correlated(case, inputs)
    for members in parts(rows):
        scores = of_scores(matrix_of(rows, members))
        found[:, members] = put_in_order(found[:, members], scores)
    return found


def _own(case: PlanningCase, one: ListedScenario) -> PlanningCase:
    changed, problems = changed_case(case, one.changes)
    if problems:
        raise InvalidInput(problems)
    return changed


def _as_listed(
    one: UncertainInput,
    values: Numbers,
    listed: Sequence[ListedScenario],
    scenario: NDArray[np.int64],
) -> Numbers:
    """What an input holds where scenarios change its cells: factors are of what was drawn."""
    cells = len(one.now)
    for number, its in enumerate(listed):
        for path, amount in its.changes.items():
            hit = one.cells_of(path)
            if not hit.any():
                continue
            if values.shape[1] < cells:
                values = np.repeat(values, cells, axis=1)
            of = np.ix_(scenario == number, hit)
            values[of] = within(one.column, _applied(amount, values[of]))
    return values


def _applied(amount: Amount, values: Numbers) -> Numbers:
    return applied(amount, values.ravel()).reshape(values.shape)


def _problems(futures: Futures) -> list[ChoiceProblem]:
    """The problem of each future. Raises InvalidInput with the first one whose numbers make none,
    and with the values that bring it.
    """
    known = {problem_key(one) for one in errors_between_numbers(futures.case)}
    found = []
    for future in range(futures.count):
        case = futures.case_of(future)
        wrong = errors_between_numbers(case)
        new = [problem for problem in wrong if problem_key(problem) not in known]
        if new:
            raise InvalidInput([_in_future(futures, future, problem) for problem in new])
        try:
            found.append(build_problem(case))
        except InvalidInput as error:
            told = [_in_future(futures, future, problem) for problem in error.problems]
            raise InvalidInput(told) from error
    return found


def _require_room(base: ChoiceProblem, count: int) -> None:
    """Raise UsageError where so many futures do not fit into memory."""
    segments, tiers, _ = base.size
    needed, free = count * segments * tiers * NUMBER * HELD, available()
    if free is not None and needed > free:
        raise UsageError(
            say(
                "{futures} futures of {segments} segments x {tiers} tiers need about {needed} of "
                "memory; {free} are free. Set risk.samples lower.",
                futures=f"{count:,}",
                segments=f"{segments:,}",
                tiers=f"{tiers:,}",
                needed=in_words(needed),
                free=in_words(free),
            )
        )


def _in_future(futures: Futures, future: int, problem: Problem) -> Problem:
    """A problem, with the future that has it and the values of that."""
    values = zip(futures.inputs, futures.values[future].tolist(), strict=True)
    said = [f"{one.name}={value:.6g}" for one, value in values if one.table == problem.table]
    place, name = problem.file or problem.table or "", futures.names[future]
    words = (
        say("{place} in future {name}, with {said}:", place=place, name=name, said=listed(said))
        if said
        else say("{place} in future {name}:", place=place, name=name)
    )
    return replace(problem, file=words)


def scenario_problem(futures: Futures) -> ScenarioProblem:
    """The choice in all futures, with what can be reserved and changed later.

    Raises InvalidInput that names the future whose numbers make no case, and UsageError for cases
    over periods and for those whose offers are made as they are needed.
    """
    case = futures.case
    require_one_period(case)
    require_listed(case, say("Planning for uncertain numbers"))
    base = build_problem(case)
    if base.selection is not None:
        raise UsageError(
            say(
                "Where customers choose from the menu themselves a plan is made at the case's own "
                "numbers alone. Leave --risk and risk.measure out."
            )
            if case.settings.risk.measure is not None
            else say(
                "Plans for futures are not made where customers choose from the menu themselves. "
                "slopt sensitivity shows what the plan hangs on."
            )
        )
    _require_room(base, futures.count)
    problems = _problems(futures)
    risk = case.settings.risk
    later = None
    if risk.change_share > 0:
        later = LaterChange(risk.change_share, risk.change_cost, risk.later_changes)
    return ScenarioProblem.of(
        base,
        problems,
        futures.probability,
        names=futures.names,
        reserve_cost=case.table("resources").numbers("reserve_unit_cost").copy(),
        later=later,
    )

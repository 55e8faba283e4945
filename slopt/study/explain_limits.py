"""What each limit is worth: its price, its next units, solved, and where the plan stays best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from slopt.case.columns import CellError, read_number
from slopt.errors import UsageError
from slopt.plan.plan import Plan, Price
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import LimitUse
from slopt.sayings import say
from slopt.solve.outcome import Outcome
from slopt.study.anew import Anew, best_plan
from slopt.study.explain import Move, moves_between
from slopt.study.explain_ranges import BestRange, range_of
from slopt.study.explain_rules import RuleCost, gain_of, rule_costs, start_from
from slopt.study.frontier.axis import Axis, axis_of
from slopt.study.frontier.least import Way
from slopt.study.next_unit import fixed_choice_prices, with_next_step
from slopt.vocabulary import RuleKind, Status

WHOLE_STEPS = (1.0, 2.0, 3.0)
LEVEL_STEPS = (0.005, 0.01, 0.02)
"""Of a mean service level: half a point, one, two."""
SHARES = (0.01, 0.05, 0.10)
"""Of any other limit."""


@dataclass(frozen=True, eq=False)
class Relief:
    """So many units more of a limit (of a floor: less), and what the best plan then gains.

    `gain` is that of the plans found; it is proven to lie between `least` and `most`.
    """

    units: float
    value: float
    gain: float | None = None
    least: float | None = None
    most: float | None = None
    moves: tuple[Move, ...] = ()
    outcome: Outcome | None = None


@dataclass(frozen=True, eq=False)
class LimitValue:
    """One limit: its prices and next step, what its next units gain, its range, what it costs."""

    price: Price
    reliefs: tuple[Relief, ...] = ()
    best_range: BestRange | None = None
    whole: RuleCost | None = None

    @property
    def name(self) -> str:
        """The name of the limit."""
        return self.price.name


def steps_of(problem: ChoiceProblem, texts: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """`budget=100000` -> the units to ask for, by limit. Raises UsageError, which names the limits.

    A limit that is named several times is asked for each amount.
    """
    names = [use.name for use in _limits(problem)]
    steps: dict[str, tuple[float, ...]] = {}
    for text in texts:
        name, _, number = (part.strip() for part in text.rpartition("="))
        if name not in names:
            known = ", ".join(names) or "none"
            raise UsageError(
                say(
                    '--next {text}: there is no limit "{name}" here. Known are: {known}.',
                    text=text,
                    name=name,
                    known=known,
                )
            )
        try:
            units = read_number(number)
        except CellError as error:
            raise UsageError(
                say("--next {text}: write {name} and a number, {name}=...", text=text, name=name)
            ) from error
        axis = axis_of(problem, name)
        if units <= 0 or (axis.is_whole and units != round(units)):
            raise UsageError(
                say(
                    "--next {text}: give a whole number above 0, by which {name} is relieved.",
                    text=text,
                    name=name,
                )
                if axis.is_whole
                else say(
                    "--next {text}: give a number above 0, by which {name} is relieved.",
                    text=text,
                    name=name,
                )
            )
        steps[name] = (*steps.get(name, ()), units)
    return steps


def _limits(problem: ChoiceProblem) -> list[LimitUse]:
    """The limits that apply, their use left out."""
    import numpy as np

    from slopt.problem.evaluate import evaluate

    any_choice = problem.admissible.argmax(axis=1).astype(np.int64)
    return list(evaluate(problem, any_choice).limits)


def default_steps(problem: ChoiceProblem, axis: Axis, limit: float) -> tuple[float, ...]:
    """Sensible next units: 1, 2, 3 of what is counted, half a point to two, 1 to 10 percent."""
    if axis.is_whole:
        return WHOLE_STEPS
    rule = next((rule for rule in problem.rules if rule.name == axis.name), None)
    is_level = axis.name == "min_service_level" or (
        rule is not None and rule.kind is RuleKind.MIN_SERVICE_LEVEL
    )
    if is_level:
        return tuple(step for step in LEVEL_STEPS if step < limit)
    return tuple(share * abs(limit) for share in SHARES) if limit else ()


def limit_values(
    plan: Plan, anew: Anew, steps: Mapping[str, Sequence[float]] | None = None
) -> list[LimitValue]:
    """All limits of a plan, solved as far as time goes: steps, then ranges, then without the limit.

    `steps` are the units to ask for, by limit; where some are named, only those limits are solved.
    """
    prices = {price.name: price for price in plan.prices if not steps or price.name in steps}
    program = plan.outcome.relaxation.program if plan.outcome.relaxation else None
    if program is not None and plan.problem.is_small and plan.status is Status.OPTIMAL:
        fixed = fixed_choice_prices(plan, program, anew.way.options)

        def find_step(name: str, way: Way) -> Price:
            price = replace(prices[name], fixed_choice=fixed.get(name))
            return with_next_step(plan, program, price, way.options)

        prices.update(anew.each(say("next steps of limits"), list(prices), find_step))
    asked = [
        (name, units)
        for name, price in prices.items()
        for units in _units(plan, price, (steps or {}).get(name))
    ]

    def relieve(item: tuple[str, float], way: Way) -> Relief:
        name, units = item
        return relief_of(plan, prices[name], units, way)

    def find_range(name: str, way: Way) -> BestRange | None:
        return range_of(plan, prices[name], way)

    reliefs = anew.each(say("next units of limits"), asked, relieve)
    ranges = anew.each(say("ranges of limits"), list(prices), find_range)
    without = {}
    if not steps:
        firm = [name for name, price in prices.items() if price.use.penalty is None]
        without = {cost.name: cost for cost in rule_costs(plan, firm, anew)}
    return [
        LimitValue(
            price,
            tuple(
                reliefs.get((name, units)) or Relief(units, _value(plan, name, price, units))
                for other, units in asked
                if other == name
            ),
            ranges.get(name),
            without.get(name),
        )
        for name, price in prices.items()
    ]


def _units(plan: Plan, price: Price, given: Sequence[float] | None) -> tuple[float, ...]:
    if given is not None:
        return tuple(given)
    try:
        axis = axis_of(plan.problem, price.name)
    except UsageError:
        return ()
    return default_steps(plan.problem, axis, price.use.limit)


def _value(plan: Plan, name: str, price: Price, units: float) -> float:
    """The limit after so much relief."""
    return price.use.limit + axis_of(plan.problem, name).relief * units


def relief_of(plan: Plan, price: Price, units: float, way: Way) -> Relief:
    """The best plan with so many units more."""
    value = _value(plan, price.name, price, units)
    most = _nothing_by_prices(plan, price)
    if most is not None:
        return Relief(units, value, 0.0, 0.0, most)
    problem = axis_of(plan.problem, price.name).at(plan.problem, value)
    outcome = best_plan(problem, way, start_from(plan, problem))
    gained = gain_of(plan, outcome)
    moves = () if outcome.choice is None else tuple(moves_between(plan.choice, outcome.choice))
    return Relief(
        units,
        value,
        gained.found,
        gained.least,
        gained.most,
        moves if gained.found else (),
        outcome,
    )


def _nothing_by_prices(plan: Plan, price: Price) -> float | None:
    """Of a limit without a price: the most that any relief of it gains, proven by the prices.

    Asked only where solving takes its time.
    """
    certificate, relaxation = plan.certificate, plan.outcome.relaxation
    known = relaxation is not None and relaxation.prices.get(price.name) == 0
    if plan.problem.is_small or not known or certificate is None:
        return None
    return abs(plan.objective - certificate.bound)

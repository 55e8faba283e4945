"""The least of a limit that reaches a target, on the screen."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.plan.plan import evaluate_current
from slopt.report.limit_words import is_level
from slopt.report.numbers import MINUS, gap_words, percent
from slopt.report.table import sentence
from slopt.report.totals_table import level_lines, totals_lines
from slopt.study.frontier.target import Measure, Reached
from slopt.vocabulary import Status


def target_lines(reached: Reached, case: PlanningCase, width: int) -> list[Text]:
    """The least, how sure it is, and the plan that shows it; or what can be reached at best."""
    least = reached.least
    lines = [*sentence(f"{case.settings.case.name} · {_asked(reached, case)}", width), Text("")]
    if least.value is None or least.evaluation is None:
        for place, text in enumerate(_missed(reached, case)):
            lines += sentence(text, width, "" if place else "bold")
        return lines
    side = "greatest" if reached.axis.is_floor else "least"
    lines += sentence(
        f"The {side} {reached.axis.name} that does it is {_number(reached, least.value)}.",
        width,
        "bold",
    )
    # Today's tiers are not held to the limit that is asked for.
    axis, problem = reached.axis, reached.problem
    now = evaluate_current(axis.at(problem, axis.loosest(problem)))
    lines += [Text(""), *totals_lines(case, least.evaluation, now, width)]
    lines += level_lines(case, least.evaluation, now, width)
    return [*lines, Text(""), *sentence(_proof(reached, case), width, "bold")]


def _asked(reached: Reached, case: PlanningCase) -> str:
    words, value = case.settings.words, reached.target.value
    return {
        Measure.LOST_SALES: f"{words.lost_sales} of at most {_exactly(value)}",
        Measure.TOTAL_COST: f"total cost of at most {_exactly(value)}",
        Measure.SERVICE_LEVEL: f"mean {words.service_level} of at least {percent(value, 2)} %",
    }[reached.target.measure]


def _missed(reached: Reached, case: PlanningCase) -> list[str]:
    """Why there is no plan, and what can be had at best."""
    name = reached.axis.name
    if reached.least.status is not Status.INFEASIBLE:
        limit = case.settings.solve.time_limit_s
        return [f"No plan was found within {limit:g} s; that none exists is not proven."]
    if reached.best is None:
        return [
            f"No plan keeps the other limits, whatever {name} is.",
            "slopt solve names those that contradict each other.",
        ]
    best = reached.best
    is_share = reached.target.measure is Measure.SERVICE_LEVEL
    text = f"{percent(best, 2)} %" if is_share else _exactly(best)
    return [
        f"No plan reaches that, whatever {name} is: with the other limits the best is {text}.",
        "Ask for no more than that, or relax another limit with --set.",
    ]


def _number(reached: Reached, value: float) -> str:
    if is_level(reached.problem, reached.axis.name):
        return f"{percent(value, 2)} %"
    return _exactly(value)


def _exactly(value: float) -> str:
    """A number to two decimals, not shortened: it is the answer."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def _proof(reached: Reached, case: PlanningCase) -> str:
    least, side = reached.least, "greater" if reached.axis.is_floor else "smaller"
    if least.gap is None or least.bound is None:
        return f"How much {side} it could be is not known."
    if least.gap <= 1e-9:
        return f"Proven: with any {side} {reached.axis.name} no plan reaches it."
    return (
        f"Proven within {gap_words(least.gap)} (asked for {gap_words(case.settings.solve.gap)}): "
        f"no plan reaches it with a {side} {reached.axis.name} than "
        f"{_number(reached, least.bound)}."
    )

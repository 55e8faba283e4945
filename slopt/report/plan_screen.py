"""A plan on one screen: the decision in a sentence, today against plan, who moves, what binds."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.report.assumed import assumed_lines
from slopt.report.limits_table import limits_lines
from slopt.report.moves_table import moves_lines
from slopt.report.numbers import Unit
from slopt.report.sureness import PROVEN_BEST, sureness_lines
from slopt.report.table import sentence
from slopt.report.totals_table import level_lines, totals_lines, totals_unit
from slopt.report.words import counted, goal_words, plural
from slopt.study.customers import pool_overuse
from slopt.vocabulary import Status


def plan_lines(
    plan: Plan,
    width: int,
    checks: Mapping[int, bool] | None = None,
    provenance: Provenance | None = None,
) -> list[Text]:
    """Everything `slopt solve` prints of a plan, at most `width` cells wide.

    `checks` says of each moving segment whether its move is a close call.
    """
    lines = [*sentence(_headline(plan), width), Text("")]
    lines += [*sentence(decision(plan), width, "bold"), Text("")]
    then, now = plan.evaluation, plan.current
    lines += totals_lines(plan.case, then, now, width)
    lines += level_lines(plan.case, then, now, width)
    moves = moves_lines(plan, width, checks or {}, provenance)
    if moves:
        lines += [Text(""), *moves]
    lines += [Text(""), *limits_lines(plan, width)]
    lines += [Text(""), *sureness_lines(plan, checks or {}, provenance, width)]
    for problem in pool_overuse(plan.case, plan.problem, plan.choice):
        lines += sentence(f"Warning: {problem.message} {problem.remedy}", width, "bold")
    return [*lines, *assumed_lines(plan.case, width)]


def _headline(plan: Plan) -> str:
    info, words = plan.case.settings.case, plan.case.settings.words
    problem = plan.problem
    sizes = ", ".join(
        (
            counted(len(problem.segments), words.segment),
            counted(len(problem.tiers), words.tier),
            counted(int(problem.admissible.sum()), "offer"),
        )
    )
    return f"{info.name} · {sizes} · {info.currency or 'money'} a {info.period}"


def decision(plan: Plan) -> str:
    """The decision in one sentence, with its numbers."""
    words, info = plan.case.settings.words, plan.case.settings.case
    now, then = plan.current, plan.evaluation
    money = f"{info.currency} a {info.period}".lstrip()
    unit = totals_unit(then, now)
    goal = goal_words(plan.problem.goal, words)
    if now is None:
        used = counted(then.tiers_used, words.tier)
        return (
            f"First plan for {goal}: {counted(len(plan.choice), words.segment)} on {used}, "
            f"{words.service_cost} {unit.money(then.service_cost)}, expected {words.lost_sales} "
            f"{unit.money(then.lost_sales)}, together {unit.money(then.total_cost)} {money}."
        )
    if not plan.moves:
        return _keep(plan, goal)
    moved = f"For {goal} move {len(plan.moves)} of {counted(len(plan.choice), words.segment)}"
    changes = [
        f"{what} {_signed(unit, getattr(then, name) - getattr(now, name))}"
        for what, name in (
            (f"expected {words.lost_sales}", "lost_sales"),
            (words.service_cost, "service_cost"),
            ("together", "total_cost"),
        )
    ]
    return f"{moved}: {', '.join(changes)} {money}."


def _signed(unit: Unit, change: float) -> str:
    return f"{unit.signed(change)} {unit.prefix}".rstrip()


def _keep(plan: Plan, goal: str) -> str:
    """The sentence where nobody moves, which is not always because nothing is better."""
    tiers = plural(plan.case.settings.words.tier, 2)
    if plan.problem.max_changes == 0:
        return f"Keep today's {tiers}: no change is allowed."
    if plan.status is Status.OPTIMAL and (plan.gap or 0.0) <= PROVEN_BEST:
        return f"Keep today's {tiers}: no other plan is better for {goal}."
    return f"Keep today's {tiers}: nothing better was found."

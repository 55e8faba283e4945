"""A plan on one screen: the decision in a sentence, today against plan, who moves, what binds."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.report.limits_table import limits_lines
from slopt.report.moves_table import moves_lines
from slopt.report.numbers import Unit, unit_for_totals
from slopt.report.sureness import sureness_lines
from slopt.report.table import sentence
from slopt.report.totals_table import is_split, level_lines, totals_lines
from slopt.report.words import counted, plural


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
    lines += totals_lines(plan.case, then, now, is_split(plan.problem, plan.choice), width)
    lines += level_lines(plan.case, then, now, width)
    moves = moves_lines(plan, width, checks or {}, provenance)
    if moves:
        lines += [Text(""), *moves]
    lines += [Text(""), *limits_lines(plan, width)]
    lines += [Text(""), *sureness_lines(plan, checks or {}, provenance, width)]
    return lines


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
    if now is None:
        unit = unit_for_totals([then.total_cost])
        used = counted(then.tiers_used, words.tier)
        return (
            f"First plan: {counted(len(plan.choice), words.segment)} on {used}, "
            f"{words.service_cost} {unit.money(then.service_cost)} and expected "
            f"{words.lost_sales} {unit.money(then.lost_sales)} a {info.period}."
        )
    if not plan.moves:
        return f"Keep today's {plural(words.tier, 2)}: no other plan is better for this goal."
    unit = unit_for_totals([now.total_cost, then.total_cost])
    moved = f"Move {len(plan.moves)} of {counted(len(plan.choice), words.segment)}"
    lost = _change(words.lost_sales, then.lost_sales - now.lost_sales, unit)
    cost = _change(words.service_cost, then.service_cost - now.service_cost, unit)
    return f"{moved}: {lost} a {info.period}, {cost}."


def _change(what: str, change: float, unit: Unit) -> str:
    if unit.signed(change) == "0":
        return f"{what} stays as it is"
    verb = "falls" if change < 0 else "rises"
    if what.endswith("s"):
        verb = verb.removesuffix("s")
    return f"{what} {verb} {unit.money(change)}"

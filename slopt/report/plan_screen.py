"""A plan on one screen: the decision in a sentence, today against plan, who moves, what binds."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from slopt.plan.parts import has_levels
from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.problem.generated.columns import Part
from slopt.report.assumed import assumed_lines
from slopt.report.curve_screen import design_lines
from slopt.report.language import ENGLISH, Language
from slopt.report.limits_table import limits_lines
from slopt.report.moves_table import moves_lines
from slopt.report.numbers import Unit
from slopt.report.parts_table import parts_lines, parts_words
from slopt.report.promises_table import contract_lines
from slopt.report.risk_aim_sentences import aim_sentences, risk_figures
from slopt.report.risk_plan_lines import (
    futures_lines,
    plan_outlook,
    risk_limits_lines,
    with_reserve_lines,
)
from slopt.report.sureness import PROVEN_BEST, sureness_lines
from slopt.report.table import sentence
from slopt.report.totals_table import level_lines, totals_lines, totals_unit
from slopt.study.customers import pool_overuse
from slopt.vocabulary import Status

MOST_DESKS = 3
"""Desks whose designs are compared on the screen of a plan."""


def plan_lines(
    plan: Plan,
    width: int,
    checks: Mapping[int, bool] | None = None,
    provenance: Provenance | None = None,
    language: Language = ENGLISH,
) -> list[Text]:
    """Everything `slopt solve` prints of a plan, at most `width` cells wide.

    `checks` says of each moving segment whether its move is a close call.
    """
    _ = language
    lines = [*sentence(_headline(plan, _), width), Text("")]
    if plan.risk is not None:
        figures = risk_figures(plan, plan.risk, _)
        lines += sentence(aim_sentences(plan, plan.risk, figures, _), width, "bold")
    lines += [*sentence(decision(plan, _), width, "bold"), Text("")]
    its = None if plan.risk is None else plan_outlook(plan, plan.risk)
    if plan.risk is not None and its is not None:
        lines += [*futures_lines(plan, plan.risk, its, width, _), Text("")]
        lines += sentence(_("At the case's own numbers"), width)
    then, now = plan.evaluation, plan.current
    lines += totals_lines(plan.case, then, now, width, language=_)
    if plan.risk is not None and its is not None:
        lines += with_reserve_lines(plan, plan.risk, its, width, _)
    if has_levels(plan.problem):
        lines += level_lines(plan.case, then, now, width, language=_)
    lines += contract_lines(plan.case, plan.problem, plan.choice, then.service_cost, width, _)
    parts = parts_lines(plan, width, _)
    lines += [Text(""), *parts] if parts else []
    further = range(plan.problem.segment_count, len(plan.choice))
    desks = [row for row in further if plan.problem.part_of_row(row) is Part.STAFF]
    for row in desks[:MOST_DESKS]:
        lines += design_lines(plan, row, int(plan.choice[row]), width, _)
    moves = moves_lines(plan, width, checks or {}, provenance, _)
    if moves:
        lines += [Text(""), *moves]
    limits = limits_lines(plan, width, _) if its is None else risk_limits_lines(plan, its, width, _)
    lines += [Text(""), *limits]
    lines += [Text(""), *sureness_lines(plan, checks or {}, provenance, width, _)]
    for problem in pool_overuse(plan.case, plan.problem, plan.choice):
        said = _(
            "Warning: {message} {remedy}",
            message=_.tell(problem.message),
            remedy=_.tell(problem.remedy),
        )
        lines += sentence(said, width, "bold")
    return [*lines, *assumed_lines(plan.case, width, _)]


def _headline(plan: Plan, _: Language) -> str:
    info, words = plan.case.settings.case, _.words(plan.case.settings.words)
    problem = plan.problem
    offers = int(problem.admissible.sum())
    return _(
        "{name} · {segments}, {tiers}, {offers} · {money}",
        name=info.name,
        segments=_.counted(problem.segment_count, words.segment),
        tiers=_.counted(problem.menu_size, words.tier),
        offers=_.count("{n} offer", "{n} offers", offers),
        money=_.money_a_period(info),
    )


def decision(plan: Plan, language: Language = ENGLISH) -> str:
    """The decision in one sentence, with its numbers."""
    _ = language
    words, info = _.words(plan.case.settings.words), plan.case.settings.case
    now, then = plan.current, plan.evaluation
    unit = totals_unit(then, now, _)
    goal = _.goal(plan.problem.goal, words)
    if now is None and plan.problem.generated is not None:
        return _(
            "First plan for {goal}, {parts}: {cost} {booked}, expected {lost} {expected}, together "
            "{total} {money}.",
            goal=goal,
            parts=parts_words(plan, _),
            cost=words.service_cost,
            booked=_.money_in(unit, then.service_cost),
            lost=words.lost_sales,
            expected=_.money_in(unit, then.lost_sales),
            total=_.money_in(unit, then.total_cost),
            money=_.per_period(info),
        )
    if now is None and plan.risk is not None:
        return _(
            "First plan: {segments} on {tiers}. At the case's own numbers: {cost} {booked}, "
            "expected {lost} {expected}, together {total} {money}.",
            segments=_.counted(plan.problem.segment_count, words.segment),
            tiers=_.counted(then.tiers_used, words.tier),
            cost=words.service_cost,
            booked=_.money_in(unit, then.service_cost),
            lost=words.lost_sales,
            expected=_.money_in(unit, then.lost_sales),
            total=_.money_in(unit, then.total_cost),
            money=_.per_period(info),
        )
    if now is None:
        return _(
            "First plan for {goal}: {segments} on {tiers}, {cost} {booked}, expected {lost} "
            "{expected}, together {total} {money}.",
            goal=goal,
            segments=_.counted(plan.problem.segment_count, words.segment),
            tiers=_.counted(then.tiers_used, words.tier),
            cost=words.service_cost,
            booked=_.money_in(unit, then.service_cost),
            lost=words.lost_sales,
            expected=_.money_in(unit, then.lost_sales),
            total=_.money_in(unit, then.total_cost),
            money=_.per_period(info),
        )
    if not plan.moves:
        return _keep(plan, goal, _)
    if plan.risk is not None:
        return _(
            "Move {moves} of {segments}. At the case's own numbers: expected {lost} {expected}, "
            "{cost} {booked}, together {total} {money}.",
            moves=len(plan.moves),
            segments=_.counted(plan.problem.segment_count, words.segment),
            lost=words.lost_sales,
            expected=_signed(unit, then.lost_sales - now.lost_sales),
            cost=words.service_cost,
            booked=_signed(unit, then.service_cost - now.service_cost),
            total=_signed(unit, then.total_cost - now.total_cost),
            money=_.per_period(info),
        )
    return _(
        "For {goal} move {moves} of {segments}: expected {lost} {expected}, {cost} {booked}, "
        "together {total} {money}.",
        goal=goal,
        moves=len(plan.moves),
        segments=_.counted(plan.problem.segment_count, words.segment),
        lost=words.lost_sales,
        expected=_signed(unit, then.lost_sales - now.lost_sales),
        cost=words.service_cost,
        booked=_signed(unit, then.service_cost - now.service_cost),
        total=_signed(unit, then.total_cost - now.total_cost),
        money=_.per_period(info),
    )


def _signed(unit: Unit, change: float) -> str:
    return f"{unit.signed(change)} {unit.prefix}".rstrip()


def _keep(plan: Plan, goal: str, _: Language) -> str:
    """The sentence where nobody moves, which is not always because nothing is better."""
    tiers = _.plural(_.words(plan.case.settings.words).tier)
    if plan.problem.max_changes == 0:
        return _("Keep today's {tiers}: no change is allowed.", tiers=tiers)
    if plan.risk is not None:
        return _("Keep today's {tiers}: no move helps over these futures.", tiers=tiers)
    if plan.status is Status.OPTIMAL and (plan.gap or 0.0) <= PROVEN_BEST:
        return _(
            "Keep today's {tiers}: no other plan is better for {goal}.", tiers=tiers, goal=goal
        )
    return _("Keep today's {tiers}: nothing better was found.", tiers=tiers)

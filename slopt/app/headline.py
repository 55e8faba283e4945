"""The sentences at the top: what the plan is against another one, and how sure it is best."""

from __future__ import annotations

import numpy as np

from slopt.app.state import Reply
from slopt.app.view import View
from slopt.problem.evaluate import Evaluation
from slopt.report.numbers import percent
from slopt.report.risk_words import tail_phrase
from slopt.study.sweep.point import RiskFigures
from slopt.vocabulary import Goal, Status

SAME = 1e-9
"""Amounts that differ by a smaller share differ by rounding alone."""
PROVEN_BEST = 1e-4
SOUGHT = {
    Goal.MIN_TOTAL_COST: "total_cost",
    Goal.MIN_LOST_SALES: "lost_sales",
    Goal.MIN_BUDGET: "service_cost",
    Goal.MAX_SERVICE: "service_level",
}
"""The figure of a plan that a goal makes least or most."""


def top_sentences(view: View, reply: Reply, saved_name: str) -> tuple[str, str]:
    """The first sentence, and the ones after it."""
    _ = view.language
    plan, saved = reply.plan, reply.saved
    if plan is None:
        first = (
            _("No plan keeps these limits.")
            if reply.status is Status.INFEASIBLE
            else _("No plan was found in time.")
        )
        return first, _("{reason} Loosen a limit, or let a pin go.", reason=reply.reason)
    proof = _proof(view, reply)
    if saved is None or reply.saved_choice is None or reply.choice is None:
        return _("This is the first plan."), proof
    if np.array_equal(reply.choice, reply.saved_choice):
        return _("This is {plan}: nothing moves.", plan=saved_name), proof
    moved = int(np.count_nonzero(reply.choice != reply.saved_choice))
    unit = view.unit(reply)
    said = _.count(
        "{cost} {booked}, expected {lost} {expected} ({unit}); {n} {segment} differs.",
        "{cost} {booked}, expected {lost} {expected} ({unit}); {n} {segments} differ.",
        moved,
        cost=_.capital(view.words.service_cost),
        booked=unit.signed(plan.service_cost - saved.service_cost),
        lost=view.words.lost_sales,
        expected=unit.signed(plan.lost_sales - saved.lost_sales),
        unit=_.unit_head(unit, view.info),
        segment=view.words.segment,
        segments=_.plural(view.words.segment),
    )
    broken = _saved_breaks(view, saved, saved_name)
    return _change(view, plan, saved, saved_name), _.sentences([said, broken, proof])


def _change(view: View, plan: Evaluation, saved: Evaluation, saved_name: str) -> str:
    """How far the plan is from another one in what the goal asks for."""
    _, goal = view.language, view.case.settings.plan.goal
    name = SOUGHT[goal]
    change = getattr(plan, name) - getattr(saved, name)
    places = {
        "plan": saved_name,
        "amount": _.money(abs(change), view.info.currency, 3),
        "points": _.amount(100 * abs(change)),
        "period": _.period(view.info.period),
        "cost": view.words.service_cost,
        "Cost": _.capital(view.words.service_cost),
        "lost": view.words.lost_sales,
        "level": view.words.service_level,
    }
    same, lower, higher = {
        Goal.MIN_TOTAL_COST: (
            _("Same total as {plan}.", **places),
            _("The total is {amount} a {period} lower than in {plan}.", **places),
            _("The total is {amount} a {period} higher than in {plan}.", **places),
        ),
        Goal.MIN_LOST_SALES: (
            _("As much expected {lost} as in {plan}.", **places),
            _("{amount} a {period} less expected {lost} than in {plan}.", **places),
            _("{amount} a {period} more expected {lost} than in {plan}.", **places),
        ),
        Goal.MIN_BUDGET: (
            _("As much {cost} as in {plan}.", **places),
            _("{Cost} is {amount} a {period} lower than in {plan}.", **places),
            _("{Cost} is {amount} a {period} higher than in {plan}.", **places),
        ),
        Goal.MAX_SERVICE: (
            _("The same {level} as in {plan}.", **places),
            _("The {level} is {points} points lower than in {plan}.", **places),
            _("The {level} is {points} points higher than in {plan}.", **places),
        ),
    }[goal]
    if abs(change) <= SAME * abs(getattr(saved, name)):
        return same
    return lower if change < 0 else higher


def _saved_breaks(view: View, saved: Evaluation, saved_name: str) -> str:
    if not saved.violations:
        return ""
    return view.language("{plan} would break a limit here.",
                         plan=view.language.capital(saved_name))  # fmt: skip


def _proof(view: View, reply: Reply) -> str:
    _ = view.language
    if reply.risk is not None:
        return _.sentences([_over_futures(view, reply.risk), _proof_of(view, reply)])
    return _proof_of(view, reply)


def _over_futures(view: View, risk: RiskFigures) -> str:
    """What the plan is worth over the futures that it was chosen for."""
    _, goal = view.language, view.case.settings.plan.goal
    if goal is Goal.MAX_SERVICE:
        places = {"mean": f"{percent(risk.mean, 1)} %", "bad": f"{percent(risk.tail_mean, 1)} %"}
    else:
        unit = _.totals_unit([risk.mean, risk.tail_mean])
        places = {
            "mean": _.money_in(unit, risk.mean, view.info.currency),
            "bad": _.money_in(unit, risk.tail_mean, view.info.currency),
        }
    tail = tail_phrase(view.case.settings.risk.tail, _)
    said = _("Over its futures: {mean} in the mean, {bad} {tail}.", tail=tail, **places)
    reserves = [
        _(
            "It reserves {units} extra units of {resource}; the totals here have them at their "
            "full price.",
            units=_.amount(units),
            resource=name,
        )
        for name, units in zip(view.case.resources, risk.reserve, strict=False)
        if units > 0
    ]
    return _.sentences([said, *reserves])


def _proof_of(view: View, reply: Reply) -> str:
    _ = view.language
    seconds = f"{reply.seconds:.2f}"
    if reply.gap is None:
        return _("How far it is from the best possible is not known; {seconds} s.",
                 seconds=seconds)  # fmt: skip
    gap = f"{100 * reply.gap:.2f}"
    if reply.status is not Status.OPTIMAL:
        return _("Best found, at most {gap} % from the best possible; {seconds} s.",
                 gap=gap, seconds=seconds)  # fmt: skip
    if reply.gap > PROVEN_BEST:
        return _("Proven within {gap} %; {seconds} s.", gap=gap, seconds=seconds)
    if reply.risk is not None:
        return _("Proven best by what it is best at, gap {gap} %; {seconds} s.",
                 gap=gap, seconds=seconds)  # fmt: skip
    if reply.certified_gap is None:
        return _("Proven best, gap {gap} %; {seconds} s.", gap=gap, seconds=seconds)
    return _(
        "Proven best, gap {gap} %, {certified} % by prices alone; {seconds} s.",
        gap=gap,
        certified=f"{100 * reply.certified_gap:.2f}",
        seconds=seconds,
    )

"""The decision as one sentence, and what holds the plan back or weakens it."""

from __future__ import annotations

from slopt.engine.reporting import Dossier
from slopt.report.language import Language, later
from slopt.report.numbers import Unit
from slopt.report.offer_words import offer_words
from slopt.report.page.for_risk import chosen_for
from slopt.report.page.names import LONGEST_NAME, binding, limit_amount, middle_cut
from slopt.report.page.thin import thin_moves
from slopt.report.page.totals import MOST_NAMED, broken_by_plan, totals_unit
from slopt.report.parts_table import parts_words
from slopt.report.sureness import PROVEN_BEST
from slopt.vocabulary import Status


def headline(dossier: Dossier, _: Language) -> str:
    """The decision as one sentence with its numbers."""
    plan, case = dossier.plan, dossier.case
    words, info = _.words(case.settings.words), case.settings.case
    then, now = plan.evaluation, plan.current
    unit = totals_unit(then, now, _)
    if now is None and plan.problem.generated is not None:
        return _(
            "First plan, {parts}: {cost} {booked}, expected {lost} {expected}.",
            parts=parts_words(plan, _),
            cost=words.service_cost,
            booked=_.money_in(unit, then.service_cost, info.currency),
            lost=words.lost_sales,
            expected=_.money_in(unit, then.lost_sales, info.currency),
        )
    if now is None:
        if not then.lost_sales:
            return _(
                "First plan: {segments} on {tiers}, {cost} {booked}.",
                segments=_.counted(plan.problem.segment_count, words.segment),
                tiers=_.counted(then.tiers_used, words.tier),
                cost=words.service_cost,
                booked=_.money_in(unit, then.service_cost, info.currency),
            )
        return _(
            "First plan: {segments} on {tiers}, {cost} {booked}, expected {lost} {expected}.",
            segments=_.counted(plan.problem.segment_count, words.segment),
            tiers=_.counted(then.tiers_used, words.tier),
            cost=words.service_cost,
            booked=_.money_in(unit, then.service_cost, info.currency),
            lost=words.lost_sales,
            expected=_.money_in(unit, then.lost_sales, info.currency),
        )
    if not plan.moves:
        return _keep(dossier, _)
    lost, cost = then.lost_sales - now.lost_sales, then.service_cost - now.service_cost
    first = plan.moves[0]
    places = {
        "moves": f"{len(plan.moves):,}",
        "segments": _.counted(plan.problem.segment_count, words.segment),
        "segment": middle_cut(dossier.names[first], LONGEST_NAME),
        "tier": middle_cut(
            offer_words(plan.problem, first, int(plan.choice[first]), _), LONGEST_NAME
        ),
        "lost": words.lost_sales,
        "cost": words.service_cost,
        "period": _.period(info.period),
        "expected": _.money_in(unit, abs(lost), info.currency),
        "booked": _.money_in(unit, abs(cost)),
        "booked_money": _.money_in(unit, abs(cost), info.currency),
    }
    return _(_SENTENCES[len(plan.choice) == 1, _sign(lost, unit), _sign(cost, unit)], **places)


def _sign(change: float, unit: Unit) -> int:
    """-1, 0 or 1: how a change is shown in that unit."""
    shown = unit.signed(change)
    return 0 if shown == "0" else (-1 if change < 0 else 1)


_SENTENCES = {
    (False, -1, -1): later(
        "Move {moves} of {segments}: expected {lost} fall {expected} a {period}, and {cost} falls "
        "{booked}."
    ),
    (False, -1, 0): later(
        "Move {moves} of {segments}: expected {lost} fall {expected} a {period} for no more {cost}."
    ),
    (False, -1, 1): later(
        "Move {moves} of {segments}: expected {lost} fall {expected} a {period} for {booked} more "
        "{cost}."
    ),
    (False, 0, -1): later("Move {moves} of {segments}: {cost} falls {booked_money} a {period}."),
    (False, 0, 0): later(
        "Move {moves} of {segments}: neither {cost} nor expected {lost} change by much."
    ),
    (False, 0, 1): later(
        "Move {moves} of {segments} to keep the limits: {cost} rises {booked_money} a {period}."
    ),
    (False, 1, -1): later(
        "Move {moves} of {segments}: {cost} falls {booked} and expected {lost} rise {expected} a "
        "{period}."
    ),
    (False, 1, 0): later(
        "Move {moves} of {segments} to keep the limits: expected {lost} rise {expected} a {period}."
    ),
    (False, 1, 1): later(
        "Move {moves} of {segments} to keep the limits: expected {lost} rise {expected} a "
        "{period}, and {cost} rises {booked}."
    ),
    (True, -1, -1): later(
        "Give {segment} {tier}: expected {lost} fall {expected} a {period}, and {cost} falls "
        "{booked}."
    ),
    (True, -1, 0): later(
        "Give {segment} {tier}: expected {lost} fall {expected} a {period} for no more {cost}."
    ),
    (True, -1, 1): later(
        "Give {segment} {tier}: expected {lost} fall {expected} a {period} for {booked} more "
        "{cost}."
    ),
    (True, 0, -1): later("Give {segment} {tier}: {cost} falls {booked_money} a {period}."),
    (True, 0, 0): later(
        "Give {segment} {tier}: neither {cost} nor expected {lost} change by much."
    ),
    (True, 0, 1): later(
        "Give {segment} {tier} to keep the limits: {cost} rises {booked_money} a {period}."
    ),
    (True, 1, -1): later(
        "Give {segment} {tier}: {cost} falls {booked} and expected {lost} rise {expected} a "
        "{period}."
    ),
    (True, 1, 0): later(
        "Give {segment} {tier} to keep the limits: expected {lost} rise {expected} a {period}."
    ),
    (True, 1, 1): later(
        "Give {segment} {tier} to keep the limits: expected {lost} rise {expected} a {period}, and "
        "{cost} rises {booked}."
    ),
}
"""By: a single segment? lost sales fall, stay or rise; service cost falls, stays or rises."""


def _keep(dossier: Dossier, _: Language) -> str:
    plan = dossier.plan
    if dossier.is_brought:
        return _("This plan keeps today's {tiers}.", tiers=_tiers(dossier, _))
    tiers = _tiers(dossier, _)
    if plan.problem.max_changes == 0:
        return _("Keep today's {tiers}: no change is allowed.", tiers=tiers)
    if plan.status is Status.OPTIMAL and (plan.gap or 0.0) <= PROVEN_BEST:
        return _("Keep today's {tiers}: no other plan is better.", tiers=tiers)
    return _("Keep today's {tiers}: nothing better was found.", tiers=tiers)


def _tiers(dossier: Dossier, _: Language) -> str:
    return _.plural(_.words(dossier.case.settings.words).tier)


def lede(dossier: Dossier, _: Language) -> str:
    """What the plan is best at, what holds it back, and what weakens the answer."""
    plan = dossier.plan
    words = _.words(dossier.case.settings.words)
    if dossier.is_brought:
        return _.sentences(
            [
                _("This plan was brought to be priced: nothing says that it is the best one."),
                broken_by_plan(dossier, _) or _("It keeps every limit and rule."),
                _thin(dossier, _),
            ]
        )
    goal = _.goal(plan.problem.goal, words)
    said = chosen_for(dossier, _) or [_("The plan is made for {goal}.", goal=goal)]
    up = [
        binding(price.name, limit_amount(plan.problem, price.name, price.use.limit, _), words, _)
        for price in plan.prices
        if price.binds and not (price.use.penalty is not None and price.use.breach)
    ]
    if up:
        more = [_("{n} more", n=len(up) - MOST_NAMED)] if len(up) > MOST_NAMED else []
        said.append(_("What holds it back: {limits}.", limits=_.listed([*up[:MOST_NAMED], *more])))
    elif plan.prices:
        said.append(_("No limit holds it back."))
    broken = len(plan.evaluation.broken)
    if broken:
        said.append(_.count("It breaks {n} soft rule.", "It breaks {n} soft rules.", broken))
    close, tested = sum(dossier.close.values()), len(dossier.close)
    if close and tested < len(plan.moves):
        said.append(
            _.count(
                "Of the {moves} moves that were tested {n} is a close call: without it the best "
                "plan is worse by less than 0.1 %.",
                "Of the {moves} moves that were tested {n} are close calls: without one of them "
                "the best plan is worse by less than 0.1 %.",
                close,
                moves=tested,
            )
        )
    elif close:
        said.append(
            _.count(
                "{n} of {moves} moves is a close call: without it the best plan is worse by less "
                "than 0.1 %.",
                "{n} of {moves} moves are close calls: without one of them the best plan is worse "
                "by less than 0.1 %.",
                close,
                moves=tested,
            )
        )
    return _.sentences([*said, _thin(dossier, _)])


def _thin(dossier: Dossier, _: Language) -> str:
    thin = thin_moves(dossier)
    if not thin:
        return ""
    return _.count(
        "The level of {n} move rests on fewer than ten observations.",
        "The levels of {n} moves rest on fewer than ten observations.",
        thin,
    )

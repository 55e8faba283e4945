"""One segment in whole sentences: what it gets, costs and saves, what comes next, what holds it.

All is said from one row of figures, so that the screen, the table and the document say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slopt.plan.plan import Plan
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label, price
from slopt.study.at_prices import Flip
from slopt.vocabulary import Goal

TIE = 1e-9
"""Plans whose values differ by less than this share are equally good."""

Row = Mapping[str, Any]
"""A row of SEGMENT_COLUMNS."""


def in_words(plan: Plan, row: Row, language: Language = ENGLISH) -> str:
    """All that is said of a segment in sentences, as one text."""
    return language.sentences(
        [
            verdict(plan, row, language),
            *money_sentences(plan, row, language),
            *hold_sentences(plan, row, language),
        ]
    )


def verdict(plan: Plan, row: Row, language: Language = ENGLISH) -> str:
    """What the segment gets, and what comes next at which price."""
    _ = language
    return _.sentences([_gets(row, _), _comes_next(plan, row, _)])


def _gets(row: Row, _: Language) -> str:
    segment, tier, was = row["segment"], row["tier"], row["current_tier"]
    if was is None:
        return _("{segment}: {tier}.", segment=segment, tier=tier)
    if was == tier:
        return _("{segment}: {tier}, as today.", segment=segment, tier=tier)
    return _("{segment}: {tier}, was {was}.", segment=segment, tier=tier, was=was)


def _comes_next(plan: Plan, row: Row, _: Language) -> str:
    best = row["next_best"]
    if best is None:
        return _("No other {tier} is possible.", tier=_.words(plan.case.settings.words).tier)
    solved, priced = row["next_best_costs"], row["next_best_costs_by_prices"]
    if solved is None:
        if priced is not None and priced > 0:
            return _(
                "Next best is {tier}: at the prices of the limits it is {cost} worse.",
                tier=best,
                cost=goal_amount(plan, priced, _),
            )
        return _("At the prices of the limits, {tier} comes next.", tier=best)
    if solved <= TIE * abs(plan.objective):
        return _("A tie: the best plan with {tier} is as good.", tier=best)
    return _(
        "Next best is {tier}: the whole plan would be {cost} worse.",
        tier=best,
        cost=goal_amount(plan, solved, _),
    )


def goal_amount(plan: Plan, value: float, language: Language = ENGLISH) -> str:
    """A difference in the unit of the goal, with that unit."""
    _ = language
    if plan.problem.goal is Goal.MAX_SERVICE:
        level = _.words(plan.case.settings.words).service_level
        return _("{points} points of {level}", points=f"{100 * value:.3f}", level=level)
    info = plan.case.settings.case
    return _.money_each_period(value, info)


def money_sentences(plan: Plan, row: Row, language: Language = ENGLISH) -> list[str]:
    """What the tier costs and saves against today's, and against the cheapest that is possible."""
    _ = language
    words, tier, now = _.words(plan.case.settings.words), row["tier"], row["current_tier"]
    cheapest, more = row["cheapest_tier"], row["service_cost_against_cheapest"]
    said = [
        _(
            "It costs {booked} of {cost} and {expected} of expected {lost}.",
            booked=_.amount(row["service_cost"]),
            cost=words.service_cost,
            expected=_.amount(row["lost_sales"]),
            lost=words.lost_sales,
        )
    ]
    if now is not None and now != tier:
        against = row["service_cost_against_today"], row["lost_sales_against_today"]
        said.append(
            _("Against {tier}, as today: {changes}.", tier=now, changes=_changes(plan, *against, _))
        )
    if row["next_best"] is None:
        return said
    if more <= 0:
        said.append(_("No {tier} costs less here.", tier=words.tier))
    elif cheapest == now:
        said.append(_("No {tier} costs less here than {other}.", tier=words.tier, other=cheapest))
    else:
        changes = _changes(plan, more, row["lost_sales_against_cheapest"], _)
        said.append(_("Against {tier}, the cheapest: {changes}.", tier=cheapest, changes=changes))
    return said


def _changes(plan: Plan, cost: float, lost: float, _: Language) -> str:
    """Booked cost, expected loss and their sum, against another tier of the segment."""
    words = _.words(plan.case.settings.words)
    return _(
        "{cost} {booked}, {lost} {expected}, together {total}",
        cost=words.service_cost,
        booked=signed(cost, _),
        lost=words.lost_sales,
        expected=signed(lost, _),
        total=signed(cost + lost, _),
    )


def signed(value: float, language: Language = ENGLISH) -> str:
    """An amount with its sign."""
    return f"+{language.amount(value)}" if value > 0 else language.amount(value)


def hold_sentences(plan: Plan, row: Row, language: Language = ENGLISH) -> list[str]:
    """The limit that keeps the segment from the tier best for it alone, and until which price."""
    _ = language
    limit, problem = row["held_back_by"], plan.problem
    if row["best_alone"] is None or row["next_best"] is None:
        # Without another possible tier no price moves the segment.
        return []
    first = _(
        "Alone it would be better off in {tier}, by {gain}.",
        tier=row["best_alone"],
        gain=goal_amount(plan, row["best_alone_gains"], _),
    )
    if limit is None and _chooses(plan, row["segment"]):
        second = _(
            "Its customers choose for themselves: in the best plan they would not take it, or "
            "others would not take what they have."
        )
        return [first, second]
    if limit is None:
        second = _(
            "No price of a limit holds it back: that a {tier} is whole, the number of them, or a "
            "rule between segments does.",
            tier=_.words(plan.case.settings.words).tier,
        )
        return [first, second]
    its, now = limit_label(limit, _), price(problem, limit, row["price"], _)
    if row["moves_up_at"] is None:
        second = _(
            "What holds it back most is {limit}, at a price of {now}; that price alone does not "
            "decide.",
            limit=its,
            now=now,
        )
        return [first, second]
    at = price(problem, limit, row["moves_up_at"], _)
    if at == now:
        second = _(
            "What holds it back is {limit}: at its price of {now} both are as good, and a little "
            "less moves it.",
            limit=its,
            now=now,
        )
        return [first, second]
    second = _(
        "What holds it back is {limit}: at its price of {now} it stays, and it moves up once that "
        "price falls to {at}.",
        limit=its,
        now=now,
        at=at,
    )
    return [first, second]


def _chooses(plan: Plan, segment: str) -> bool:
    """True where the customers of a segment choose from the menu."""
    selection = plan.problem.selection
    if selection is None:
        return False
    place = list(plan.problem.segments).index(segment)
    return place < len(selection.chooses) and bool(selection.chooses[place])


def at_the_edge(flip: Flip) -> bool:
    """True where the two tiers are worth the same at the prices of now."""
    return abs(flip.at - flip.now) <= TIE * max(flip.at, flip.now)

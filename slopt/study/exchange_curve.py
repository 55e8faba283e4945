"""The curve that a level, a stock room or a desk chooses from: what more money saves in lost sales.

It holds the offers that were made for the plan; none of them is worse than another in both money
and lost sales.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.economics.desks.roster import DesignFigures, Roster
from slopt.economics.levels.source import LevelSource
from slopt.plan.plan import Plan
from slopt.plan.rows import tidy
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.generated.columns import Part
from slopt.problem.generated.joining import with_offers
from slopt.problem.generated.merging import chained
from slopt.problem.generated.sources import sources_of
from slopt.problem.sharing import obstacle, rows_of
from slopt.study.at_prices import TIE, Flip
from slopt.study.parts import part_by_row

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
FAR = 0.02
"""The next offer that is looked at lies so far along the curve at least, as a share of its money:
offers lie closer where the plan is, and a step between those is nobody's decision."""

A_POINT = 0.01
"""A step of a service level: between any two levels there are others, so that the next one that
happens to be listed is nobody's decision either."""
NEARLY = 0.99
"""Of a step, from which on a level lies a step away."""


@dataclass(frozen=True)
class Step:
    """From the chosen offer to another: changes of level, service cost and lost sales."""

    column: int
    service_level: float
    service_cost: float
    lost_sales: float

    @property
    def saved_a_unit(self) -> float | None:
        """Lost sales saved by one unit of money, or lost by saving one; None without money."""
        return -self.lost_sales / self.service_cost if self.service_cost else None


@dataclass(frozen=True, eq=False)
class ExchangeCurve:
    """Columns of a row by rising service cost and falling lost sales; `chosen` is among them.

    `less` and `more` are steps to the next offers of less and of more money that lie apart.
    """

    row: int
    columns: Places
    chosen: int
    less: Step | None
    more: Step | None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Those that there are, the one of less money first."""
        return tuple(step for step in (self.less, self.more) if step is not None)


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a row of a plan stands on its curve; `flips` are the prices at which it takes a step,
    by the column of that step, the nearest first; empty where no price was found.

    `plan` is the plan among the offers of the curve, whose columns these are.
    """

    plan: Plan
    part: Part
    curve: ExchangeCurve
    flips: Mapping[int, tuple[Flip, ...]]


def curve_rows(problem: ChoiceProblem) -> list[int]:
    """The rows that choose from a curve: levels, stock rooms, desks."""
    kinds = part_by_row(problem)
    return [row for row, part in enumerate(kinds) if part not in (Part.TIER, Part.SERVED)]


def standings(plan: Plan, rows: Iterable[int]) -> tuple[Standing, ...]:
    """Where these rows of a plan stand on their curves."""
    asked = list(rows)
    if not asked:
        return ()
    plan = _among_first_offers(plan)
    kinds, known = part_by_row(plan.problem), plan.outcome.relaxation
    is_priced = known is not None and obstacle(plan.problem) is None
    terms = {row.name: row.use for row in rows_of(plan.problem)} if is_priced else {}
    prices = {} if known is None else known.prices
    found = []
    for row in asked:
        curve = exchange_curve(plan.problem, plan.choice, row)
        flips = {
            step.column: _flips(plan.problem, terms, prices, curve, step.column)
            for step in curve.steps
        }
        found.append(Standing(plan, kinds[row], curve, flips))
    return tuple(found)


def _among_first_offers(plan: Plan) -> Plan:
    """The plan among the offers that it lists and the first ones of each source.

    Those that are far from a plan are left out while it is sought, and are part of the curve; a
    level has those a point above and below besides.
    """
    problem = plan.problem
    if problem.generated is None:
        return plan
    first = {part: offers for part, _source, offers in sources_of(plan.case)}
    offers = [
        chained(made.offers, [first[made.part]]) if made.part in first else made.offers
        for made in problem.generated.made
    ]
    for place, made in enumerate(problem.generated.made):
        if isinstance(made.source, LevelSource):
            chosen = problem.service_level[made.rows, plan.choice[made.rows]][:, None]
            curves = made.source.curves
            beside = np.clip(
                chosen + np.array([-A_POINT, A_POINT]),
                curves.lowest[:, None],
                curves.highest[:, None],
            )
            offers[place] = chained(offers[place], [made.source.at(beside)])
    return replace(plan, problem=with_offers(problem, offers))


def _flips(
    problem: ChoiceProblem,
    terms: Mapping[str, Numbers],
    prices: Mapping[str, float],
    curve: ExchangeCurve,
    column: int,
) -> tuple[Flip, ...]:
    """By limit the price at which another offer is as good, the other prices as they are.

    None where it is better already at the prices of now: then what is whole elsewhere, a tier or an
    agent, holds the row where it is, and no price says when it goes.
    """
    row, chosen, found = curve.row, curve.chosen, []
    sense = -1.0 if problem.goal.maximises else 1.0
    dearer = sense * float(problem.values[row, column] - problem.values[row, chosen])
    saved = {name: float(its[row, chosen] - its[row, column]) for name, its in terms.items()}
    dearer -= sum(prices.get(name, 0.0) * saved[name] for name in terms)
    if dearer < -TIE * abs(float(problem.values[row, chosen])):
        return ()
    dearer = max(dearer, 0.0)
    for name, units in saved.items():
        now = prices.get(name, 0.0)
        if units and (units > 0 or now + dearer / units > 0):
            found.append(Flip(name, now, now + dearer / units, column))
    return tuple(sorted(found, key=lambda f: abs(f.at - f.now) / max(f.now, f.at, 1e-12)))


def designs_at(problem: ChoiceProblem, row: int, column: int) -> tuple[DesignFigures, ...]:
    """The design of a roster and the best that each other one comes to; none without a choice."""
    generated = problem.generated
    found = None if generated is None else generated.of_row(row)
    if generated is None or found is None or found[0].offers.details is None:
        return ()
    detail = found[0].offers.details[found[1]][column - generated.first]
    if not isinstance(detail, Roster) or not detail.others:
        return ()
    return (detail.figures(), *detail.others)


def standing_row(standing: Standing) -> dict[str, Any]:
    """Where a row stands, as plain data: its offer, a step less and a step more, the curve."""
    problem, curve = standing.plan.problem, standing.curve
    row, designs = curve.row, designs_at(problem, curve.row, curve.chosen)
    return {
        "name": problem.segments[row],
        "part": standing.part.value,
        **_offer(problem, row, curve.chosen),
        "steps": [
            {
                "to": _offer(problem, row, step.column),
                "service_level": tidy(step.service_level),
                "service_cost": tidy(step.service_cost),
                "lost_sales": tidy(step.lost_sales),
                "flips": [
                    {"limit": flip.limit, "price": tidy(flip.now), "flips_at": tidy(flip.at)}
                    for flip in standing.flips[step.column]
                ],
            }
            for step in curve.steps
        ],
        **({"designs": [asdict(its) for its in designs]} if designs else {}),
        "curve": [_offer(problem, row, column) for column in curve.columns.tolist()],
    }


def _offer(problem: ChoiceProblem, row: int, column: int) -> dict[str, Any]:
    return {
        "offer": problem.offer_name(row, column),
        "service_level": tidy(float(problem.service_level[row, column])),
        "service_cost": tidy(float(problem.service_cost[row, column])),
        "lost_sales": tidy(float(problem.lost_sales[row, column])),
    }


def exchange_curve(problem: ChoiceProblem, choice: Choice, row: int) -> ExchangeCurve:
    """The curve of a row of a problem, and where the choice stands on it."""
    chosen = int(choice[row])
    cost = problem.service_cost[row]
    kept = efficient_columns(problem, row, always=(chosen,))
    away = cost[kept] - cost[chosen]
    if part_by_row(problem)[row] is Part.LEVEL:
        levels = problem.service_level[row, kept]
        apart = np.abs(levels - problem.service_level[row, chosen])
        ends = (levels == levels.max()) | (levels == levels.min())
        is_far = (apart >= NEARLY * A_POINT) | (ends & (apart > 0))
    else:
        is_far = np.abs(away) > FAR * float(cost[kept].max() - cost[kept].min())
    above, below = kept[is_far & (away > 0)], kept[is_far & (away < 0)]
    return ExchangeCurve(
        row,
        np.asarray(kept),
        chosen,
        _step(problem, row, chosen, below[-1:]),
        _step(problem, row, chosen, above[:1]),
    )


def efficient_columns(problem: ChoiceProblem, row: int, always: Sequence[int] = ()) -> Places:
    """The offers of a row that none is better than in money and lost sales, by rising cost.

    And those of `always`, good or not.
    """
    cost, lost = problem.service_cost[row], problem.lost_sales[row]
    listed = np.flatnonzero(problem.admissible[row])
    ordered = listed[np.lexsort((lost[listed], cost[listed]))]
    least = np.minimum.accumulate(lost[ordered])
    better = np.append(True, lost[ordered][1:] < least[:-1])[: len(ordered)]
    return np.asarray(ordered[better | np.isin(ordered, np.array(always, dtype=np.int64))])


def _step(problem: ChoiceProblem, row: int, chosen: int, to: Places) -> Step | None:
    if not len(to):
        return None
    column = int(to[0])
    change = [
        float(values[row, column] - values[row, chosen])
        for values in (problem.service_level, problem.service_cost, problem.lost_sales)
    ]
    return Step(column, *change)

"""What contracts and prices bring and cost in a plan, and what customers who choose take.

The rows of promises.csv and choices.csv; money per period.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from slopt.case.case import PlanningCase
from slopt.economics.promises.figures import PromiseFigures, paid_by_customer, promise_figures
from slopt.plan.rows import tidy
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.self_selection import not_worth_it


@dataclass(frozen=True)
class Promised:
    """One segment: what its tier promises, how sure that is, what it pays and brings.

    `promised_share` and `breach_probability` (of one review) are None where nothing is promised.
    `reviews` are those of the period, of all contracts; `measured_reviews` those of the past that
    the probability was counted in, 0 where it is computed from the service level.
    """

    segment: str
    tier: str
    promised_share: float | None
    service_level: float
    breach_probability: float | None
    reviews: int
    measured_reviews: int
    penalties: float
    fees: float


@dataclass(frozen=True)
class Chosen:
    """One segment whose customers choose: what they take; money per customer.

    `worth` less `pays` is what they gain. `stays_up_to` is the price up to which they take nothing
    else, and `then_takes` what they take beyond it, None where nothing else is worth its price.
    Both are None for those who take none of the tiers, and for those who have to take one and find
    no other.
    """

    segment: str
    tier: str
    worth: float
    pays: float
    stays_up_to: float | None
    then_takes: str | None


def figures_of(case: PlanningCase, problem: ChoiceProblem) -> PromiseFigures | None:
    """Fees, penalties and chances of breach of all offers of the case, None where it has none."""
    level = problem.service_level[: problem.segment_count, : problem.menu_size]
    return promise_figures(case, np.asarray(level))


def promised(case: PlanningCase, problem: ChoiceProblem, choice: Choice) -> list[Promised]:
    """The segments whose tiers promise something or bring fees."""
    figures = figures_of(case, problem)
    if figures is None:
        return []
    rows = []
    for s in range(problem.segment_count):
        k = int(choice[s])
        if k >= problem.menu_size:
            continue
        share, fees = float(figures.promised[s, k]), float(figures.fees[s, k])
        if np.isnan(share) and fees == 0:
            continue
        rows.append(
            Promised(
                problem.segments[s],
                problem.tiers[k],
                _known(share),
                float(problem.service_level[s, k]),
                _known(float(figures.breach[s, k])),
                int(figures.reviews[s, k]),
                int(figures.measured[s, k]),
                float(figures.penalties[s, k]),
                fees,
            )
        )
    return rows


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def chosen(case: PlanningCase, problem: ChoiceProblem, choice: Choice) -> list[Chosen]:
    """What the customers take who choose from the menu of a plan."""
    selection = problem.selection
    if selection is None:
        return []
    paid = paid_by_customer(case)
    menu, unwilling = selection.menu_of(choice), not_worth_it(selection)
    rows = []
    for s in selection.choosers:
        k, surplus = int(choice[s]), selection.surplus[s]
        others = menu & selection.available[s]
        others[k] = False
        worth = float(surplus[k] + paid[s, k])
        best, next_best = None, -np.inf
        # Who takes none of the tiers has no price that could rise.
        if k != selection.outside:
            others &= ~unwilling[s]
            if others.any():
                best = int(np.where(others, surplus, -np.inf).argmax())
                next_best = float(surplus[best])
            if selection.outside is None:
                next_best = max(next_best, 0.0)
        rows.append(
            Chosen(
                problem.segments[s],
                problem.tiers[k],
                worth=worth,
                pays=float(paid[s, k]),
                stays_up_to=None if np.isinf(next_best) else worth - next_best,
                then_takes=None if best is None else problem.tiers[best],
            )
        )
    return rows


def would_take_at(case: PlanningCase, problem: ChoiceProblem, choice: Choice, segment: int) -> Any:
    """(K,): at which price a segment that chooses would take each tier in place of its own.

    A tier that asks as much or less is taken; NaN where none could be low enough, being 0 or less.
    """
    assert problem.selection is not None
    surplus = problem.selection.surplus[segment]
    worth = surplus + paid_by_customer(case)[segment]
    price = worth - surplus[int(choice[segment])]
    return np.where(price > 0, price, np.nan)


def with_contracts(
    case: PlanningCase, problem: ChoiceProblem, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rows of offers.csv with what contracts and customers' choice say of them.

    That is `fees`, `penalties` (expected) and `breach_probability`, where there are prices or
    promises; `worth` and `pays`, money per customer, where customers choose. None where nothing is
    said of an offer.
    """
    figures, selection = figures_of(case, problem), problem.selection
    if figures is None and selection is None:
        return rows
    segment_at = {segment: s for s, segment in enumerate(case.segments)}
    tier_at = {tier: k for k, tier in enumerate(case.tiers)}
    paid = paid_by_customer(case)
    more = []
    for row in rows:
        s, k = segment_at.get(row["segment"], -1), tier_at.get(row["tier"], -1)
        is_tier = s >= 0 and k >= 0
        said: dict[str, float | None] = {}
        if figures is not None:
            said["fees"] = float(figures.fees[s, k]) if is_tier else None
            said["penalties"] = float(figures.penalties[s, k]) if is_tier else None
            said["breach_probability"] = _known(float(figures.breach[s, k])) if is_tier else None
        if selection is not None:
            chooses = is_tier and bool(selection.available[s, k])
            said["worth"] = float(selection.surplus[s, k] + paid[s, k]) if chooses else None
            said["pays"] = float(paid[s, k]) if chooses else None
        more.append({**row, **said})
    return more


def totals_of_promises(
    case: PlanningCase, problem: ChoiceProblem, choice: Choice
) -> dict[str, float | None]:
    """`fees` and `contract_penalties` of a plan, which its service cost has in it; none without."""
    rows = promised(case, problem, choice)
    if figures_of(case, problem) is None:
        return {}
    return {
        "fees": tidy(sum(row.fees for row in rows)),
        "contract_penalties": tidy(sum(row.penalties for row in rows)),
    }


PROMISED_COLUMNS = tuple(entry.name for entry in fields(Promised))
CHOSEN_COLUMNS = tuple(entry.name for entry in fields(Chosen))

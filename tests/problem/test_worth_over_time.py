"""What poor service costs over time, by hand: seasons, lags, prospects, and what is caused."""

from __future__ import annotations

import numpy as np
import pytest
from strategies import make_case

from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import NEVER, HorizonChoice

QUARTERS = [f"{year}Q{quarter}" for year in (2027, 2028, 2029) for quarter in (1, 2, 3, 4)]
SETTINGS = {"case.name": "by hand", "case.period": "quarter", "case.discount_rate": 0.02}


def valued(case, modes):
    """The evaluation of these modes (S, T), without staff and projects."""
    problem = build_horizon(case)
    none = np.zeros((0, len(problem.periods)))
    never = np.full(len(problem.projects), NEVER, dtype=np.int64)
    return problem, evaluate_horizon(problem, HorizonChoice(np.array(modes), none, none, never))


def tables(periods, **further):
    """One segment of 100 customers who bring in 50 a period each, and two tiers."""
    return {
        "segments": [
            {
                "segment": "a",
                "customers": 100,
                "orders_per_customer": 1,
                "revenue_per_order": 100,
                "margin": 0.5,
                "base_churn": 0.1,
                **further.pop("segment", {}),
            }
        ],
        "tiers": [{"tier": "lo", "service_level": 0.8}, {"tier": "hi", "service_level": 1.0}],
        "response": [{"leave_probability": 0.5, **further.pop("response", {})}],
        "periods": [{"period": period} for period in periods],
        **further,
    }


@pytest.mark.parametrize("years", [1, 2, 3])
def test_a_poor_quarter_costs_the_same_wherever_the_horizon_ends(years):
    """Churn of 2, 30, 2, 2 % by quarter: whoever leaves in the first is missed for the same sum.

    By hand with r the kept shares, D = 1.02 and a quarter's margin of 50: of the 10 who leave,
    V = sum over all later quarters of 50 x (r of all quarters between) / D^j, which repeats by
    the year: (.98 + .98 .7/D + .98 .7 .98/D^2 + .98 .7 .98 .98/D^3) / D
    / (1 - .98 .7 .98 .98/D^4) x 50 = 365.708, so that 10 of them are 3,657.08.
    """
    periods, churn = QUARTERS[: 4 * years], [0.02, 0.3, 0.02, 0.02] * years
    rows = [
        {"segment": "a", "period": period, "base_churn": share}
        for period, share in zip(periods, churn, strict=True)
    ]
    modes = [[0, *[1] * (4 * years - 1)]]
    _problem, value = valued(make_case(tables(periods, segment_periods=rows), SETTINGS), modes)
    assert value.present["lost_customers"] == pytest.approx(3657.08, abs=0.005)


def test_who_leaves_later_leaves_for_the_demand_of_then():
    """Half of the orders fail: with 2, 0 and 1 orders 75, 0 and 50 % are dissatisfied, half of
    whom leave one quarter later: 37.5 of 100 in the second, nobody in the third, and a quarter of
    the 62.5 who are left after the last.
    """
    given = tables(QUARTERS[:3], segment={"base_churn": 0.2}, response={"lag_periods": 1})
    given["tiers"] = [{"tier": "lo", "service_level": 0.5}]
    for row, factor in zip(given["periods"], (2, 0, 1), strict=True):
        row["demand_factor"] = factor
    problem, value = valued(make_case(given, SETTINGS), [[0, 0, 0]])
    base = value.base
    assert base.left[0] == pytest.approx([0.0, 0.375 * 80, 0.0])
    after = problem.discount_step**3 * problem.end_value[0] * 0.25 * base.customers[0, 3]
    assert base.echo[0] == pytest.approx(after)


def test_prospects_are_priced_where_nobody_is_said_to_be_won():
    """A row for one quarter leaves the lost prospects of the other ones as money."""
    heard = {"listeners": 10, "prospect_share": 0.5, "deterrence": 0.1, "prospect_value": 7}
    rows = [{"segment": "a", "period": QUARTERS[1], "acquired": 30}]
    given = tables(QUARTERS[:2], segment={"base_churn": 0.2}, response=heard, segment_periods=rows)
    problem, value = valued(make_case(given, SETTINGS), [[0, 0]])
    # 20 of 100 are dissatisfied; each warns off half a prospect.
    assert value.lost["lost_prospects"][0] == pytest.approx(20 * 0.5 * 7)
    assert problem.deter[0, :, 0] == pytest.approx([0.0, 0.1])


def test_what_the_periods_cause_adds_up_to_all_lost_sales():
    """Without a lag every loss was caused by the service of one period, whenever it is felt."""
    rows = [
        {"segment": "a", "period": period, "acquired": 40, "base_churn": share}
        for period, share in zip(QUARTERS[:4], (0.1, 0.3, 0.05, 0.2), strict=True)
    ]
    heard = {"lost_order_share": 0.4, "listeners": 3, "prospect_share": 0.2, "deterrence": 0.3}
    given = tables(QUARTERS[:4], response=heard, segment_periods=rows)
    problem, value = valued(make_case(given, SETTINGS), [[0, 1, 0, 0]])
    assert problem.discount @ value.caused == pytest.approx(value.lost_sales)
    assert value.caused[1] == 0


def test_nothing_is_carried_to_where_no_budget_is():
    """What is left of the last budget, and of one before a period without, goes nowhere."""
    given = tables(QUARTERS[:4], segment={"base_churn": 0.2})
    for row, budget in zip(given["periods"], (10, 20, None, 40), strict=True):
        row |= {"budget": budget, "carry_over": None if budget is None else "yes"}
    _problem, value = valued(make_case(given, SETTINGS), [[1, 1, 1, 1]])
    assert value.carried == pytest.approx([10, 0, 0, 0])

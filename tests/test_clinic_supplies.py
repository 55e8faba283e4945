"""The shipped case with uncertain numbers: its plans by enumeration, without a solver."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from slopt.case.changes import with_values
from slopt.case.load import load_case
from slopt.problem.scenarios.aim import Aim, aim_value, deviations
from slopt.problem.scenarios.build import draw_futures
from slopt.problem.scenarios.scenario_problem import at
from slopt.shipped import examples
from slopt.solve.highs import Options
from slopt.solve.risk.dispatch import solve_for_risk
from slopt.vocabulary import RiskMeasure

CVAR = Aim(RiskMeasure.CVAR, tail=0.25)
ROBUST = Aim(RiskMeasure.ROBUST, at_worst=3)
MOST = 1500
"""Van hours that can be had beyond capacity."""


@cache
def listed():
    """The problem over the four listed scenarios alone."""
    case = with_values(load_case(examples()["clinic_supplies"]), {"risk.sampling": "listed"})
    return draw_futures(case).problem


@cache
def rows():
    """The tiers that the contract of each segment leaves."""
    barred = listed().base.barred
    return [np.flatnonzero(barred[s] == 0) for s in range(len(barred))]


@cache
def choices():
    """(N, S): every choice."""
    return np.stack([grid.ravel() for grid in np.meshgrid(*rows(), indexing="ij")], axis=1)


def over_choices(values, join=np.add):
    """(N,): the figures of pairs (S, K), joined over the segments of each choice."""
    total = np.zeros(1)
    for segment, tiers in enumerate(rows()):
        total = join.outer(total, values[segment, tiers]).ravel()
    return total


@cache
def opened():
    """(N,): what opening the tiers of each choice costs."""
    prices = listed().base.open_cost
    return sum(price * (choices() == tier).any(axis=1) for tier, price in enumerate(prices))


@cache
def over_futures():
    """(W, N): total cost without extra units, and van hours beyond capacity."""
    problem, cost, beyond = listed(), [], []
    for w in range(problem.count):
        cost.append(over_choices(at(problem.service_cost, w) + at(problem.lost_sales, w)))
        beyond.append(over_choices(at(problem.use, w)[0]) - at(problem.capacity, w)[0])
    return np.array(cost) + opened(), np.maximum(np.array(beyond), 0.0)


@cache
def by_own_numbers():
    """(N,): total cost, infinite where a limit is broken."""
    base = listed().base
    extra = [
        np.maximum(over_choices(base.use[r]) - base.capacity[r], 0.0)
        for r in range(len(base.resources))
    ]
    spent = over_choices(base.service_cost) + opened() + extra[0] * base.extra_premium[0]
    keeps = (spent <= base.budget) & (extra[0] <= MOST) & (extra[1] == 0)
    return np.where(keeps, spent + over_choices(base.lost_sales), np.inf)


def cvar_of_all(tail, reserve):
    """(N,): the mean of the worst tail with so many van hours reserved, one number or (N,)."""
    problem, (cost, beyond) = listed(), over_futures()
    late = np.maximum(beyond - reserve, 0.0)
    value = cost + late * problem.extra_premium[0, 0] + reserve * problem.reserve_cost[0]
    order = np.argsort(-value, axis=0)
    share = problem.probability[order]
    counted = np.clip(tail - (np.cumsum(share, axis=0) - share), 0.0, share) / tail
    worst = (counted * np.take_along_axis(value, order, axis=0)).sum(axis=0)
    return np.where(np.isfinite(by_own_numbers()), worst, np.inf)


def best(loss):
    """The least loss, and the first letters of the tiers of its choice."""
    names, choice = listed().base.tiers, choices()[int(loss.argmin())]
    return float(loss.min()), " ".join(names[k][0] for k in choice)


def solved(aim):
    """What slopt finds: its loss by the judge, its tiers, its outcome."""
    found = solve_for_risk(listed(), aim, Options())
    choice = found.outcome.choice
    value = aim_value(listed(), choice, aim, reserve=found.reserve)
    assert not value.violations
    return value.loss, " ".join(listed().base.tiers[k][0] for k in choice), found


def test_the_best_plan_at_own_numbers():
    """Of 442,368 choices, 166,276 keep all limits; one is best."""
    assert len(choices()) == 442_368
    loss, tiers = best(by_own_numbers())
    assert tiers == "c c s s c c c c c c"
    assert loss == pytest.approx(580_503, abs=1)


def test_the_best_plan_for_the_mean_is_another_one():
    """It costs 800 more by own numbers, and less in the mean of the futures."""
    loss, tiers = best(cvar_of_all(1.0, 0.0))
    assert (tiers, loss) == ("c c s s s c c c c c", pytest.approx(628_307, abs=1))
    assert solved(Aim())[:2] == (pytest.approx(loss), tiers)


def test_the_best_plan_for_the_worst_quarter_is_a_third_one_and_reserves_hours():
    """Over all choices, with the hours that each lacks in one of the futures reserved, or none."""
    beyond = np.minimum(over_futures()[1], MOST)
    by_hours = [cvar_of_all(0.25, hours) for hours in (0.0, *beyond)]
    loss, tiers = min(best(found) for found in by_hours)
    assert (tiers, loss) == ("c c s s s c s c c c", pytest.approx(727_429, abs=1))
    value, its, found = solved(CVAR)
    assert (value, its) == (pytest.approx(loss), tiers)
    assert found.reserve.tolist() == pytest.approx([676.8, 0])


def test_the_best_robust_plan_is_a_fourth_one():
    """With three customer groups at their worst at once."""
    own, worst = by_own_numbers(), deviations(listed())
    picked = np.stack([worst[s, choices()[:, s]] for s in range(len(worst))])
    loss = own + np.sort(picked, axis=0)[-3:].sum(axis=0)
    found, tiers = best(loss)
    assert (tiers, found) == ("c c s s c c s c c c", pytest.approx(686_544, abs=1))
    assert solved(ROBUST)[:2] == (pytest.approx(found), tiers)


def test_pharmacies_are_as_by_hand():
    """With the courier and with an own van the same day, as usual and in a strike (SOURCE.md)."""
    problem = listed()
    pharmacies = problem.base.segments.index("PHARM")
    total = (problem.service_cost + problem.lost_sales)[:, pharmacies]
    courier, same_day = (problem.base.tiers.index(name) for name in ("courier", "same day"))
    strike = problem.names.index("courier strike")
    assert total[0, [courier, same_day]] == pytest.approx([96_127, 102_696], abs=1)
    assert total[strike, [courier, same_day]] == pytest.approx([144_541, 102_696], abs=1)


def test_check_counts_what_is_uncertain(slopt):
    """By how the numbers came about, with the scenarios; nothing of a case without."""
    said = slopt("check", "clinic_supplies").out
    assert "Uncertain: 11 inputs (4 measured, 5 published, 2 assumed), 4 scenarios." in said
    assert "Uncertain" not in slopt("check", "tiny").out
    assert "不确定：11 个输入" in slopt("check", "clinic_supplies", "--lang", "zh").out

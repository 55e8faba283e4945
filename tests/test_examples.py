"""Golden numbers of the shipped examples and of published instances, to the unit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from strategies import make_case

from slopt.case.load import load_case
from slopt.engine.solving import solve_case
from slopt.problem.build import build_problem
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import evaluate_horizon
from slopt.problem.horizon.problem import NEVER, HorizonChoice
from slopt.shipped import examples
from slopt.solve.highs import Options
from slopt.solve.horizon.solve import solve_horizon
from slopt.vocabulary import Method, Status

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.mark.parametrize("method", [Method.HIGHS, Method.PYOMO])
def test_tiny_is_the_plan_found_by_hand(solved, method):
    """Total 36,375 = 11,500 + 4,500 + 11,400 + 8,975; today 40,000; price of the budget 2/3."""
    case = solved("tiny").case
    plan = solve_case(case, method=method).plan
    assert plan.status is Status.OPTIMAL
    assert plan.tiers == ["premium", "basic", "standard"]
    evaluation = plan.evaluation
    assert evaluation.service_cost == pytest.approx(11500)
    assert evaluation.lost_orders == pytest.approx(4500)
    assert evaluation.lost_customers == pytest.approx(11400)
    assert evaluation.lost_prospects == pytest.approx(8975)
    assert plan.objective == evaluation.total_cost == pytest.approx(36375)
    assert evaluation.service_level == pytest.approx(61 / 70)
    assert plan.current.total_cost == pytest.approx(40000)
    assert plan.prices[0].relaxation == pytest.approx(2 / 3)
    assert plan.certificate.bound == pytest.approx(35375)


def test_tiny_without_a_budget(solved):
    """Each segment takes its own cheapest row: 33,375."""
    plan = solve_case(solved("tiny").case.with_limits(budget=None)).plan
    assert plan.tiers == ["premium", "standard", "standard"]
    assert plan.objective == pytest.approx(33375)


def test_parts_distributor_is_the_verified_plan(solved):
    """Objective, costs and moves as verified by a separate model (SOURCE.md)."""
    plan = solved("parts_distributor").plan
    assert plan.status is Status.OPTIMAL
    assert plan.objective == pytest.approx(3380005.05493048, rel=1e-12)
    assert plan.evaluation.total_cost == pytest.approx(3362727.8415777953, rel=1e-12)
    assert plan.evaluation.service_cost == pytest.approx(1549684.4, rel=1e-12)
    assert plan.evaluation.changes == 9
    assert plan.evaluation.tiers_used == 3
    assert plan.current.total_cost == pytest.approx(3596986.4492679453, rel=1e-12)
    assert sorted(plan.problem.segments[s] for s in plan.moves) == [
        "AGRI-S", "AUTO-L", "CONST-M", "DEAL-EX", "ENERGY-U", "FOOD-M", "MACH-M-S", "RAIL-U",
        "SHOP-S",
    ]  # fmt: skip
    (broken,) = plan.evaluation.broken
    assert (broken.rule, broken.cost) == ("R6", pytest.approx(17277.21, abs=0.005))


def test_parts_distributor_is_held_back_by_its_budget(solved):
    """Relief of the budget makes a better plan possible; of changes and menu it does not."""
    prices = {price.name: price for price in solved("parts_distributor").plan.prices}
    assert prices["budget"].next_gain > 0
    assert prices["budget"].relaxation > 0
    for name in ("max_tiers", "max_changes", "R5"):
        assert not prices[name].next_gain, name


@pytest.mark.parametrize(
    ("limit", "gain"),
    [("budget", 8286.49), ("max_tiers", 0), ("max_changes", 0), ("min_service_level", 5456.76)],
)
def test_parts_distributor_without_one_limit(solved, limit, gain):
    """What each limit costs, by solving without it, as SOURCE.md tells."""
    answer = solved("parts_distributor")
    plan = solve_case(answer.case.with_limits(**{limit: None}), next_steps=False).plan
    assert answer.plan.objective - plan.objective == pytest.approx(gain, abs=0.005)


def test_scms_deliveries_is_the_verified_plan(solved):
    """Freight and total of the plan for the 43 destinations."""
    plan = solved("scms_deliveries").plan
    assert plan.status is Status.OPTIMAL
    assert plan.evaluation.service_cost == pytest.approx(9523836)
    assert plan.evaluation.total_cost == pytest.approx(22219447.4176, abs=1e-3)
    assert plan.evaluation.changes <= 9


def test_scms_tables_are_what_the_public_file_gives(tmp_path):
    """derive.py makes the shipped tables again, byte for byte, from the public raw file."""
    raw = SHARED / "scms" / "SCMS_Delivery_History_Dataset.csv"
    if not raw.is_file():
        pytest.skip("the public SCMS delivery history is not beside the repository")
    shipped = examples()["scms_deliveries"]
    script = shipped / "derive.py"
    subprocess.run([sys.executable, script, raw, tmp_path], check=True, capture_output=True)
    tables = sorted(path.name for path in tmp_path.glob("*.csv"))
    assert tables == sorted(path.name for path in shipped.glob("*.csv"))
    for name in tables:
        assert (tmp_path / name).read_bytes() == (shipped / name).read_bytes(), name


def knapsack_case(path):
    """An MMKP instance as a case: groups are segments, items tiers, all offers explicit.

    The value that is missing to the best item of all counts as lost sales.
    """
    numbers = iter(path.read_text(encoding="utf-8").split())
    groups, items, resources = (int(next(numbers)) for _ in range(3))
    names = [f"r{i}" for i in range(resources)]
    capacities = [float(next(numbers)) for _ in range(resources)]
    offers, values = [], []
    for group in range(groups):
        assert int(float(next(numbers))) == group + 1
        for item in range(items):
            values.append(float(next(numbers)))
            use = {f"use:{name}": next(numbers) for name in names}
            offers.append(
                {"segment": f"g{group}", "tier": f"i{item}", "service_cost": 0, "value": 0, **use}
            )
    best = max(values)
    for row, value in zip(offers, values, strict=True):
        del row["value"]
        row["lost_sales"] = best - value
    case = make_case(
        {
            "segments": [{"segment": f"g{g}", "customers": 1} for g in range(groups)],
            "tiers": [{"tier": f"i{i}", "service_level": 0.5} for i in range(items)],
            "resources": [
                {"resource": name, "capacity": capacity}
                for name, capacity in zip(names, capacities, strict=True)
            ],
            "offers": offers,
        },
        {"plan.goal": "min_lost_sales", "solve.gap": "0"},
    )
    return case, groups * best


@pytest.mark.parametrize(("name", "value"), [("I01", 173), ("I03", 1602)])
def test_published_knapsacks_are_solved_to_their_proven_optimum(name, value):
    """Khan's multiple-choice knapsacks: the best known values, proven, gap 0."""
    path = SHARED / "mmkp" / name
    if not path.is_file():
        pytest.skip("the MMKP instances are not beside the repository")
    case, most = knapsack_case(path)
    plan = solve_case(case, next_steps=False).plan
    assert plan.status is Status.OPTIMAL
    assert most - plan.objective == pytest.approx(value)
    assert most - plan.bound == pytest.approx(value)
    assert np.isclose(plan.gap, 0, atol=1e-9)


def test_heating_service_is_the_plan_of_its_page():
    """Total 7,167,381 in present value; two projects, one technician hired before the winter."""
    case = load_case(examples()["heating_service"])
    problem = build_horizon(case)
    outcome = solve_horizon(problem, Options(gap=2e-3, time_limit_s=300), Method.PYOMO)
    assert outcome.bound <= 7167381.257 <= outcome.objective + 1e-2
    assert outcome.objective == pytest.approx(7167381.256, rel=2e-3)
    assert evaluate_horizon(problem, outcome.choice).violations == ()
    today = np.repeat(problem.current[:, None], len(case.periods), axis=1)
    nobody = np.zeros((len(problem.staff), len(case.periods)))
    never = np.full(len(problem.projects), NEVER)
    before = evaluate_horizon(problem, HorizonChoice(today, nobody, nobody, never))
    assert before.total_cost == pytest.approx(7592919.35, abs=1)
    assert before.npv == pytest.approx(26017563, abs=1)
    assert {breach.rule for breach in before.violations} >= {"technicians 2027Q1"}


def kitchen_service(budget: float):
    """The plan of everything at once for a budget."""
    case = load_case(examples()["kitchen_service"]).with_limits(budget=budget)
    plan = solve_case(case, next_steps=False).plan
    assert plan is not None
    assert plan.gap <= 1e-4
    return plan


def test_kitchen_service_uses_up_its_budget_and_its_fitters():
    """Total 5,383,527; both limits have a price, and a canteen's repair comes the next day."""
    plan = kitchen_service(3_600_000)
    assert plan.objective == pytest.approx(5383527, rel=2e-4)
    assert plan.evaluation.service_cost == pytest.approx(3_600_000, rel=1e-3)
    prices = {price.name: price.relaxation for price in plan.prices}
    assert prices["budget"] == pytest.approx(0.323, abs=0.02)
    assert prices["fitter_hours"] == pytest.approx(3.9, abs=0.3)
    assert plan.tiers[:4] == ["three days", "three days", "next day", "next day"]


def test_kitchen_service_with_a_tenth_less():
    """As the page on one plan says: all save where they lose least, and fitters are not short."""
    plan, less = kitchen_service(3_600_000), kitchen_service(3_240_000)
    assert less.objective == pytest.approx(5548784, rel=2e-4)
    assert less.tiers[:4] == ["three days", "three days", "three days", "next day"]
    saved = plan.evaluation.service_cost - less.evaluation.service_cost
    lost = less.evaluation.lost_sales - plan.evaluation.lost_sales
    before, after = (1 + prices[0].relaxation for prices in (plan.prices, less.prices))
    assert before < lost / saved < after
    assert [price.name for price in less.prices if price.relaxation] == ["budget"]


def test_canteens_of_kitchen_service_are_as_by_hand():
    """The worked table of SOURCE.md: 579,810 for three days, 522,924 for the next day."""
    problem = build_problem(load_case(examples()["kitchen_service"]))
    row = problem.segments.index("canteens")
    total = problem.service_cost[row] + problem.lost_sales[row]
    assert total[:2] == pytest.approx([579809.6, 522923.8], abs=0.1)

"""One plan for tiers, levels, stock and agents: its parts, its files, its record."""

from __future__ import annotations

import json

import pytest
from everything_case import ITEMS, PEOPLE, write_everything

from slopt.case.load import load_case, read_case
from slopt.engine.solving import solve_case
from slopt.errors import UsageError
from slopt.plan.files import plan_files
from slopt.plan.result import TOTALS, plan_result
from slopt.plan.rows import offer_rows, plan_rows
from slopt.problem.build import build_problem, with_limits_of
from slopt.problem.generated.sources import require_listed, sources_of
from slopt.vocabulary import LOSSES, Status

MONEY = ("service_cost", *LOSSES, "lost_sales", "total_cost")


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """Two segments with tiers, one with a level, a stock room and a desk."""
    return load_case(write_everything(tmp_path_factory.mktemp("joint")))


@pytest.fixture(scope="module")
def plan(case):
    """The plan of the case."""
    return solve_case(case).plan


def test_one_budget_rules_all_parts(case, plan):
    """The plan is proven over all offers, uses up the budget and has a row for each part."""
    assert plan.status is Status.OPTIMAL
    assert plan.gap <= case.settings.solve.gap
    assert plan.problem.segments == ("plants", "web", "online", "central", "phone")
    assert plan.evaluation.service_cost == pytest.approx(320_000, rel=1e-3)
    assert plan.evaluation.service_cost <= 320_000 + 1e-3
    assert plan.certificate.bound <= plan.objective


def test_parts_add_up_to_the_totals(plan):
    """Segments, stock and staff together are the totals of the plan, line by line."""
    document = plan_result(plan, 0.0)
    assert [part["part"] for part in document["parts"]] == ["segments", "stock", "staff"]
    for name in MONEY:
        assert sum(part[name] for part in document["parts"]) == pytest.approx(document[name])
    stock = document["parts"][1]
    assert [each["name"] for each in stock["each"]] == ["central"]
    assert stock["each"][0]["total_cost"] == stock["total_cost"]


def test_more_budget_never_hurts_any_plan_for_all(case):
    """The total falls as the budget rises, and the price of the budget with it."""
    totals, prices = [], []
    for budget in (300_000.0, 330_000.0, 380_000.0, None):
        its = solve_case(case.with_limits(budget=budget)).plan
        totals.append(its.evaluation.total_cost)
        prices.append(next((p.relaxation for p in its.prices if p.name == "budget"), 0.0))
    assert totals == sorted(totals, reverse=True)
    assert prices == sorted(prices, reverse=True)
    assert prices[0] > 0


def test_the_table_of_segments_holds_segments_alone(plan):
    """plan.csv has a row a segment, `level` where that is what is chosen."""
    rows = plan_rows(plan.problem, plan.choice)
    assert [row["segment"] for row in rows] == ["plants", "web", "online"]
    assert rows[2]["tier"] == rows[2]["current_tier"] == "level"
    assert rows[0]["tier"] in ("economy", "standard", "express")
    assert 0.6 <= rows[2]["service_level"] <= 0.99


def test_each_part_has_its_files(plan):
    """Stock rooms and desks bring files of their own beside the plan's."""
    document = plan_result(plan, 0.0)
    files = plan_files(plan.problem, plan.choice, plan.evaluation, plan.prices, document)
    assert {"plan.csv", "result.json", "stock.csv", "staff.csv"} <= files.keys()
    assert "pump" in files["stock.csv"]
    assert "sellers" in files["staff.csv"]
    assert json.loads(files["result.json"])["parts"][2]["each"][0]["name"] == "phone"


def test_offers_are_told_by_what_they_are(plan):
    """A segment has its tiers, a room what it holds; nobody has what belongs to others."""
    rows = offer_rows(plan.problem)
    assert {row["tier"] for row in rows if row["segment"] == "plants"} == {
        "economy", "standard", "express",
    }  # fmt: skip
    assert all("filled" in row["tier"] for row in rows if row["segment"] == "central")


def test_sources_are_made_once_for_what_they_read(case):
    """Limits, goals and open costs change no offer, so that sweeps do not pay for them again."""
    found = sources_of(case)
    assert sources_of(case.with_limits(budget=1.0)) is found
    other = with_limits_of(build_problem(case), case.with_limits(budget=5.0))
    assert other.budget == 5.0
    assert other.generated.made[0].source is found[0][1]


def test_current_is_known_where_all_rows_have_a_today(tmp_path):
    """Without rooms and desks today's tiers and levels are a plan that can be compared with."""
    folder = write_everything(tmp_path, None, without=(*PEOPLE, *ITEMS, "resources"))
    plan = solve_case(load_case(folder)).plan
    assert plan.current is not None
    assert plan.evaluation.total_cost < plan.current.total_cost
    assert [plan.problem.segments[s] for s in plan.moves] == ["plants", "online"]
    assert "parts" not in plan_result(plan, 0.0)


def test_totals_have_the_fields_of_every_plan(plan):
    """result.json has the totals of the contract whatever is planned."""
    assert set(TOTALS) <= plan_result(plan, 0.0).keys()


def test_a_case_without_tiers_is_planned_where_others_serve_its_segments(tmp_path):
    """With a level, items or calls for every segment no menu of tiers is needed."""
    folder = write_everything(tmp_path, without=("tiers",))
    segments = (folder / "segments.csv").read_text(encoding="utf-8")
    for tier in ("standard", "economy"):
        segments = segments.replace(tier, "")
    (folder / "segments.csv").write_text(segments, encoding="utf-8")
    case = load_case(folder)
    plan = solve_case(case).plan
    assert plan.problem.menu_size == 0
    rows = plan_rows(plan.problem, plan.choice)
    assert [row["tier"] for row in rows] == ["", "", "level"]
    assert rows[0]["service_cost"] == 0
    assert plan.status is Status.OPTIMAL


def test_tiers_are_missed_where_a_segment_has_nothing_else(tmp_path):
    """Where some segment is served by nobody the table is asked for as ever."""
    folder = write_everything(tmp_path, without=("tiers", *ITEMS))
    problems = [its.message for its in read_case(folder).errors]
    assert "The table tiers is missing." in problems


def test_what_works_on_lists_says_so(case):
    """A question that needs all offers in a list is refused in one sentence."""
    with pytest.raises(UsageError, match="slopt certify works on offers that can be listed"):
        require_listed(case, "slopt certify")

"""Service levels between tiers at the command line: the shipped example and its second road."""

from __future__ import annotations

import csv

import pytest
from running import Slopt

from slopt.shipped import examples

TOTAL = 66757.0
"""Least total cost of bakery_rounds within its budget, to a few units: both roads agree on it."""


def test_the_shipped_example_is_planned_by_levels_and_tiers(slopt: Slopt, tmp_path) -> None:
    """plan.csv says `level` where a level is chosen; levels lie within floor and ceiling."""
    ran = slopt("solve", "bakery_rounds", "--out", tmp_path / "run", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["objective"] == pytest.approx(TOTAL, rel=2e-4)
    assert ran.json["certified_gap"] <= 1e-4
    with (tmp_path / "run" / "plan.csv").open(encoding="utf-8") as file:
        rows = {row["segment"]: row for row in csv.DictReader(file)}
    assert [row["tier"] for row in rows.values()] == ["level"] * 5 + ["day", "window"]
    with (examples()["bakery_rounds"] / "segments.csv").open(encoding="utf-8") as file:
        for segment in csv.DictReader(file):
            if segment["min_level"]:
                level = float(rows[segment["segment"]]["service_level"])
                assert float(segment["min_level"]) <= level <= float(segment["max_level"])


def test_the_model_finds_the_same_plan_and_tells_its_error(slopt: Slopt) -> None:
    """`--model service_levels` reaches the gap and says how far its lines are from the curves."""
    ran = slopt("solve", "bakery_rounds", "--model", "service_levels", "--json")
    assert ran.code == 0, ran.err
    answer = ran.json
    assert answer["objective"] == pytest.approx(TOTAL, rel=2e-4)
    assert answer["gap"] <= 1e-4
    assert answer["bound"] <= TOTAL * 1.0002


def test_the_model_answers_cases_of_tiers_as_the_tier_plan_does(slopt: Slopt) -> None:
    """Without levels there is nothing to approximate."""
    ran = slopt("solve", "tiny", "--model", "service_levels", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["objective"] == pytest.approx(36375)


def test_the_model_refuses_stock_rooms_in_one_sentence(slopt: Slopt) -> None:
    """Their offers lie on no curves of levels."""
    ran = slopt("solve", "spare_parts", "--model", "service_levels")
    assert ran.code == 2
    assert "answers for segments with tiers and levels" in ran.err


def test_one_cell_of_a_level_can_be_set(slopt: Slopt) -> None:
    """A ceiling below its floor is refused with both figures, and nothing is written."""
    ran = slopt("solve", "bakery_rounds", "--set", "segments[cafes].max_level=0.5")
    assert ran.code == 3
    assert 'min_level of "cafes" is 0.8, above its max_level 0.5' in ran.out + ran.err


def test_restaurants_cost_and_lose_what_is_found_by_hand(slopt: Slopt) -> None:
    """At 90 % on time: the table of SOURCE.md."""
    import numpy as np

    from slopt.case.load import load_case
    from slopt.economics.levels.source import LevelSource

    source = LevelSource(load_case(examples()["bakery_rounds"]))
    found = source.at(np.full((5, 1), 0.9))
    place = list(source.names).index("restaurants")
    figures = [
        float(getattr(found, name)[place, 0])
        for name in ("service_cost", "lost_orders", "lost_customers", "lost_prospects")
    ]
    assert figures == pytest.approx([3464.79, 952.56, 1499.86, 155.00], abs=0.01)


def rows_of(path) -> list[dict[str, str]]:
    """The rows of a plan."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_plan(path, rows: list[dict[str, str]]):
    """A plan of these rows, segment, tier and service level alone."""
    lines = [f"{row['segment']},{row['tier']},{row['service_level']}" for row in rows]
    path.write_text("\n".join(["segment,tier,service_level", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def planned(slopt: Slopt, tmp_path):
    """The rows of the plan of the shipped example, and its result."""
    ran = slopt("solve", "bakery_rounds", "--out", tmp_path / "run", "--json")
    return rows_of(tmp_path / "run" / "plan.csv"), ran.json


def test_a_plan_with_levels_is_priced_as_it_was_solved(slopt: Slopt, planned, tmp_path) -> None:
    """`slopt evaluate` on the plan of `slopt solve` comes to the same money."""
    rows, solved = planned
    plan = write_plan(tmp_path / "mine.csv", rows)
    ran = slopt("evaluate", "bakery_rounds", "--plan", plan, "--json")
    assert ran.code == 0, ran.err
    for name in ("service_cost", "lost_orders", "lost_customers", "total_cost", "service_level"):
        assert ran.json[name] == pytest.approx(solved[name], rel=1e-9), name


def test_a_level_of_ones_own_is_priced_on_the_curve(slopt: Slopt, planned, tmp_path) -> None:
    """Restaurants at 90 % cost and lose what SOURCE.md works out by hand."""
    rows, _ = planned
    next(row for row in rows if row["segment"] == "restaurants")["service_level"] = "0.9"
    plan, out = write_plan(tmp_path / "mine.csv", rows), tmp_path / "priced"
    ran = slopt("evaluate", "bakery_rounds", "--plan", plan, "--out", out)
    assert ran.code == 0, ran.err
    (its,) = (row for row in rows_of(out / "plan.csv") if row["segment"] == "restaurants")
    assert float(its["service_cost"]) == pytest.approx(3464.79, abs=0.01)
    assert float(its["lost_orders"]) == pytest.approx(952.56, abs=0.01)
    ran = slopt("compare", "bakery_rounds", plan, "--json")
    assert ran.code == 0, ran.err
    ran = slopt("report", out, "--out", tmp_path / "page.html")
    assert ran.code == 2
    assert "keeps the tiers of its plan and not its levels" in ran.err


def test_levels_that_cannot_be_are_named_all_at_once(slopt: Slopt, planned, tmp_path) -> None:
    """Out of range, missing, a tier for a level and a level for a tier: one message each."""
    rows, _ = planned
    by_name = {row["segment"]: row for row in rows}
    by_name["hotels"]["service_level"] = "0.999"
    by_name["cafes"]["service_level"] = ""
    by_name["kiosks"]["tier"] = "day"
    by_name["schools"]["tier"] = "level"
    by_name["shops"]["service_level"] = "90 %"
    ran = slopt("evaluate", "bakery_rounds", "--plan", write_plan(tmp_path / "bad.csv", rows))
    assert ran.code == 3
    said = " ".join((ran.out + ran.err).split())
    assert "5 errors" in said
    assert '"hotels" is not between its min_level 0.85 and its max_level 0.995' in said
    assert '"cafes" chooses a service level, and none stands here' in said
    assert '"kiosks" chooses a service level, and has the tier "day" here' in said
    assert '"90 %" is not a number' in said
    assert '"schools" has a tier in this case, and no level' in said


def test_a_plan_without_levels_lacks_a_column(slopt: Slopt, planned, tmp_path) -> None:
    """Where segments choose levels, segment and tier do not say the plan."""
    rows, _ = planned
    text = "".join(f"{row['segment']},{row['tier']}\n" for row in rows)
    (tmp_path / "two.csv").write_text("segment,tier\n" + text, encoding="utf-8")
    ran = slopt("evaluate", "bakery_rounds", "--plan", tmp_path / "two.csv")
    assert ran.code == 3
    assert 'There is no column "service_level"' in ran.out + ran.err
    ran = slopt("evaluate", "bakery_rounds", "--plan", write_plan(tmp_path / "none.csv", []))
    assert ran.code == 3


def test_a_wish_is_priced_with_levels_asked_again(slopt: Slopt, planned) -> None:
    """What `--why-not` costs is what the case costs more with the tier fixed."""
    _rows, solved = planned
    ran = slopt("explain", "bakery_rounds", "--why-not", "hospitals=day", "--json")
    wish = ran.json["why_not"]
    fixed = slopt("solve", "bakery_rounds", "--set", "segments[hospitals].fixed_tier=day", "--json")
    assert wish["costs"] == pytest.approx(fixed.json["objective"] - solved["objective"], abs=7.0)
    assert sum(wish["parts"].values()) == pytest.approx(wish["costs"], abs=0.01)
    assert {move["segment"] for move in wish["moves"]} >= {"hospitals"}

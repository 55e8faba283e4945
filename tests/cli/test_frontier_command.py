"""`slopt frontier`: screen, files, exit codes, ranges and targets."""

from __future__ import annotations

import csv
import json
import shutil
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from running import Slopt

from slopt.shipped import examples

COLUMNS = [
    "status", "service_cost", "lost_orders", "lost_customers", "lost_prospects", "lost_sales",
    "total_cost", "price", "certified_gap", "changes",
]  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_have_the_columns_of_the_contract(slopt: Slopt, tmp_path: Path) -> None:
    """frontier.csv and frontier_plans.parquet, and the whole answer as frontier.json."""
    out = tmp_path / "out"
    assert slopt("frontier", "parts_distributor", "--points", "6", "--out", out).code == 0
    assert {path.name for path in out.iterdir()} == {
        "frontier.csv",
        "frontier_plans.parquet",
        "frontier.json",
    }
    points = rows(out / "frontier.csv")
    assert list(points[0]) == ["budget", *COLUMNS]
    assert len(points) == 6
    plans = pq.read_table(out / "frontier_plans.parquet").to_pydict()
    assert list(plans) == ["point", "segment", "tier"]
    assert sorted(set(plans["point"])) == list(range(6))
    assert len(plans["point"]) == 6 * 20
    assert (out / "frontier.csv").read_bytes().endswith(b"\n")
    document = json.loads((out / "frontier.json").read_text(encoding="utf-8"))
    assert [float(row["budget"]) for row in points] == [p["budget"] for p in document["points"]]


def test_plans_and_points_agree(slopt: Slopt, tmp_path: Path) -> None:
    """`changes` and `moved` are the differences between the plans of neighbouring points."""
    out = tmp_path / "out"
    document = slopt("frontier", "tiny", "--points", "7", "--out", out, "--json").json
    plans = pq.read_table(out / "frontier_plans.parquet").to_pylist()
    by_point: dict[int, dict[str, str]] = {}
    for row in plans:
        by_point.setdefault(row["point"], {})[row["segment"]] = row["tier"]
    for place, point in enumerate(document["points"]):
        moved = {(m["segment"], m["from"], m["to"]) for m in point["moved"]}
        before = by_point.get(place - 1, by_point[place])
        expected = {
            (s, before[s], tier) for s, tier in by_point[place].items() if before[s] != tier
        }
        assert moved == expected
        assert point["changes"] == len(expected)


def test_tiny_as_worked_out_by_hand(slopt: Slopt) -> None:
    """Least 3,500, today on the frontier at 5,500, the plan of the case, all at 16,000."""
    document = slopt("frontier", "tiny", "--json").json
    assert document["least"]["value"] == 3500
    assert document["enough"] == 16000
    assert document["chosen"]["budget"] == 11500
    assert document["chosen"]["total_cost"] == 36375
    assert document["today"]["budget"] == 5500
    totals = [point["total_cost"] for point in document["points"]]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) == 21


def test_the_chosen_plan_is_that_of_solve(slopt: Slopt) -> None:
    """At the case's own budget the frontier has the plan that `slopt solve` finds."""
    solved = slopt("solve", "scms_deliveries", "--json").json
    document = slopt("frontier", "scms_deliveries", "--points", "3", "--json").json
    for name in ("service_cost", "lost_sales", "total_cost", "changes", "tiers_used"):
        assert document["chosen"][name] == pytest.approx(solved[name])
    assert document["points"][document["chosen"]["point"]]["budget"] == 9_600_000


@pytest.mark.parametrize(
    ("along", "values"),
    [
        ("max_changes", [3, 4, 5, 6, 7, 8, 9]),
        ("max_tiers", [3]),
        ("R5", None),
        ("agent_hours", None),
        ("max_lost_sales", None),
        ("min_service_level", None),
    ],
)
def test_along_any_limit(slopt: Slopt, along: str, values: list[float] | None) -> None:
    """Limits, resources and rules; whole ones at whole values; the goal never worse with relief."""
    document = slopt(
        "frontier", "parts_distributor", "--along", along, "--points", "7", "--json"
    ).json
    points = document["points"]
    assert document["along"] == along
    found = [point[along] for point in points]
    assert values is None or found == values
    objectives = [point["objective"] for point in points]
    if along == "min_service_level":
        objectives.reverse()
    assert all(a >= b - 1e-6 * abs(b) for a, b in pairwise(objectives))


def test_a_range_by_factors(slopt: Slopt) -> None:
    """`--from 0.9x --to 1.1x --points 3`: shares of the case's own budget, even, and no more."""
    document = slopt(
        "frontier", "tiny", "--from", "0.9x", "--to", "1.1x", "--points", "3", "--json"
    ).json
    assert [point["budget"] for point in document["points"]] == [10350, 11500, 12650]


def test_budgets_below_the_least_are_said_to_be_infeasible(slopt: Slopt, tmp_path: Path) -> None:
    """Their rows are there, empty; the least is named; nothing below it has a plan: exit 4."""
    ran = slopt("frontier", "tiny", "--from", "1500", "--points", "3", "--out", tmp_path)
    assert ran.code == 0
    first = rows(tmp_path / "frontier.csv")[0]
    assert (first["status"], first["total_cost"], first["changes"]) == ("infeasible", "", "")
    assert "1 point below the least budget that has a plan, 3,500." in ran.out
    assert "no plan" in ran.out
    assert slopt("frontier", "tiny", "--from", "10", "--to", "20", "--points", "2").code == 4


def test_other_limits_that_leave_no_plan(slopt: Slopt, tmp_path: Path) -> None:
    """Whatever the budget: exit 4, files without points."""
    words = ("frontier", "tiny", "--set", "limits.max_lost_sales=10")
    ran = slopt(*words, "--out", tmp_path)
    assert ran.code == 4
    assert "No plan keeps the other limits, whatever budget is" in ran.out
    assert rows(tmp_path / "frontier.csv") == []
    assert slopt(*words, "--json").json["status"] == "infeasible"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--along", "agents"], "agent_hours"),
        (["--along", "R1"], "Known are: budget"),
        (["--points", "0"], "--points 0: write 2 or more"),
        (["--from", "much"], "--from much: write a number"),
        (["--from", "9e9", "--to", "1"], "is empty"),
        (["--target", "lost=3"], "lost_sales"),
        (["--target", "service_level=95"], "between 0 and 1"),
        (["--target", "lost_sales"], "lost_sales="),
        (["--target", "total_cost=3", "--points", "4"], "leave out --points"),
        (["--target", "lost_sales=3", "--along", "max_lost_sales"], "Choose another"),
    ],
)
def test_what_cannot_be_asked_is_said(slopt: Slopt, words: list[str], says: str) -> None:
    """Exit 2, one message that names what may be asked, nothing on standard output."""
    ran = slopt("frontier", "parts_distributor", *words)
    assert ran.code == 2
    assert says in ran.err
    assert ran.out == ""


def test_the_least_budget_for_a_target(slopt: Slopt, tmp_path: Path) -> None:
    """Tiny by hand: lost sales of at most 25,000 need 11,500; plan files are written."""
    words = ("frontier", "tiny", "--target", "lost_sales=25000")
    document = slopt(*words, "--json", "--out", tmp_path).json
    assert document["value"] == 11500
    assert document["bound"] == 11500
    assert document["status"] == "optimal"
    assert document["lost_sales"] <= 25000
    assert {p.name for p in tmp_path.iterdir()} == {"plan.csv", "resources.csv", "result.json"}
    assert sum(float(row["service_cost"]) for row in rows(tmp_path / "plan.csv")) == 11500
    ran = slopt(*words)
    assert "The least budget that does it is 11,500." in ran.out
    assert "Proven: with any smaller budget no plan reaches it." in ran.out


def test_the_least_changes_for_a_target(slopt: Slopt) -> None:
    """Along another limit: the case's budget stays."""
    words = ("frontier", "parts_distributor", "--along", "max_changes")
    document = slopt(*words, "--target", "total_cost=3.45e6", "--json").json
    assert document["value"] == 5
    assert document["total_cost"] <= 3.45e6
    assert document["service_cost"] <= 1_550_000 * (1 + 2e-9)


def test_a_target_out_of_reach_names_the_best(slopt: Slopt, tmp_path: Path) -> None:
    """Exit 4, and no plan files, those of an earlier run taken away."""
    slopt("frontier", "tiny", "--target", "lost_sales=25000", "--out", tmp_path)
    ran = slopt("frontier", "tiny", "--target", "service_level=0.99", "--out", tmp_path)
    assert ran.code == 4
    assert "the best is 95.00 %" in ran.out
    assert {path.name for path in tmp_path.iterdir()} == {"result.json"}


@pytest.mark.parametrize("width", [100, 80, 60, 40])
@pytest.mark.parametrize(
    "words",
    [
        ("scms_deliveries", "--points", "5"),
        ("parts_distributor", "--along", "min_service_level", "--points", "4"),
        ("parts_distributor", "--set", "plan.goal=max_service", "--points", "4"),
        ("tiny", "--target", "total_cost=36500"),
        ("tiny", "--target", "service_level=0.99"),
    ],
)
def test_no_frontier_is_wider_than_its_terminal(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], width: int
) -> None:
    """Lines of the answer fit, whatever the width."""
    monkeypatch.setenv("COLUMNS", str(width))
    ran = slopt("frontier", *words)
    assert max(len(line) for line in ran.out.splitlines()) <= width


def test_a_model_of_ones_own_has_a_frontier(slopt: Slopt, tmp_path: Path) -> None:
    """The shipped model by its path, as a user's own is: the same points by way of Pyomo."""
    model = tmp_path / "own.py"
    text = Path(__file__).resolve().parents[2] / "models" / "tier_plan.py"
    shutil.copy(text, model)
    own = slopt("frontier", "tiny", "--model", model, "--points", "3", "--json").json
    shipped = slopt("frontier", "tiny", "--points", "3", "--json").json
    totals = [[point["total_cost"] for point in d["points"]] for d in (own, shipped)]
    assert totals[0] == pytest.approx(totals[1])


def test_a_resource_named_as_a_column_stays_apart(slopt: Slopt, tmp_path: Path) -> None:
    """The heading says `price limit` where the resource is called price."""
    folder = tmp_path / "case"
    shutil.copytree(examples()["tiny"], folder)
    (folder / "resources.csv").write_text("resource,capacity\nprice,100000\n", encoding="utf-8")
    (folder / "usage.csv").write_text(
        "resource,tier,segment,per_customer\nprice,*,*,2\n", encoding="utf-8"
    )
    out = tmp_path / "out"
    assert slopt("frontier", folder, "--along", "price", "--points", "2", "--out", out).code == 0
    assert list(rows(out / "frontier.csv")[0]) == ["price limit", *COLUMNS]


def test_without_unicode_the_screen_is_ascii(slopt: Slopt, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sign of the chart has one that any terminal knows."""
    monkeypatch.setattr("slopt.report.screen._writes_unicode", lambda stream: False)
    ran = slopt("frontier", "parts_distributor", "--points", "4")
    assert ran.out.isascii()
    assert "?" not in ran.out

"""Every command on a case with tiers, a level, a stock room and a desk: works, or says why not."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from joint_case import DESK, ROOM, write_joint_case
from running import Slopt

import slopt as slopt_in_python

BUDGET = 350_000
"""Binds: the best plan without it books 379 thousand."""


@pytest.fixture(scope="module")
def joint(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The case with a budget that holds everyone back."""
    return str(write_joint_case(tmp_path_factory.mktemp("joint") / "case", BUDGET))


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The case without a budget."""
    return str(write_joint_case(tmp_path_factory.mktemp("free") / "case"))


def test_the_parts_on_the_screen_of_a_plan_are_in_one_total(slopt: Slopt, free: str) -> None:
    """Tiers, level, room and desk have a line each, with what each is given."""
    ran = slopt("solve", free, "--no-record")
    assert ran.code == 0
    part = ran.out.split("The plan by part")[1].split("Changes in")[0]
    for said in ("2 segments by tier", "1 segment by level", "1 stock room", "1 desk of agents"):
        assert said in part
    assert "% filled" in part
    assert "agents, mixed" in part
    assert "First plan for least total cost, 2 segments by tier, 1 segment by level" in ran.out


def test_a_level_that_moves_stands_among_the_moves(slopt: Slopt, free: str) -> None:
    """It has levels in place of tiers, before and after."""
    ran = slopt("solve", free, "--no-record")
    (line,) = [line for line in ran.out.splitlines() if line.startswith("web ") and "→" in line]
    assert line.split()[1:6] == ["85.0", "%", "→", "89.3", "%"]


def test_the_overview_explains_tiers_and_says_where_the_others_stand(
    slopt: Slopt, joint: str
) -> None:
    """Segments with a tier have a next best one; levels, rooms and desks a step on their curve."""
    document = slopt("explain", joint, "--json").json
    assert [row["segment"] for row in document["segments"]] == ["shops", "farms"]
    assert {row["name"]: row["part"] for row in document["curves"]} == {
        "web": "level",
        ROOM: "stock",
        DESK: "staff",
    }
    out = slopt("explain", joint).out
    assert "Why each segment has its tier" in out
    assert "where each stands on its curve" in out


@pytest.mark.parametrize("name", ["web", ROOM, DESK])
def test_a_curve_is_told_by_its_neighbours(slopt: Slopt, joint: str, name: str) -> None:
    """A step more costs more and loses less, a step less the reverse; the curve bends one way."""
    (row,) = slopt("explain", joint, name, "--json").json["curves"]
    assert row["name"] == name
    for step in row["steps"]:
        assert step["service_cost"] * step["lost_sales"] < 0
        assert step["to"]["service_cost"] == pytest.approx(
            row["service_cost"] + step["service_cost"]
        )
    costs = [offer["service_cost"] for offer in row["curve"]]
    losses = [offer["lost_sales"] for offer in row["curve"]]
    assert costs == sorted(costs)
    assert losses == sorted(losses, reverse=True)
    assert row["service_cost"] in costs
    out = slopt("explain", joint, name).out
    assert out.startswith(f"{name}: ")
    assert "A step" in out
    assert "● " in out


def test_a_step_is_taken_at_the_price_that_is_said(slopt: Slopt, joint: str) -> None:
    """At the price at which it flips both offers are worth the same, all prices considered."""
    found = slopt("explain", joint, "web", "--json").json
    (row,) = found["curves"]
    for step in row["steps"]:
        for flip in step["flips"]:
            if flip["limit"] == "budget":
                worth = step["service_cost"] * (1 + flip["flips_at"]) + step["lost_sales"]
                assert worth == pytest.approx(0, abs=1e-6 * abs(step["service_cost"]))


def test_the_designs_of_a_desk_are_compared(slopt: Slopt, joint: str) -> None:
    """The one that is planned and what the other would come to."""
    (row,) = slopt("explain", joint, DESK, "--json").json["curves"]
    assert {design["design"] for design in row["designs"]} == {"mixed", "split"}
    assert "every design at its best" in slopt("explain", joint, DESK).out
    assert "every design at its best" in slopt("solve", joint, "--no-record").out


def test_a_wish_for_a_tier_of_what_has_none_is_refused(slopt: Slopt, joint: str) -> None:
    """A level, a room or a desk is named, with what to do instead."""
    for name in ("web", ROOM, DESK):
        ran = slopt("explain", joint, "--why-not", f"{name}=fast")
        assert ran.code == 2
        assert f'"{name}" chooses no tier' in ran.err
    assert slopt("explain", joint, "--why-not", "shops=fast", "--json").code in (0, 5)


def test_a_name_that_nobody_has_is_refused_with_the_names_there_are(
    slopt: Slopt, joint: str
) -> None:
    """Rooms and desks are among them."""
    ran = slopt("explain", joint, "phone")
    assert ran.code == 2
    assert DESK in ran.err


def test_a_frontier_runs_over_all_parts_and_falls(slopt: Slopt, joint: str, tmp_path: Path) -> None:
    """More money never loses more; each point says who has what, levels with their figures."""
    ran = slopt("frontier", joint, "--points", "5", "--json", "--out", tmp_path / "out")
    points = [point for point in ran.json["points"] if point["lost_sales"] is not None]
    totals = [point["total_cost"] for point in points]
    assert totals == sorted(totals, reverse=True)
    plans = pq.read_table(tmp_path / "out" / "frontier_plans.parquet").to_pylist()
    assert {row["segment"] for row in plans} == {"shops", "farms", "web", ROOM, DESK}
    levels = {row["service_level"] for row in plans if row["segment"] == "web"}
    assert {row["tier"] for row in plans if row["segment"] == "web"} == {"level"}
    assert len(levels) > 1


def test_the_point_of_the_plan_on_a_frontier_is_the_plan(slopt: Slopt, joint: str) -> None:
    """Its total is that of slopt solve, but for the gap that both state."""
    plan = slopt("solve", joint, "--json", "--no-record").json
    found = slopt("frontier", joint, "--points", "5", "--json").json
    nearest = min(found["points"], key=lambda point: abs(point["budget"] - BUDGET))
    assert nearest["total_cost"] == pytest.approx(plan["total_cost"], rel=1e-3)


def test_the_exchange_curve_of_stock_is_a_frontier_along_its_value(slopt: Slopt, free: str) -> None:
    """More stock value never loses more in all."""
    ran = slopt("frontier", free, "--along", "stock_value", "--points", "4", "--json")
    totals = [point["total_cost"] for point in ran.json["points"] if point["total_cost"]]
    assert len(totals) > 2
    assert totals == sorted(totals, reverse=True)


def test_a_sweep_says_the_level_at_every_point(slopt: Slopt, joint: str, tmp_path: Path) -> None:
    """As the plans of the same cases do."""
    vary = "limits.budget=340000,370000"
    ran = slopt("sweep", joint, "--vary", vary, "--json", "--no-record", "--out", tmp_path / "out")
    plans = pq.read_table(tmp_path / "out" / "sweep_plans.parquet").to_pylist()
    for place, point in enumerate(ran.json["points"]):
        folder = tmp_path / str(place)
        budget = f"limits.budget={point['limits.budget']:.0f}"
        alone = slopt("solve", joint, "--set", budget, "--json", "--no-record", "--out", folder)
        assert point["total_cost"] == pytest.approx(alone.json["total_cost"])
        with (folder / "plan.csv").open(encoding="utf-8") as file:
            rows = {row["segment"]: row for row in csv.DictReader(file)}
        mine = {row["segment"]: row for row in plans if row["point"] == place}
        assert {name: row["tier"] for name, row in mine.items()} == {
            name: row["tier"] for name, row in rows.items()
        }
        assert mine["web"]["service_level"] == pytest.approx(float(rows["web"]["service_level"]))


def test_two_joint_plans_are_compared_by_what_each_gives(slopt: Slopt, joint: str) -> None:
    """Moves in tier, level, stock and agents; the bridge adds up to the change of the total."""
    ran = slopt("compare", joint, joint, "--set", "limits.budget=", "--json")
    document = ran.json
    moved = {row["segment"]: (row["from"], row["to"]) for row in document["moves"]}
    assert "web" in moved
    assert moved["web"][0].endswith(" %")
    change = document["b"]["exact_total_cost"] - document["a"]["exact_total_cost"]
    amounts = [row["amount"] for row in document["bridge"] if row["step"] not in ("A", "B")]
    assert sum(amounts) == change
    assert document["causes_told_apart"] is False
    out = slopt("compare", joint, joint, "--set", "limits.budget=").out
    assert "each at the inputs of its side" in out


def test_a_joint_plan_of_a_run_is_compared_too(slopt: Slopt, joint: str, tmp_path: Path) -> None:
    """The plan of a folder is made again from its case."""
    slopt("solve", joint, "--out", tmp_path / "run", "--no-record")
    ran = slopt("compare", tmp_path / "run", joint, "--case", joint, "--json")
    assert ran.json["same_plan"] is True


def test_today_is_no_side_where_rooms_and_desks_have_none(slopt: Slopt, joint: str) -> None:
    """What the desk or room does today is not known, and it is named."""
    ran = slopt("compare", joint)
    assert ran.code == 2
    assert f'"{ROOM}"' in ran.err


def test_a_case_without_a_plan_is_diagnosed_without_claims_of_proof(
    slopt: Slopt, joint: str
) -> None:
    """The budget is too small for the cheapest of everything; the way out has a plan."""
    ran = slopt("diagnose", joint, "--set", "limits.budget=1000", "--json")
    assert ran.code == 4
    (conflict,) = ran.json["conflicts"]
    assert [demand["rule"] for demand in conflict] == ["budget"]
    repair = ran.json["repairs"][0]
    assert not repair["least_is_proven"]
    least = repair["changes"][0]["to"]
    assert slopt("solve", joint, "--set", f"limits.budget={least}", "--no-record").code in (0, 5)
    out = " ".join(slopt("diagnose", joint, "--set", "limits.budget=1000").out.split())
    assert "a way out may need a little less" in out
    assert "Proven" not in out


@pytest.mark.parametrize(
    "words", [("alternatives",), ("sensitivity",), ("costs",), ("certify",), ("app",)]
)
def test_what_cannot_be_done_yet_is_refused_in_one_sentence(
    slopt: Slopt, joint: str, words: tuple[str, ...]
) -> None:
    """It says which command, and what plans such a case."""
    ran = slopt(words[0], joint, *words[1:])
    assert ran.code == 2
    assert f"slopt {words[0]} works on offers that can be listed" in " ".join(ran.err.split())
    assert "Traceback" not in ran.err


def test_the_page_has_every_part_and_every_curve(slopt: Slopt, joint: str, tmp_path: Path) -> None:
    """The parts on page one, a picture of each curve on page two; rooms in the workbook too."""
    file = tmp_path / "joint.html"
    ran = slopt("report", joint, "--out", file, "--no-record")
    assert ran.code in (0, 5), ran.err
    page = file.read_text(encoding="utf-8")
    assert "The plan by part" in page
    assert page.count("The curve of ") == 3
    book = slopt("report", joint, "--xlsx", tmp_path / "joint.xlsx", "--no-record")
    assert book.code in (0, 5), book.err
    sheets = openpyxl.load_workbook(tmp_path / "joint.xlsx", read_only=True)
    assert "Stock rooms and desks" in sheets.sheetnames
    sheets.close()


def test_offers_stand_by_tier_or_along_their_curve(slopt: Slopt, joint: str) -> None:
    """Nothing of one row stands in another; what a curve offers rises in cost."""
    rows = slopt("offers", joint, "--json").json
    assert {row["tier"] for row in rows if row["segment"] == "shops"} == {"basic", "fast"}
    assert {row["tier"] for row in rows if row["segment"] == "web"} == {"level"}
    assert "offer 1" not in slopt("offers", joint).out


def test_everything_speaks_chinese_too(slopt: Slopt, joint: str) -> None:
    """Parts and curves have their sentences in the catalogue."""
    assert "按部分看方案" in slopt("solve", joint, "--lang", "zh", "--no-record").out
    out = slopt("explain", joint, ROOM, "--lang", "zh").out
    assert "步" in out
    assert "A step" not in out


@pytest.mark.parametrize("without", ["item", "call", "level"])
def test_each_part_may_be_missing(slopt: Slopt, tmp_path: Path, without: str) -> None:
    """The others are planned, and no screen shows what is not there."""
    case = write_joint_case(tmp_path / "case", without=without)
    if without == "level":
        text = (case / "segments.csv").read_text(encoding="utf-8")
        text = text.replace("0.3,,0.7,0.99,0.85", "0.3,basic,,,")
        (case / "segments.csv").write_text(text, encoding="utf-8")
    if without == "call":
        for name in ("time_blocks", "agent_pools", "pool_skills", "desk_designs"):
            (case / f"{name}.csv").unlink()
    ran = slopt("solve", str(case), "--no-record")
    assert ran.code in (0, 5), ran.err
    said = {"item": "stock room", "call": "desk of agents", "level": "by level"}
    for part, words in said.items():
        assert (words in ran.out) == (part != without)


def test_explanation_of_a_run_is_json_that_can_be_read(slopt: Slopt, joint: str) -> None:
    """Offers of sources have words of their own, which are plain text in a document."""
    text = json.dumps(slopt("explain", joint, "--json").json, ensure_ascii=False)
    assert "% filled" in text
    assert "offer 1" not in text


def test_a_notebook_shows_parts_and_curves(joint: str) -> None:
    """The table of a curve is its offers; that of the plan has every segment of the case."""
    case = slopt_in_python.load(joint)
    assert case.solve().frame()["tier"].tolist()[-1] == "level"
    curve = case.explain(ROOM)
    assert curve.frame()["service_cost"].is_monotonic_increasing
    assert str(curve).startswith(ROOM)
    assert "on its curve" in str(case.explain())


def test_an_exported_program_says_what_it_holds(slopt: Slopt, joint: str, tmp_path: Path) -> None:
    """Offers that are made as they are needed stand in it as far as they were made."""
    ran = slopt("export", joint, tmp_path / "joint.lp")
    assert ran.code == 0
    assert "with the offers that slopt solve found worth choosing from" in " ".join(ran.out.split())


def test_a_budget_request_counts_tiers_that_change(slopt: Slopt, joint: str) -> None:
    """Less money loses more, and no more segments move than there are."""
    ran = slopt("budget", joint, "--json")
    assert ran.code == 0
    document = json.dumps(ran.json)
    assert "NaN" not in document
    out = slopt("budget", joint).out
    assert "4 segments get another tier" not in out

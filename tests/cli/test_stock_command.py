"""Stock rooms through the commands: a plan with its files, the second road, the curve, mistakes."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
from running import Slopt

from slopt.shipped import examples


def test_solve_writes_the_level_of_every_item(slopt: Slopt, tmp_path) -> None:
    """Golden numbers of SOURCE.md; files of stock beside plan.csv that add up to its part."""
    out = tmp_path / "out"
    ran = slopt("solve", "spare_parts", "--out", str(out))
    assert ran.code == 0
    result = json.loads((out / "result.json").read_text())
    assert result["objective"] == pytest.approx(590_784.3, rel=1e-4)
    (part,) = (its for its in result["parts"] if its["part"] == "stock")
    with (out / "stock.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 30
    for name in ("service_cost", "lost_orders", "lost_customers", "lost_prospects"):
        assert sum(float(row[name]) for row in rows) == pytest.approx(part[name])
    value = sum(float(row["stock_value"]) for row in rows)
    assert value <= 220_000 * (1 + 1e-9)
    with (out / "stock_reserves.csv").open() as file:
        assert all(float(row["saved"]) > 0 for row in csv.DictReader(file))


def test_the_program_is_asked_by_its_name(slopt: Slopt) -> None:
    """`--model stock_levels` comes to the same total."""
    ran = slopt("solve", "spare_parts", "--model", "stock_levels", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["objective"] == pytest.approx(590_784.3, rel=1e-4)


def test_the_program_needs_items(slopt: Slopt) -> None:
    """A case without stock rooms is refused in one sentence."""
    ran = slopt("solve", "tiny", "--model", "stock_levels")
    assert ran.code == 2
    assert "The model stock_levels needs a case with stock rooms: table items." in ran.err


def test_explain_shows_the_curve_of_a_room(slopt: Slopt) -> None:
    """What a step more stock would cost and save."""
    ran = slopt("explain", "spare_parts", "central")
    assert ran.code == 0
    assert "A step more" in ran.out


def test_mistakes_of_items_are_told_together(slopt: Slopt, tmp_path) -> None:
    """Negative slack, a spread that is missing and a lot of nothing, each with its row."""
    case = tmp_path / "case"
    shutil.copytree(examples()["spare_parts"], case)
    items = (case / "items.csv").read_text().replace(",45,12,0.08,", ",45,0,-0.08,")
    (case / "items.csv").write_text(items)
    demand = (case / "item_demand.csv").read_text().splitlines()
    header = demand[0].split(",")
    first = demand[1].split(",")
    first[header.index("variation")] = ""
    (case / "item_demand.csv").write_text("\n".join([demand[0], ",".join(first), *demand[2:]]))
    ran = slopt("check", str(case))
    assert ran.code == 3
    for words in ("-0.08", "order_quantity of item", "neither spread nor variation"):
        assert words in ran.out

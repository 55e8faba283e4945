"""Numbers at the edge of what a float holds, in every numeric column: told or solved."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from slopt.case.load import read_case
from slopt.case.schema import TABLES
from slopt.engine.solving import solve_case
from slopt.errors import InvalidInput, SolverTrouble, VerificationFailed

EXTREMES = ("nan", "inf", "-inf", "1e16", "1e308", "1e999", "-1", "1e-12", "5e-324", "1e15")
CASE = {
    "case.toml": '[case]\nname = "edge"\n[plan]\ngoal = "min_total_cost"\n[limits]\nbudget = 900\n',
    "segments.csv": "segment,customers,orders_per_customer,revenue_per_order,margin,base_churn,"
    "current_tier,weight\nA,100,2,50,0.4,0.1,basic,1\nB,300,1,40,0.3,0.1,good,2\n",
    "tiers.csv": "tier,rank,service_level,open_cost,cost_per_customer,cost_per_order\n"
    "basic,1,0.8,1,0.1,0.5\ngood,2,0.95,2,0.2,1\n",
    "resources.csv": "resource,capacity,unit_cost,extra_capacity,extra_unit_cost\n"
    "hours,500,1,50,2\n",
    "usage.csv": "resource,tier,segment,per_customer,per_order,per_segment\n"
    "hours,basic,*,0.1,0.1,1\nhours,good,*,0.2,0.2,2\n",
    "response.csv": "segment,lost_order_share,leave_probability,listeners,prospect_share,"
    "deterrence,prospect_value\n*,0.5,0.2,9,0.1,0.2,30\n",
    "offers.csv": "segment,tier,service_level,service_cost,lost_orders,lost_customers,"
    "lost_prospects,use:hours\nA,good,0.97,120,10,20,5,60\n",
    "rules.csv": "rule,kind,segment,other,tier,value,penalty\ncap,max_service_cost,A,,,500,2\n",
}


def numeric_cells() -> list[tuple[str, str]]:
    """(file, column) of every number of the case above."""
    cells = []
    for name, text in CASE.items():
        schema = next((table for table in TABLES if f"{table.name}.csv" == name), None)
        if schema is None:
            continue
        for column in text.splitlines()[0].split(","):
            kind = "number" if column.startswith("use:") else schema.column(column).kind
            if kind in ("number", "integer"):
                cells.append((name, column))
    return cells


def write_with(folder: Path, file: str, column: str, value: str) -> None:
    """The case with one cell changed, in the first row of a table."""
    folder.mkdir(exist_ok=True)
    for name, text in CASE.items():
        if name == file:
            rows = list(csv.reader(text.splitlines()))
            rows[1][rows[0].index(column)] = value
            text = "\n".join(",".join(row) for row in rows) + "\n"
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("file", "column"), numeric_cells())
def test_extreme_numbers_are_told_or_give_a_checked_plan(
    tmp_path: Path, file: str, column: str
) -> None:
    """Whatever number stands in a column: problems with place and remedy, or a finite plan."""
    for value in EXTREMES:
        write_with(tmp_path / "case", file, column, value)
        reading = read_case(tmp_path / "case")
        if reading.case is None:
            assert reading.errors
            told = [p for p in reading.errors if p.file == file]
            assert told, (value, [str(p) for p in reading.errors])
            assert all(problem.remedy for problem in told)
            continue
        try:
            plan = solve_case(reading.case, next_steps=False).plan
        except (InvalidInput, SolverTrouble, VerificationFailed):
            continue
        if plan is not None:
            assert math.isfinite(plan.objective)
            assert not plan.evaluation.violations


def test_what_is_no_number_is_refused_in_every_column(tmp_path: Path) -> None:
    """NaN and infinity are no numbers of a business, wherever they stand."""
    for file, column in numeric_cells():
        for value in ("nan", "inf", "-inf", "1e999"):
            write_with(tmp_path / "case", file, column, value)
            reading = read_case(tmp_path / "case")
            assert reading.case is None, (file, column, value)
            assert any(problem.column == column for problem in reading.errors)

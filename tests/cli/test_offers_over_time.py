"""`slopt offers` of a case over periods."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from horizon_cases import write_case

from slopt.case.load import load_case
from slopt.plan.horizon.offer_rows import money_of_offers, offer_columns
from slopt.plan.horizon.rows import horizon_rows
from slopt.plan.rows import offer_rows
from slopt.problem.build import build_problem
from slopt.problem.horizon.build import build_horizon
from slopt.vocabulary import LOSSES


def test_losses_of_offers_add_up_to_what_the_service_causes(tmp_path):
    """The three kinds and what is not told apart are together what evaluation says is caused."""
    problem = build_horizon(load_case(write_case(tmp_path / "case")))
    problem = problem.replace(lag=np.array([1, 0, 0]), history=np.zeros((3, 1), dtype=np.int64))
    money = money_of_offers(problem)
    parts = sum(money[name] for name in (*LOSSES, "lost_unsplit"))
    np.testing.assert_allclose(parts, money["lost_sales"], rtol=1e-12)
    assert np.all(money["lost_customers"][:, 0, 0] > 0)


def test_with_one_period_offers_are_those_of_the_case_without_periods(tmp_path):
    """A horizon of one period without newcomers has the offers of the one-period case."""
    bare = {"segment_periods_csv": "segment,period\n", "projects_csv": "project,investment\n"}
    folder = write_case(tmp_path / "case", periods_csv="period\n2027Q1\n", **bare)
    case = load_case(folder)
    over_time = horizon_rows(offer_columns(case, build_horizon(case)))
    kept = ("case.toml", "segments.csv", "tiers.csv", "response.csv", "resources.csv", "usage.csv")
    for path in folder.iterdir():
        if path.name not in kept:
            path.unlink()
    plain = offer_rows(build_problem(load_case(folder)))
    assert len(over_time) == len(plain)
    for row, before in zip(over_time, plain, strict=True):
        if row["segment"] == "South":
            assert row.pop("barred") == ("" if row["tier"] == "basic" else "notice_periods")
            before.pop("barred")
        for name, value in before.items():
            assert row[name] == (value if isinstance(value, str) else pytest.approx(value))


def test_files_have_all_periods_and_the_screen_one(tmp_path, slopt):
    """The contract's columns come first, lifted tiers from when their project can be in effect."""
    case = str(write_case(tmp_path / "case"))
    ran = slopt("offers", case, "--period", "2027Q3", "--out", str(tmp_path / "out"))
    assert ran.code == 0, ran.err
    assert "2027Q3" in ran.out
    assert "+ lifted by a project" in ran.out
    with (tmp_path / "out" / "offers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:4] == ["segment", "tier", "barred", "service_level"]
    assert list(rows[0])[-3:] == ["period", "customers", "project"]
    assert {row["period"] for row in rows} == {"2027Q1", "2027Q2", "2027Q3", "2027Q4"}
    bars = {row["barred"] for row in rows if row["segment"] == "South" and row["tier"] == "fast"}
    assert bars == {"notice_periods", ""}
    document = slopt("offers", case, "--json").json
    assert len(document) == len(rows)
    assert float(rows[5]["total_cost"]) == pytest.approx(document[5]["total_cost"])


def test_a_period_that_is_not_there_is_refused(tmp_path, slopt):
    """An unknown period, and any period of a case without some, is a usage error."""
    case = str(write_case(tmp_path / "case"))
    assert slopt("offers", case, "--period", "2027Q9").code == 2
    ran = slopt("offers", "tiny", "--period", "2027Q1")
    assert ran.code == 2
    assert "one period only" in ran.err


def test_contracts_of_a_period_are_named_there(tmp_path, slopt):
    """A contract that holds in one period bars there and nowhere else."""
    periods = "segment,period,acquired,max_tier\nNorth,*,12,\nWest,2027Q2,,fast\n"
    case = str(write_case(tmp_path / "case", segment_periods_csv=periods))
    rows = slopt("offers", case, "--json").json
    barred = {(row["segment"], row["tier"], row["period"]) for row in rows if row["barred"]}
    assert {bar for bar in barred if bar[0] != "South"} == {("West", "express", "2027Q2")}
    assert {row["barred"] for row in rows if row["segment"] == "West"} == {"", "max_tier"}

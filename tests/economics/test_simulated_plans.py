"""What the plans of shipped cases promise, against a simulation of the stock room and of the desk.

The files that `slopt solve --out` writes are read as a user reads them, the tables of the case too;
nothing of slopt computes here. Confidence: 4 standard errors, and what is stated beside.
"""

from __future__ import annotations

import csv
from math import inf

import numpy as np
import pytest
from simulated_desks import Calls, pool
from simulated_stock import flow_room, two_class_flow_room

from slopt.shipped import examples

STEPS = 20_000
NEAR = 0.012
"""Stated error of the fill rates of the gamma law; that of the desks' formulas is 0.015."""


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(row, column, otherwise=0.0):
    return float(row.get(column) or otherwise)


@pytest.fixture(scope="module")
def stock():
    """Items by name with mean and variance of their demand in a period."""
    folder = examples()["spare_parts"]
    items = {row["item"]: row for row in _rows(folder / "items.csv")}
    for row in items.values():
        row["mean"] = row["variance"] = 0.0
    for row in _rows(folder / "item_demand.csv"):
        mean = float(row["mean"])
        spread = _number(row, "spread", mean * _number(row, "variation"))
        items[row["item"]]["mean"] += mean
        items[row["item"]]["variance"] += spread**2
    return items


def _room(item, plan):
    """An item's stock room as the plan says it is run."""
    lead, wanders = _number(item, "lead_time"), _number(item, "lead_time_spread")
    drawn = (lambda rng: rng.gamma((lead / wanders) ** 2, wanders**2 / lead)) if wanders else lead
    level = float(plan["level"])
    if item["kind"] == "continuous":
        quantity = float(plan["order_quantity"])
        step = min(lead / 20, quantity / item["mean"] / 10)
        policy = {"point": level, "quantity": quantity}
    else:
        review = float(item["review_time"])
        step = review / 10
        policy = {"level": level, "review_time": review}
    return flow_room(
        item["mean"], item["variance"], drawn, step=step, periods=STEPS * step, **policy
    )


def test_the_stock_that_is_planned_gives_the_service_it_promises(slopt, tmp_path, stock):
    """Every third item of the spare parts: fill rate, cycles without a shortage and mean stock,
    with demand that is never below 0; and the season's items, in 200,000 seasons.
    """
    assert slopt("solve", "spare_parts", "--out", tmp_path / "run").code == 0
    plans = [row for row in _rows(tmp_path / "run" / "stock.csv") if row["level"]]
    assert len(plans) > 20
    judged = 0
    for plan in plans:
        item = stock[plan["item"]]
        if item["kind"] == "season":
            shape = item["mean"] ** 2 / item["variance"]
            drawn = np.random.default_rng(1).gamma(shape, item["mean"] / shape, 200_000)
            served = np.minimum(drawn, float(plan["level"])).mean() / item["mean"]
            assert served == pytest.approx(float(plan["fill_rate"]), abs=0.005), plan["item"]
            continue
        judged += 1
        if judged % 3:
            continue
        seen = _room(item, plan)
        for (found, error), figure, slack in zip(
            seen, ("fill_rate", "cycle_service", "mean_stock"), (NEAR, NEAR, 0.0), strict=True
        ):
            assert abs(found - float(plan[figure])) <= 4 * error + slack, (plan["item"], figure)


def test_reserves_on_top_of_the_plan_serve_whom_they_say(slopt, tmp_path):
    """The two that save most: those served first and the others get what is told, within 0.015; in
    all they save what the page on reserves says.
    """
    folder = examples()["spare_parts"]
    assert slopt("solve", "spare_parts", "--out", tmp_path / "run").code == 0
    items = {row["item"]: row for row in _rows(folder / "items.csv")}
    quantity = {
        row["item"]: float(row["order_quantity"]) for row in _rows(tmp_path / "run" / "stock.csv")
    }
    reserves = _rows(tmp_path / "run" / "stock_reserves.csv")
    assert len(reserves) == 14
    assert sum(float(row["saved"]) for row in reserves) == pytest.approx(10_100, rel=0.005)
    reserves.sort(key=lambda row: -float(row["saved"]))
    same_lead = [row for row in reserves if not _number(items[row["item"]], "lead_time_spread")]
    for row in same_lead[:2]:
        means, variances = np.zeros((2, 2))
        for asked in _rows(folder / "item_demand.csv"):
            if asked["item"] == row["item"]:
                group = int(asked["segment"] not in row["served_first"].split(", "))
                means[group] += float(asked["mean"])
                variances[group] += (float(asked["mean"]) * float(asked["variation"])) ** 2
        fill, error = two_class_flow_room(
            means,
            variances,
            float(items[row["item"]]["lead_time"]),
            float(row["order_point"]),
            quantity[row["item"]],
            float(row["reserve"]),
        )
        told = np.array([float(row["first_with"]), float(row["others_with"])])
        assert np.all(np.abs(fill - told) <= 4 * error + 0.015), row["item"]


def test_the_desk_that_is_planned_gives_the_service_it_promises(slopt, tmp_path):
    """Two blocks of the airline's day: answered in time and hung up, by the agents of the plan."""
    folder = examples()["airline_calls"]
    assert slopt("solve", "airline_calls", "--out", tmp_path / "run").code == 0
    types = {row["call_type"]: row for row in _rows(folder / "call_types.csv")}
    hours = {row["block"]: float(row["hours"]) for row in _rows(folder / "time_blocks.csv")}
    volumes = {
        (row["call_type"], row["block"]): float(row["calls"])
        for row in _rows(folder / "call_volumes.csv")
    }
    skills = _rows(folder / "pool_skills.csv")
    plans = {row["block"]: row for row in _rows(tmp_path / "run" / "staff.csv") if row["agents"]}
    for block in ("00-08", "12-17"):
        plan = plans[block]
        calls = [
            Calls(
                rate=volumes[skill["call_type"], block] / hours[block] / 3600,
                handle=float(types[skill["call_type"]]["handle_time"])
                * _number(skill, "handle_factor", 1.0),
                patience=_number(types[skill["call_type"]], "patience", inf),
                urgency=-int(_number(skill, "priority")),
            )
            for skill in skills
            if skill["pool"] == plan["pool"]
        ]
        seen = pool(calls, int(float(plan["agents"])), within=20.0, calls=20_000)
        share = np.array([each.rate for each in calls])
        share /= share.sum()
        for figure, column in (("in_time", "answered_in_time"), ("hung_up", "abandonment")):
            by_batch = getattr(seen, figure) @ share
            error = by_batch.std(ddof=1) / np.sqrt(len(by_batch))
            assert abs(by_batch.mean() - float(plan[column])) <= 4 * error + 0.015, (block, figure)
            assert error < 0.03, "the simulation is too short to judge"

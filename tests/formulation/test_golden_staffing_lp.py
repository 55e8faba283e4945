"""One golden LP file per rule of staffing, with that rule alone active.

Run with SLOPT_GOLDEN=write to write the files anew; then read the difference before keeping it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from strategies import simple_problem

from slopt.economics.desks.desk import Desk, Pool, Shift
from slopt.problem.generated.columns import Part
from slopt.problem.generated.joining import join
from slopt.shipped import models
from slopt.solve.model_file import build_model
from slopt.solve.staffing.desk_source import DeskSource

GOLDEN = Path(__file__).with_name("golden_staffing")


def pool(name, design, position, **changes):
    """One block, nobody or two agents: 4 lost or 1, 6 or 9 of 10 calls in time."""
    figures = {
        "agents": np.array([[0, 2]]),
        "allowed": np.ones((1, 2), dtype=bool),
        "cost": np.array([[0.0, 3.0]]),
        "lost_orders": np.array([[4.0, 1.0]]),
        "lost_customers": np.zeros((1, 2)),
        "lost_prospects": np.zeros((1, 2)),
        "use": np.array([[[0.0, 2.5]]]),
        "types": np.array([position]),
        "calls": np.array([[10.0]]),
        "answered_in_time": np.array([[[6.0, 9.0]]]),
        "abandoned": np.array([[[4.0, 1.0]]]),
        "occupancy": np.zeros((1, 2)),
        "mix": np.zeros((1, 2), dtype=np.int64),
    }
    return Pool(name, design, 0.25, **(figures | changes))


BASE = Desk(
    name="line",
    designs=("pooled", "split"),
    pools=(pool("all", 0, 0), pool("sales", 1, 0)),
    blocks=("am",),
    hours=np.array([100.0]),
    call_types=("sales",),
    resources=("hours",),
    design_cost=np.array([0.5, 0.0]),
)
SHIFT = Shift(
    "day", np.array([True]), np.array([True, False]), np.array([7.0, 0.0]), np.array([[8.0, 0.0]])
)
DESKS = {
    "designs": BASE,
    "shifts": replace(BASE, shifts=(SHIFT, replace(SHIFT, name="half", most=3))),
    "promises": replace(BASE, promise=np.array([0.8])),
    "seats": replace(BASE, most_agents=np.array([[1.0], [np.inf]])),
}


def lp_text(desk, folder):
    """The model of a segment and a desk in LP format, with the names that the formulation gave."""
    plain = simple_problem([[1, 4]], [[9, 3]]).replace(
        segments=("key",),
        tiers=("basic", "prime"),
        budget=9.0,
        resources=("hours",),
        use=np.array([[[1.0, 2.0]]]),
        capacity=np.array([6.0]),
        extra_capacity=np.zeros(1),
        extra_premium=np.zeros(1),
    )
    source = DeskSource.of([desk])
    problem = join(plain, [(Part.STAFF, source, DeskSource.of([BASE]).first())])
    file = folder / "model.lp"
    build_model(models()["staffing"], problem).write(
        str(file), io_options={"symbolic_solver_labels": True}
    )
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DESKS)
def test_staffing_is_the_golden_one(name, tmp_path):
    """The LP file of the rule alone equals the golden one, letter by letter."""
    text, golden = lp_text(DESKS[name], tmp_path), GOLDEN / f"{name}.lp"
    if os.environ.get("SLOPT_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_desk():
    """No file is left over from a rule that is gone."""
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(DESKS)

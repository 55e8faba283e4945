"""One golden LP file per rule about levels that are chosen, with that rule alone active.

Run with SLOPT_GOLDEN=write to write the files anew; then read the difference before keeping it.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from level_cases import level_case

from slopt.economics.generated import GeneratedOffers
from slopt.problem.build import build_problem
from slopt.problem.generated.joining import with_offers
from slopt.shipped import models
from slopt.solve.model_file import build_model

GOLDEN = Path(__file__).with_name("golden_levels")


def at_points(costs, limits=None):
    """A segment with the levels 0.5, 0.7 and 0.9, costs as given and losses of 500, 300, 100; and
    one that has a tier.
    """
    case = level_case(
        [{"current_level": 0.5, "max_level": 0.9}, {"min_level": None, "max_level": None}],
        [{"term": "any", "shape": "linear", "per_customer": 1}],
        limits=limits,
        tiers=[{"tier": "basic", "service_level": 0.6, "cost_per_customer": 1}],
    )
    points = np.array([[0.5, 0.7, 0.9]])
    nothing = np.zeros(points.shape)
    offers = GeneratedOffers(
        service_level=points,
        service_cost=np.array([costs], dtype=float),
        lost_orders=np.array([[500.0, 300.0, 100.0]]),
        lost_customers=nothing,
        lost_prospects=nothing,
        use=np.zeros((0, 1, 3)),
        allowed=np.ones(points.shape, dtype=bool),
        today=np.array([0]),
    )
    return with_offers(build_problem(case), [offers])


PROBLEMS = {
    "convex": lambda: at_points([10, 20, 60]),
    "not_convex": lambda: at_points([10, 50, 60]),
    "straight": lambda: at_points([10, 20, 30]),
    "budget": lambda: at_points([10, 20, 60], {"budget": 130.0}),
    "changes": lambda: at_points([10, 20, 60], {"max_changes": 0}),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_stated_mathematics_is_the_golden_file(name, tmp_path):
    """Written as an LP file the model is what was read and kept."""
    model = build_model(models()["service_levels"], PROBLEMS[name]())
    file = tmp_path / "model.lp"
    model.write(str(file), io_options={"symbolic_solver_labels": True})
    text = file.read_text(encoding="utf-8")
    golden = GOLDEN / f"{name}.lp"
    if os.environ.get("SLOPT_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_problem():
    """No file is left over from a rule that is gone."""
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(PROBLEMS)

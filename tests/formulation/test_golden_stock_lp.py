"""Golden LP files of stock rooms, with one rule alone active in each.

Run with SLOPT_GOLDEN=write to write the files anew; then read the difference before keeping it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from strategies import simple_problem

from slopt.economics.generated import GeneratedOffers
from slopt.economics.stock_rooms.best_levels import Group, StockItems
from slopt.economics.stock_rooms.rooms import UnitCosts
from slopt.economics.stock_rooms.source import StockSource
from slopt.economics.stock_rooms.stocked import Figures, Rates
from slopt.problem.generated.columns import Part
from slopt.problem.generated.joining import join
from slopt.shipped import models
from slopt.solve.model_file import build_model

GOLDEN = Path(__file__).with_name("golden_stock")


@dataclass(frozen=True)
class Parabolas:
    """8 units asked for in a period; at a level L, (8 - L)^2 / 8 are short, L^2 / 8 are held."""

    demand: np.ndarray

    def figures(self, level):
        """Short, held and, in stock, the level itself."""
        return Figures((8 - level) ** 2 / 8, level**2 / 8, level)

    def rates(self, level):
        """The slopes of the three; nobody asks for more here."""
        return Rates(Figures((level - 8) / 4, level / 4, np.ones_like(level)), None)


class Room(StockSource):
    """A room whose first item may be left out, and whose second is held as it is bought."""

    def __init__(self, may_skip, weight):
        """`weight` is the use of hours by a unit in stock of each item."""
        items = Parabolas(np.full(2, 8.0))
        group = Group(np.arange(2), items, np.array([0.0, 4.0]), np.full(2, 8.0))
        nothing = np.zeros(2)
        self.rooms = SimpleNamespace(
            rooms=("shed",),
            room=np.zeros(2, dtype=np.int64),
            items=StockItems((group,), np.array(may_skip)),
            costs=UnitCosts(
                held=np.array([3.0, 5.0]),
                booked=np.array([0.5, 0.0]),
                lost_orders=np.array([7.0, 11.0]),
                lost_customers=nothing,
                lost_prospects=nothing,
                ordering=np.array([2.0, 0.0]),
            ),
            weight=np.array([weight]),
            unit_cost=np.array([0.25]),
        )


ROOMS = {
    "one_may_be_left_out": ([True, False], [0.0, 0.0]),
    "room_in_stock": ([False, False], [2.0, 1.5]),
}


def lp_text(may_skip, weight, folder):
    """The model of a segment and a room in LP format, with the names that the formulation gave."""
    plain = simple_problem([[1, 4]], [[9, 3]]).replace(
        segments=("key",),
        tiers=("basic", "prime"),
        budget=40.0,
        resources=("hours",),
        use=np.zeros((1, 1, 2)),
        capacity=np.array([13.0]),
        extra_capacity=np.zeros(1),
        extra_premium=np.zeros(1),
    )
    figures = {name: np.ones((1, 1)) for name in ("service_level", "service_cost")}
    lost = {f"lost_{of}": np.ones((1, 1)) for of in ("orders", "customers", "prospects")}
    offers = GeneratedOffers(
        **figures, **lost, use=np.ones((1, 1, 1)), allowed=np.ones((1, 1), dtype=bool)
    )
    problem = join(plain, [(Part.STOCK, Room(may_skip, weight), offers)])
    file = folder / "model.lp"
    build_model(models()["stock_levels"], problem).write(
        str(file), io_options={"symbolic_solver_labels": True}
    )
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ROOMS)
def test_stock_is_the_golden_one(name, tmp_path):
    """The LP file of the rule alone equals the golden one, letter by letter."""
    text, golden = lp_text(*ROOMS[name], tmp_path), GOLDEN / f"{name}.lp"
    if os.environ.get("SLOPT_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_room():
    """No file is left over from a rule that is gone."""
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(ROOMS)

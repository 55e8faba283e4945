"""The value that states a stock for classes over scenarios, and its price without a program."""

from __future__ import annotations

import numpy as np
import pytest

from slopt.problem.rationing import Allocation, RationingProblem, poisson_scenarios, price

CLASSES = ("better", "poorer")


def test_two_scenarios_by_hand():
    """10 in stock, 3 kept back; 5 or 1 for the better class, 9 or 4 for the poorer: 7 + 3 and 4 + 1
    are served, so that 2 are short of each class in the first scenario and 5 are left in the other.
    """
    problem = RationingProblem(CLASSES, [[5, 9], [1, 4]], [8.0, 2.0], 1.0, 0.5)
    policy = price(problem, 10, [0, 3])
    assert policy.short.tolist() == [1.0, 1.0]
    assert policy.fill_rates == pytest.approx([1 - 1 / 3, 1 - 1 / 6.5])
    assert policy.cost == pytest.approx(10 + 0.5 * 2.5 + 8 + 2)


def test_known_demand_serves_the_better_class_first():
    """The same with all orders at hand: 5 + 5 and 1 + 4, the poorer class never above 7."""
    problem = RationingProblem(
        CLASSES, [[5, 9], [1, 8]], [8.0, 2.0], allocation=Allocation.AFTER_DEMAND
    )
    assert price(problem, 10, [0, 3]).short.tolist() == [0.0, 2.5]


def test_scenarios_are_those_of_the_seed():
    """The same seed gives the same demand, another seed another."""
    again = poisson_scenarios([3, 8], 500, 4)
    assert np.array_equal(again, poisson_scenarios([3, 8], 500, 4))
    assert not np.array_equal(again, poisson_scenarios([3, 8], 500, 5))
    assert again.mean(axis=0) == pytest.approx([3, 8], abs=0.4)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"demand": [[1.0]]}, "demand must have one column for each of the 2 classes"),
        ({"demand": [[1.0, -1.0]]}, "demand must hold finite numbers of 0 or more"),
        ({"short_cost": [1.0]}, "short_cost and fill_targets must hold 2 numbers"),
        ({"short_cost": [1.0, 2.0]}, "no class may cost more than a better one"),
        ({"chance": [0.5]}, "chance must hold a number for each scenario and add up to 1"),
        ({"unit_cost": -1.0}, "unit_cost, left_over_cost and most_stock must be 0 or more"),
        ({"fill_targets": [0.9, 1.1]}, "fill_targets must be at most 1"),
        ({"reserves": [1.0, 2.0]}, "reserves must begin with 0 and not fall"),
    ],
)
def test_problems_that_make_no_sense_are_refused(wrong, words):
    """Each with what is wrong."""
    right = {"classes": CLASSES, "demand": [[3.0, 5.0]], "short_cost": [5.0, 2.0]}
    with pytest.raises(ValueError, match=words):
        RationingProblem(**(right | wrong))

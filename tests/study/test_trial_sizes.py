"""How many a trial needs, against published tables, and the power it then has."""

from __future__ import annotations

import math

import numpy as np
import pytest

from slopt.study.trials.sizes import (
    arm_by_arcsine,
    arm_for_shares,
    design_effect,
    difference_factor,
    error_for,
    exact_power_of_shares,
    power_of,
    with_continuity,
)


@pytest.mark.parametrize(
    ("first", "second", "power", "plain", "corrected"),
    [(0.6, 0.7, 0.8, 356, 376), (0.6, 0.7, 0.9, 477, 496), (0.25, 0.4, 0.8, 152, 165)],
)
def test_two_shares_take_the_sizes_of_fleiss(first, second, power, plain, corrected):
    """Equations 4.14 and 4.19, rounded up: 376 and 496 are in the table A.4 at 5 %, two-sided."""
    size = arm_for_shares(first, second, power)
    assert math.ceil(size) == plain
    assert round(with_continuity(size, first - second)) in (corrected - 1, corrected)


def test_two_shares_take_the_size_of_the_textbook_of_r():
    """power.prop.test(p1 = .50, p2 = .75, power = .90) gives n = 76.7."""
    assert arm_for_shares(0.5, 0.75, 0.9) == pytest.approx(76.7, abs=0.05)


@pytest.mark.parametrize(("effect", "size"), [(0.2, 392), (0.5, 63), (0.8, 25)])
def test_shares_by_arcsine_take_the_sizes_of_cohen(effect, size):
    """Table 6.4.1 at 5 %, two-sided, 80 %: h = 0.2, 0.5, 0.8."""
    second = math.sin(math.pi / 4 - effect / 2) ** 2
    assert round(arm_by_arcsine(0.5, second)) in (size, size + 1)


def test_the_exact_power_of_a_size_is_what_was_asked():
    """Over all counts of two arms of 356 the normal test sees 0.6 against 0.7 in about 80 %."""
    assert exact_power_of_shares(0.6, 0.7, 356) == pytest.approx(0.8, abs=0.01)
    assert exact_power_of_shares(0.3, 0.3, 200) == pytest.approx(0.05, abs=0.01)


def test_the_power_of_a_normal_test_is_the_level_without_an_effect():
    """And the wanted one at the standard error that it asks for."""
    assert power_of(0.0, 1.0) == pytest.approx(0.05)
    assert power_of(0.3, error_for(0.3, 0.9, 0.1), 0.1) == pytest.approx(0.9, abs=1e-4)


@pytest.mark.parametrize("control", [True, False])
@pytest.mark.parametrize("correlation", [0.0, 0.6])
def test_before_and_after_vary_as_simulated(control, correlation):
    """Of normal cases that correlate by r before and after, in 4,000 trials of 30."""
    random = np.random.default_rng(5)
    both = np.array([[1, correlation], [correlation, 1]])
    effects = np.zeros(4000)
    for sign in (1, -1) if control else (1,):
        cases = random.multivariate_normal([0, 0], both, size=(4000, 30))
        effects += sign * (cases[..., 1] - cases[..., 0]).mean(axis=1)
    expected = 2 / 30 * difference_factor(True, correlation, control)
    assert effects.var() == pytest.approx(expected, rel=0.07)


def test_groups_treated_alike_need_more_by_the_design_effect():
    """25 of a correlation of 0.05 count as 25 / 2.2; one case alone counts whole."""
    assert design_effect(25, 0.05) == pytest.approx(2.2)
    assert design_effect(1, 0.05) == design_effect(0.5, 0.05) == 1


def test_one_arm_measured_once_has_nothing_to_compare_with():
    """Neither a control group nor a time before."""
    with pytest.raises(ValueError, match="nothing to compare"):
        difference_factor(False, 0.0, False)
    with pytest.raises(ValueError, match="level"):
        error_for(0.1, 0.05, 0.8)

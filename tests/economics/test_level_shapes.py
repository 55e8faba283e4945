"""The forms of which curves of service levels are made: slopes, bends, corners."""

from __future__ import annotations

import numpy as np
import pytest

from slopt.economics.levels.shapes import Decay, Nines, Points, Power, Saturating, SShape, Straight

ONE = np.ones(1)
FORMS = {
    "constant": Straight(1, rises=False),
    "line": Straight(1, rises=True),
    "concave power": Power(0.5 * ONE),
    "convex power": Power(3 * ONE),
    "saturating": Saturating(0.7 * ONE),
    "nines": Nines(1),
    "decay": Decay(4 * ONE, 0.2 * ONE),
    "s-shape": SShape(30 * ONE, 0.6 * ONE),
}
WHO = np.zeros((1, 1), dtype=np.int64)


@pytest.mark.parametrize("name", FORMS)
def test_slopes_are_what_differences_come_to(name):
    """The slope is the difference quotient over a tiny step."""
    form, at = FORMS[name], np.linspace(0.05, 0.95, 19)[None]
    step = 1e-6
    found = form.slope(WHO, at, form.value(WHO, at))
    measured = (form.value(WHO, at + step) - form.value(WHO, at - step)) / (2 * step)
    assert found == pytest.approx(measured, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("name", FORMS)
def test_bends_say_on_which_side_of_its_chord_a_form_lies(name):
    """Where it bends upwards the middle lies below the chord, where downwards above."""
    form, edges = FORMS[name], np.linspace(0.05, 0.95, 19)
    edges = np.sort(np.append(edges, form.corners().ravel()))[None]
    middle = 0.5 * (edges[:, :-1] + edges[:, 1:])
    chord = 0.5 * (form.value(WHO, edges[:, :-1]) + form.value(WHO, edges[:, 1:]))
    above = chord - form.value(WHO, middle)
    wide = np.diff(edges) > 1e-9
    assert np.array_equal(
        np.sign(np.where(np.abs(above) < 1e-12, 0, above))[wide], form.bend(WHO, middle)[wide]
    )


def test_a_power_below_one_rises_infinitely_steeply_at_zero():
    """q^0.5 at 0, where its slope is infinite, is no error."""
    zero = np.zeros((1, 1))
    form = FORMS["concave power"]
    assert np.isinf(form.slope(WHO, zero, form.value(WHO, zero))).all()


def test_points_are_joined_by_straight_lines():
    """Each decider has the points of its row; fewer points are filled up with the last."""
    form = Points(
        np.array([1, 0]),
        np.array([[0.2, 0.5, 1.0], [0.4, 0.8, 0.8]]),
        np.array([[1.0, 4.0, 5.0], [10.0, 20.0, 20.0]]),
    )
    who = np.array([[0], [1]])
    at = np.array([[0.4, 0.6, 0.8], [0.2, 0.35, 0.75]])
    assert form.value(who, at) == pytest.approx(np.array([[10, 15, 20], [1, 2.5, 4.5]]))
    assert form.corners()[1] == pytest.approx([0.2, 0.5, 1.0])

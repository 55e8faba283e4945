"""Behaviour of HiGHS and Pyomo that the code relies on or works around; an upgrade that changes
one of these shows here first. What each means for the code stands in its own tests.
"""

from __future__ import annotations

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

INF = highspy.kHighsInf


def solver(cost, rows, upper, integral=False, lower=None, **options):
    """A HiGHS object that holds min cost'x, lower <= rows x <= upper, 0 <= x <= 1."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    for name, value in options.items():
        assert h.setOptionValue(name, value) == highspy.HighsStatus.kOk
    n, m = len(cost), len(rows)
    status = h.passModel(
        n,
        m,
        n * m,
        2,
        1,
        0.0,
        np.array(cost, dtype=float),
        np.zeros(n),
        np.ones(n),
        np.full(m, -INF) if lower is None else np.array(lower, dtype=float),
        np.array(upper, dtype=float),
        np.arange(m + 1, dtype=np.int32) * n,
        np.tile(np.arange(n, dtype=np.int32), m),
        np.array(rows, dtype=float).ravel(),
        np.full(n, int(integral), dtype=np.int32),
    )
    return h, status


def test_highs_takes_nan_costs_without_a_word():
    """Why the gate is there: a NaN cost is accepted and the answer called optimal."""
    h, status = solver([np.nan, 1.0], [[1, 1]], [1])
    assert status == highspy.HighsStatus.kOk
    h.run()
    assert h.getModelStatus() == highspy.HighsModelStatus.kOptimal


def test_highs_refuses_huge_coefficients_in_its_status_alone():
    """1e16 makes passModel return an error and raises nothing, so the status must be looked at."""
    _, status = solver([1.0], [[1e16]], [1])
    assert status == highspy.HighsStatus.kError


def test_small_coefficients_are_dropped_when_the_model_is_passed():
    """Below small_matrix_value an entry counts as 0; the option must be set before passModel."""
    for early, kept in ((False, 1), (True, 2)):
        options = {"small_matrix_value": 1e-12} if early else {}
        h, _ = solver([1.0, 1.0], [[1.0, 5e-10]], [1], **options)
        h.setOptionValue("small_matrix_value", 1e-12)
        assert h.getLp().a_matrix_.start_[-1] == kept


def test_unknown_options_are_refused_by_highspy():
    """setOptionValue says so in its status, which the adapter checks."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    assert h.setOptionValue("no_such_option", 1) == highspy.HighsStatus.kError


def test_the_default_iis_is_valid_and_empty():
    """Why conflicts are found by an own search: getIis names nothing by default."""
    h, _ = solver([1.0], [[1], [1]], [0.2, INF], lower=[-INF, 0.8])
    h.run()
    assert h.getModelStatus() == highspy.HighsModelStatus.kInfeasible
    _, iis = h.getIis()
    assert list(iis.row_index_) == []


def test_a_mip_has_no_duals():
    """Relaxation prices therefore come from the program without whole numbers."""
    h, _ = solver([-1.0, -2.0], [[3, 4]], [5], integral=True)
    h.run()
    assert not h.getSolution().dual_valid


def test_one_thread_all_along():
    """Solving again with the same number of threads works in one process."""
    for _ in range(2):
        h, _ = solver([-1.0, -2.0], [[3, 4]], [5], integral=True, threads=1)
        assert h.run() == highspy.HighsStatus.kOk


def test_same_seed_same_answer():
    """A fixed seed and one thread repeat an answer to the last bit."""
    rng = np.random.default_rng(0)
    rows = rng.random((2, 12))
    answers = []
    for _ in range(2):
        h, _ = solver(-rows.sum(axis=0), rows, [2] * 2, integral=True, random_seed=7, threads=1)
        h.run()
        answers.append(list(h.getSolution().col_value))
    assert answers[0] == answers[1]


def test_cancel_is_there():
    """Ctrl-C is handled by cancelSolve, which needs HandleUserInterrupt."""
    h = highspy.Highs()
    h.HandleUserInterrupt = True
    assert callable(h.cancelSolve)


def test_relaxation_price_and_next_unit_differ():
    """Why more than one price is told: the LP says 1.5 a unit, one whole unit more gains 0."""
    h, _ = solver([-3.0, -3.0], [[2, 2]], [3])
    h.run()
    assert h.getSolution().row_dual[0] == pytest.approx(-1.5)
    best = {}
    for limit in (3, 3.9, 4):
        m, _ = solver([-3.0, -3.0], [[2, 2]], [limit], integral=True)
        m.run()
        best[limit] = m.getInfo().objective_function_value
    assert best == pytest.approx({3: -3, 3.9: -3, 4: -6})


def test_standard_form_keeps_constraints_and_senses():
    """Mixed form: one row a constraint, its sense in bound_type, constants on the right side."""
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 4))
    model.y = pyo.Var(domain=pyo.Binary)
    model.at_most = pyo.Constraint(expr=model.x + 2 * model.y - 3 <= 2)
    model.at_least = pyo.Constraint(expr=model.x - model.y >= -1)
    model.exactly = pyo.Constraint(expr=model.x + model.y == 2)
    model.goal = pyo.Objective(expr=model.x + 7, sense=pyo.maximize)
    form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    rows = {row.constraint.name: (row.bound_type, form.rhs[i]) for i, row in enumerate(form.rows)}
    assert rows == {"at_most": (1, 5), "at_least": (-1, -1), "exactly": (0, 2)}
    assert form.c_offset[0] == 7

"""The adapter to HiGHS: what it refuses, how statuses come out, that scaling is undone."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import highspy
import numpy as np
import pytest
from hard_problem import hard_problem
from strategies import random_problem, simple_problem

from slopt.errors import SolverTrouble
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.solve import highs
from slopt.solve.highs import Options, gate, run, solver_name
from slopt.solve.outcome import Answer, relative_gap
from slopt.solve.solve import solve
from slopt.vocabulary import Method, Status

INF = float("inf")


def linear(cost, rows, lower, upper, integral=False, low=0.0, high=INF, **more):
    """A program from a dense matrix."""
    matrix = np.array(rows, dtype=float).reshape(len(lower), len(cost))
    return LinearProgram(
        cost=np.array(cost, dtype=float),
        lower=np.full(len(cost), low),
        upper=np.full(len(cost), high),
        integral=np.full(len(cost), integral),
        start=np.arange(len(matrix) + 1) * len(cost),
        index=np.tile(np.arange(len(cost)), len(matrix)),
        value=matrix.ravel(),
        row_lower=np.array(lower, dtype=float),
        row_upper=np.array(upper, dtype=float),
        choose=np.empty((0, 2), dtype=np.int64),
        **more,
    )


@pytest.mark.parametrize("bad", [np.nan, INF, -INF, 1e16, -1e16])
@pytest.mark.parametrize("where", ["cost", "value"])
def test_gate_refuses_numbers_that_highs_would_drop(bad, where):
    """NaN, infinity and 1e16 in a cost or a coefficient stop the run before HiGHS sees them."""
    program = linear([1, 2], [[1, 1]], [1], [INF])
    values = getattr(program, where).copy()
    values[1] = bad
    with pytest.raises(SolverTrouble, match=where):
        run(program.replace(**{where: values}), Options())


@pytest.mark.parametrize("where", ["lower", "upper", "row_lower", "row_upper"])
def test_gate_refuses_bounds_that_are_not_numbers(where):
    """A NaN bound is refused; an infinite one is no bound."""
    program = linear([1, 2], [[1, 1]], [1], [INF])
    gate(program)
    values = getattr(program, where).copy()
    values[0] = np.nan
    with pytest.raises(SolverTrouble, match=where):
        gate(program.replace(**{where: values}))


def test_unbounded_programs_are_told_so():
    """Minimising -x with x free upwards has no end, as a linear and as a whole-number program."""
    for integral in (False, True):
        program = linear([-1, 0], [[1, -1]], [-INF], [5], integral=integral)
        assert run(program, Options()).status is Status.UNBOUNDED


def test_infeasible_is_believed_only_after_a_second_run(monkeypatch):
    """The first verdict, with presolve, is checked without; both say infeasible here."""
    seen = []
    once = highs._run_once

    def watched(scaled, options, begin, presolve):
        seen.append(presolve)
        return once(scaled, options, begin, presolve)

    monkeypatch.setattr(highs, "_run_once", watched)
    assert run(linear([1], [[1]], [2], [1]), Options()).status is Status.INFEASIBLE
    assert seen == [True, False]


def test_a_wrong_infeasible_is_corrected_by_the_second_run(monkeypatch):
    """Where presolve called a feasible program infeasible, the run without it counts."""
    once = highs._run_once

    def lying(scaled, options, begin, presolve):
        return Answer(Status.INFEASIBLE) if presolve else once(scaled, options, begin, presolve)

    monkeypatch.setattr(highs, "_run_once", lying)
    answer = run(linear([1], [[1]], [2], [9]), Options())
    assert (answer.status, answer.objective) == (Status.OPTIMAL, 2)


def test_neither_infeasible_nor_unbounded_is_trouble(monkeypatch):
    """Where HiGHS cannot tell even without presolve, the user is told what to look for."""
    monkeypatch.setattr(highs, "_run_once", lambda *_, **__: None)
    with pytest.raises(SolverTrouble, match="infeasible or unbounded"):
        run(linear([1], [[1]], [2], [9]), Options())


def test_programs_without_columns():
    """Nothing to decide: optimal if 0 keeps every row, else infeasible."""
    assert run(linear([], np.empty((0, 0)), [], []), Options()).status is Status.OPTIMAL
    nothing = linear([], np.empty((0, 0)), [], []).replace(
        start=np.zeros(2, dtype=np.int64), row_lower=np.ones(1), row_upper=np.full(1, INF)
    )
    assert run(nothing, Options()).status is Status.INFEASIBLE


def test_sense_and_offset_are_undone():
    """Stored as min -x + 3 with sign -1, the reported value of x <= 4 is 4 - 3 = 1."""
    program = linear([-1], [[1]], [-INF], [4], offset=3.0, sign=-1.0)
    answer = run(program, Options())
    assert (answer.objective, answer.bound) == (pytest.approx(1), pytest.approx(1))


@pytest.mark.parametrize("seed", range(7000, 7020))
def test_duals_and_values_do_not_depend_on_the_scaling(seed):
    """Duals of the relaxation prove the same bound as those of plain, unscaled highspy."""
    from slopt.plan.certificate import exact_bound

    problem = random_problem(seed)
    if not problem.admissible.any(axis=1).all():
        return
    program = assemble(problem).relaxed()
    factor = 2.0 ** np.random.default_rng(seed).integers(-20, 20, len(program.row_lower))
    skewed = program.replace(
        value=program.value * factor[program.row_of],
        row_lower=program.row_lower * factor,
        row_upper=program.row_upper * factor,
        cost=program.cost * 2.0**15,
    )
    mine, plain = run(skewed, Options()), _plain(program)
    if plain is None:
        assert mine.status is Status.INFEASIBLE
        return
    objective, duals = plain
    assert mine.objective == pytest.approx(program.sign * objective * 2.0**15, rel=1e-7, abs=1e-3)
    undone = mine.row_duals * factor / 2.0**15
    one, other = exact_bound(program, undone), exact_bound(program, duals)
    assert float(one) == pytest.approx(float(other), rel=1e-7, abs=1e-6)


def test_the_price_of_a_row_is_per_unit_of_that_row():
    """min 3x with 1000x >= 5: one unit more of the row costs 3/1000, whatever the scaling."""
    answer = run(linear([3], [[1000]], [5], [INF]), Options())
    assert answer.row_duals == pytest.approx([0.003])
    assert answer.objective == pytest.approx(0.015)


def _plain(program):
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    columns, rows, entries = program.size
    solver.passModel(
        columns, rows, entries, 2, 1, 0.0, program.cost, program.lower, program.upper,
        program.row_lower, program.row_upper, program.start.astype(np.int32),
        program.index.astype(np.int32), program.value, np.zeros(columns, dtype=np.int32),
    )  # fmt: skip
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return solver.getInfo().objective_function_value, np.array(solver.getSolution().row_dual)


def test_no_time_at_all_gives_no_plan_or_a_feasible_one():
    """A limit of a microsecond is never called optimal; a plan, if any, keeps the rules."""
    problem = hard_problem()
    outcome = solve(problem, Options(gap=0.0, time_limit_s=1e-6), Method.HIGHS)
    assert outcome.status is Status.NO_PLAN
    assert outcome.choice is None
    assert outcome.gap is None


def test_a_short_time_limit_leaves_a_feasible_plan_with_its_bound():
    """Stopped in the middle: status feasible, and the bound lies on the right side of the plan."""
    problem = hard_problem()
    outcome = solve(problem, Options(gap=0.0, time_limit_s=1.5), Method.HIGHS)
    assert outcome.status in (Status.FEASIBLE, Status.NO_PLAN)
    if outcome.status is Status.FEASIBLE:
        assert outcome.bound is None or outcome.bound < outcome.objective


def test_a_plan_without_a_bound_is_not_called_optimal(monkeypatch):
    """Stopped before any bound is known, the gap is unknown, not 0."""
    from slopt.solve import by_program as module

    problem = simple_problem([[1, 2]] * 2, [[3, 1]] * 2)

    def stopped(program, options):
        answer = run(program, options)
        if not program.integral.any():
            return answer
        return Answer(Status.FEASIBLE, answer.values, answer.objective, None)

    monkeypatch.setattr(module, "run", stopped)
    outcome = solve(problem)
    assert outcome.status is Status.FEASIBLE
    assert outcome.gap is None


def test_the_requested_gap_is_reached_on_larger_problems():
    """Beyond the small size the gap asked for is what stops the search."""
    rng = np.random.default_rng(3)
    problem = simple_problem(
        np.sort(rng.random((60, 4)) * 100, axis=1),
        -np.sort(-rng.random((60, 4)) * 200, axis=1),
        budget=2500.0,
    )
    outcome = solve(problem, Options(gap=0.02), Method.HIGHS)
    assert outcome.status is Status.OPTIMAL
    assert outcome.gap <= 0.02


def test_same_seed_same_plan():
    """Two runs with one seed give the same choice and the same bound."""
    problem = random_problem(11)
    one, two = solve(problem, Options(seed=4)), solve(problem, Options(seed=4))
    assert np.array_equal(one.choice, two.choice)
    assert one.bound == two.bound


def test_solving_works_outside_of_the_main_thread():
    """A what-if page or a test runner may call from a thread of its own."""
    found = []
    thread = threading.Thread(target=lambda: found.append(solve(random_problem(11)).objective))
    thread.start()
    thread.join()
    assert found == [solve(random_problem(11)).objective]


def test_an_option_that_highs_does_not_take_is_trouble():
    """Unknown options are refused, not passed over."""
    with pytest.raises(SolverTrouble, match="no_such_option"):
        highs._set(highspy.Highs(), "no_such_option", 1)


def test_solver_is_named_with_its_version():
    """Results say which solver made them."""
    assert solver_name().startswith("HiGHS 1.")


def test_relative_gap_in_its_corners():
    """Missing values give None, equal ones 0, and an objective of 0 measures by the bound."""
    assert relative_gap(None, 1.0) is None
    assert relative_gap(5.0, 5.0) == 0
    assert relative_gap(0.0, -2.0) == 1
    assert relative_gap(-4.0, -5.0) == pytest.approx(0.25)


def test_interruption_keeps_the_best_plan():
    """Ctrl-C during a long solve: status interrupted, the plan so far kept and without a breach."""
    script = Path(__file__).with_name("hard_problem.py")
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "running\n"
        threading.Timer(2.0, process.send_signal, [signal.SIGINT]).start()
        answer, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    status, objective, bound, worth, violations = answer.split()
    assert process.returncode == 0
    assert (status, violations) == ("interrupted", "0")
    assert float(worth) == pytest.approx(float(objective))
    assert float(bound) < float(objective)


def test_an_answer_that_presolve_broke_is_asked_for_without_it(monkeypatch):
    """HiGHS refuses a solution of its own presolve: without presolve it has the right one."""
    asked, real = [], highs._run_once

    def broken(scaled, options, begin, presolve):
        asked.append(presolve)
        if presolve:
            raise SolverTrouble("HiGHS failed while solving.")
        return real(scaled, options, begin, presolve)

    monkeypatch.setattr(highs, "_run_once", broken)
    answer = run(linear([1, 2], [[1, 1]], [1], [INF], integral=True), Options())
    assert (asked, answer.status, answer.objective) == ([True, False], Status.OPTIMAL, 1.0)

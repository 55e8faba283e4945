"""Who is timed against whom: each takes the same problem and hands back a choice and a bound.

All run on one thread to the same relative gap. What is timed is everything from the problem to the
choice, but for HiGHS, CBC and Gurobi, which are given ready arrays (or a ready file).
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import plain
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options
from slopt.vocabulary import Method, Status

GUROBI_LARGEST = 2_000
"""Columns and rows that its package solves without a licence."""
DIGITS = 1e4
"""CP-SAT takes whole numbers only: what it is given is rounded to so many parts of a unit, uses up,
limits down, so that its plan keeps the limits."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a contestant found: None where there is none. `proven`: by its own account."""

    choice: Choice | None
    bound: float | None
    proven: bool
    binding: int | None = None


Solve = Callable[[], Found]
Prepare = Callable[[ChoiceProblem, Options], Solve | None]
"""Everything that is not timed; None where the problem is not for this contestant."""


@dataclass(frozen=True)
class Contestant:
    """A way to solve a problem, by name; `needs` are the packages without which it is left out."""

    name: str
    prepare: Prepare
    needs: tuple[str, ...] = field(default=())

    @property
    def is_there(self) -> bool:
        """Whether all that it needs is installed."""
        return all(find_spec(package) is not None for package in self.needs)


CONTESTANTS: dict[str, Contestant] = {}


def _contestant(name: str, *needs: str) -> Callable[[Prepare], Prepare]:
    def enter(prepare: Prepare) -> Prepare:
        CONTESTANTS[name] = Contestant(name, prepare, needs)
        return prepare

    return enter


def _slopt(problem: ChoiceProblem, options: Options, method: Method) -> Solve:
    from slopt.solve.solve import solve

    def run() -> Found:
        outcome = solve(problem, options, method)
        prices = outcome.relaxation.prices.values() if outcome.relaxation else ()
        return Found(
            outcome.choice,
            outcome.bound,
            outcome.status is Status.OPTIMAL,
            sum(price > 0 for price in prices),
        )

    return run


@_contestant("slopt")
def _slopt_auto(problem: ChoiceProblem, options: Options) -> Solve:
    return _slopt(problem, options, Method.AUTO)


@_contestant("slopt prices")
def _slopt_prices(problem: ChoiceProblem, options: Options) -> Solve:
    return _slopt(problem, options, Method.PRICES)


@_contestant("price method")
def _price_method(problem: ChoiceProblem, options: Options) -> Solve:
    """From ready rows, without what solve() adds."""
    from slopt.problem.sharing import share
    from slopt.solve.prices import solve_prices

    rows = share(problem).rows

    def run() -> Found:
        answer = solve_prices(rows, options)
        binding = None if answer.prices is None else int(np.count_nonzero(answer.prices))
        return Found(answer.choice, answer.bound, answer.status is Status.OPTIMAL, binding)

    return run


@_contestant("HiGHS")
def _highs(problem: ChoiceProblem, options: Options) -> Solve:
    """From ready arrays, its own tolerances."""
    import highspy

    program = assemble(problem)

    def run() -> Found:
        solver = plain.run_arrays(program, options)
        info = solver.getInfo()
        proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values = solver.getSolution().col_value
        choice = _choice(program, np.array(values), problem) if values else None
        return Found(choice, float(info.mip_dual_bound), proven)

    return run


@_contestant("Pyomo and HiGHS")
def _pyomo(problem: ChoiceProblem, options: Options) -> Solve:
    """The shipped model, built by rules and solved as Pyomo does."""

    def run() -> Found:
        model, results = plain.run_pyomo(problem, options)
        choice = np.full(len(problem.segments), -1)
        for s, segment in enumerate(problem.segments):
            for k, tier in enumerate(problem.tiers):
                if (segment, tier) in model.choose and model.choose[segment, tier].value > 0.5:
                    choice[s] = k
        proven = results.termination_condition.name == "convergenceCriteriaSatisfied"
        return Found(choice, float(results.objective_bound), proven)

    return run


@_contestant("linopy and HiGHS", "linopy")
def _linopy(problem: ChoiceProblem, options: Options) -> Solve:
    import linopy
    import xarray

    def run() -> Found:
        place = {"segment": list(problem.segments), "tier": list(problem.tiers)}

        def table(values: Any) -> Any:
            return xarray.DataArray(values, coords=place)

        model = linopy.Model()
        choose = model.add_variables(
            binary=True, coords=place, mask=table(problem.admissible), name="choose"
        )
        model.add_constraints(choose.sum("tier") == 1, name="one_tier")
        for name, use, limit in limits_of(problem):
            model.add_constraints((choose * table(use)).sum() <= limit, name=name)
        model.add_objective((choose * table(problem.values)).sum())
        status, _ = model.solve(
            "highs",
            io_api="direct",
            output_flag=False,
            threads=1,
            mip_rel_gap=options.gap,
            time_limit=options.time_limit_s,
            random_seed=options.seed,
        )
        chosen = np.nan_to_num(choose.solution.to_numpy()) > 0.5
        bound = float(model.solver_model.getInfo().mip_dual_bound)
        return Found(chosen.argmax(axis=1), bound, status == "ok")

    return run


@_contestant("CP-SAT", "ortools")
def _cp_sat(problem: ChoiceProblem, options: Options) -> Solve:
    """Whole numbers only, so the data are rounded."""
    from ortools.sat.python import cp_model

    def run() -> Found:
        model = cp_model.CpModel()
        pairs = np.argwhere(problem.admissible)
        s, k = pairs.T
        chosen = [model.new_bool_var("") for _ in pairs]
        ends = np.cumsum(np.bincount(s)).tolist()
        for begin, end in zip([0, *ends], ends, strict=False):
            model.add_exactly_one(chosen[begin:end])

        def total(values: Any, rounding: Any) -> Any:
            whole = rounding(values[s, k] * DIGITS).astype(np.int64).tolist()
            return cp_model.LinearExpr.weighted_sum(chosen, whole)

        for _, use, limit in limits_of(problem):
            model.add(total(use, np.ceil) <= int(np.floor(limit * DIGITS)))
        model.minimize(total(problem.values, np.rint))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.relative_gap_limit = options.gap
        solver.parameters.max_time_in_seconds = options.time_limit_s
        solver.parameters.random_seed = options.seed
        status = solver.solve(model)
        bound = solver.best_objective_bound / DIGITS
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Found(None, bound, False)
        choice = np.zeros(len(problem.segments), dtype=np.int64)
        here = np.array([solver.boolean_value(x) for x in chosen])
        choice[s[here]] = k[here]
        return Found(choice, bound, status == cp_model.OPTIMAL)

    return run


@_contestant("CBC", "pulp")
def _cbc(problem: ChoiceProblem, options: Options) -> Solve:
    """From a ready MPS file, which it has to read."""
    import pulp

    from slopt.problem.exchange import write_program
    from slopt.problem.program_names import program_names

    folder = Path(tempfile.mkdtemp(prefix="slopt-benchmark-"))
    program = assemble(problem)
    names = program_names(problem, program)
    write_program(folder / "problem.mps", program, names, "benchmark")
    column = {name: place for place, name in enumerate(names.columns)}
    words = ["ratioGap", options.gap, "allowableGap", 0, "seconds", options.time_limit_s]
    call = [pulp.PULP_CBC_CMD().path, "problem.mps", *map(str, words), "solve", "solution", "out"]

    def run() -> Found:
        told = subprocess.run(call, cwd=folder, check=True, capture_output=True, text=True).stdout
        values = np.zeros(len(program.cost))
        for line in (folder / "out").read_text(encoding="utf-8").splitlines()[1:]:
            words = line.replace("**", "").split()
            values[column[words[1]]] = float(words[2])
        proven = "Result - Optimal solution found" in told
        bounds = [line.split()[-1] for line in told.splitlines() if line.startswith("Lower bound:")]
        bound = float(bounds[0]) if bounds else None
        return Found(_choice(program, values, problem), bound, proven)

    return run


@_contestant("Gurobi", "gurobipy")
def _gurobi(problem: ChoiceProblem, options: Options) -> Solve | None:
    """The package that comes without a licence, as far as it goes."""
    import gurobipy
    import scipy.sparse

    program = assemble(problem)
    columns, rows, _ = program.size
    if max(columns, rows) > GUROBI_LARGEST:
        return None
    matrix = scipy.sparse.csr_matrix((program.value, program.index, program.start), (rows, columns))
    equal = program.row_lower == program.row_upper
    environment = gurobipy.Env(params={"OutputFlag": 0})

    def run() -> Found:
        model = gurobipy.Model(env=environment)
        x = model.addMVar(columns, vtype="B", obj=program.cost)
        model.addMConstr(matrix[equal], x, "=", program.row_upper[equal])
        model.addMConstr(matrix[~equal], x, "<", program.row_upper[~equal])
        model.Params.Threads = 1
        model.Params.MIPGap = options.gap
        model.Params.TimeLimit = options.time_limit_s
        model.Params.Seed = options.seed
        model.optimize()
        choice = _choice(program, x.X, problem) if model.SolCount else None
        return Found(choice, float(model.ObjBound), model.Status == gurobipy.GRB.OPTIMAL)

    return run


def limits_of(problem: ChoiceProblem) -> list[tuple[str, Any, float]]:
    """The shared rows of a made problem: name, use (S, K), limit."""
    budget = problem.budget
    money = [] if budget is None else [("budget", problem.service_cost, budget)]
    capacities = zip(problem.resources, problem.use, problem.capacity.tolist(), strict=True)
    return money + list(capacities)


def judged(problem: ChoiceProblem, choice: Choice) -> tuple[float, float]:
    """From the raw data: the objective, and the largest relative breach of a limit."""
    row = np.arange(len(choice))
    if np.any(choice < 0) or not problem.admissible[row, choice].all():
        return float("nan"), float("inf")
    breach = [
        (float(use[row, choice].sum()) - limit) / max(1.0, abs(limit))
        for _, use, limit in limits_of(problem)
    ]
    return float(problem.values[row, choice].sum()), max(0.0, *breach) if breach else 0.0


def _choice(program: LinearProgram, values: Any, problem: ChoiceProblem) -> Choice:
    chosen = np.flatnonzero(values[: len(program.choose)] > 0.5)
    choice = np.full(len(problem.segments), -1)
    choice[program.choose[chosen, 0]] = program.choose[chosen, 1]
    return choice

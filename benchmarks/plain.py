"""The same work without slopt: HiGHS by a few lines, and Pyomo with its own HiGHS interface."""

from __future__ import annotations

from typing import Any

import numpy as np

from slopt.problem.choice import ChoiceProblem
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options
from slopt.solve.model_file import build_model, find_model


def load(program: LinearProgram) -> Any:
    """A HiGHS object that holds the program."""
    import highspy

    columns, rows, coefficients = program.size
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(
        columns,
        rows,
        coefficients,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        program.start.astype(np.int32),
        program.index.astype(np.int32),
        program.value,
        program.integral.astype(np.int32),
    )
    return solver


def run_arrays(program: LinearProgram, options: Options) -> Any:
    """Load and solve; the HiGHS object."""
    solver = load(program)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", options.seed)
    solver.setOptionValue("mip_rel_gap", options.gap)
    solver.setOptionValue("time_limit", options.time_limit_s)
    solver.run()
    return solver


def run_pyomo(problem: ChoiceProblem, options: Options) -> tuple[Any, Any]:
    """Build the Pyomo model and solve it as Pyomo does; the model with its values, the results."""
    from pyomo.contrib.solver.common.factory import SolverFactory

    model = build_model(find_model("tier_plan"), problem)
    solver = SolverFactory("highs")
    solver.config.threads = 1
    solver.config.rel_gap = options.gap
    solver.config.time_limit = options.time_limit_s
    solver.config.solver_options = {"random_seed": options.seed}
    solver.config.raise_exception_on_nonoptimal_result = False
    return model, solver.solve(model)

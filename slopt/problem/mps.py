"""The lines of a free MPS file, as CPLEX, Gurobi, HiGHS, CBC, SCIP, GLPK and lp_solve read it.

Always a minimisation: CBC passes over the section that says otherwise without a word, and GLPK
refuses it. A goal that is to be maximised stands with its sign turned, and a comment says so.
Bounds are always written out where they are not 0 to infinity, because readers differ in what they
take a whole-number column's upper bound to be.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopt.problem.program import LinearProgram
from slopt.problem.program_names import ProgramNames

OBJECTIVE = "goal"
MAXIMISED = "* The goal is to be maximised: the objective, to be minimised, is minus its value.\n"
INTEGERS_BEGIN = " MARKER 'MARKER' 'INTORG'\n"
INTEGERS_END = " MARKER 'MARKER' 'INTEND'\n"


def mps_lines(program: LinearProgram, names: ProgramNames) -> Iterator[str]:
    """The file of a program as `simple` makes it."""
    if program.sign < 0:
        yield MAXIMISED
    yield "NAME slopt\n"
    equal, below = program.row_lower == program.row_upper, np.isinf(program.row_lower)
    yield f"ROWS\n N {OBJECTIVE}\n"
    for sense, name in zip(
        np.where(equal, "E", np.where(below, "L", "G")).tolist(), names.rows, strict=True
    ):
        yield f" {sense} {name}\n"
    yield from _columns(program, names)
    yield "RHS\n"
    side = np.where(below, program.row_upper, program.row_lower)
    for row in np.flatnonzero(side).tolist():
        yield f" RHS {names.rows[row]} {float(side[row])!r}\n"
    yield "BOUNDS\n"
    yield from _bounds(program, names)
    yield "ENDATA\n"


def _columns(program: LinearProgram, names: ProgramNames) -> Iterator[str]:
    """Column by column: its cost, its coefficients; whole-number columns between markers."""
    yield "COLUMNS\n"
    order = np.argsort(program.index, kind="stable")
    rows = program.row_of[order].tolist()
    values = list(map(repr, program.value[order].tolist()))
    ends = np.cumsum(np.bincount(program.index, minlength=len(program.cost))).tolist()
    costs = program.cost.tolist()
    begin, marked = 0, False
    for name, cost, integral, end in zip(
        names.columns, costs, program.integral.tolist(), ends, strict=True
    ):
        if integral != marked:
            yield INTEGERS_BEGIN if integral else INTEGERS_END
            marked = integral
        # A column of zeros is known to readers by its cost alone.
        if cost or begin == end:
            yield f" {name} {OBJECTIVE} {cost!r}\n"
        for place in range(begin, end):
            yield f" {name} {names.rows[rows[place]]} {values[place]}\n"
        begin = end
    if marked:
        yield INTEGERS_END


def _bounds(program: LinearProgram, names: ProgramNames) -> Iterator[str]:
    for name, low, high, integral in zip(
        names.columns,
        program.lower.tolist(),
        program.upper.tolist(),
        program.integral.tolist(),
        strict=True,
    ):
        if low == high:
            yield f" FX BOUND {name} {low!r}\n"
        elif integral and (low, high) == (0.0, 1.0):
            yield f" BV BOUND {name}\n"
        elif np.isinf(low) and np.isinf(high):
            yield f" FR BOUND {name}\n"
        else:
            if np.isinf(low):
                yield f" MI BOUND {name}\n"
            elif low or high < 0:
                yield f" LO BOUND {name} {low!r}\n"
            if not np.isinf(high):
                yield f" UP BOUND {name} {high!r}\n"
            elif integral:
                yield f" PL BOUND {name}\n"

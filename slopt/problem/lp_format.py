"""The lines of a file in the LP format of CPLEX, which Gurobi, HiGHS, CBC, SCIP and GLPK read too.

Lines stay short, because some readers have no room for long ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from slopt.problem.program import LinearProgram
from slopt.problem.program_names import ProgramNames

TERMS_A_LINE = 3


def lp_lines(program: LinearProgram, names: ProgramNames) -> Iterator[str]:
    """The file of a program as `simple` makes it."""
    yield "Maximize\n" if program.sign < 0 else "Minimize\n"
    costs = (program.sign * program.cost).tolist()
    goal = [_term(cost, name) for cost, name in zip(costs, names.columns, strict=True) if cost]
    yield from _expression("goal", goal or [_term(0.0, names.columns[0])], "")
    yield "Subject To\n"
    yield from _rows(program, names)
    yield "Bounds\n"
    yield from _bounds(program, names)
    binary = program.integral & (program.lower == 0) & (program.upper == 1)
    yield from _section("Binaries", binary, names)
    yield from _section("Generals", program.integral & ~binary, names)
    yield "End\n"


def _rows(program: LinearProgram, names: ProgramNames) -> Iterator[str]:
    index, values = program.index.tolist(), program.value.tolist()
    start = program.start.tolist()
    sides = zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)
    for row, (low, high) in enumerate(sides):
        here = range(start[row], start[row + 1])
        terms = [_term(values[place], names.columns[index[place]]) for place in here]
        sign = "=" if low == high else "<=" if low == -np.inf else ">="
        side = high if sign == "<=" else low
        yield from _expression(
            names.rows[row], terms or [_term(0.0, names.columns[0])], f" {sign} {side!r}"
        )


def _term(value: float, name: str) -> str:
    return f"- {-value!r} {name}" if value < 0 else f"+ {value + 0.0!r} {name}"


def _expression(name: str, terms: Sequence[str], end: str) -> Iterator[str]:
    """A named sum over several lines, then its sense and side."""
    lines = [
        " ".join(terms[begin : begin + TERMS_A_LINE])
        for begin in range(0, len(terms), TERMS_A_LINE)
    ]
    yield f" {name}: " + "\n  ".join(lines) + end + "\n"


def _bounds(program: LinearProgram, names: ProgramNames) -> Iterator[str]:
    """What is not 0 to infinity and not binary."""
    for name, low, high, integral in zip(
        names.columns,
        program.lower.tolist(),
        program.upper.tolist(),
        program.integral.tolist(),
        strict=True,
    ):
        if integral and (low, high) == (0.0, 1.0):
            continue
        if low == high:
            yield f" {name} = {low!r}\n"
        elif low == -np.inf and high == np.inf:
            yield f" {name} free\n"
        elif high == np.inf:
            if low:
                yield f" {name} >= {low!r}\n"
        else:
            least = "-inf" if low == -np.inf else repr(low)
            yield f" {least} <= {name} <= {high!r}\n"


def _section(title: str, wanted: np.ndarray, names: ProgramNames) -> Iterator[str]:
    if wanted.any():
        yield f"{title}\n"
        for column in np.flatnonzero(wanted).tolist():
            yield f" {names.columns[column]}\n"

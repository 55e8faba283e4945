"""The exact core: proven optima of shared rows by branch and bound on their prices.

The compiled part solves the linear program of the whole problem (a vertex of the dual function) and
searches trees below it; `search.py` drives it. docs/models/exact_core.md has the mathematics,
what was measured, and where it is slow.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module

from slopt.problem.shared_rows import SharedRowProblem
from slopt.solve.core.input import CoreInput
from slopt.solve.core.search import Search
from slopt.solve.highs import Options
from slopt.solve.outcome import PricedAnswer
from slopt.solve.progress import Progress
from slopt.solve.start import Start
from slopt.vocabulary import Status

MEMORY_MB = 1000


def is_available() -> bool:
    """True where the compiled core is part of this installation."""
    try:
        import_module("slopt.solve.native.core")
    except ImportError:
        return False
    return True


def supports(problem: SharedRowProblem) -> bool:
    """True where the core takes the problem: up to 63 tiers, up to 64 rows that can bind."""
    from slopt.solve.native import core as native

    if problem.size[1] > native.MOST_TIERS:
        return False
    return len(problem.use) <= native.MOST_ROWS or (
        len(CoreInput.of(problem).rows) <= native.MOST_ROWS
    )


def solve_core(
    problem: SharedRowProblem,
    options: Options,
    start: Start | None = None,
    *,
    cutoff: float = math.inf,
    progress: Callable[[Progress], None] | None = None,
    log: bool = False,
    memory_mb: int = MEMORY_MB,
) -> PricedAnswer:
    """The best choice, proven to the relative gap of the options.

    A gap of 0 means as well as floats can tell: about 1e-11 of the sum of the absolute terms of
    the bound. Nothing that costs `cutoff` or more is wanted: where nothing costs less, the answer
    is OPTIMAL without a choice, its bound the cutoff less rounding. INFEASIBLE says that no choice
    keeps the rows; its prices are a ray where prices alone prove that, else None. Limits of time
    and memory give FEASIBLE or NO_PLAN, Ctrl-C gives INTERRUPTED, always with the best plan and
    bound so far. With `log` the answer carries its proof, unless that outgrew the memory.

    Raises ValueError for what the core does not take (see `supports`).
    """
    if not supports(problem):
        raise ValueError(
            f"The exact core takes up to 63 tiers and 64 rows, not {problem.size[1]} and "
            f"{problem.size[2]}."
        )
    search = Search(problem, options, cutoff, progress, log, memory_mb << 20)
    try:
        status = search.run(start or Start())
    except KeyboardInterrupt:
        status = Status.INTERRUPTED
    return search.answer(status)

"""The adapter to HiGHS: gates the numbers, checks every status, keeps what was found.

Everything that is solved passes through `run`. Traps that it stands between us and (each has a
test): HiGHS takes NaN as 0 and answers "optimal"; goes on after a model was refused; has called
feasible programs infeasible in presolve; loses its incumbent on Ctrl-C when called plainly.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.errors import SolverTrouble
from slopt.problem.program import LinearProgram
from slopt.sayings import say
from slopt.solve.outcome import Answer, relative_gap
from slopt.solve.scaling import ScaledProgram
from slopt.vocabulary import Status

Numbers = NDArray[np.float64]

FEASIBILITY = 5e-10
"""Of rows scaled to coefficients of at most 1; with the room that rows are given, no more than what
the independent check allows."""
LARGEST = 1e15
LEAST_COEFFICIENT = 1e-12
"""Of a scaled row; HiGHS would take anything smaller as 0."""


@dataclass(frozen=True)
class Options:
    """How hard and how long to try: relative gap, seconds, seed."""

    gap: float = 1e-4
    time_limit_s: float = 60.0
    seed: int = 1


def solver_name() -> str:
    """Name and version of the solver."""
    import highspy

    version = highspy.Highs().version()
    return f"HiGHS {version}"


def run(program: LinearProgram, options: Options, confirm: bool = True) -> Answer:
    """Solve a program. Raises SolverTrouble where the numbers or the answer make no sense.

    `confirm` has an answer of infeasible seen a second time without presolve, which has been wrong
    before; leave it out only where nobody is told.
    """
    gate(program)
    begin = time.perf_counter()
    if len(program.cost) == 0:
        return _without_columns(program)
    scaled = ScaledProgram(program)
    try:
        answer = _run_once(scaled, options, begin, presolve=True)
    except SolverTrouble:
        # Presolve has handed back solutions that break a row, which HiGHS itself then refuses.
        answer = None
    if answer is None or (confirm and answer.status is Status.INFEASIBLE):
        answer = _run_once(scaled, options, begin, presolve=False)
    if answer is None:
        raise SolverTrouble(
            say(
                "HiGHS cannot tell whether the program is infeasible or unbounded. "
                "Check for numbers of very different size in one column."
            )
        )
    return answer


def gate(program: LinearProgram) -> None:
    """Refuse numbers that HiGHS would drop, or take for something else, without a word."""
    for name in ("cost", "value"):
        values = getattr(program, name)
        bad = np.flatnonzero(~(np.abs(values) <= LARGEST))
        if len(bad):
            raise SolverTrouble(
                say(
                    "{bad} numbers of the program ({name}) are not finite or beyond "
                    "{largest}; the first is {value}. Use a larger unit of money.",
                    bad=len(bad),
                    name=name,
                    largest=f"{LARGEST:g}",
                    value=values[bad[0]],
                )
            )
    for name in ("lower", "upper", "row_lower", "row_upper"):
        if np.isnan(getattr(program, name)).any():
            raise SolverTrouble(say("A bound of the program ({name}) is not a number.", name=name))


def _without_columns(program: LinearProgram) -> Answer:
    """A program of nothing: feasible if 0 satisfies every row."""
    feasible = bool(np.all((program.row_lower <= 0) & (program.row_upper >= 0)))
    if not feasible:
        return Answer(Status.INFEASIBLE)
    return Answer(
        Status.OPTIMAL,
        np.zeros(0),
        program.offset,
        program.offset,
        row_duals=np.zeros(len(program.row_lower)),
    )


def load(scaled: ScaledProgram) -> Any:
    """A HiGHS object that holds the program."""
    import highspy

    program = scaled.program
    columns, rows, _ = program.size
    solver = highspy.Highs()
    _set(solver, "output_flag", False)
    _set(solver, "small_matrix_value", LEAST_COEFFICIENT)  # read by passModel, not by run
    status = solver.passModel(
        columns,
        rows,
        len(scaled.value),
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        scaled.cost,
        program.lower,
        scaled.upper,
        scaled.row_lower * scaled.row_factor,
        scaled.row_upper * scaled.row_factor,
        scaled.start.astype(np.int32),
        scaled.index.astype(np.int32),
        scaled.value,
        program.integral.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise SolverTrouble(say("HiGHS refused the program. Please report the case."))
    return solver


def _set(solver: Any, name: str, value: object) -> None:
    import highspy

    if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
        raise SolverTrouble(
            say("HiGHS does not take the option {name} = {value}.", name=name, value=value)
        )


def _run_once(
    scaled: ScaledProgram, options: Options, begin: float, presolve: bool
) -> Answer | None:
    """One run; None where HiGHS cannot tell infeasible from unbounded."""
    import highspy

    solver = load(scaled)
    left = options.time_limit_s - (time.perf_counter() - begin)
    for name, value in {
        "threads": 1,
        "random_seed": options.seed,
        "time_limit": max(left, 0.0),
        "mip_rel_gap": options.gap,
        "mip_abs_gap": 0.0,
        "presolve": "on" if presolve else "off",
        "primal_feasibility_tolerance": FEASIBILITY,
        "mip_feasibility_tolerance": FEASIBILITY,
    }.items():
        _set(solver, name, value)
    first = scaled.program.known
    if first:
        places = np.fromiter(first, dtype=np.int32, count=len(first))
        values = np.fromiter(first.values(), dtype=np.float64, count=len(first))
        solver.setSolution(len(first), places, values)
    interrupted = run_until_done(solver)
    model = solver.getModelStatus()
    seconds = time.perf_counter() - begin
    kinds = highspy.HighsModelStatus
    if interrupted and model in (kinds.kUnboundedOrInfeasible, kinds.kInfeasible):
        return Answer(Status.INTERRUPTED, seconds=seconds)
    if model == kinds.kUnboundedOrInfeasible:
        return None
    if model == kinds.kInfeasible:
        return Answer(Status.INFEASIBLE, seconds=seconds)
    if model == kinds.kUnbounded:
        return Answer(Status.UNBOUNDED, seconds=seconds)
    known = {
        kinds.kOptimal: Status.OPTIMAL,
        kinds.kTimeLimit: Status.NO_PLAN,
        kinds.kIterationLimit: Status.NO_PLAN,
        kinds.kSolutionLimit: Status.NO_PLAN,
        kinds.kMemoryLimit: Status.NO_PLAN,
        kinds.kInterrupt: Status.INTERRUPTED,
    }
    if interrupted:
        status = Status.INTERRUPTED
    elif model in known:
        status = known[model]
    else:
        raise SolverTrouble(
            say(
                "HiGHS ended with {status}. Check for numbers of very "
                "different size in one column.",
                status=solver.modelStatusToString(model),
            )
        )
    return _collect(solver, scaled, status, options, seconds)


def _collect(
    solver: Any, scaled: ScaledProgram, status: Status, options: Options, seconds: float
) -> Answer:
    """Solution, bound and duals, scaled back; the status that they amount to."""
    import highspy

    program, factor = scaled.program, scaled.cost_factor
    info = solver.getInfo()
    is_mip = bool(program.integral.any())
    bound = None
    if is_mip and math.isfinite(info.mip_dual_bound):
        bound = info.mip_dual_bound / factor
    if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
        if status is Status.OPTIMAL:
            raise SolverTrouble(say("HiGHS says optimal and has no feasible solution."))
        return Answer(status, bound=_told(bound, program), seconds=seconds)
    solution = solver.getSolution()
    values = np.array(solution.col_value)
    cost = float(program.cost @ values)
    duals = None
    if not is_mip:
        bound = cost if status is Status.OPTIMAL else None
        duals = np.array(solution.row_dual) * scaled.row_factor / factor
    if bound is not None:
        bound = min(bound, cost)
        reached = (
            relative_gap(cost + program.offset, bound + program.offset) or 0.0
        ) <= options.gap
        if status is Status.NO_PLAN:
            status = Status.OPTIMAL if reached else Status.FEASIBLE
    elif status is Status.NO_PLAN:
        status = Status.FEASIBLE
    return Answer(status, values, _told(cost, program), _told(bound, program), seconds, duals)


def _told(cost: float | None, program: LinearProgram) -> float | None:
    """Minimised cost -> the value that the program reports."""
    return None if cost is None else program.sign * (cost + program.offset)


def run_until_done(solver: Any) -> bool:
    """Run HiGHS so that Ctrl-C stops it and keeps its best solution; True if that happened.

    HiGHS runs in a thread of its own, so that this one stays free to receive the signal.
    """
    if threading.current_thread() is not threading.main_thread():
        _checked_run(solver.run)
        return False
    solver.HandleUserInterrupt = True
    failure: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            _checked_run(super(type(solver), solver).run)
        except SolverTrouble as error:
            failure.append(error)
        finally:
            done.set()

    with _signals_to(solver.cancelSolve) as heard:
        threading.Thread(target=work, daemon=True).start()
        # Not join(): interrupted, it takes a running thread for a finished one (Python 3.11, 3.12).
        while not done.is_set():
            try:
                done.wait(0.05)
            except KeyboardInterrupt:
                heard.append(signal.SIGINT)
                solver.cancelSolve()
    if failure:
        raise failure[0]
    return bool(heard)


@contextmanager
def _signals_to(cancel: Callable[[], None]) -> Iterator[list[int]]:
    """Signals that would raise KeyboardInterrupt call this instead; the list has those that came.

    Raised at an unlucky moment it would leave the thread of HiGHS behind, and a process that ends
    while HiGHS is running is aborted.
    """
    heard: list[int] = []

    def note(number: int, frame: object) -> None:
        heard.append(number)
        cancel()

    raising = [
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is signal.default_int_handler
    ]
    try:
        for number in raising:
            signal.signal(number, note)
        yield heard
    finally:
        for number in raising:
            signal.signal(number, signal.default_int_handler)


def _checked_run(call: Callable[[], Any]) -> None:
    import highspy

    if call() == highspy.HighsStatus.kError:
        raise SolverTrouble(say("HiGHS failed while solving. Please report the case."))

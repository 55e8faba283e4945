"""The plan at many points around a case, wherever they are answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from slopt.case.case import PlanningCase
from slopt.errors import InvalidInput
from slopt.problem.build import build_problem
from slopt.solve.model_file import model_problem
from slopt.solve.route import choose_route
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.case.paths import Path
    from slopt.study.sweep.point import Answer, Point
    from slopt.study.sweep.result import Sweep
    from slopt.study.sweep.runner import Keeper, Runner

Progress = Callable[[int, int, int], None]
"""(points answered, of how many, of which from an earlier run), called as they come."""


def runner_of(
    case: PlanningCase,
    method: Method = Method.AUTO,
    workers: int = 1,
    cluster: str | None = None,
    keeper: Keeper | None = None,
) -> Runner:
    """What answers points of a case: in this process, in others, or on a Dask cluster.

    To be closed, or used in a `with`. `keeper` is where answers last from run to run. Raises
    UsageError for a number of workers or an address that is none.
    """
    from slopt.study.sweep.runner import Executor, Here, Runner

    executor: Executor
    if cluster is not None:
        from slopt.cluster.dask_points import DaskPoints

        executor = DaskPoints(cluster)
    elif workers != 1:
        from slopt.study.sweep.processes import Processes

        executor = Processes(workers)
    else:
        executor = Here()
    return Runner(case, method, executor, keeper)


def require_points(
    case: PlanningCase, points: Sequence[Point], method: Method = Method.AUTO
) -> None:
    """Refuse what no point may have, before anything runs: values, model files, the method.

    Raises InvalidInput with every problem, UsageError for a method that cannot take the case.
    """
    from slopt.study.sweep.point import Changer
    from slopt.study.sweep.runner import require_sound

    require_sound(case, points)
    changer = Changer(case)
    named = [p for p in points if any(text == "plan.model" for text, _ in p.overrides)]
    models = {changer.at(point).settings.plan.model for point in named}
    problems = [problem for problem in map(model_problem, sorted(models)) if problem]
    if problems:
        raise InvalidInput(problems)
    if method is not Method.AUTO:
        choose_route(build_problem(case), method, case.settings.plan.model)


def sweep_of(
    runner: Runner,
    points: Sequence[Point],
    progress: Progress | None = None,
    order: Sequence[Path] = (),
) -> Sweep:
    """The best plan at every point; a point without one says why, and ends nothing.

    `order` is that of the columns of its table. The values are taken to be checked. Raises
    SolverTrouble where all workers are lost; what was answered by then is with the runner's keeper,
    and so it is after Ctrl-C.
    """
    from slopt.study.sweep.result import Sweep, paths_of

    begin = time.perf_counter()
    found: list[Answer | None] = [None] * len(points)
    for done, (place, answer) in enumerate(runner.answers(points), start=1):
        found[place] = answer
        if progress is not None:
            progress(done, len(points), runner.found_before)
    answers = tuple(answer for answer in found if answer is not None)
    assert len(answers) == len(points)
    return Sweep(
        runner.case,
        paths_of(runner.case, points, order),
        tuple(points),
        answers,
        runner.base,
        runner.found_before,
        time.perf_counter() - begin,
    )

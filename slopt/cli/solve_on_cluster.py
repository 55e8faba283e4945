"""`slopt solve --cluster`: the plan of a case in parts, by the workers of a Dask scheduler."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from slopt.case.find import find_case
from slopt.cli.closing import how_to_write, written
from slopt.cli.common import print_json, print_lines, progress, run_line, screen_width, tell
from slopt.cli.speaking import spoken
from slopt.errors import UsageError
from slopt.sayings import later, say
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.errors import Problem

METHODS = (Method.AUTO, Method.PRICES)
HERE = "here"
"""In place of an address: the parts one after the other in this process, without Dask."""


def solve_on_cluster(
    name: str,
    address: str,
    overrides: dict[str, str],
    method: Method,
    out: Path | None,
    json: bool,
    is_recorded: bool,
) -> Status:
    """Solve, record, print and write the answer; how it ended.

    `address` is that of a Dask scheduler, or `here`. Of the parts the hash alone is recorded.
    """
    begin = time.perf_counter()
    if method not in METHODS:
        raise UsageError(
            say("--cluster solves by prices alone. Leave out --method {method}.", method=method)
        )
    from slopt.cluster.dask_parts import DaskParts, connect
    from slopt.cluster.files import cluster_result, write_answer
    from slopt.cluster.parts import PartsHere
    from slopt.cluster.solve import solve_partitions
    from slopt.cluster.source import sources
    from slopt.engine.recording import Asked, Recorder

    its = sources(find_case(name), overrides)
    client = None if address == HERE else connect(address)
    try:
        with progress(later("solving")):
            parts = PartsHere(its) if client is None else DaskParts(client, its)
            answer = solve_partitions(parts, its, overrides)
        _show_warnings(answer.warnings)
        document = cluster_result(answer, time.perf_counter() - begin)
        options = {"method": method.value, "cluster": address}
        asked = Asked("solve", answer.case, name, overrides, options, answer.case_hash)
        with Recorder.of(name, is_recorded) as recorder:
            document = recorder.record(asked, document)
        tell(recorder)
        if out:
            write_answer(out, answer, parts, its, document)
    finally:
        if client is not None:
            client.close()
    if json:
        print_json(document)
        return answer.outcome.status
    from slopt.report.cluster_screen import cluster_lines

    print_lines(cluster_lines(answer, screen_width(), spoken()))
    if out:
        names = (
            ("plan.parquet", "resources.csv", "result.json") if answer.plan else ("result.json",)
        )
        print_lines(["", written(out, names, time.perf_counter() - begin)])
    elif answer.plan:
        print_lines(["", how_to_write()])
    print_lines(run_line(document, name))
    return answer.outcome.status


def _show_warnings(warnings: Sequence[Problem]) -> None:
    if warnings:
        from slopt.report.problem_screen import problem_lines
        from slopt.report.screen import show, width_of

        lines = problem_lines(warnings, width_of(sys.stderr), language=spoken())
        show(lines, sys.stderr)

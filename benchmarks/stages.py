"""A large case from its files to the files of its plan, stage by stage: seconds and memory.

python -m benchmarks.stages CASE [OUT]; benchmarks/large_case.py writes such a case. One process, so
that what each stage leaves behind counts for the next. Peak memory is that of the process so far.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MIB = 1024**2
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time what is done inside, and print a line of it."""
    begin, busy = time.perf_counter(), time.process_time()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT / MIB
    seconds, cpu = time.perf_counter() - begin, time.process_time() - busy
    print(f"{name:12} {seconds:7.2f} s   CPU {cpu:6.2f} s   peak {peak:7,.0f} MiB", flush=True)


def run(folder: Path, out: Path) -> None:
    """All stages, in the order of `slopt solve`."""
    with stage("import"):
        import pyarrow.compute
        import pyarrow.parquet  # noqa: F401

        from slopt.case.load import interpret
        from slopt.case.read import read
        from slopt.economics.offers import make_offers
        from slopt.engine.solving import options_of
        from slopt.plan.files import plan_files, write_files
        from slopt.plan.plan import make_plan
        from slopt.plan.result import plan_result
        from slopt.problem.build import build_problem
        from slopt.solve.solve import solve
    begin = time.perf_counter()
    with stage("read"):
        raw = read(folder)
    with stage("check"):
        case = interpret(raw).case
        del raw
    if case is None:
        raise SystemExit("The case has problems: slopt check")
    with stage("offers"):
        offers = make_offers(case)
    with stage("problem"):
        problem = build_problem(case, offers)
        del offers
    with stage("solve"):
        outcome = solve(problem, options_of(case))
    with stage("plan"):
        plan = make_plan(case, problem, outcome)
    if plan is None:
        raise SystemExit(f"There is no plan: {outcome.status}")
    with stage("result"):
        document = plan_result(plan, time.perf_counter() - begin)
    with stage("write"):
        files = plan_files(
            problem, plan.choice, plan.evaluation, plan.prices, document, case.is_parquet
        )
        write_files(out, files)
    print(f"{'all':12} {time.perf_counter() - begin:7.2f} s   gap {plan.gap}")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("case", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(asked.case, asked.out or Path(folder))


if __name__ == "__main__":
    main()
